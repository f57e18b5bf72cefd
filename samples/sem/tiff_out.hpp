#pragma once
#include <cstdint>
#include <filesystem>

#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"
#include "samples/sem/vendor_header.hpp"

namespace litho::sem_sample {

enum class Palette { none, grey, labels };

/// 8-bit TIFF of one strip with private tags. Errors: tiff.write,
/// file.unwritable.
Status write_tiff(const Image<std::uint8_t>& pixels, Palette palette, bool compress,
                  const std::vector<PrivateTag>& tags, const std::filesystem::path& path);

}  // namespace litho::sem_sample
