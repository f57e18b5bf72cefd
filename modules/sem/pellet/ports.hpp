#pragma once
#include "modules/sem/pellet/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<Pellet> {
  static constexpr std::string_view name = "sem.pellet";
};

}  // namespace litho
