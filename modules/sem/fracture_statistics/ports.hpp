#pragma once
#include "modules/sem/fracture_statistics/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<Fracture> {
  static constexpr std::string_view name = "sem.fracture";
};

}  // namespace litho
