#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "samples/sem/databar.hpp"
#include "samples/sem/scene.hpp"

namespace litho::sem_sample {

/// A private TIFF tag: ASCII text, or bytes.
struct PrivateTag {
  std::uint32_t tag;
  bool text;
  std::string bytes;
};
/// How a microscope states its settings: in tags of the picture, or in a text file of the same stem beside
/// it.
struct VendorHeader {
  std::vector<PrivateTag> tags;
  std::string sidecar;  ///< of `<stem>.txt`; "" = none
};

const char* vendor_name(Vendor vendor);
/// Zeiss SmartSEM: tag 34118, a block of bare numbers, then key and "label = value unit" line pairs; CRLF,
/// Windows-1252. FEI and Thermo Fisher: tag 34682, sections of key=value lines in SI units. TESCAN: tag
/// 50431, length-prefixed blocks of such lines. JEOL: sidecar of $-keys with the field of view and the
/// marker. Hitachi: UTF-16 sidecar, and tags 40092 and 40093.
VendorHeader vendor_header(const Scene& scene, const Exposure& exposure, const std::string& file_name);

}  // namespace litho::sem_sample
