#include "samples/xps/region.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

namespace litho::xps_sample {
namespace {

constexpr double kStepEv = 0.1;
constexpr double kLossEv = 80;  // losses are followed this far below their line

/// A line as it leaves the solid: Lorentzian with an exponential tail, broadened by a Gaussian.
struct Line {
  double binding_ev, area_cps_ev, lorentz_ev, gauss_ev, tail = 0, tail_ev = 1;
};

double voigt_like(double x_ev, double lorentz_ev, double gauss_ev) {
  // A Thompson-Cox-Hastings mixture serves as truth: its area is one by construction.
  const double l = lorentz_ev, g = gauss_ev;
  const double f =
      std::pow(std::pow(g, 5) + 2.69269 * std::pow(g, 4) * l + 2.42843 * std::pow(g, 3) * l * l +
                   4.47163 * g * g * std::pow(l, 3) + 0.07842 * g * std::pow(l, 4) + std::pow(l, 5),
               0.2);
  const double r = l / f, eta = 1.36603 * r - 0.47719 * r * r + 0.11116 * r * r * r;
  const double s = f / (2 * std::sqrt(2 * std::numbers::ln2));
  return eta * (f / 2) / (std::numbers::pi * (x_ev * x_ev + f * f / 4)) +
         (1 - eta) * std::exp(-x_ev * x_ev / (2 * s * s)) / (s * std::sqrt(2 * std::numbers::pi));
}

/// Intensities per eV on a grid of binding energies that rises from `lo_ev` in steps of kStepEv.
class Emission {
 public:
  Emission(double lo_ev, double hi_ev) : lo_ev_(lo_ev), cps_(points(lo_ev, hi_ev), 0.0) {}

  void add(const Line& line) {
    std::vector<double> shape(cps_.size());
    for (std::size_t i = 0; i < cps_.size(); ++i)
      shape[i] = voigt_like(at(i) - line.binding_ev, line.lorentz_ev, line.gauss_ev);
    if (line.tail > 0) {
      // Electrons that lost a little on the way: an exponential towards higher binding energy.
      double carried = 0;
      const double keep = std::exp(-kStepEv / line.tail_ev);
      for (double& value : shape) {
        carried = carried * keep + value * (1 - keep);
        value = (1 - line.tail) * value + line.tail * carried;
      }
    }
    for (std::size_t i = 0; i < cps_.size(); ++i) cps_[i] += line.area_cps_ev * shape[i];
  }

  /// Inelastic losses: a broad cross-section with a plasmon on it, convolved with what was emitted.
  void add_losses(double strength, double plasmon_ev, double plasmon_share) {
    const auto reach = static_cast<std::size_t>(kLossEv / kStepEv);
    std::vector<double> kernel(reach);
    double sum = 0;
    for (std::size_t k = 0; k < reach; ++k) {
      const double t = static_cast<double>(k) * kStepEv;
      const double broad = t / std::pow(900 + t * t, 2);
      const double p = (t - plasmon_ev) / 4;
      kernel[k] = broad * 1800 + plasmon_share * 0.07 * std::exp(-p * p / 2);
      sum += kernel[k] * kStepEv;
    }
    std::vector<double> lost(cps_.size());
    for (std::size_t i = 0; i < cps_.size(); ++i)
      for (std::size_t k = 1; k < std::min(reach, i + 1); ++k) lost[i] += kernel[k] * cps_[i - k];
    for (std::size_t i = 0; i < cps_.size(); ++i) cps_[i] += strength / sum * kStepEv * lost[i];
  }

  void add_smooth(double (*shape)(double x, const double* p), const double* parameters) {
    const double n = static_cast<double>(cps_.size());
    for (std::size_t i = 0; i < cps_.size(); ++i)
      cps_[i] += shape(2 * static_cast<double>(i) / n - 1, parameters);
  }

  double value(double binding_ev) const {
    const double x = (binding_ev - lo_ev_) / kStepEv;
    const auto i = static_cast<std::size_t>(x);
    const double t = x - static_cast<double>(i);
    return cps_[i] * (1 - t) + cps_[i + 1] * t;
  }

 private:
  static std::size_t points(double lo_ev, double hi_ev) {
    return static_cast<std::size_t>((hi_ev - lo_ev) / kStepEv) + 3;
  }
  double at(std::size_t i) const { return lo_ev_ + kStepEv * static_cast<double>(i); }

  double lo_ev_;
  std::vector<double> cps_;
};

/// Level, slope, bend and one slow wave: p = {level, slope, bend, wave, phase, waves}.
double smooth_background(double x, const double* p) {
  return p[0] *
         (1 + p[1] * x + p[2] * (x * x - 1.0 / 3) + p[3] * std::sin(p[5] * std::numbers::pi * x + p[4]));
}

struct Window {
  const char* name;
  double lo_ev, hi_ev;
};

class Scan {
 public:
  Scan(const Film& film, bool plated, const Window& window, std::uint64_t seed, int index)
      : film_(film),
        plated_(plated),
        window_(window),
        random_(seed, "xps/region/" + film.kind + "/" + std::to_string(index) +
                          (plated ? "/plated/" : "/bare/") + window.name),
        emission_(window.lo_ev - kLossEv / 2, window.hi_ev) {}

