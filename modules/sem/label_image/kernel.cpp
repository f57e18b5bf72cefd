#include "modules/sem/label_image/kernel.hpp"

#include <cassert>

#include "modules/io/tiff/kernel.hpp"

namespace litho {

const std::vector<Rgb8>& label_palette() {
  static const std::vector<Rgb8> palette{{0, 0, 0},      {86, 180, 233}, {213, 94, 0},   {200, 200, 200},
                                         {240, 228, 66}, {0, 114, 178},  {204, 121, 167}};
  return palette;
}

std::vector<std::uint8_t> label_tiff(const Image<std::uint8_t>& labels, const Image<std::uint8_t>& usable,
                                     double pixel_size_nm) {
  assert(labels.width() == usable.width() && labels.height() == usable.height());
  Image<std::uint8_t> out = labels;
  for (std::size_t i = 0; i < out.size(); ++i)
    if (usable.pixels()[i] == 0) out.pixels()[i] = 0;
  TiffWriteOptions options;
  options.palette = label_palette();
  options.pixel_size_nm = pixel_size_nm;
  return write_tiff(out, options);
}

}  // namespace litho
