#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace litho {

/// A text file that lies beside a micrograph and speaks of it (JEOL, Hitachi, TESCAN).
struct Sidecar {
  std::string file_name;  ///< without folder
  std::vector<std::uint8_t> bytes;
};

/// What an image file says besides its pixels, undecoded: reading it needs no pixel.
struct ImageTags {
  std::string file_name;  ///< without folder
  int width_px = 0;
  int height_px = 0;
  /// TIFF tags of the first picture by number, values as stored (ASCII with its NULs, BYTE, UNDEFINED), e.g.
  /// 270, 271, 305, 34118, 34119, 34680, 34682, 34683, 40092, 40093, 50431. For PNG: text chunks as 270
  /// ("key=value" lines).
  std::map<std::uint16_t, std::vector<std::uint8_t>> tags;
  std::optional<double> x_resolution;  ///< tag 282; absent where its denominator is 0
  std::optional<double> y_resolution;
  int resolution_unit = 0;  ///< tag 296: 1 none, 2 inch, 3 cm; 0 absent
  std::vector<Sidecar> sidecars;
};

}  // namespace litho
