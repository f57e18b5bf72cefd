#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "calibration/sem_scale/sem_scale.hpp"
#include "modules/io/picture/kernel.hpp"
#include "pipeline/core/micrograph.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// What the user says of a micrograph, and where.
struct MicrographOverrides {
  std::optional<double> pixel_size_nm;
  std::string pixel_size_source;  ///< "--pixel-size" or "sheet"
  std::optional<double> scale_u_percent;
  std::optional<double> view_tilt_deg;
};

/// A file opened, its scale settled or refused.
struct OpenedMicrograph {
  StoredPicture picture;
  ScaleReport scale;
};

/// Opens by content. Errors: those of read_tiff and read_png; micrograph.unknown_format.
Result<OpenedMicrograph> open_micrograph(std::span<const std::uint8_t> bytes, const std::string& file_name,
                                         std::vector<Sidecar> sidecars, const MicrographOverrides& overrides);

/// Without a pixel size where the scale was refused. Errors: those of Micrograph::make.
Result<Micrograph> to_micrograph(OpenedMicrograph opened);

}  // namespace litho
