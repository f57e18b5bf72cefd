#pragma once
#include "modules/sem/thickness/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<Interphase> {
  static constexpr std::string_view name = "sem.interphase";
};

}  // namespace litho
