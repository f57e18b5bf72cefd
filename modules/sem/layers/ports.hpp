#pragma once
#include "modules/sem/layers/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<LayerMap> {
  static constexpr std::string_view name = "sem.layers";
};

}  // namespace litho
