#pragma once
#include "modules/sem/delamination/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<Delamination> {
  static constexpr std::string_view name = "sem.delamination";
};

}  // namespace litho
