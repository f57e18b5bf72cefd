#include "samples/sem/crack_truth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "pipeline/core/number.hpp"

namespace litho::sem_sample {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Weighted {
  double value, weight;
};

// Smallest value below which a share q of the weight lies.
double weighted_quantile(std::vector<Weighted> values, double q) {
  if (values.empty()) return kNaN;
  std::ranges::sort(values, {}, &Weighted::value);
  double total = 0, sum = 0;
  for (const Weighted& w : values) total += w.weight;
  for (const Weighted& w : values)
    if ((sum += w.weight) >= q * total) return w.value;
  return values.back().value;
}

// Borders of the pellet within the picture that a point lies at, as bits: left, right, top, bottom.
unsigned borders_at(const Scene& scene, PointPx p) {
  const double near = 6;
  unsigned at = (p.x < near ? 1u : 0u) | (p.x > scene.width - near ? 2u : 0u) | (p.y < near ? 4u : 0u) |
                (p.y > scene.picture_rows - near ? 8u : 0u);
  double u, v;
  scene.frame.to_scene(p.x, p.y, u, v);
  constexpr unsigned kBySide[] = {4, 8, 1, 2};  // the outer boundary is the border on its side
  if (v - scene.outer.at(u) < near) at |= kBySide[static_cast<std::size_t>(scene.side)];
  return at;
}

using Line = std::vector<PointPx>;

std::string feature(const std::string& properties, const Line& line, const std::vector<double>& openings,
                    double um) {
  std::string points, in_px, in_um;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char* comma = i == 0 ? "" : ",";
    points += comma + ("[" + format_double(line[i].x) + "," + format_double(line[i].y)) + "]";
    in_px += comma + format_double(openings[i]);
    in_um += comma + format_double(openings[i] * um);
  }
  return R"({"type":"Feature","properties":{)" + properties + R"(,"opening_px":[)" + in_px +
         R"(],"opening_um":[)" + in_um + R"(]},"geometry":{"type":"LineString","coordinates":[)" + points +
         "]}}";
}

}  // namespace

CrackTruth measure_cracks(const Scene& scene, const CrackNetwork& network) {
  CrackTruth truth;
  truth.count = network.cracks;
  truth.junctions = static_cast<int>(network.junctions.size());
  std::vector<double> lengths(static_cast<std::size_t>(network.cracks));
  std::vector<unsigned> borders(lengths.size());
  std::vector<bool> at_layer(lengths.size());
  std::vector<Weighted> openings;
  double c2 = 0, s2 = 0, opening_sum = 0, widest = 0;
  const double front = scene.outer.v.front() > -1e5 ? std::atan2(-scene.frame.eu.y, scene.frame.eu.x) : 0;
  for (const CrackPiece& piece : network.pieces) {
    const auto k = static_cast<std::size_t>(piece.crack);
    lengths[k] += piece.length();
    for (const CrackPoint& point : {piece.points.front(), piece.points.back()})
      borders[k] |= borders_at(scene, point.centre);
    for (std::size_t i = 0; i + 1 < piece.points.size(); ++i) {
      const PointPx a = piece.points[i].centre, b = piece.points[i + 1].centre;
      const double run = std::hypot(b.x - a.x, b.y - a.y), angle = std::atan2(a.y - b.y, b.x - a.x) - front;
      const double opening = (piece.points[i].opening() + piece.points[i + 1].opening()) / 2;
      c2 += run * std::cos(2 * angle);
      s2 += run * std::sin(2 * angle);
      openings.push_back({opening, run});
      opening_sum += run * opening;
      widest = std::max(widest, opening);
      double u, v;
      scene.frame.to_scene(a.x, a.y, u, v);
      if (scene.layer && v < scene.front.at(u) + opening) at_layer[k] = true;
    }
  }
  for (const double length : lengths) truth.length += length;
  const bool any = truth.length > 0;
  truth.largest = any ? *std::ranges::max_element(lengths) : kNaN;
  truth.opening_mean = any ? opening_sum / truth.length : kNaN;
  truth.opening_p95 = weighted_quantile(openings, 0.95);
  truth.opening_max = any ? widest : kNaN;
  truth.orientation_deg = any ? std::atan2(s2, c2) * 90 / std::numbers::pi : kNaN;
  truth.orientation_order = any ? std::hypot(c2, s2) / truth.length : kNaN;
  truth.spans_field =
      std::ranges::any_of(borders, [](unsigned at) { return (at & 3) == 3 || (at & 12) == 12; });
  truth.at_interphase = static_cast<int>(std::ranges::count(at_layer, true));
  truth.verdict = !any ? "intact" : truth.spans_field ? "fractured" : "cracked";
  return truth;
}

std::string cracks_geojson(const Scene& scene, const CrackNetwork& network) {
  const double um = scene.pixel_size_nm / 1000;
  std::vector<std::string> features;
  for (const CrackPiece& piece : network.pieces) {
    Line line;
    std::vector<double> openings;
    for (const CrackPoint& point : piece.points) {
      line.push_back(point.centre);
      openings.push_back(point.opening());
    }
    features.push_back(
        feature(R"("class":"crack","crack":)" + std::to_string(piece.crack + 1), line, openings, um));
  }
  for (const Gap& gap : scene.gaps) {
    Line line;
    std::vector<double> openings;
    const std::string properties =
        std::string(R"("class":"gap","boundary":")") + (gap.at_front ? "front\"" : "outer\"");
    const Curve& boundary = gap.at_front ? scene.front : scene.outer;
    const auto flush = [&] {
      if (line.size() > 1) features.push_back(feature(properties, line, openings, um));
      line.clear(), openings.clear();
    };
    for (double u = gap.u0; u <= gap.u1; u += 2) {
      const double opening = gap.opening_at(u), slope = boundary.slope(u);
      const PointPx middle =
          scene.frame.to_image(u, boundary.at(u) + (gap.at_front ? opening : -opening) / 2);
      if (!scene.in_picture(middle)) {
        flush();
        continue;
      }
      line.push_back(middle);
      openings.push_back(opening / std::hypot(1, slope));
    }
    flush();
  }
  std::string text = "{\"type\":\"FeatureCollection\",\"features\":[";
  for (std::size_t i = 0; i < features.size(); ++i) text += (i == 0 ? "\n" : ",\n") + features[i];
  return text + "\n]}\n";
}

}  // namespace litho::sem_sample