  void line(double binding_ev, double area, double lorentz_ev, double gauss_ev, double tail = 0,
            double tail_ev = 1, double extra_ev = 0) {
    // A higher pass energy blurs more.
    const double blur = gauss_ev * film_.pass_energy_ev / 50;
    emission_.add({binding_ev + shift() + extra_ev, area, lorentz_ev, blur, tail, tail_ev});
  }
  /// Of the film's lines; what lies on top changes the plated ones' a little.
  void losses(double share = 1) {
    const double strength = share * film_.loss_strength * (plated_ ? random_.uniform(0.9, 1.1) : 1);
    emission_.add_losses(strength, film_.plasmon_ev, film_.plasmon_share);
  }
  void background(double level_cps, double bend) {
    const double p[]{level_cps,
                     random_.uniform(0.02, 0.12),
                     bend * random_.normal(),
                     0.3 * bend * random_.normal(),
                     random_.uniform(0, 6.28),
                     random_.uniform(0.8, 1.6)};
    emission_.add_smooth(smooth_background, p);
  }

  /// Mean counts at energies that fall from the window's upper end.
  Region expected() const {
    Region region;
    region.name = window_.name;
    region.sweeps = plated_ ? film_.sweeps : film_.reference_sweeps;
    const double seconds = region.sweeps * film_.dwell_s;
    const auto points = static_cast<int>(std::round((window_.hi_ev - window_.lo_ev) / kStepEv)) + 1;
    for (int i = 0; i < points; ++i) {
      region.binding_ev.push_back(window_.hi_ev - kStepEv * i);
      region.counts.push_back(emission_.value(region.binding_ev.back()) * seconds);
    }
    return region;
  }

  Region measure() {
    Region region = expected();
    for (double& count : region.counts)
      count = std::round(film_.dispersion * random_.poisson(std::max(count, 0.0) / film_.dispersion));
    return region;
  }

  RandomStream& random() { return random_; }

 private:
  double shift() const { return plated_ ? film_.shift_ev : film_.reference_shift_ev; }

