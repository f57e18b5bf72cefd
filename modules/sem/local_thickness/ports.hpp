#pragma once
#include "modules/sem/local_thickness/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<LocalThickness> {
  static constexpr std::string_view name = "sem.local_thickness";
};

}  // namespace litho
