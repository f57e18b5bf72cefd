#pragma once
#include "modules/plot/svg/kernel.hpp"

namespace litho::plot {

/// Value -> px along one axis of a plane.
class Scale {
 public:
  /// low < high, both > 0 where `log`.
  Scale(double low, double high, bool log, double px_at_low, double px_at_high);

  double low() const { return low_; }
  double high() const { return high_; }
  bool log() const { return log_; }
  /// NaN for what the axis cannot show.
  double px(double value) const;

 private:
  double low_, high_;
  bool log_;
  double from_, gain_, start_;
};

/// The ends of an axis: as given, else as the data of `panels` (x or y) asks, with room. Errors: plot.axis.
struct Ends {
  double low, high;
};
Result<Ends> ends_of_x(const Axis& axis, const Panel* first, const Panel* last);
Result<Ends> ends_of_y(const Panel& panel);

}  // namespace litho::plot
