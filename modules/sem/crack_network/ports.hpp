#pragma once
#include "modules/sem/crack_network/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<CrackNetwork> {
  static constexpr std::string_view name = "sem.crack_network";
};

}  // namespace litho
