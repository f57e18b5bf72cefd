#include "modules/xps/cr_template/kernel.hpp"

#include <algorithm>
#include <cmath>

#include "modules/xps/backgrounds/kernel.hpp"
#include "modules/xps/doublet/kernel.hpp"

namespace litho {
namespace {

constexpr double kMetalEv = 574.3, kMetalSplittingEv = 9.25, kOxideSplittingEv = 9.8;
constexpr double kAreaRatio = 0.5;
/// Spacing and share of the multiplet lines of Cr2O3 and, last, a hydroxide's broad line.
struct Part {
  double position_ev, share, width_ev;
};
constexpr std::array<Part, 6> kOxide{{{575.7, 0.252, 0.88},
                                      {576.7, 0.245, 0.88},
                                      {577.5, 0.133, 0.88},
                                      {578.5, 0.056, 0.88},
                                      {578.9, 0.035, 0.88},
                                      {577.4, 0.279, 2.5}}};

double interpolate(std::span<const double> x, std::span<const double> y, double at) {
  if (at <= x.front() || at >= x.back()) return 0;
  const auto after = std::upper_bound(x.begin(), x.end(), at) - x.begin();
  const double share = (at - x[after - 1]) / (x[after] - x[after - 1]);
  return y[after - 1] + share * (y[after] - y[after - 1]);
}

std::vector<double> channel_widths(std::span<const double> x) {
  std::vector<double> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t lo = i == 0 ? 0 : i - 1, hi = std::min(i + 1, x.size() - 1);
    out[i] = (x[hi] - x[lo]) / static_cast<double>(hi - lo);
  }
  return out;
}

double integral(std::span<const double> x, std::span<const double> y) {
  double sum = 0;
  for (std::size_t i = 1; i < x.size(); ++i) sum += 0.5 * (y[i] + y[i - 1]) * (x[i] - x[i - 1]);
  return sum;
}

/// Gaussian average of standard deviation 0.4 eV.
std::vector<double> smooth(std::span<const double> x, std::span<const double> y) {
  constexpr double kSigmaEv = 0.4;
  std::vector<double> out(y.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    double sum = 0, weight = 0;
    for (std::size_t k = i; k-- > 0 && x[i] - x[k] < 4 * kSigmaEv;) {
      const double w = std::exp(-0.5 * std::pow((x[i] - x[k]) / kSigmaEv, 2));
      sum += w * y[k];
      weight += w;
    }
    for (std::size_t k = i; k < x.size() && x[k] - x[i] < 4 * kSigmaEv; ++k) {
      const double w = std::exp(-0.5 * std::pow((x[i] - x[k]) / kSigmaEv, 2));
      sum += w * y[k];
      weight += w;
    }
    out[i] = sum / weight;
  }
  return out;
}

struct TwoShapeFit {
  double metal = 0, oxide = 0, gain = 0;
};
TwoShapeFit fit_shapes(std::span<const double> net, std::span<const double> weight, std::span<const double> metal,
                       std::span<const double> oxide) {
  double mm = 0, mo = 0, oo = 0, my = 0, oy = 0;
  for (std::size_t i = 0; i < net.size(); ++i) {
    mm += weight[i] * metal[i] * metal[i];
    mo += weight[i] * metal[i] * oxide[i];
    oo += weight[i] * oxide[i] * oxide[i];
    my += weight[i] * metal[i] * net[i];
    oy += weight[i] * oxide[i] * net[i];
  }
  TwoShapeFit best;
  const auto take = [&](double a, double b) {
    if (!(a >= 0 && b >= 0)) return;
    const double gain = 2 * (a * my + b * oy) - (a * a * mm + 2 * a * b * mo + b * b * oo);
    if (gain > best.gain) best = {a, b, gain};
  };
  if (mm > 0) take(my / mm, 0);
  if (oo > 0) take(0, oy / oo);
  const double determinant = mm * oo - mo * mo;
  if (determinant > 1e-9 * mm * oo) take((my * oo - oy * mo) / determinant, (oy * mm - my * mo) / determinant);
  return best;
}

}  // namespace

Status cr2p_shapes(std::span<const double> energy_ev, double shift_ev, double gaussian_ev,
                   std::span<double> metal, std::span<double> oxide) {
  const std::array<double, 7> skewed{1,   kMetalEv + shift_ev, std::hypot(gaussian_ev, 0.6), 0.7, kMetalSplittingEv,
                                     kAreaRatio, 1.3};
  if (const Status status = evaluate_doublet(LineShape::exponential_tail, skewed, energy_ev, metal); !status)
    return status;
  for (double& v : metal) v /= 1 + kAreaRatio;
  std::fill(oxide.begin(), oxide.end(), 0.0);
  std::vector<double> one(energy_ev.size());
  for (const Part& part : kOxide) {
    const std::array<double, 6> line{part.share / (1 + kAreaRatio), part.position_ev + shift_ev,
                                     std::hypot(gaussian_ev, part.width_ev), kOxideSplittingEv, kAreaRatio, 1.15};
    if (const Status status = evaluate_doublet(LineShape::gaussian, line, energy_ev, one); !status) return status;
    for (std::size_t i = 0; i < one.size(); ++i) oxide[i] += one[i];
  }
  return {};
}

