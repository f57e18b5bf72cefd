// Synthetic closure of the region fit: random spectra whose generator shares no line with the model code,
// fitted with a declared choice of backgrounds. Prints how often the 95 % intervals hold the truth, and the
// bias.
//   fit_closure [SPECTRA] [SEED] [profile|covariance|bootstrap]
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "modules/xps/region_fit/kernel.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/engine/yaml.hpp"

namespace litho {
namespace {

const double kPi = std::acos(-1.0);

enum class Form { gaussian, pseudo_voigt, gl_sum, voigt };
struct Peak {
  Form form;
  double area, centre, width, mix;  // of a Voigt: mix is the Lorentzian width, width the Gaussian one
  double splitting = 0, ratio = 0, broadening = 1;
};

double bell(double d, double w) {
  return std::sqrt(4 * std::log(2.0) / kPi) / w * std::exp(-4 * std::log(2.0) * d * d / (w * w));
}
double lorentz(double d, double w) {
  return 0.5 * w / kPi / (d * d + 0.25 * w * w);
}

/// Unit area. The Voigt is summed from Lorentzians spread by a Gaussian, step by step.
double profile(Form form, double d, double w, double mix) {
  switch (form) {
    case Form::gaussian:
      return bell(d, w);
    case Form::pseudo_voigt:
      return (1 - mix) * bell(d, w) + mix * lorentz(d, w);
    case Form::gl_sum: {
      const double height_of_bell = bell(0, w), height_of_lorentz = lorentz(0, w);
      const double bell_area = (1 - mix) / height_of_bell, lorentz_area = mix / height_of_lorentz;
      return (bell_area * bell(d, w) + lorentz_area * lorentz(d, w)) / (bell_area + lorentz_area);
    }
    case Form::voigt: {
      double sum = 0;
      const double h = std::min(w, mix) / 12, reach = 2.2 * w;
      for (double t = -reach; t <= reach; t += h) sum += h * bell(t, w) * lorentz(d - t, mix);
      return sum;
    }
  }
  return 0;
}

double peak_at(const Peak& p, double e) {
  const double first = p.area / (1 + p.ratio);
  double value = first * profile(p.form, e - p.centre, p.width, p.mix);
  if (p.ratio > 0) {
    const bool voigt = p.form == Form::voigt;
    value += first * p.ratio *
             profile(p.form, e - p.centre - p.splitting, voigt ? p.width : p.width * p.broadening,
                     voigt ? p.mix * p.broadening : p.mix);
  }
  return value;
}

double full_width(const Peak& p) {
  if (p.form != Form::voigt) return p.width;
  double lo = 0, hi = 5 * (p.width + p.mix);
  const double half = 0.5 * profile(p.form, 0, p.width, p.mix);
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (lo + hi);
    (profile(p.form, middle, p.width, p.mix) > half ? lo : hi) = middle;
  }
  return lo + hi;
}

struct Scene {
  std::vector<Peak> peaks;
  std::vector<double> energy, mean;  ///< 1 eV beyond the window at either end
  double low = 0, high = 0;          ///< window
  int background = 0;                ///< level, slope, step, step and slope
};
constexpr double kMoved_ev = 1;

Scene draw_scene(RandomStream& random) {
  Scene scene;
  const int kind = static_cast<int>(random.below(3));  // one peak, two that overlap, a doublet
  const Form form =
      std::array{Form::gaussian, Form::pseudo_voigt, Form::gl_sum, Form::voigt}[random.below(4)];
  const double step = random.uniform(0.05, 0.12), width = random.uniform(0.9, 1.8);
  const double counts = std::exp(random.uniform(std::log(1000.0), std::log(3e5)));
  const auto mix = [&] { return form == Form::voigt ? random.uniform(0.3, 0.9) : random.uniform(0.15, 0.5); };
  Peak first{form, counts * step, random.uniform(284, 286), width, mix()};
  if (kind == 2) {
    first.splitting = random.uniform(6, 10), first.ratio = random.uniform(0.48, 0.54);
    first.broadening = random.uniform(1.02, 1.3);
  }
  scene.peaks.push_back(first);
  if (kind == 1) {
    Peak second = first;
    second.area *= random.uniform(0.35, 1);
    second.width = width * random.uniform(0.9, 1.25);
    second.centre += random.uniform(1.3, 2.2) * full_width(first);
    scene.peaks.push_back(second);
  }
  double last = 0;
  for (const Peak& p : scene.peaks) last = std::max(last, p.centre + p.splitting);
  scene.low = first.centre - random.uniform(5, 8), scene.high = last + random.uniform(6, 9);
  for (double e = scene.low - kMoved_ev; e <= scene.high + kMoved_ev; e += step) scene.energy.push_back(e);

  const int background = scene.background = static_cast<int>(random.below(4));
  const double level = std::exp(random.uniform(std::log(0.03), std::log(0.6))) * first.area / width;
  const double slope = background == 1 || background == 3 ? level * random.uniform(-0.3, 0.3) : 0;
  const double rise = background >= 2 ? random.uniform(0.01, 0.05) : 0;
  double below = 0, before = 0;
  for (std::size_t i = 0; i < scene.energy.size(); ++i) {
    double signal = 0;
    for (const Peak& p : scene.peaks) signal += peak_at(p, scene.energy[i]);
    if (i > 0) below += 0.5 * (signal + before) * (scene.energy[i] - scene.energy[i - 1]);
    before = signal;
    const double place = (scene.energy[i] - scene.low) / (scene.high - scene.low);
    scene.mean.push_back(signal + level + slope * place + rise * below);
  }
  return scene;
}

std::string number(double value) {
  return format_exact(value);
}

/// What an analyst would declare: the right shape, starts that are off, bounds, and three backgrounds.
std::string declare(const Scene& scene, RandomStream& random) {
  std::string text =
      "peaks: 1\nname: closure\nregions:\n  - name: X\n    window_ev: [" + number(scene.low) + ", " +
      number(scene.high) + "]\n    background: { shirley: , polynomial: { degree: 0 } }\n" +
      "    alternatives:\n      - { name: slope, background: { polynomial: { degree: 1 } } }\n"
      "      - { name: both, background: { shirley: , polynomial: { degree: 1 } } }\n    components:\n";
  int index = 0;
  for (const Peak& p : scene.peaks) {
    const char* const shapes[] = {"gaussian", "pseudo_voigt", "gl_sum", "voigt"};
    const double position = p.centre + random.uniform(-0.3, 0.3), width = p.width * random.uniform(0.8, 1.25);
    const auto fitted = [](double start, double low, double high) {
      return "{ start: " + number(start) + ", low: " + number(low) + ", high: " + number(high) + " }";
    };
    text += "      - name: P" + std::to_string(index++) +
            "\n        shape: " + shapes[static_cast<int>(p.form)] +
            "\n        position_ev: " + fitted(position, position - 1, position + 1) + "\n        " +
            (p.form == Form::voigt ? "gaussian_fwhm_ev: " : "fwhm_ev: ") + fitted(width, 0.2, 4) + "\n";
    if (p.form == Form::pseudo_voigt) text += "        lorentzian_fraction: " + fitted(0.3, 0, 1) + "\n";
    if (p.form == Form::gl_sum) text += "        mixing: " + fitted(0.3, 0, 1) + "\n";
    if (p.form == Form::voigt) text += "        lorentzian_fwhm_ev: " + fitted(0.5, 0, 3) + "\n";
    if (p.ratio > 0)
      text +=
          "        doublet: { splitting_ev: " + fitted(p.splitting + 0.1, p.splitting - 1, p.splitting + 1) +
          ", area_ratio: " + fitted(0.5, 0.3, 0.8) + ", broadening: " + fitted(1.1, 0.7, 2) + " }\n";
  }
  return text;
}

/// The same with the background's kind known.
std::string declare_background(std::string text, int background) {
  const char* const kinds[] = {"{ polynomial: { degree: 0 } }", "{ polynomial: { degree: 1 } }",
                               "{ shirley: , polynomial: { degree: 0 } }",
                               "{ shirley: , polynomial: { degree: 1 } }"};
  const auto from = text.find("    background:"), to = text.find("    components:");
  return text.replace(from, to - from, std::string("    background: ") + kinds[background] + "\n");
}

/// How far areas move, in their standard uncertainties, when the window does.
struct Moves {
  const char* name;
  double low_ev, high_ev;
  std::vector<double> chosen{}, known{};  ///< background chosen by the fit, or known to it
  double expected = 0;                    ///< share under 0.5 were the fit efficient, summed
};

double share_below(const std::vector<double>& values, double limit) {
  const auto below = std::ranges::count_if(values, [&](double v) { return v <= limit; });
  return 100.0 * static_cast<double>(below) / static_cast<double>(std::max<std::size_t>(values.size(), 1));
}

/// Moves of all areas between two windows over the same counts. Points left out are data left out: an
/// efficient estimate moves by var(short) - var(long), so by more than nothing.
void add_moves(const PeakRegion& region, const RegionData& data, bool known, std::vector<Moves>& all) {
  const RegionFitOptions options{.interval = IntervalKind::covariance};
  const auto fit_in = [&](double low_ev, double high_ev) {
    PeakRegion window = region;
    window.low_ev += low_ev, window.high_ev += high_ev;
    const auto cut = cut_region(window, data.energy_ev, data.counts);
    return fit_region(window, *cut, options);
  };
  const auto whole = fit_in(0, 0);
  if (!whole) return;
  for (Moves& moves : all) {
    const auto moved = fit_in(moves.low_ev, moves.high_ev);
    if (!moved) continue;
    for (std::size_t c = 0; c < whole->components.size(); ++c) {
      const Estimate &a = whole->components[c].area, &b = moved->components[c].area;
      (known ? moves.known : moves.chosen).push_back(std::abs(a.value - b.value) / a.u);
      if (!known) continue;
      const double spread = std::sqrt(std::abs(b.u * b.u - a.u * a.u)) / a.u;
      moves.expected += spread > 0 ? std::erf(0.5 / (spread * std::sqrt(2.0))) : 1;
    }
  }
}

struct Tally {
  int inside = 0, below = 0, above = 0, missing = 0;
  void add(const Estimate& estimate, double truth) {
    if (!(std::isfinite(estimate.lo) && std::isfinite(estimate.hi))) {
      ++missing;
      return;
    }
    below += truth<estimate.lo, above += truth> estimate.hi;
    inside += truth >= estimate.lo && truth <= estimate.hi;
  }
  void print(const char* name) const {
    const int n = inside + below + above;
    const double share = static_cast<double>(inside) / std::max(n, 1);
    std::printf(
        "%-9s %6.2f %% of %d inside (+- %.2f), truth below %.2f %%, above %.2f %%, without interval %d\n",
        name, 100 * share, n, 100 * std::sqrt(share * (1 - share) / std::max(n, 1)),
        100.0 * below / std::max(n, 1), 100.0 * above / std::max(n, 1), missing);
  }
};

int run(int spectra, std::uint64_t seed, const std::string& interval) {
  Tally area, position, width, by_form[4], by_kind[3];
  double bias = 0, bias2 = 0, weighted = 0, weights = 0;
  int counted = 0, failed = 0, not_converged = 0;
  std::array<int, 3> chosen{};
  std::vector<Moves> moves{{"1 eV shorter at its low end", kMoved_ev, 0},
                           {"moved up by 1 eV", kMoved_ev, kMoved_ev},
                           {"1 eV longer at both ends", -kMoved_ev, kMoved_ev}};
  RegionFitOptions options;
  const IntervalKind kind = interval == "covariance"  ? IntervalKind::covariance
                            : interval == "bootstrap" ? IntervalKind::bootstrap
                                                      : IntervalKind::profile;
  options.interval = kind;
  double seconds = 0;
  for (int k = 0; k < spectra; ++k) {
    RandomStream random(seed, "closure/" + std::to_string(k));
    const Scene scene = draw_scene(random);
    const std::string text = declare(scene, random);
    const auto tree = read_yaml(text, "closure");
    const auto model = read_peak_model(*tree, "closure");
    if (!model) {
      std::fprintf(stderr, "%s\n", to_string(model.errors()).c_str());
      return 1;
    }
    RegionData drawn{scene.energy, {}, 1};
    for (const double mean : scene.mean) drawn.counts.push_back(random.poisson(mean));
    const auto data = *cut_region(model->regions[0], drawn.energy_ev, drawn.counts);
    options.random = [&](const std::string& name) { return RandomStream(seed, std::to_string(k) + name); };
    const auto begin = std::chrono::steady_clock::now();
    const auto fit = fit_region(model->regions[0], data, options);
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (!fit) {
      ++failed;
      continue;
    }
    add_moves(model->regions[0], drawn, false, moves);
    const auto known_tree = read_yaml(declare_background(text, scene.background), "closure");
    const auto known = read_peak_model(*known_tree, "closure");
    if (known) add_moves(known->regions[0], drawn, true, moves);
    not_converged += !fit->converged;
    ++chosen[fit->model == "declared" ? 0 : fit->model == "slope" ? 1 : 2];
    const double step = scene.energy[1] - scene.energy[0];
    for (std::size_t c = 0; c < scene.peaks.size(); ++c) {
      const Peak& truth = scene.peaks[c];
      const ComponentFit& got = fit->components[c];
      area.add(got.area, truth.area);
      by_form[static_cast<int>(truth.form)].add(got.area, truth.area);
      by_kind[truth.ratio > 0 ? 2 : scene.peaks.size() - 1].add(got.area, truth.area);
      position.add(got.position_ev, truth.centre);
      width.add(got.fwhm_ev, full_width(truth));
      if (truth.area / step < 1000) continue;
      const double error = got.area.value / truth.area - 1;
      bias += error, bias2 += error * error, ++counted;
      const double weight = truth.area * truth.area / (got.area.u * got.area.u);
      if (std::isfinite(weight)) weighted += weight * error, weights += weight;
    }
  }
  std::printf("%d spectra, seed %llu, %s intervals: %d failed, %d not converged, %.2f ms a spectrum\n",
              spectra, static_cast<unsigned long long>(seed), interval.c_str(), failed, not_converged,
              1e3 * seconds / spectra);
  std::printf("chosen backgrounds: step %d, slope %d, both %d\n", chosen[0], chosen[1], chosen[2]);
  area.print("area");
  position.print("position");
  width.print("width");
  const char* const forms[] = {"gaussian", "pv", "gl_sum", "voigt"};
  const char* const kinds[] = {"one", "two", "doublet"};
  for (int f = 0; f < 4; ++f) by_form[f].print(forms[f]);
  for (int f = 0; f < 3; ++f) by_kind[f].print(kinds[f]);
  const double mean = bias / counted, sd = std::sqrt(bias2 / counted - mean * mean);
  std::printf("area bias above 1000 counts: mean %.3f %% +- %.3f, weighted %.3f %% +- %.3f (%d areas)\n",
              100 * mean, 100 * sd / std::sqrt(counted), 100 * weighted / weights, 100 / std::sqrt(weights),
              counted);
  for (Moves& m : moves) {
    std::printf("window %s: areas move by under 0.5 sigma in %.1f %%; by background known %.1f %%", m.name,
                share_below(m.chosen, 0.5), share_below(m.known, 0.5));
    if (m.low_ev != m.high_ev)
      std::printf(", efficient %.1f %%", 100 * m.expected / static_cast<double>(m.known.size()));
    std::sort(m.chosen.begin(), m.chosen.end());
    const auto at = [&](double share) {
      return m.chosen[static_cast<std::size_t>(share * (static_cast<double>(m.chosen.size()) - 1))];
    };
    std::printf("; median %.2f, 95 %% %.2f sigma\n", at(0.5), at(0.95));
  }
  return 0;
}

}  // namespace
}  // namespace litho

int main(int argc, char** argv) {
  const auto number = [&](int at, std::int64_t otherwise) {
    return argc > at ? litho::parse_int(argv[at]).value_or(0) : otherwise;
  };
  const auto spectra = number(1, 2000), seed = number(2, 1);
  if (spectra < 1 || seed < 0) {
    std::fprintf(stderr, "usage: fit_closure [SPECTRA] [SEED] [profile|covariance|bootstrap]\n");
    return 2;
  }
  return litho::run(static_cast<int>(spectra), static_cast<std::uint64_t>(seed),
                    argc > 3 ? argv[3] : "profile");
}
