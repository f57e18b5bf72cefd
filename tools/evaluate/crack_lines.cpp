#include "tools/evaluate/crack_lines.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <optional>
#include <unordered_map>
#include <utility>

#include "pipeline/core/file.hpp"
#include "pipeline/core/measured.hpp"

namespace litho::evaluate {
namespace {

constexpr double kCell = 16;  // px

struct Segment {
  PointPx a, b;
  double opening_a, opening_b;
};

double length(const Segment& s) {
  return std::hypot(s.b.x - s.a.x, s.b.y - s.a.y);
}

std::vector<Segment> segments(const CrackLine& line) {
  std::vector<Segment> out;
  const bool open = line.opening_um.size() == line.points.size();
  for (std::size_t i = 0; i + 1 < line.points.size(); ++i) {
    const Segment s{line.points[i], line.points[i + 1], open ? line.opening_um[i] : kNotMeasured,
                    open ? line.opening_um[i + 1] : kNotMeasured};
    if (length(s) > 0) out.push_back(s);
  }
  return out;
}

// Segments by the cells of a grid that they may come near to.
class Nearest {
 public:
  Nearest(const std::vector<CrackLine>& lines, double reach) : reach_(reach) {
    for (const CrackLine& line : lines)
      for (const Segment& s : segments(line)) {
        for (int j = cell(std::min(s.a.y, s.b.y) - reach); j <= cell(std::max(s.a.y, s.b.y) + reach); ++j)
          for (int i = cell(std::min(s.a.x, s.b.x) - reach); i <= cell(std::max(s.a.x, s.b.x) + reach); ++i)
            cells_[key(i, j)].push_back(segments_.size());
        segments_.push_back(s);
      }
  }

  struct Hit {
    const Segment* segment;
    double t;  // share of the way from a to b
    double opening() const { return segment->opening_a + t * (segment->opening_b - segment->opening_a); }
  };
  /// The nearest segment within reach.
  std::optional<Hit> operator()(PointPx p) const {
    const auto found = cells_.find(key(cell(p.x), cell(p.y)));
    if (found == cells_.end()) return std::nullopt;
    std::optional<Hit> best;
    double least = reach_;
    for (const std::size_t i : found->second) {
      const Segment& s = segments_[i];
      const double dx = s.b.x - s.a.x, dy = s.b.y - s.a.y;
      const double t = std::clamp(((p.x - s.a.x) * dx + (p.y - s.a.y) * dy) / (dx * dx + dy * dy), 0.0, 1.0);
      const double d = std::hypot(p.x - s.a.x - t * dx, p.y - s.a.y - t * dy);
      if (d <= least) least = d, best = Hit{&s, t};
    }
    return best;
  }

 private:
  static int cell(double x) { return static_cast<int>(std::floor(x / kCell)); }
  static std::int64_t key(int i, int j) { return static_cast<std::int64_t>(j) * 1000003 + i; }