Result<CrTemplate> cr2p_template(std::span<const double> energy_ev, std::span<const double> counts) {
  const int end_points = std::clamp(static_cast<int>(energy_ev.size()) / 30, 2, 12);
  const auto background = shirley_background(energy_ev, counts, end_points);
  if (!background) {
    if (background.errors().front().code == "background.no_signal")
      return Error{"template.no_line", "", "no Cr 2p stands out of the reference", "is this the bare film?"};
    return background.errors();
  }
  const std::size_t n = energy_ev.size();
  std::vector<double> net(n), weight(n);
  for (std::size_t i = 0; i < n; ++i) {
    net[i] = counts[i] - background->values[i];
    weight[i] = 1 / std::max(counts[i], 1.0);
  }
  // The model over shift and broadening; one broad pass, one fine.
  CrTemplate out;
  TwoShapeFit best;
  std::vector<double> metal(n), oxide(n);
  const auto search = [&](double centre_ev, double reach_ev, double step_ev,
                          std::span<const double> broadenings_ev) -> Status {
    for (double shift = centre_ev - reach_ev; shift <= centre_ev + reach_ev + 1e-9; shift += step_ev)
      for (const double broadening : broadenings_ev) {
        if (const Status status = cr2p_shapes(energy_ev, shift, broadening, metal, oxide); !status) return status;
        const TwoShapeFit fit = fit_shapes(net, weight, metal, oxide);
        if (fit.gain > best.gain) {
          best = fit;
          out.shift_ev = shift;
          out.gaussian_ev = broadening;
        }
      }
    return {};
  };
  constexpr std::array kCoarse{1.0};
  constexpr std::array kFine{0.5, 0.7, 0.9, 1.1, 1.3, 1.6, 2.0};
  if (const Status status = search(0, 8, 0.5, kCoarse); !status) return status.errors();
  if (const Status status = search(out.shift_ev, 0.5, 0.1, kFine); !status) return status.errors();
  double total = 0, sum_net = 0;
  for (std::size_t i = 0; i < n; ++i) {
    total += counts[i];
    sum_net += net[i];
  }
  if (!(best.gain > 25) || !(sum_net > 5 * std::sqrt(total)))
    return Error{"template.no_line", "", "no Cr 2p stands out of the reference", "is this the bare film?"};
  if (energy_ev.front() > kMetalEv + out.shift_ev - 2 || energy_ev.back() < kMetalEv + out.shift_ev + 14)
    return Error{"template.window", "", "the reference's region does not hold the whole of Cr 2p",
                 "measure from 570 to 590 eV at least, better 565 to 600 eV"};

  if (const Status status = cr2p_shapes(energy_ev, out.shift_ev, out.gaussian_ev, metal, oxide); !status)
    return status.errors();
  std::vector<double> missed(n);
  for (std::size_t i = 0; i < n; ++i) missed[i] = net[i] - best.metal * metal[i] - best.oxide * oxide[i];
  missed = smooth(energy_ev, missed);
  const double whole = best.metal + best.oxide;
  out.energy_ev.assign(energy_ev.begin(), energy_ev.end());
  out.background = background->values;
  out.oxide_share = best.oxide / whole;
  std::vector<double> fitted(n);
  for (std::size_t i = 0; i < n; ++i) {
    out.metal.push_back(whole * metal[i] + missed[i]);
    out.oxide.push_back(whole * oxide[i] + missed[i]);
    fitted[i] = best.metal * metal[i] + best.oxide * oxide[i] + missed[i];
    out.shape_variance.push_back(counts[i]);
  }
  out.area = integral(energy_ev, fitted);
  const auto widths = channel_widths(energy_ev);
  double variance = 0;
  for (std::size_t i = 0; i < n; ++i) variance += counts[i] * widths[i] * widths[i];
  out.area_u = std::sqrt(variance);
  return out;
}

Result<CrTemplate> cr2p_model_template(double gaussian_ev) {
  CrTemplate out;
  for (int i = 0; i <= 600; ++i) out.energy_ev.push_back(555 + 0.1 * i);
  out.metal.resize(out.energy_ev.size());
  out.oxide.resize(out.energy_ev.size());
  if (const Status status = cr2p_shapes(out.energy_ev, 0, gaussian_ev, out.metal, out.oxide); !status)
    return status.errors();
  out.gaussian_ev = gaussian_ev;
  out.area = 1;
  return out;
}

PlacedTemplate place_template(const CrTemplate& film, std::span<const double> energy_ev, double centre_shift_ev,
                              double shift_range_ev, double step_ev, double scale) {
  PlacedTemplate out;
  const std::size_t n = energy_ev.size();
  const int half = static_cast<int>(std::ceil(shift_range_ev / step_ev - 1e-9));
  out.line.rows = static_cast<std::size_t>(2 * half + 1);
  out.line.parts = 2;
  out.line.nominal = static_cast<std::size_t>(half);
  out.line.mix = {1 - film.oxide_share, film.oxide_share};
  for (int k = -half; k <= half; ++k) {
    const double shift = centre_shift_ev + (half > 0 ? shift_range_ev * k / half : 0);
    for (const auto* part : {&film.metal, &film.oxide})
      for (std::size_t i = 0; i < n; ++i)
        out.line.shapes.push_back(scale * interpolate(film.energy_ev, *part, energy_ev[i] - shift));
  }
  out.step.resize(n);
  const double* metal = out.line.shapes.data() + 2 * out.line.nominal * n;
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += out.line.mix[0] * metal[i] + out.line.mix[1] * metal[n + i];
    out.step[i] = sum;
  }
  if (sum != 0)
    for (double& s : out.step) s /= sum;
  if (!film.shape_variance.empty())
    for (std::size_t i = 0; i < n; ++i)
      out.shape_variance.push_back(
          scale * scale * interpolate(film.energy_ev, film.shape_variance, energy_ev[i] - centre_shift_ev));
  return out;
}

}  // namespace litho
