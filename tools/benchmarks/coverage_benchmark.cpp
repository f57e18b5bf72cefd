#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "modules/xps/backgrounds/kernel.hpp"
#include "modules/xps/coverage_decision/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"
#include "tools/benchmarks/coverage_scene.hpp"

namespace litho {
namespace {

struct Scene {
  std::vector<double> energy, background;  // counts a channel and sweep
  double dispersion = 1;
};

/// Cr-free region: slope, curvature of unknown kind, and up to three loss features of 6-25 eV.
Scene cr_free(RandomStream& random, double bumps) {
  Scene s;
  s.energy = energies(563 + 4 * random.uniform(), 598 + 6 * random.uniform(), 0.1);
  const double level = 60 * std::pow(15.0, random.uniform());
  const double slope = random.uniform(-0.2, 0.3), bend = random.uniform(-0.08, 0.08),
               third = random.uniform(-0.04, 0.04);
  std::vector<std::array<double, 3>> features;
  const auto count = random.below(4);
  for (unsigned k = 0; k < count; ++k)
    features.push_back({random.uniform(540, 630), random.uniform(6, 25), bumps * random.normal()});
  for (const double e : s.energy) {
    const double x = (e - 581) / 20;
    double b = 1 + slope * x + bend * x * x + third * x * x * x;
    for (const auto& f : features) b += f[2] * std::exp(-0.5 * std::pow((e - f[0]) / f[1], 2));
    s.background.push_back(level * b);
  }
  s.dispersion = random.uniform(0.7, 1.3);
  return s;
}

/// A bare film measured well: the maker's own shapes, not the kernel's.
CrTemplate bare_film(RandomStream& random, double counts_at_peak, double oxide) {
  const auto e = energies(563, 603, 0.1);
  std::vector<double> net(e.size()), counts(e.size());
  for (std::size_t i = 0; i < e.size(); ++i) {
    const auto voigt = [&](double c, double w, double m) {
      const double u = (e[i] - c) / w;
      return (1 - m) * std::exp(-4 * std::log(2) * u * u) + m / (1 + 4 * u * u);
    };
    net[i] = (1 - oxide) * (voigt(574.2, 1.1, 0.4) + 0.35 * voigt(575.0, 1.8, 0.2) +
                            0.42 * voigt(583.5, 1.5, 0.4) + 0.15 * voigt(584.6, 2.3, 0.2)) +
             oxide * 0.55 *
                 (voigt(576.5, 2.0, 0.2) + 0.55 * voigt(577.9, 2.4, 0.1) + 0.45 * voigt(586.2, 2.4, 0.2) +
                  0.25 * voigt(587.8, 2.6, 0.1));
  }
  double sum = 0;
  for (std::size_t i = 0; i < e.size(); ++i) {
    sum += net[i] * 0.1;
    counts[i] = random.poisson(counts_at_peak * (net[i] + 0.35 + 0.05 * sum));
  }
  auto film = cr2p_template(e, counts);
  if (!film) {
    fmt::print(stderr, "{}\n", to_string(film.errors()));
    std::exit(1);
  }
  return *film;
}

void false_alarms(int trials) {
  fmt::print(
      "False alarms, {} backgrounds a row: level, slope, bend, losses of 0 to 4 % and dispersion vary\n",
      trials);
  for (const int sweeps : {1, 3, 10, 30}) {
    int at10 = 0, at5 = 0, at1 = 0, at50 = 0;
    double z2 = 0, phi = 0, tau = 0;
    RandomStream film_random(1, "film");
    std::vector<CrTemplate> films;
    for (int k = 0; k < 8; ++k) films.push_back(bare_film(film_random, 20000, k / 8.0));
    const auto t0 = std::chrono::steady_clock::now();
    for (int t = 0; t < trials; ++t) {
      RandomStream random(7, fmt::format("{}/{}", sweeps, t));
      const Scene s = cr_free(random, 0.04 * random.uniform());
      std::vector<double> counts;
      for (const double b : s.background) counts.push_back(quasi_poisson(random, b * sweeps, s.dispersion));
      const auto found =
          detect_cr2p(s.energy, counts, films[t % 8], {.shift_u_ev = 0.3, .scale = sweeps / 10.0});
      if (!found) {
        fmt::print(stderr, "{}\n", to_string(found.errors()));
        std::exit(1);
      }
      at50 += found->line.p < 0.3;
      at10 += found->line.p < 0.1;
      at5 += found->line.p < 0.05;
      at1 += found->line.p < 0.01;
      z2 += found->line.z * found->line.z;
      phi += found->line.dispersion / s.dispersion;
      tau += found->line.departure;
    }
    const double ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - t0).count();
    const double n = trials;
    fmt::print(
        "{:4d} sweeps: p<0.3 {:.3f}  p<0.1 {:.4f}  p<0.05 {:.4f}  p<0.01 {:.4f}  z rms {:.3f}  phi {:.3f} "
        "tau {:.5f}  {:.2f} ms\n",
        sweeps, at50 / n, at10 / n, at5 / n, at1 / n, std::sqrt(z2 / n), phi / n, tau / n, ms / n);
  }
}

/// Standard deviation of the Cr ratio by Fisher's information: cubic, step and oxide share free.
double information_bound(const CoverageScene& scene, const FilmMeasurement& m) {
  const RegionCounts& r = *scene.spectra.plated_cr2p;
  const auto placed = place_template(*m.film, r.energy_ev, m.cr2p->shift_ev, 0.1, 0.1, m.cr2p_options.scale);
  const std::size_t n = r.energy_ev.size();
  auto columns = *legendre_basis(r.energy_ev, r.energy_ev.front(), r.energy_ev.back(), 3);
  columns.insert(columns.end(), placed.step.begin(), placed.step.end());
  std::vector<double> line(n);
  const double* metal = placed.line.shapes.data() + 2 * placed.line.nominal * n;
  for (std::size_t i = 0; i < n; ++i) {
    line[i] = placed.line.mix[0] * metal[i] + placed.line.mix[1] * metal[n + i];
    columns.push_back(metal[n + i] - metal[i]);
  }
  // Gram-Schmidt in weighted space.
  std::vector<std::vector<double>> basis;
  const auto square = [](const std::vector<double>& v) {
    double sum = 0;
    for (const double x : v) sum += x * x;
    return sum;
  };
  const auto rest_of = [&](const double* column) {
    std::vector<double> v(n);
    for (std::size_t i = 0; i < n; ++i)
      v[i] = column[i] / std::sqrt(m.cr2p->background[i] + m.cr2p->signal[i]);
    for (int pass = 0; pass < 2; ++pass)
      for (const auto& q : basis) {
        double dot = 0;
        for (std::size_t i = 0; i < n; ++i) dot += q[i] * v[i];
        for (std::size_t i = 0; i < n; ++i) v[i] -= dot * q[i];
      }
    return v;
  };
  for (std::size_t c = 0; c < columns.size(); c += n) {
    auto v = rest_of(columns.data() + c);
    const double length = std::sqrt(square(v));
    for (double& x : v) x /= length;
    basis.push_back(std::move(v));
  }
  return std::sqrt(m.cr2p->dispersion / square(rest_of(line.data())));
}

void limits(int trials) {
  fmt::print("Limit of covered films (95 % at alpha 0.01) over the information bound, {} films a row\n",
             trials);
  for (const int sweeps : {5, 10, 30}) {
    std::vector<double> limit, share;
    for (int t = 0; t < trials; ++t) {
      RandomStream random(21, fmt::format("{}/{}", sweeps, t));
      SceneOptions o{
          .open_fraction = 0, .lithium_nm = 60, .sweeps = sweeps, .shift_ev = 0.3 * random.normal()};
      o.oxide = random.uniform(0.2, 0.8);
      const CoverageScene scene = draw_scene(o, random);
      const auto m = measure_film(scene.spectra, {});
      if (!m) continue;
      limit.push_back(m->cr2p->limit);
      share.push_back(m->cr2p->limit / (3.971 * information_bound(scene, *m)));
    }
    std::sort(limit.begin(), limit.end());
    std::sort(share.begin(), share.end());
    fmt::print("{:4d} sweeps: limit {:.4f}, over the bound {:.2f} [{:.2f} - {:.2f}]\n", sweeps,
               limit[limit.size() / 2], share[share.size() / 2], share.front(), share.back());
  }
}

/// Area under the ROC curve of ln L(patches)/L(even) at one Cr ratio, and verdicts.
void patches_against_films(int trials) {
  fmt::print("Patches against even films of one Cr ratio, {} of each a row\n", trials);
  for (const double ratio : {0.02, 0.05})
    for (const int sweeps : {10}) {
      std::vector<double> patchy, even;
      int wrong = 0, told = 0, non_uniform = 0, inside = 0;
      for (int t = 0; t < 2 * trials; ++t) {
        RandomStream random(22, fmt::format("{}/{}/{}", ratio, sweeps, t));
        const bool patches = t % 2 == 0;
        SceneOptions o{.open_fraction = patches ? ratio : 0,
                       .lithium_nm = patches ? 100 : -3.15 * std::log(ratio),
                       .sweeps = sweeps,
                       .shift_ev = 0.3 * random.normal()};
        if (!patches) o.length_u = 0;
        const CoverageScene scene = draw_scene(o, random);
        const auto m = measure_film(scene.spectra, {});
        if (!m) continue;
        const auto f = decide_coverage(*m, "bare", {});
        if (!f) continue;
        (patches ? patchy : even).push_back(f->layer.log_ratio);
        non_uniform += f->decision == Decision::non_uniform;
        told += f->layer.kind == LayerKind::patchy || f->layer.kind == LayerKind::thin;
        wrong += f->layer.kind == (patches ? LayerKind::thin : LayerKind::patchy);
        inside += f->cr2p_ratio.lo <= scene.cr_ratio && scene.cr_ratio <= f->cr2p_ratio.hi;
      }
      double area = 0;
      for (const double p : patchy)
        for (const double e : even) area += p > e ? 1 : p == e ? 0.5 : 0;
      area /= static_cast<double>(patchy.size() * even.size());
      const double n = 2.0 * trials;
      fmt::print(
          "ratio {:.2f} {:3d} sweeps: ROC area {:.3f}, told {:.3f}, wrongly {:.3f}, non-uniform {:.3f}, "
          "ratio held {:.3f}\n",
          ratio, sweeps, area, told / n, wrong / n, non_uniform / n, inside / n);
    }
}

/// Verdicts that change when every plated region is measured half an eV off.
void charged(int trials) {
  int changed = 0, films = 0;
  for (int t = 0; t < trials; ++t) {
    constexpr std::array<std::array<double, 2>, 5> kFilms{{{1, 0}, {0, 60}, {0, 4}, {0.3, 60}, {0.015, 60}}};
    const auto [open, nm] = kFilms[static_cast<std::size_t>(t) % kFilms.size()];
    RandomStream random(23, fmt::format("{}", t));
    const CoverageScene scene = draw_scene({.open_fraction = open, .lithium_nm = nm, .sweeps = 10}, random);
    std::array<std::optional<Decision>, 3> verdicts;
    for (int k = 0; k < 3; ++k) {
      FilmSpectra spectra = scene.spectra;
      for (auto* region : {&spectra.plated_cr2p, &spectra.plated_li1s, &spectra.plated_c1s})
        for (double& e : (*region)->energy_ev) e += 0.5 * (k - 1);
      const auto m = measure_film(spectra, {});
      if (!m) continue;
      if (const auto f = decide_coverage(*m, "bare", {})) verdicts[static_cast<std::size_t>(k)] = f->decision;
    }
    ++films;
    changed += verdicts[0] != verdicts[1] || verdicts[2] != verdicts[1];
  }
  fmt::print("Charge of -0.5 and +0.5 eV: {} of {} verdicts change\n", changed, films);
}

/// Relative error of the Cr ratio and the spread that was claimed.
void ratios(int trials) {
  fmt::print("Cr 2p, Cr 3p and Li 1s of films half open, by sweeps\n");
  for (const double open : {1.0, 0.5, 0.1, 0.02})
    for (const int sweeps : {5, 30, 1000}) {
      double e = 0, e2 = 0, u2 = 0, in = 0, e3 = 0, e32 = 0, u3 = 0, li = 0, ul = 0, tau = 0, taul = 0,
             in3 = 0;
      for (int t = 0; t < trials; ++t) {
        RandomStream random(11, fmt::format("{}/{}/{}", open, sweeps, t));
        SceneOptions o{.open_fraction = open,
                       .lithium_nm = open < 1 ? 100.0 : 0,
                       .sweeps = sweeps,
                       .shift_ev = 0.4 * random.normal()};
        o.oxide = random.uniform(0.2, 0.8);
        o.plated_oxide = std::clamp(o.oxide + 0.1 * random.normal(), 0.0, 1.0);
        const CoverageScene scene = draw_scene(o, random);
        const auto m = measure_film(scene.spectra, {});
        if (!m) {
          fmt::print("{}\n", to_string(m.errors()));
          return;
        }
        const double error = m->cr2p->amplitude / scene.cr_ratio - 1;
        e += error;
        e2 += error * error;
        u2 += std::pow(m->cr2p->z_sd / scene.cr_ratio, 2);
        in += m->cr2p->amplitude_lo <= scene.cr_ratio && scene.cr_ratio <= m->cr2p->amplitude_hi;
        tau += m->cr2p->departure;
        if (m->li->cr3p) {
          const double error3 = m->li->cr3p->amplitude / scene.cr_ratio - 1;
          e3 += error3;
          e32 += error3 * error3;
          u3 += std::pow(m->li->cr3p->z_sd / scene.cr_ratio, 2);
          in3 += m->li->cr3p->amplitude_lo <= scene.cr_ratio && scene.cr_ratio <= m->li->cr3p->amplitude_hi;
        }
        li += m->li->li1s.amplitude * m->li1s_area_per_amplitude / (scene.cr_rate / 100);
        ul += m->li->li1s.z_sd * m->li1s_area_per_amplitude / (scene.cr_rate / 100);
        taul += m->li->li1s.departure;
      }
      const double n = trials;
      fmt::print(
          "open {:.2f} {:4d} sweeps: 2p bias {:+.4f} rms {:.4f} claimed {:.4f} in {:.3f} tau {:.4f} | 3p "
          "bias {:+.4f} rms {:.4f} claimed {:.4f} in {:.3f} | Li {:.3f} +- {:.3f} tau {:.4f}\n",
          open, sweeps, e / n, std::sqrt(e2 / n), std::sqrt(u2 / n), in / n, tau / n, e3 / n,
          std::sqrt(e32 / n), std::sqrt(u3 / n), in3 / n, li / n, ul / n, taul / n);
    }
}

/// Cr-2p-free stretches of a real spectrum of oxidised chromium: 30 scans as counts.
void real_stretches(const std::string& folder) {
  const auto text = read_text_file(folder + "/xps/CINF__PyExpLabSys/derived/CrO_2p_Mg_anode_scans.csv");
  if (!text) {
    fmt::print("Real stretches: no data at {}\n", folder);
    return;
  }
  std::vector<double> energy;
  std::vector<std::vector<double>> scans;
  std::size_t at = 0;
  while (at < text->size()) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    std::vector<double> fields;
    for (std::size_t k = at; k < end;) {
      const std::size_t stop = std::min(text->find(',', k), end);
      const auto v = parse_double(std::string_view(*text).substr(k, stop - k));
      if (v) fields.push_back(*v);
      k = stop + 1;
    }
    if (fields.size() == 33) {
      energy.push_back(fields[1]);
      scans.emplace_back(fields.begin() + 3, fields.end());
    }
    at = end + 1;
  }
  std::reverse(energy.begin(), energy.end());
  std::reverse(scans.begin(), scans.end());
  const auto stretch = [&](double lo, double hi, int first, int count, std::vector<double>& e,
                           std::vector<double>& c) {
    e.clear();
    c.clear();
    for (std::size_t i = 0; i < energy.size(); ++i)
      if (energy[i] >= lo && energy[i] < hi) {
        e.push_back(energy[i]);
        double sum = 0;
        for (int k = first; k < first + count; ++k) sum += scans[i][k];
        c.push_back(sum);
      }
  };
  std::vector<double> e, c;
  stretch(572, 604, 0, 30, e, c);
  const auto film = cr2p_template(e, c);
  if (!film) {
    fmt::print("{}\n", to_string(film.errors()));
    return;
  }
  fmt::print("Real template: shift {:.2f} eV, oxide {:.2f}, area {:.0f} +- {:.0f}\n", film->shift_ev,
             film->oxide_share, film->area, film->area_u);
  for (const double width : {20.0, 24.0, 30.0})
    for (const auto& [from, to] : {std::pair{605.0, 700.0}, std::pair{620.0, 690.0}})
      for (const int group : {1, 5, 30}) {
        std::vector<double> spreads, alarms, limits;
        for (int placement = 0; placement < 20; ++placement) {
          double z2 = 0, alarm = 0, limit = 0;
          int count = 0;
          for (double lo = from + width * placement / 20; lo + width <= to + 1e-9; lo += width)
            for (int first = 0; first + group <= 30; first += group) {
              stretch(lo, lo + width, first, group, e, c);
              // Metal line 4 eV (5 in wide windows) above the window's start.
              const double centre = lo + (width > 22 ? 6 : 4) - (574.3 + film->shift_ev) - 1;
              const auto found =
                  detect_cr2p(e, c, *film, {.centre_shift_ev = centre, .scale = group / 30.0, .alpha = 0.05});
              if (!found) {
                fmt::print("{}\n", to_string(found.errors()));
                return;
              }
              z2 += found->line.z * found->line.z;
              alarm += found->line.found;
              limit += found->line.limit;
              ++count;
            }
          spreads.push_back(std::sqrt(z2 / count));
          alarms.push_back(alarm / count);
          limits.push_back(limit / count);
        }
        std::sort(spreads.begin(), spreads.end());
        std::sort(alarms.begin(), alarms.end());
        std::sort(limits.begin(), limits.end());
        fmt::print(
            "{:.0f}-{:.0f} eV, windows {:.0f} eV, {:2d} scans: z rms median {:.2f} [{:.2f} - {:.2f}], p<0.05 "
            "median {:.3f}, limit {:.4f}\n",
            from, to, width, group, 0.5 * (spreads[9] + spreads[10]), spreads.front(), spreads.back(),
            alarms[10], limits[10]);
      }
}

}  // namespace
}  // namespace litho

int main(int argc, char** argv) {
  const auto trials = argc > 1 ? litho::parse_int(argv[1]) : 2000;
  if (!trials || *trials < 40) {
    fmt::print(stderr, "usage: coverage_benchmark [TRIALS, 40 or more]\n");
    return 2;
  }
  const int n = static_cast<int>(*trials);
  litho::real_stretches(LITHOSCOPE_SHARED_DATA);
  litho::false_alarms(n);
  litho::limits(n / 20);
  litho::patches_against_films(n / 10);
  litho::charged(n / 40);
  litho::ratios(n / 200);
}
