#pragma once
#include <cstdint>
#include <string>

#include "samples/sem/databar.hpp"
#include "samples/sem/scene.hpp"

namespace litho::sem_sample {

/// Text of a private ASCII tag in which a microscope states its settings.
struct VendorHeader {
  std::uint32_t tag = 0;
  std::string text;
};

/// As SmartSEM lays out tag 34118: a block of bare numbers, then key and "label = value unit" line pairs;
/// CRLF, Windows-1252.
VendorHeader zeiss_header(const Scene& scene, const Exposure& exposure, const std::string& file_name);
/// As FEI and Thermo Fisher lay out tag 34682: sections of key=value lines in SI units.
VendorHeader fei_header(const Scene& scene, const Exposure& exposure);

}  // namespace litho::sem_sample
