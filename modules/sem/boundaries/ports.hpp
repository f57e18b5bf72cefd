#pragma once
#include "modules/sem/boundaries/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<BoundaryPair> {
  static constexpr std::string_view name = "sem.boundaries";
};

}  // namespace litho