  const Film& film_;
  bool plated_;
  Window window_;
  RandomStream random_;
  Emission emission_;
};

constexpr Window kCr2p{"Cr 2p", 562, 606};

/// Two thirds of the doublet in 2p3/2; the oxide as the envelope of its multiplet.
void add_cr2p(Scan& scan, double metal, double oxide) {
  scan.line(574.2, metal * 0.66, 0.45, 0.85, 0.25, 1.2);
  scan.line(583.5, metal * 0.34, 0.95, 0.9, 0.25, 1.2);
  scan.line(576.0, oxide * 0.36, 0.4, 1.2);
  scan.line(577.1, oxide * 0.22, 0.4, 1.3);
  scan.line(578.4, oxide * 0.08, 0.4, 1.6);
  scan.line(586.5, oxide * 0.34, 0.8, 2.3);
}

Scan cr2p(const Film& film, bool plated, std::uint64_t seed, int index) {
  Scan scan(film, plated, kCr2p, seed, index);
  const double area = film.cr2p_cps_ev * (plated ? film.cr2p_ratio() : 1);
  const double oxide = plated ? film.cr_oxide : film.reference_cr_oxide;
  add_cr2p(scan, area * (1 - oxide), area * oxide);
  scan.losses();
  if (film.ge_lmm > 0) {
    const double seen = film.ge_lmm * film.cr2p_cps_ev * (plated ? film.cr2p_ratio() : 1);
    scan.line(581.6, seen, 1.0, 3.0);
    scan.line(597.6, seen * 0.5, 1.0, 3.5);
  }
  scan.background(plated ? film.background_cps : film.reference_background_cps, 0.02);
  return scan;
}

Region li1s(const Film& film, bool plated, std::uint64_t seed, int index) {
  Scan scan(film, plated, {"Li 1s", 34, 70}, seed, index);
  const double cr3p = 0.14 * film.cr2p_cps_ev * (plated ? film.cr3p_ratio() : 1);
  const double oxide = plated ? film.cr_oxide : film.reference_cr_oxide;
  scan.line(42.3, cr3p * (1 - oxide) * 0.67, 0.7, 1.3, 0.3, 1.5);
  scan.line(43.2, cr3p * (1 - oxide) * 0.33, 0.7, 1.3, 0.3, 1.5);
  scan.line(44.0, cr3p * oxide, 0.6, 2.9);
  if (plated && film.li1s_share() > 0) {
    const double area = film.cr2p_cps_ev / 130 * film.li_strength * film.li1s_share();
    scan.line(54.7, area * film.li_metal, 0.2, 1.0, 0.1, 1.0, film.extra_shift_ev);
    scan.line(55.5, area * (1 - film.li_metal), 0.2, 1.5, 0, 1, film.extra_shift_ev);
  }
  scan.losses();
  scan.background((plated ? film.background_cps : film.reference_background_cps) * film.low_energy_background,
                  0.04);
  return scan.measure();
}

Region c1s(const Film& film, bool plated, std::uint64_t seed, int index) {
  Scan scan(film, plated, {"C 1s", 279, 297}, seed, index);
  const double carbon = film.cr2p_cps_ev * scan.random().uniform(0.05, 0.3);
  scan.line(284.8, carbon, 0.2, 1.1);
  scan.line(286.3, carbon * scan.random().uniform(0.05, 0.3), 0.2, 1.3);
  // Plated films carry more carbonate than hydrocarbon at times: the largest line is not the reference.
  scan.line(289.9, carbon * (plated ? scan.random().uniform(0.1, 2.0) : 0.1), 0.2, 1.3);
  scan.losses(0.4);
  scan.background((plated ? film.background_cps : film.reference_background_cps) * 0.4, 0.01);
  return scan.measure();
}

Region o1s(const Film& film, bool plated, std::uint64_t seed, int index) {
  Scan scan(film, plated, {"O 1s", 524, 540}, seed, index);
  const double oxygen = film.cr2p_cps_ev * scan.random().uniform(0.2, 0.6);
  if (plated) {
    scan.line(528.6, oxygen * scan.random().uniform(0, 0.3), 0.2, 1.2, 0, 1, film.extra_shift_ev);
    scan.line(531.5, oxygen, 0.2, 1.6);
  } else {
    scan.line(530.2, oxygen * 0.6, 0.2, 1.2);
    scan.line(531.7, oxygen * 0.4, 0.2, 1.7);
  }
  scan.losses(0.6);
  scan.background((plated ? film.background_cps : film.reference_background_cps) * 0.9, 0.01);
  return scan.measure();
}

Region al2s(const Film& film, bool plated, std::uint64_t seed, int index) {
  Scan scan(film, plated, {"Al 2s", 110, 128}, seed, index);
  // 6 nm of Al2O3 beneath the Cr: what 30 nm of metal let through comes from its pinholes.
  scan.line(118.6, 0.002 * film.cr2p_cps_ev * (plated ? film.cr2p_ratio() : 1), 0.4, 1.7);
  scan.losses(0.6);
  scan.background((plated ? film.background_cps : film.reference_background_cps) * 0.2, 0.02);
  return scan.measure();
}

/// What is left of `column` beside an orthonormal basis, all in units of the noise.
std::vector<double> rest_beside(std::vector<double> column, const std::vector<std::vector<double>>& basis) {
  for (int pass = 0; pass < 2; ++pass)
    for (const auto& q : basis) {
      const double along = std::inner_product(q.begin(), q.end(), column.begin(), 0.0);
      for (std::size_t i = 0; i < q.size(); ++i) column[i] -= along * q[i];
    }
  return column;
}

double length(const std::vector<double>& v) {
  return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
}

}  // namespace

double cr2p_ratio_sd(const Film& film, std::uint64_t seed, int index) {
  const Region seen = cr2p(film, true, seed, index).expected();
  const auto pure = [&](double metal, double oxide) {
    Scan scan(film, true, kCr2p, seed, index);
    add_cr2p(scan, film.cr2p_cps_ev * metal, film.cr2p_cps_ev * oxide);
    return scan.expected().counts;
  };
  const std::size_t n = seen.counts.size();
  const auto line = pure(1 - film.reference_cr_oxide, film.reference_cr_oxide);
  std::vector<std::vector<double>> free{pure(1, -1), std::vector<double>(n)};
  std::partial_sum(line.rbegin(), line.rend(), free[1].rbegin());
  for (int power = 0; power <= 3; ++power) {
    free.emplace_back();
    for (std::size_t i = 0; i < n; ++i)
      free.back().push_back(std::pow(2 * static_cast<double>(i) / static_cast<double>(n - 1) - 1, power));
  }
  const auto weighted = [&](std::vector<double> v) {
    for (std::size_t i = 0; i < n; ++i) v[i] /= std::sqrt(film.dispersion * std::max(seen.counts[i], 1.0));
    return v;
  };
  std::vector<std::vector<double>> basis;
  for (const auto& column : free) {
    basis.push_back(rest_beside(weighted(column), basis));
    const double size = length(basis.back());
    for (double& x : basis.back()) x /= size;
  }
  return 1 / length(rest_beside(weighted(line), basis));
}

std::vector<Region> draw_regions(const Film& film, bool plated, std::uint64_t seed, int index) {
  std::vector<Region> regions{cr2p(film, plated, seed, index).measure(), li1s(film, plated, seed, index),
                              c1s(film, plated, seed, index), o1s(film, plated, seed, index)};
  if (film.kind == "bilayer") regions.push_back(al2s(film, plated, seed, index));
  return regions;
}

}  // namespace litho::xps_sample
