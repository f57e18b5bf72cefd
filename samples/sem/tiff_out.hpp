#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"
#include "samples/sem/databar.hpp"
#include "samples/sem/scene.hpp"

namespace litho::sem_sample {

enum class Palette { none, grey, labels };

/// 8-bit TIFF of one strip; `zeiss_header` goes into tag 34118 unless empty. Errors: tiff.write,
/// file.unwritable.
Status write_tiff(const Image<std::uint8_t>& pixels, Palette palette, bool compress,
                  const std::string& zeiss_header, const std::filesystem::path& path);

/// Text of tag 34118 as SmartSEM lays it out: a block of bare numbers, then key and "label = value unit" line
/// pairs; CRLF, Windows-1252.
std::string zeiss_header(const Scene& scene, const Exposure& exposure, const std::string& file_name);

}  // namespace litho::sem_sample
