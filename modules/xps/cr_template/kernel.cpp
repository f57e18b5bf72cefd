#include "modules/xps/cr_template/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "modules/xps/linear_fit/kernel.hpp"
#include "modules/xps/lines/kernel.hpp"

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
  if (at <= x.front()) return y.front();
  if (at >= x.back()) return y.back();
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

struct FilmShape {
  double shift_ev = 0;         ///< of both
  double gaussian_ev = 1;      ///< instrument broadening
  double oxide_offset_ev = 0;  ///< of the oxide beyond the shift
  double oxide_extra_ev = 0;   ///< broadening of the oxide beyond the instrument's
};

/// The two lines of either doublet apart: their ratio is not the model's where the film has satellites.
struct FilmColumns {
  std::vector<double> metal, metal_low, oxide, oxide_low;  ///< `low`: 2p1/2
};

struct FilmFit {
  std::array<double, 4> amplitudes{};    ///< metal 2p3/2, 2p1/2, oxide 2p3/2, 2p1/2; none negative
  double misfit = HUGE_VAL;              ///< chi-square
  std::vector<double> background, step;  ///< the step is part of the background

  double metal() const { return amplitudes[0] + amplitudes[1]; }
  double oxide() const { return amplitudes[2] + amplitudes[3]; }
};

FilmFit fit_film(std::span<const double> energy_ev, std::span<const double> counts, const FilmColumns& film) {
  const std::size_t n = counts.size();
  std::vector<double> metal(n), oxide(n);
  for (std::size_t i = 0; i < n; ++i) {
    metal[i] = film.metal[i] + kAreaRatio * film.metal_low[i];
    oxide[i] = film.oxide[i] + kAreaRatio * film.oxide_low[i];
  }
  std::vector<std::vector<double>> columns{std::vector<double>(n, 1),
                                           {},
                                           running_integral(energy_ev, metal),
                                           running_integral(energy_ev, oxide),
                                           film.metal,
                                           film.metal_low,
                                           film.oxide,
                                           film.oxide_low};
  for (const double e : energy_ev) columns[1].push_back(e - energy_ev.front());
  const LinearFit fit = fit_columns(columns, 2, counts);
  FilmFit out{{}, fit.misfit, std::vector<double>(n, 0), std::vector<double>(n, 0)};
  std::copy(fit.amplitudes.begin() + 4, fit.amplitudes.end(), out.amplitudes.begin());
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t i = 0; i < n; ++i) {
      out.background[i] += fit.amplitudes[a] * columns[a][i];
      if (a >= 2) out.step[i] += fit.amplitudes[a] * columns[a][i];
    }
  return out;
}

}  // namespace

namespace {

/// Each line of unit area.
Result<FilmColumns> film_columns(std::span<const double> energy_ev, const FilmShape& shape) {
  const std::size_t n = energy_ev.size();
  FilmColumns out{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n, 0),
                  std::vector<double>(n, 0)};
  for (const auto& [column, place_ev, wider] :
       {std::tuple{&out.metal, kMetalEv, 1.0}, {&out.metal_low, kMetalEv + kMetalSplittingEv, 1.3}}) {
    const std::array<double, 4> line{1, place_ev + shape.shift_ev, wider * std::hypot(shape.gaussian_ev, 0.6),
                                     0.7};
    if (const Status status = evaluate_line(LineShape::exponential_tail, line, energy_ev, *column); !status)
      return status.errors();
  }
  std::vector<double> one(n);
  for (const auto& [column, further_ev, wider] :
       {std::tuple{&out.oxide, 0.0, 1.0}, {&out.oxide_low, kOxideSplittingEv, 1.15}})
    for (const Part& part : kOxide) {
      const std::array<double, 3> line{
          part.share, part.position_ev + further_ev + shape.shift_ev + shape.oxide_offset_ev,
          wider * std::hypot(shape.gaussian_ev, part.width_ev, shape.oxide_extra_ev)};
      if (const Status status = evaluate_line(LineShape::gaussian, line, energy_ev, one); !status)
        return status.errors();
      for (std::size_t i = 0; i < n; ++i) (*column)[i] += one[i];
    }
  return out;
}

