#include "modules/sem/crack_files/kernel.hpp"

#include "modules/io/tiff/kernel.hpp"
#include "modules/sem/crack_network/paint.hpp"
#include "modules/sem/label_image/kernel.hpp"
#include "pipeline/core/number.hpp"

namespace litho {
namespace {

constexpr std::size_t kVertexStep = 3;  // points of a line per vertex of a file
constexpr int kPxDigits = 7, kUmDigits = 4;

std::vector<float> widths(const CrackPath& path) {
  std::vector<float> out;
  float last = 1;
  for (const Valley& v : path.valley) {
    if (v.found) last = static_cast<float>(v.width_px);
    out.push_back(last);
  }
  return out;
}

std::string feature(const std::string& properties, const Polyline& line, const std::vector<float>& opening_px,
                    double um) {
  std::string points, openings;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (i % kVertexStep != 0 && i + 1 != line.size()) continue;
    if (!points.empty()) points += ",", openings += ",";
    points += "[" + format_double(line[i].x, kPxDigits) + "," + format_double(line[i].y, kPxDigits) + "]";
    openings += format_double(opening_px[i] * um, kUmDigits);
  }
  return "{\"type\":\"Feature\",\"properties\":{" + properties +
         ",\"length_um\":" + format_double(line_length(line) * um) + ",\"opening_um\":[" + openings +
         "]},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[" + points + "]}}";
}

}  // namespace

std::vector<std::uint8_t> crack_tiff(const CrackNetwork& network, double pixel_size_nm) {
  TiffWriteOptions options;
  options.palette = {{0, 0, 0}, {240, 228, 66}, {213, 94, 0}};
  options.pixel_size_nm = pixel_size_nm;
  options.description = ome_xml("cracks", network.mask.width(), network.mask.height(), pixel_size_nm);
  return write_tiff(network.mask, options);
}

Image<std::uint8_t> fracture_labels(const Pellet& pellet, const CrackNetwork& network,
                                    const Delamination& delamination) {
  Image<std::uint8_t> labels = pellet.labels;
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (network.mask.pixels()[i] && labels.pixels()[i] != static_cast<std::uint8_t>(Label::none))
      labels.pixels()[i] = static_cast<std::uint8_t>(Label::crack);
  for (const Gap& gap : delamination.gaps)
    crack_network::paint_band(gap.path.line, widths(gap.path), static_cast<std::uint8_t>(Label::gap), labels);
  return labels;
}

std::string cracks_geojson(const CrackNetwork& network, const Delamination& delamination,
                           double pixel_size_nm) {
  const double um = pixel_size_nm * 1e-3;
  std::string out = "{\"type\":\"FeatureCollection\",\"features\":[";
  bool first = true;
  const auto add = [&](const std::string& text) {
    out += (first ? "\n" : ",\n") + text;
    first = false;
  };
  for (const CrackLine& line : network.lines)
    add(feature("\"class\":\"crack\",\"crack\":" + std::to_string(line.crack + 1), line.line, line.opening_px,
                um));
  for (const Gap& gap : delamination.gaps)
    add(feature(std::string("\"class\":\"gap\",\"boundary\":\"") +
                    (gap.place == GapPlace::outer ? "outer" : "front") + "\"",
                gap.path.line, widths(gap.path), um));
  return out + "\n]}\n";
}

}  // namespace litho
