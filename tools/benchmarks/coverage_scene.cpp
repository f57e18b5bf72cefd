#include "tools/benchmarks/coverage_scene.hpp"

#include <cmath>

namespace litho {
namespace {

constexpr double kDwell = 0.1, kStep = 0.1;
constexpr double kCrPeakPerSecond = 9000;  // bare metal film, highest channel

struct Peak {
  double at, fwhm, lorentzian, height;
};

double peak(const Peak& p, double e) {
  const double u = (e - p.at) / p.fwhm;
  return p.height *
         ((1 - p.lorentzian) * std::exp(-4 * std::log(2.0) * u * u) + p.lorentzian / (1 + 4 * u * u));
}

std::vector<Peak> cr2p(double oxide) {
  const double m = 1 - oxide, o = 0.56 * oxide;
  return {{574.2, 1.1, 0.4, m},        {575.0, 1.8, 0.2, 0.35 * m}, {583.5, 1.5, 0.4, 0.42 * m},
          {584.6, 2.3, 0.2, 0.15 * m}, {576.5, 2.0, 0.2, o},        {577.9, 2.4, 0.1, 0.55 * o},
          {586.2, 2.4, 0.2, 0.45 * o}, {587.8, 2.6, 0.1, 0.25 * o}};
}

/// Lines and what they lose on the way out: a step that decays slowly and a plasmon.
std::vector<double> with_losses(const std::vector<double>& e, const std::vector<Peak>& peaks,
                                double step_share, double plasmon_ev) {
  std::vector<double> out(e.size(), 0);
  for (const Peak& p : peaks) {
    const double area = p.height * p.fwhm * (1.064 + 0.5 * p.lorentzian);
    for (std::size_t i = 0; i < e.size(); ++i) {
      const double loss = e[i] - p.at;
      out[i] += peak(p, e[i]) + peak({p.at + plasmon_ev, 9, 0, 0.03 * p.height}, e[i]) +
                step_share * area * 0.03 / (1 + std::exp(-loss / 0.8)) * std::exp(-std::max(loss, 0.0) / 80);
    }
  }
  return out;
}

/// Slope, bend and slow waves around 1.
std::vector<double> floor_shape(const std::vector<double>& e, double departure, RandomStream& random) {
  std::vector<double> out;
  const double middle = 0.5 * (e.front() + e.back()), half = 0.5 * (e.back() - e.front());
  const double slope = random.uniform(-0.15, 0.15), bend = random.uniform(-0.06, 0.06),
               third = random.uniform(-0.03, 0.03);
  struct Wave {
    double at, sigma, height;
  };
  std::vector<Wave> waves;
  for (int k = 0; k < 3; ++k)
    waves.push_back({random.uniform(e.front() - 10, e.back() + 10), random.uniform(5, 20),
                     departure * 2 * random.normal()});
  for (const double x : e) {
    const double t = (x - middle) / half;
    double value = 1 + slope * t + bend * t * t + third * t * t * t;
    for (const Wave& w : waves) value += w.height * std::exp(-0.5 * std::pow((x - w.at) / w.sigma, 2));
    out.push_back(value);
  }
  return out;
}

}  // namespace

std::vector<double> energies(double from, double to, double step) {
  std::vector<double> out;
  for (int i = 0; from + step * i < to + 1e-9; ++i) out.push_back(from + step * i);
  return out;
}

double quasi_poisson(RandomStream& random, double mean, double dispersion) {
  return dispersion * random.poisson(mean / dispersion);
}

CoverageScene draw_scene(const SceneOptions& o, RandomStream& random) {
  CoverageScene scene;
  const double common = std::exp(o.length_u * random.normal());
  const double l2p = 3.15 * common, l3p = 4.59 * common * std::exp(0.02 * random.normal()),
               lli = 4.56 * common * std::exp(0.02 * random.normal());
  const double gain = std::exp(o.gain_u * random.normal());
  const double covered = o.lithium_nm > 0 ? 1 - o.open_fraction : 0;
  const auto through = [&](double length) {
    return 1 - covered + covered * std::exp(-o.lithium_nm / length);
  };
  const double lithium = covered * (1 - std::exp(-o.lithium_nm / lli));
  const double dispersion = random.uniform(0.75, 1.15);
  const double bare_shift = 0.2 * random.normal();
  scene.cr_ratio = gain * through(l2p);

  const auto make = [&](bool plated, double from, double to, const std::vector<Peak>& film, double film_ratio,
                        const std::vector<Peak>& own, double own_ratio, double floor_per_second,
                        double step_share) {
    RegionCounts region;
    region.energy_ev = energies(from, to, kStep);
    const double shift = plated ? o.shift_ev : bare_shift;
    std::vector<double> true_energy = region.energy_ev;
    for (double& e : true_energy) e -= shift;
    const auto lines = with_losses(true_energy, film, step_share, plated && covered > 0.5 ? 14 : 16);
    const auto others = with_losses(true_energy, own, step_share, 10);
    const auto base = floor_shape(region.energy_ev, o.departure, random);
    region.seconds = kDwell * (plated ? o.sweeps : 20);
    for (std::size_t i = 0; i < base.size(); ++i)
      region.counts.push_back(quasi_poisson(
          random,
          region.seconds * (floor_per_second * base[i] + film_ratio * lines[i] + own_ratio * others[i]),
          dispersion));
    region.pass_energy_ev = 50;
    region.photon_energy_ev = 1486.6;
    return region;
  };
  const auto scaled = [](std::vector<Peak> peaks, double by) {
    for (Peak& p : peaks) p.height *= by;
    return peaks;
  };
  const auto bare_cr = scaled(cr2p(o.oxide), kCrPeakPerSecond),
             plated_cr = scaled(cr2p(o.plated_oxide), kCrPeakPerSecond);
  const auto area = [](const std::vector<Peak>& peaks) {
    double sum = 0;
    for (const Peak& p : peaks)
      sum += p.height * p.fwhm *
             ((1 - p.lorentzian) * std::sqrt(M_PI / (4 * std::log(2.0))) + p.lorentzian * M_PI / 2);
    return sum;
  };
  scene.cr_rate = area(bare_cr);
  const double same_area = scene.cr_rate / area(plated_cr);
  const std::vector<Peak> ge = {{581.6, 4, 0, o.germanium * scene.cr_rate / 4.3},
                                {597.6, 4.5, 0, 0.9 * o.germanium * scene.cr_rate / 4.8}};
  scene.spectra.bare_cr2p = make(false, 562, 606, bare_cr, 1, {}, 0, 2500, 1);
  scene.spectra.plated_cr2p =
      make(true, 562, 606, plated_cr, gain * through(l2p) * same_area, ge, 1, 1800, 1);

  const std::vector<Peak> cr3p = {{42.4, 2.2, 0.3, 0.036 * scene.cr_rate},
                                  {44.2, 3, 0.2, 0.014 * scene.cr_rate}};
  // Thick lithium: Cr 2p over 100, metal and a compound.
  const double li_area = scene.cr_rate / 100 * std::exp(0.3 * random.normal());
  const double metal = random.uniform(0, 1);
  const std::vector<Peak> li = {{54.8, 1.2, 0.2, metal * li_area / 1.3},
                                {55.6, 1.6, 0.1, (1 - metal) * li_area / 1.75}};
  scene.spectra.bare_li1s = make(false, 34, 68, cr3p, 1, {}, 0, 500, 1.5);
  scene.spectra.plated_li1s = make(true, 34, 68, cr3p, gain * through(l3p), li, gain * lithium, 400, 1.5);
  const std::vector<Peak> carbon = {{284.8, 1.35, 0.1, 2000}, {286.3, 1.5, 0.1, 400}, {288.6, 1.5, 0.1, 250}};
  std::vector<Peak> carbonate = carbon;
  carbonate.push_back({289.9, 1.4, 0.1, 3000 * random.uniform()});
  scene.spectra.bare_c1s = make(false, 278, 296, carbon, 1, {}, 0, 800, 0.3);
  scene.spectra.plated_c1s = make(true, 278, 296, lithium > 0.1 ? carbonate : carbon, 1, {}, 0, 700, 0.3);
  scene.spectra.reference = "bare";
  return scene;
}

}  // namespace litho