  double reach_;
  std::vector<Segment> segments_;
  std::unordered_map<std::int64_t, std::vector<std::size_t>> cells_;
};

std::size_t angle_bin(const Segment& s) {
  const double degrees = std::atan2(s.a.y - s.b.y, s.b.x - s.a.x) * 180 / std::numbers::pi;
  const double axial = degrees - 180 * std::floor(degrees / 180);
  return std::min(kAngleBins - 1, static_cast<std::size_t>(axial / (180.0 / kAngleBins)));
}

std::size_t opening_class(double px) {
  return px < 2 ? 0 : px < 5 ? 1 : px < 20 ? 2 : 3;
}

// Calls visit(segment, t, step length) at the middle of each step along the line.
template <class Visit>
void walk(const CrackLine& line, const Visit& visit) {
  for (const Segment& s : segments(line)) {
    const double run = length(s);
    const int steps = static_cast<int>(std::ceil(run / 0.5));
    for (int k = 0; k < steps; ++k) visit(s, (k + 0.5) / steps, run / steps);
  }
}

PointPx at(const Segment& s, double t) {
  return {s.a.x + t * (s.b.x - s.a.x), s.a.y + t * (s.b.y - s.a.y)};
}

}  // namespace

Result<std::vector<CrackLine>> read_crack_lines(const std::filesystem::path& path) {
  const auto text = read_text_file(path);
  if (!text) return text.errors();
  const auto bad = [&](const std::string& what) {
    return Error{"evaluate.geojson", path.string(), what,
                 "a FeatureCollection of LineStrings with coordinates in px is expected"};
  };
  const nlohmann::json root = nlohmann::json::parse(*text, nullptr, false);
  if (!root.is_object() || !root.contains("features") || !root["features"].is_array())
    return bad("not a FeatureCollection");
  std::vector<CrackLine> lines;
  for (const nlohmann::json& feature : root["features"]) {
    const std::string where = "feature " + std::to_string(lines.size() + 1);
    if (!feature.is_object() || !feature.contains("geometry") || !feature["geometry"].is_object())
      return bad(where + " has no geometry");
    const nlohmann::json& geometry = feature["geometry"];
    if (geometry.value("type", nlohmann::json()) != "LineString" || !geometry.contains("coordinates"))
      return bad(where + " is not a LineString");
    CrackLine line{"crack", {}, {}};
    for (const nlohmann::json& point : geometry["coordinates"]) {
      if (!point.is_array() || point.size() < 2 || !point[0].is_number() || !point[1].is_number())
        return bad(where + " has a point that is no pair of numbers");
      line.points.push_back({point[0].get<double>(), point[1].get<double>()});
    }
    const nlohmann::json properties = feature.value("properties", nlohmann::json::object());
    if (properties.is_object()) {
      const auto kind = properties.find("class"), opening = properties.find("opening_um");
      if (kind != properties.end() && kind->is_string()) line.kind = kind->get<std::string>();
      if (opening != properties.end() && opening->is_array()) {
        if (opening->size() != line.points.size()) return bad(where + " has not one opening a vertex");
        for (const nlohmann::json& value : *opening)
          line.opening_um.push_back(value.is_number() ? value.get<double>() : kNotMeasured);
      }
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

LineAgreement compare_lines(const std::vector<CrackLine>& found, const std::vector<CrackLine>& truth,
                            double tolerance_px, double pixel_size_um) {
  const Nearest near_found(found, tolerance_px), near_truth(truth, tolerance_px);
  LineAgreement sum;
  for (const CrackLine& line : truth)
    walk(line, [&](const Segment& s, double t, double step) {
      sum.truth += step;
      const double opening = (s.opening_a + t * (s.opening_b - s.opening_a)) / pixel_size_um;
      const std::size_t width = opening_class(opening);
      if (std::isfinite(opening)) sum.truth_by_opening[width] += step;
      if (!near_found(at(s, t))) return;
      sum.truth_near_found += step;
      sum.truth_by_angle[angle_bin(s)] += step;
      if (std::isfinite(opening)) sum.recalled_by_opening[width] += step;
    });
  for (const CrackLine& line : found) {
    double compared = 0, difference = 0;
    walk(line, [&](const Segment& s, double t, double step) {
      sum.found += step;
      const auto hit = near_truth(at(s, t));
      if (!hit) return;
      sum.found_near_truth += step;
      sum.found_by_angle[angle_bin(*hit->segment)] += step;
      const double mine = (s.opening_a + t * (s.opening_b - s.opening_a)) / pixel_size_um,
                   true_px = hit->opening() / pixel_size_um;
      if (!std::isfinite(mine) || !std::isfinite(true_px) || true_px < 2 || true_px > 20) return;
      compared += step;
      difference += step * (mine - true_px);
    });
    if (compared >= 10) sum.opening_errors_px.push_back(difference / compared);
  }
  return sum;
}

Image<std::uint8_t> draw_lines(const std::vector<CrackLine>& lines, int width, int height) {
  Image<std::uint8_t> image(width, height);
  for (const CrackLine& line : lines)
    walk(line, [&](const Segment& s, double t, double) {
      const PointPx p = at(s, t);
      const int x = static_cast<int>(std::floor(p.x)), y = static_cast<int>(std::floor(p.y));
      if (image.contains(x, y)) image(x, y) = 1;
    });
  return image;
}

}  // namespace litho::evaluate
