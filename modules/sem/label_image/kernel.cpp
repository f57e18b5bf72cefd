#include "modules/sem/label_image/kernel.hpp"

#include <cassert>
#include <string>

#include "modules/io/tiff/kernel.hpp"
#include "pipeline/core/number.hpp"

namespace litho {
std::string ome_xml(const std::string& name, int width, int height, double pixel_size_nm) {
  const std::string size = format_exact(pixel_size_nm / 1000);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><OME "
         "xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\" "
         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
         "xsi:schemaLocation=\"http://www.openmicroscopy.org/Schemas/OME/2016-06 "
         "http://www.openmicroscopy.org/Schemas/OME/2016-06/ome.xsd\"><Image ID=\"Image:0\" "
         "Name=\"" +
         name +
         "\"><Pixels "
         "ID=\"Pixels:0\" DimensionOrder=\"XYCZT\" Type=\"uint8\" SizeX=\"" +
         std::to_string(width) + "\" SizeY=\"" + std::to_string(height) +
         "\" SizeC=\"1\" SizeZ=\"1\" SizeT=\"1\" PhysicalSizeX=\"" + size + "\" PhysicalSizeY=\"" + size +
         "\"><Channel ID=\"Channel:0:0\" SamplesPerPixel=\"1\"/><TiffData IFD=\"0\" "
         "PlaneCount=\"1\"/></Pixels></Image>"
         "</OME>";
}

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
  options.description = ome_xml("labels", out.width(), out.height(), pixel_size_nm);
  return write_tiff(out, options);
}

}  // namespace litho
