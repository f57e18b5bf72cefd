#pragma once
#include "modules/sem/ridges/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<RidgeMap> {
  static constexpr std::string_view name = "sem.ridges";
};

}  // namespace litho
