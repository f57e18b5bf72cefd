#include "modules/statistics/growth_law/kernel.hpp"

#include <cmath>
#include <set>

#include "modules/statistics/nested_means/kernel.hpp"

namespace litho {
namespace {

constexpr double kParameters = 3;  // intercept, rate, spread
constexpr double kDecisive = 2;    // difference of the criterion

/// Least squares of y = a + b x.
GrowthFit fit_line(const std::string& law, const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_x += x[i] / n;
    mean_y += y[i] / n;
  }
  double xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  GrowthFit fit;
  fit.law = law;
  const double rate = xy / xx, intercept = mean_y - rate * mean_x;
  double rss = 0;
  for (std::size_t i = 0; i < x.size(); ++i) rss += std::pow(y[i] - intercept - rate * x[i], 2);
  fit.residual_sd_um = std::sqrt(rss / (n - 2));
  const double t = student_975(n - 2);
  const double half_rate = t * fit.residual_sd_um / std::sqrt(xx);
  const double half_intercept = t * fit.residual_sd_um * std::sqrt(1 / n + mean_x * mean_x / xx);
  fit.rate = {rate, rate - half_rate, rate + half_rate, ""};
  fit.intercept_um = {intercept, intercept - half_intercept, intercept + half_intercept, "um"};
  if (yy > 0) fit.r_squared = 1 - rss / yy;
  // Scatter at the level of rounding says nothing of either law.
  if (n >= kParameters + 2 && rss > 1e-24 * (yy + mean_y * mean_y))
    fit.aicc =
        n * std::log(rss / n) + 2 * kParameters + 2 * kParameters * (kParameters + 1) / (n - kParameters - 1);
  return fit;
}

}  // namespace

std::vector<GrowthFit> fit_growth(std::span<const GrowthPoint> points) {
  std::set<double> times;
  std::vector<double> t, root, h;
  for (const GrowthPoint& point : points) {
    times.insert(point.time_h);
    t.push_back(point.time_h);
    root.push_back(std::sqrt(point.time_h));
    h.push_back(point.thickness_um);
  }
  if (times.size() < 3) return {};
  std::vector<GrowthFit> fits{fit_line("linear", t, h), fit_line("sqrt", root, h)};
  for (std::size_t i = 0; i < 2; ++i) {
    const double delta = fits[i].aicc - fits[1 - i].aicc;
    fits[i].verdict = delta <= -kDecisive ? "preferred" : delta >= kDecisive ? "disfavoured" : "undecided";
    fits[i].weight = 1 / (1 + std::exp(delta / 2));
  }
  return fits;
}

}  // namespace litho
