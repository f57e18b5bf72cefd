#pragma once
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// One statement about the pixel size, and where it stands.
struct ScaleSource {
  double nm_per_px;    ///< along x, of the stored image
  std::string source;  ///< "zeiss:AP_IMAGE_PIXEL_SIZE", "sheet", "--pixel-size", ...
};

struct PixelSize {
  double nm;                        ///< square pixels, > 0
  std::string source;               ///< the statement that was believed
  std::vector<ScaleSource> others;  ///< every other statement found, agreeing or not
  std::optional<double> u_percent;  ///< standard uncertainty of the scale, where a sheet or tag states it
};

/// What the microscope or the sheet says of the conditions; nothing is filled in by guess.
struct Acquisition {
  std::string instrument;  ///< "Zeiss ULTRA 55", "" where unknown
  std::optional<double> accelerating_kv;
  std::optional<double> working_distance_mm;
  std::string detector;
  std::optional<double>
      view_tilt_deg;  ///< angle between surface normal and beam, from sheet or a tag known to mean it
  std::optional<int> picture_rows;  ///< rows of picture above the databar where the file says so
};

struct MicrographData {
  Image<float> grey;  ///< brighter = more signal, in the units of the file (0..2^bits-1 for integers)
  Image<std::uint8_t> annotation;  ///< non-zero where a coloured mark covers the picture; empty = none
  int bits = 8;                    ///< of the stored samples; 32 for float
  double white =
      255;  ///< grey value at which the detector chain saturates (largest representable; max for float)
  std::optional<PixelSize> pixel_size;
  Acquisition acquisition;
};

/// A grey micrograph as read, immutable. Finite pixels, at least 1 x 1.
class Micrograph {
 public:
  /// Errors: micrograph.empty, micrograph.size (annotation differs in size), micrograph.not_finite,
  /// micrograph.pixel_size.
  static Result<Micrograph> make(MicrographData data);

  const Image<float>& grey() const { return data_.grey; }
  const Image<std::uint8_t>& annotation() const { return data_.annotation; }
  int width() const { return data_.grey.width(); }
  int height() const { return data_.grey.height(); }
  int bits() const { return data_.bits; }
  double white() const { return data_.white; }
  const std::optional<PixelSize>& pixel_size() const { return data_.pixel_size; }
  const Acquisition& acquisition() const { return data_.acquisition; }

 private:
  explicit Micrograph(MicrographData data) : data_(std::move(data)) {}
  MicrographData data_;
};

}  // namespace litho
