#pragma once
#include "modules/sem/filaments/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<FilamentMap> {
  static constexpr std::string_view name = "sem.filaments";
};

}  // namespace litho
