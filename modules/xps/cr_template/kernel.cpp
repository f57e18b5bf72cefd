#include "modules/xps/cr_template/kernel.hpp"

#include <algorithm>
#include <cmath>

#include "modules/xps/doublet/kernel.hpp"
#include "modules/xps/linear_fit/kernel.hpp"

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

/// 1 between `low_ev` and `high_ev`, falling to 0 over 1.5 eV outside.
double window(double e, double low_ev, double high_ev) {
  const double outside = std::max({low_ev - e, e - high_ev, 0.0}) / 1.5;
  return outside >= 1 ? 0 : 0.5 * (1 + std::cos(M_PI * outside));
}

std::vector<double> running_integral(std::span<const double> x, std::span<const double> y) {
  std::vector<double> out(x.size(), 0);
  for (std::size_t i = 1; i < x.size(); ++i)
    out[i] = out[i - 1] + 0.5 * (y[i] + y[i - 1]) * (x[i] - x[i - 1]);
  return out;
}

/// A line, metal and oxide (not negative), and the step that follows each.
struct FilmFit {
  double metal = 0, oxide = 0;
  double misfit = HUGE_VAL;  ///< chi-square
  std::vector<double> background;
};

FilmFit fit_film(std::span<const double> energy_ev, std::span<const double> counts, const std::vector<double>& metal,
                 const std::vector<double>& oxide) {
  const std::size_t n = counts.size();
  std::vector<std::vector<double>> columns{std::vector<double>(n, 1), {}, running_integral(energy_ev, metal),
                                           running_integral(energy_ev, oxide), metal, oxide};
  for (const double e : energy_ev) columns[1].push_back(e - energy_ev.front());
  const LinearFit fit = fit_columns(columns, 2, counts);
  FilmFit out{fit.amplitudes[4], fit.amplitudes[5], fit.misfit, std::vector<double>(n, 0)};
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t i = 0; i < n; ++i) out.background[i] += fit.amplitudes[a] * columns[a][i];
  return out;
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
  const std::size_t n = energy_ev.size();
  if (n < 40 || counts.size() != n || energy_ev.back() - energy_ev.front() < 16)
    return Error{"template.window", "", "the reference's region does not hold the whole of Cr 2p",
                 "measure from 570 to 590 eV at least, better 565 to 600 eV"};
  CrTemplate out;
  FilmFit best;
  std::vector<double> metal(n), oxide(n);
  const auto search = [&](double centre_ev, double reach_ev, double step_ev,
                          std::span<const double> broadenings_ev) -> Status {
    const int steps = static_cast<int>(std::lround(reach_ev / step_ev));
    for (int k = -steps; k <= steps; ++k)
      for (const double broadening : broadenings_ev) {
        const double shift = centre_ev + step_ev * k;
        if (kMetalEv + shift < energy_ev.front() + 1 || kMetalEv + shift > energy_ev.back() - 12) continue;
        if (const Status status = cr2p_shapes(energy_ev, shift, broadening, metal, oxide); !status) return status;
        FilmFit fit = fit_film(energy_ev, counts, metal, oxide);
        if (fit.misfit < best.misfit) {
          best = std::move(fit);
          out.shift_ev = shift;
          out.gaussian_ev = broadening;
        }
      }
    return {};
  };
  constexpr std::array kCoarse{1.0};
  constexpr std::array kFine{0.5, 0.8, 1.1, 1.5, 2.0};
  if (const Status status = search(0, 8, 0.5, kCoarse); !status) return status.errors();
  if (const Status status = search(out.shift_ev, 0.4, 0.1, kFine); !status) return status.errors();
  const std::vector<double> nothing(n, 0);
  const double without = fit_film(energy_ev, counts, nothing, nothing).misfit;
  if (!(best.metal + best.oxide > 0) || !(without - best.misfit > 100))
    return Error{"template.no_line", "", "no Cr 2p stands out of the reference", "is this the bare film?"};

  if (const Status status = cr2p_shapes(energy_ev, out.shift_ev, out.gaussian_ev, metal, oxide); !status)
    return status.errors();
  // What the model misses under the lines belongs to the film; what it misses elsewhere is background.
  const double line_ev = kMetalEv + out.shift_ev;
  std::vector<double> missed(n);
  for (std::size_t i = 0; i < n; ++i)
    missed[i] = (counts[i] - best.background[i] - best.metal * metal[i] - best.oxide * oxide[i]) *
                window(energy_ev[i], line_ev - 3, line_ev + 16);
  missed = smooth(energy_ev, missed);
  const double whole = best.metal + best.oxide;
  out.energy_ev.assign(energy_ev.begin(), energy_ev.end());
  out.background = best.background;
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
