#include <utility>

#include "modules/plot/svg/kernel.hpp"
#include "pipeline/core/measured.hpp"
#include "pipeline/core/table.hpp"

namespace litho::plot {

std::string figure_csv(const Figure& figure) {
  Table table({"panel", "plane", "series", "kind", "x", "y", "low", "high"});
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    const Panel& panel = figure.panels[p];
    const auto add = [&](const std::string& legend, const char* kind, double x, double y, double low,
                         double high) {
      table.add(
          {static_cast<std::int64_t>(p + 1), panel.y.label, legend, std::string(kind), x, y, low, high});
    };
    for (const Band& band : panel.bands)
      for (std::size_t i = 0; i < band.x.size(); ++i)
        add(band.legend, "band", band.x[i], kNotMeasured, band.low[i], band.high[i]);
    for (const Line& line : panel.lines)
      for (std::size_t i = 0; i < line.x.size(); ++i)
        add(line.legend, "line", line.x[i], line.y[i], kNotMeasured, kNotMeasured);
    for (const Points& points : panel.points)
      for (std::size_t i = 0; i < points.x.size(); ++i)
        add(points.legend, "points", points.x[i], points.y[i],
            points.low.empty() ? kNotMeasured : points.low[i],
            points.high.empty() ? kNotMeasured : points.high[i]);
  }
  return write_csv(table);
}

}  // namespace litho::plot
