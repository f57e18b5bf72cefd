#include "modules/plot/svg/scale.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/core/number.hpp"

namespace litho::plot {
namespace {

constexpr double kRoom = 0.05;

class Extent {
 public:
  explicit Extent(bool log) : log_(log) {}
  void see(const std::vector<double>& values) {
    for (const double v : values)
      if (std::isfinite(v) && (!log_ || v > 0)) low_ = std::min(low_, v), high_ = std::max(high_, v);
  }

  Result<Ends> ends(const Axis& axis) const {
    double low = low_, high = high_;
    if (low > high) low = log_ ? 1 : 0, high = log_ ? 10 : 1;  // nothing to show: bare axes
    if (log_) {
      const double room = high > low ? std::pow(high / low, kRoom) : 2;
      low /= room, high *= room;
    } else {
      const double room = high > low ? kRoom * (high - low) : std::max(0.5, std::abs(low) * kRoom);
      low -= room, high += room;
    }
    low = axis.low.value_or(low);
    high = axis.high.value_or(high);
    if (!(low < high) || !std::isfinite(low) || !std::isfinite(high) || (log_ && !(low > 0)))
      return Error{"plot.axis", axis.label,
                   "an axis cannot run from " + format_exact(low) + " to " + format_exact(high),
                   "give ends that rise, positive ones where it is logarithmic"};
    return Ends{low, high};
  }

 private:
  bool log_;
  double low_ = std::numeric_limits<double>::infinity(), high_ = -low_;
};

}  // namespace

Scale::Scale(double low, double high, bool log, double px_at_low, double px_at_high)
    : low_(low),
      high_(high),
      log_(log),
      from_(log ? std::log10(low) : low),
      gain_((px_at_high - px_at_low) / ((log ? std::log10(high) : high) - from_)),
      start_(px_at_low) {}

double Scale::px(double value) const {
  if (log_) value = value > 0 ? std::log10(value) : std::numeric_limits<double>::quiet_NaN();
  return start_ + (value - from_) * gain_;
}

Result<Ends> ends_of_x(const Axis& axis, const Panel* first, const Panel* last) {
  Extent extent(axis.log);
  for (const Panel* panel = first; panel != last; ++panel) {
    for (const Band& band : panel->bands) extent.see(band.x);
    for (const Line& line : panel->lines) extent.see(line.x);
    for (const Points& points : panel->points) extent.see(points.x);
  }
  return extent.ends(axis);
}

Result<Ends> ends_of_y(const Panel& panel) {
  Extent extent(panel.y.log);
  for (const Band& band : panel.bands) extent.see(band.low), extent.see(band.high);
  for (const Line& line : panel.lines) extent.see(line.y);
  for (const Points& points : panel.points)
    extent.see(points.y), extent.see(points.low), extent.see(points.high);
  return extent.ends(panel.y);
}

}  // namespace litho::plot
