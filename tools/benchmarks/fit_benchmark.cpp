// Speed of the Cr 2p fit beside lmfit and Fityk on the same spectra: metal and oxide doublets, active
// background, 500 points. Prints CPU time a fit and chi-square over degrees of freedom; peers that are absent
// are skipped.
//   fit_benchmark FOLDER [PEERS]     FOLDER takes the spectra; PEERS holds lmfit_xps.py and fityk_xps.sh
#include <sys/resource.h>
#include <time.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "modules/xps/least_squares/kernel.hpp"
#include "modules/xps/region_fit/kernel.hpp"
#include "modules/xps/region_model/curves.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"
#include "pipeline/engine/yaml.hpp"

namespace litho {
namespace {

constexpr int kSpectra = 8, kRepeats = 200;
constexpr const char* kModel = R"(peaks: 1
name: benchmark
regions:
  - name: Cr 2p
    window_ev: [560, 600]
    background: { shirley: , polynomial: { degree: 0 } }
    components:
      - name: metal
        shape: pseudo_voigt
        position_ev: { start: 574.3, low: 573.3, high: 575.3 }
        fwhm_ev: { start: 0.6, low: 0.3, high: 2.5 }
        lorentzian_fraction: { start: 0.3, low: 0, high: 1 }
        doublet: { splitting_ev: 9.3, area_ratio: 0.5, broadening: { start: 1.2, low: 1, high: 1.8 } }
      - name: oxide
        shape: pseudo_voigt
        position_ev: { start: 576.7, low: 575.7, high: 577.7 }
        fwhm_ev: { start: 1.2, low: 0.3, high: 2.5 }
        lorentzian_fraction: { start: 0.3, low: 0, high: 1 }
        doublet: { splitting_ev: 9.75, area_ratio: 0.5, broadening: { start: 1.2, low: 1, high: 1.8 } }
)";

double cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double line(double d, double w, double f) {
  const double pi = std::acos(-1.0);
  return (1 - f) * std::exp(-4 * std::log(2.0) * d * d / (w * w)) * 2 * std::sqrt(std::log(2.0) / pi) / w +
         f * 0.5 * w / pi / (d * d + 0.25 * w * w);
}

RegionData draw(int index) {
  RandomStream random(2026, "benchmark/" + std::to_string(index));
  const double metal = random.uniform(8e3, 4e4), oxide = metal * random.uniform(0.3, 1.5);
  const double metal_w = random.uniform(0.9, 1.3), oxide_w = random.uniform(1.7, 2.3);
  const double shift = random.uniform(-0.2, 0.2), level = 0.1 * metal, k = random.uniform(0.01, 0.03);
  RegionData data;
  double below = 0, before = 0;
  for (int i = 0; i < 500; ++i) {
    const double e = 568 + 0.05 * i;
    const double signal =
        metal * 2 / 3 *
            (line(e - 574.3 - shift, metal_w, 0.3) + 0.5 * line(e - 583.6 - shift, 1.2 * metal_w, 0.3)) +
        oxide * 2 / 3 *
            (line(e - 576.7 - shift, oxide_w, 0.3) + 0.5 * line(e - 586.45 - shift, 1.15 * oxide_w, 0.3));
    if (i > 0) below += 0.025 * (signal + before);
    before = signal;
    data.energy_ev.push_back(e);
    data.counts.push_back(random.poisson(signal + level + k * below));
  }
  return data;
}

double children_cpu_s() {
  rusage use{};
  getrusage(RUSAGE_CHILDREN, &use);
  return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

/// CPU time a fit, from runs with few and with many fits, so that starting the program does not count.
void time_peer(const std::string& name, const std::string& few, const std::string& many, int more,
               double own_ms) {
  const double start = children_cpu_s();
  if (std::system((few + " >/dev/null 2>&1").c_str()) != 0)
    return void(std::printf("%s: absent\n", name.c_str()));
  const double middle = children_cpu_s();
  if (std::system((many + " >/dev/null 2>&1").c_str()) != 0) return;
  const double ms = 1e3 * (children_cpu_s() - middle - (middle - start)) / more;
  std::printf("%s: %.3f ms of CPU a fit, %.1f times ours\n", name.c_str(), ms, ms / own_ms);
}

/// The same model, likelihood and Jacobian searched by Ceres; areas and level begin at the answer, for it has
/// no start of its own for them.
double ceres_ms(const RegionModel& model, const RegionData& data, const RegionFit& known) {
  RegionCurves curves(model, data.energy_ev, {});
  FitProblem problem;
  for (const std::size_t k : model.fitted) {
    const ModelParameter& p = model.parameters[k];
    double start = p.start;
    for (const auto& fitted : known.parameters)
      if (p.automatic_start && fitted.name == p.name) start = fitted.value;
    problem.parameters.push_back({p.name, start, p.low, p.high});
  }
  problem.observed = data.counts;
  problem.model = [&](std::span<const double> p, std::span<double> values, std::span<double> jacobian) {
    return curves.envelope(p, values, jacobian);
  };
  const double begin = cpu_s();
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const auto found = fit(problem);
    if (!found || !found->converged) return std::nan("");
  }
  return 1e3 * (cpu_s() - begin) / kRepeats;
}

int run(const std::filesystem::path& folder, const std::filesystem::path& peers) {
  const auto tree = read_yaml(kModel, "benchmark");
  const auto model = read_peak_model(*tree, "benchmark");
  if (!model) return 1;
  std::string files, first;
  std::printf(
      "lithoscope: spectrum, ms a fit, with profile intervals, chi-square per degree of freedom, ms of the "
      "search by Ceres\n");
  double total = 0, by_ceres = 0;
  for (int k = 0; k < kSpectra; ++k) {
    const RegionData data = draw(k);
    std::string csv = "binding_energy_ev,counts\n";
    for (std::size_t i = 0; i < data.counts.size(); ++i)
      csv += format_exact(data.energy_ev[i]) + "," + format_exact(data.counts[i]) + "\n";
    const auto file = folder / ("cr2p_" + std::to_string(k) + ".csv");
    if (!write_file(file, csv)) return 1;
    files += " '" + file.string() + "'";
    if (k == 0) first = file.string();
    double ms[2] = {};
    double chi = 0;
    RegionFit known;
    for (const IntervalKind kind : {IntervalKind::covariance, IntervalKind::profile}) {
      RegionFitOptions options;
      options.interval = kind;
      const double begin = cpu_s();
      for (int repeat = 0; repeat < kRepeats; ++repeat) {
        const auto fit = fit_region(model->regions[0], data, options);
        if (!fit || !fit->converged) return 1;
        chi = fit->pearson / fit->degrees_of_freedom;
        known = *fit;
      }
      ms[kind == IntervalKind::profile] = 1e3 * (cpu_s() - begin) / kRepeats;
    }
    total += ms[0];
    const double ceres = ceres_ms(model->regions[0].models[0], data, known);
    by_ceres += ceres;
    std::printf("  cr2p_%d %.3f %.3f %.4f %.3f\n", k, ms[0], ms[1], chi, ceres);
  }
  std::printf("  mean %.3f ms, by Ceres %.3f ms\n", total / kSpectra, by_ceres / kSpectra);
  if (peers.empty()) return 0;
  const std::string lmfit =
      "OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 /usr/bin/python3 '" + (peers / "lmfit_xps.py").string() + "'";
  std::string many;
  for (int repeat = 0; repeat < 20; ++repeat) many += files;
  time_peer("lmfit", lmfit + files, lmfit + files + many, 20 * kSpectra, total / kSpectra);
  const std::string fityk = "bash '" + (peers / "fityk_xps.sh").string() + "' '" + first + "' ";
  time_peer("Fityk", fityk + "5", fityk + "45", 40, total / kSpectra);
  std::printf("chi-square per degree of freedom of the peers:\n");
  std::fflush(stdout);
  return std::system((lmfit + files + " | cut -d, -f1,4; " + fityk + "1 | head -1").c_str()) == 0 ? 0 : 1;
}

}  // namespace
}  // namespace litho

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: fit_benchmark FOLDER [PEERS]\n");
    return 2;
  }
  return litho::run(argv[1], argc > 2 ? argv[2] : "");
}