/// A doublet of unit area; with the model's ratio where there is too little of it to tell.
std::vector<double> doublet(const std::vector<double>& high, const std::vector<double>& low, double high_area,
                            double low_area, double whole) {
  const double share =
      high_area + low_area > 0.05 * whole ? low_area / (high_area + low_area) : kAreaRatio / (1 + kAreaRatio);
  std::vector<double> out(high.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = (1 - share) * high[i] + share * low[i];
  return out;
}

/// The shape that fits best: shift over +-8 eV, then coordinate by coordinate with halved steps.
Result<FilmShape> search_shape(std::span<const double> energy_ev, std::span<const double> counts) {
  FilmShape best;
  double misfit = HUGE_VAL;
  const auto attempt = [&](FilmShape tried) -> Status {
    tried.gaussian_ev = std::clamp(tried.gaussian_ev, 0.3, 1.6);
    tried.oxide_extra_ev = std::clamp(tried.oxide_extra_ev, 0.0, 3.0);
    tried.oxide_offset_ev = std::clamp(tried.oxide_offset_ev, -1.0, 1.0);
    const double line_ev = kMetalEv + tried.shift_ev;
    if (line_ev < energy_ev.front() + 1 || line_ev > energy_ev.back() - 12) return {};
    const auto columns = film_columns(energy_ev, tried);
    if (!columns) return columns.errors();
    if (const FilmFit fit = fit_film(energy_ev, counts, *columns); fit.misfit < misfit) {
      misfit = fit.misfit;
      best = tried;
    }
    return {};
  };
  for (int k = -16; k <= 16; ++k)
    if (const Status status = attempt({0.5 * k, 1, 0, 0.5}); !status) return status.errors();
  const std::array<FilmShape, 2> directions{{{0.3, 0, 0, 0}, {0, 0.4, 0, 0}}};
  for (const double step : {1.0, 0.5, 0.25})
    for (const double by : {-step, step, -step, step})
      for (const FilmShape& d : directions) {
        const FilmShape from = best;
        if (const Status status = attempt(
                {from.shift_ev + by * d.shift_ev, from.gaussian_ev + by * d.gaussian_ev,
                 from.oxide_offset_ev + by * d.oxide_offset_ev, from.oxide_extra_ev + by * d.oxide_extra_ev});
            !status)
          return status.errors();
      }
  return best;
}

}  // namespace

std::vector<double> moving_mean(std::span<const double> energy_ev, std::span<const double> values,
                                double half_width_ev) {
  const std::size_t n = energy_ev.size();
  std::vector<double> out(n);
  std::size_t first = 0, last = 0;
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    while (last < n && energy_ev[last] - energy_ev[i] < half_width_ev) sum += values[last++];
    while (energy_ev[i] - energy_ev[first] >= half_width_ev) sum -= values[first++];
    out[i] = sum / static_cast<double>(last - first);
  }
  return out;
}

namespace {

/// What a moving mean over 0.7 eV takes off, where counting explains its size within 2.5 eV: elsewhere it is
/// no noise but shape.
std::vector<double> scatter_of(std::span<const double> energy_ev, std::span<const double> counts,
                               std::span<const double> missed) {
  const std::size_t n = counts.size();
  auto scatter = moving_mean(energy_ev, missed, 0.35);
  std::vector<double> size(n);
  for (std::size_t i = 0; i < n; ++i) {
    scatter[i] = missed[i] - scatter[i];
    size[i] = scatter[i] * scatter[i] / std::max(counts[i], 1.0);
  }
  const double overall = std::reduce(size.begin(), size.end()) / static_cast<double>(n);
  const double noisy = std::clamp(4 * overall - 1, 0.0, 1.0);
  size = moving_mean(energy_ev, size, 2.5);
  for (std::size_t i = 0; i < n; ++i) scatter[i] *= noisy * std::clamp(3.6 - 2 * size[i], 0.0, 1.0);
  return scatter;
}

}  // namespace

