#pragma once
#include "modules/io/sample_spectra/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

template <>
struct PortType<SampleSpectra> {
  static constexpr std::string_view name = "io.sample_spectra";
};

}  // namespace litho
