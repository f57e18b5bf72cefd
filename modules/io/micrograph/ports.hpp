#pragma once
#include "pipeline/core/micrograph.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<Micrograph> {
  static constexpr std::string_view name = "micrograph";
};

}  // namespace litho