Result<CrTemplate> cr2p_template(std::span<const double> energy_ev, std::span<const double> counts) {
  const std::size_t n = energy_ev.size();
  if (n < 40 || counts.size() != n || energy_ev.back() - energy_ev.front() < 16)
    return Error{"template.window", "", "the reference's region does not hold the whole of Cr 2p",
                 "measure from 570 to 590 eV at least, better 565 to 600 eV"};
  const auto shape = search_shape(energy_ev, counts);
  if (!shape) return shape.errors();
  const auto columns = film_columns(energy_ev, *shape);
  if (!columns) return columns.errors();
  const FilmFit best = fit_film(energy_ev, counts, *columns);
  const std::vector<double> nothing(n, 0);
  const double without = fit_film(energy_ev, counts, {nothing, nothing, nothing, nothing}).misfit;
  const double whole = best.metal() + best.oxide();
  if (!(whole > 0) || !(without - best.misfit > 100))
    return Error{"template.no_line", "", "no Cr 2p stands out of the reference", "is this the bare film?"};

  CrTemplate out;
  out.shift_ev = shape->shift_ev;
  out.gaussian_ev = shape->gaussian_ev;
  const auto& a = best.amplitudes;
  const auto metal = doublet(columns->metal, columns->metal_low, a[0], a[1], whole);
  const auto oxide = doublet(columns->oxide, columns->oxide_low, a[2], a[3], whole);
  // What the model misses belongs to the film (satellites, losses, the model's faults): under the lines it
  // counts as their area, elsewhere it only comes along.
  const double line_ev = kMetalEv + out.shift_ev;
  std::vector<double> missed(n);
  for (std::size_t i = 0; i < n; ++i)
    missed[i] = counts[i] - best.background[i] - best.metal() * metal[i] - best.oxide() * oxide[i];
  out.scatter = scatter_of(energy_ev, counts, missed);
  out.energy_ev.assign(energy_ev.begin(), energy_ev.end());
  out.background = best.background;
  // The step as the bare film has it; where it has none, in proportion to the lines.
  out.step = best.step;
  if (!(out.step.back() > 0)) {
    for (std::size_t i = 0; i < n; ++i) out.step[i] = best.metal() * metal[i] + best.oxide() * oxide[i];
    out.step = running_integral(energy_ev, out.step);
  }
  out.oxide_share = best.oxide() / whole;
  std::vector<double> fitted(n);
  for (std::size_t i = 0; i < n; ++i) {
    out.metal.push_back(whole * metal[i] + missed[i]);
    out.oxide.push_back(whole * oxide[i] + missed[i]);
    fitted[i] = best.metal() * metal[i] + best.oxide() * oxide[i] +
                missed[i] * window(energy_ev[i], line_ev - 3, line_ev + 16);
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
  const auto columns = film_columns(out.energy_ev, {0, gaussian_ev, 0, 0.5});
  if (!columns) return columns.errors();
  out.metal = doublet(columns->metal, columns->metal_low, 0, 0, 1);
  out.oxide = doublet(columns->oxide, columns->oxide_low, 0, 0, 1);
  out.step = running_integral(out.energy_ev, out.metal);
  out.gaussian_ev = gaussian_ev;
  out.area = 1;
  return out;
}

PlacedTemplate place_template(const CrTemplate& film, std::span<const double> energy_ev,
                              double centre_shift_ev, double shift_range_ev, double step_ev, double scale,
                              double shift_u_ev) {
  PlacedTemplate out;
  const std::size_t n = energy_ev.size();
  const int half = static_cast<int>(std::ceil(shift_range_ev / step_ev - 1e-9));
  out.line.rows = static_cast<std::size_t>(2 * half + 1);
  out.line.parts = 2;
  out.line.nominal = static_cast<std::size_t>(half);
  out.line.mix = {1 - film.oxide_share, film.oxide_share};
  for (int k = -half; k <= half; ++k) {
    const double from_centre = half > 0 ? shift_range_ev * k / half : 0,
                 shift = centre_shift_ev + from_centre;
    if (shift_u_ev > 0) out.line.penalty.push_back(std::pow(from_centre / shift_u_ev, 2));
    for (const auto* part : {&film.metal, &film.oxide})
      for (std::size_t i = 0; i < n; ++i)
        out.line.shapes.push_back(
            scale *
            (interpolate(film.energy_ev, *part, energy_ev[i] - shift) -
             (film.scatter.empty() ? 0.0 : interpolate(film.energy_ev, film.scatter, energy_ev[i] - shift))));
  }
  for (const double e : energy_ev)
    out.step.push_back(interpolate(film.energy_ev, film.step, e - centre_shift_ev));
  if (!film.shape_variance.empty())
    for (std::size_t i = 0; i < n; ++i)
      out.shape_variance.push_back(
          scale * scale * interpolate(film.energy_ev, film.shape_variance, energy_ev[i] - centre_shift_ev));
  return out;
}

}  // namespace litho
