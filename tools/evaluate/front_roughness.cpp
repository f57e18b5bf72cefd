#include "tools/evaluate/front_roughness.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/core/file.hpp"
#include "pipeline/core/measured.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"

namespace litho::evaluate {

Result<std::vector<PointPx>> read_boundary(const std::filesystem::path& path, std::string_view curve) {
  const auto text = read_text_file(path);
  if (!text) return text.errors();
  const auto csv = read_csv(*text);
  if (!csv) return csv.errors();
  const int name = csv->column("curve"), x = csv->column("x_px"), y = csv->column("y_px");
  if (name < 0 || x < 0 || y < 0)
    return Error{"evaluate.column", path.string(), "no columns curve, x_px and y_px",
                 "is this the right file?"};
  std::vector<PointPx> points;
  for (const CsvRow& row : csv->rows) {
    const auto field = [&](int column) -> const std::string& {
      return row.fields[static_cast<std::size_t>(column)];
    };
    const auto px = parse_double(field(x)), py = parse_double(field(y));
    if (field(name) == curve && px && py) points.push_back({*px, *py});
  }
  return points;
}

double filtered_rq(const std::vector<PointPx>& points, double cutoff_px) {
  const std::size_t n = points.size();
  if (n < 3) return kNotMeasured;
  double mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
  for (const PointPx& p : points) mx += p.x / static_cast<double>(n), my += p.y / static_cast<double>(n);
  for (const PointPx& p : points)
    xx += (p.x - mx) * (p.x - mx), xy += (p.x - mx) * (p.y - my), yy += (p.y - my) * (p.y - my);
  const double angle = 0.5 * std::atan2(2 * xy, xx - yy), c = std::cos(angle), s = std::sin(angle);
  std::vector<double> height, along;
  for (const PointPx& p : points) {
    height.push_back(-(p.x - mx) * s + (p.y - my) * c);
    along.push_back((p.x - mx) * c + (p.y - my) * s);
  }
  const double step = std::abs(along.back() - along.front()) / static_cast<double>(n - 1);
  const double alpha =
      std::sqrt(std::numbers::ln2 / std::numbers::pi) * cutoff_px;  // half transmitted at the cut-off
  const auto reach = static_cast<std::ptrdiff_t>(1.5 * alpha / step) + 1;
  double squares = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0, weights = 0;
    const auto at = static_cast<std::ptrdiff_t>(i);
    for (auto j = std::max<std::ptrdiff_t>(0, at - reach);
         j <= std::min(static_cast<std::ptrdiff_t>(n) - 1, at + reach); ++j) {
      const double t = static_cast<double>(j - at) * step / alpha;
      const double weight = std::exp(-std::numbers::pi * t * t);
      sum += weight * height[static_cast<std::size_t>(j)];
      weights += weight;
    }
    const double roughness = height[i] - sum / weights;
    squares += roughness * roughness;
  }
  return std::sqrt(squares / static_cast<double>(n));
}

}  // namespace litho::evaluate
