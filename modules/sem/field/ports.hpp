#pragma once
#include "modules/sem/field/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<Field> {
  static constexpr std::string_view name = "sem.field";
};

}  // namespace litho
