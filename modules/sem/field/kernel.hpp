#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/micrograph.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// The edge of the image along which the databar lies.
enum class DatabarSide { kNone, kBottom, kTop, kLeft, kRight };

/// Which pixels of a micrograph show the specimen.
struct Field {
  Image<std::uint8_t> usable;  ///< 1 = scene; 0 = databar, border, burned-in mark
  int x0 = 0, y0 = 0;          ///< picture without databar and borders, px, half open: [x0, x1) x [y0, y1)
  int x1 = 0, y1 = 0;
  int databar_px =
      0;  ///< rows (columns at the left or right) from the databar's first line to the image edge
  DatabarSide databar_side = DatabarSide::kNone;
  double saturated_fraction = 0;   ///< of the usable pixels: at the top or the bottom of the grey scale
  double annotation_fraction = 0;  ///< of the picture rectangle: covered by burned-in text, lines, plates
  std::vector<std::string> notes;  ///< what was found, and where it disagrees with what the file says
};

/// Finds the databar, uniform borders and burned-in marks from the pixels; what the file says of its rows is
/// only compared. In doubt a line counts as picture. Errors: field.small (under 16 x 16 px). Cost: two passes
/// over the grey values; memory one byte per pixel and the runs of clipped pixels.
Result<Field> find_field(const Micrograph& micrograph);

}  // namespace litho
