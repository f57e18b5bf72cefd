#pragma once
#include "modules/sem/crack_paths/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<CrackPaths> {
  static constexpr std::string_view name = "sem.crack_paths";
};

}  // namespace litho
