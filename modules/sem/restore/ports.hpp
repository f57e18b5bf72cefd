#pragma once
#include "modules/sem/restore/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<Restored> {
  static constexpr std::string_view name = "sem.restored";
};

}  // namespace litho
