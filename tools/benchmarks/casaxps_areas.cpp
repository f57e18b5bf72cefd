// Usage: casaxps_areas [FILE.vms...] (FeO of the real data where none is named): the fits that CasaXPS left
// in VAMAS comments, made again: its shapes, positions, widths, links and background, areas fitted. Prints
// both areas as Markdown; ends with 1 where the LF fit differs by more than 0.5 % in any component, with 77
// where a file is missing.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

#include "modules/io/casaxps_fits/kernel.hpp"
#include "modules/io/spectra/kernel.hpp"
#include "modules/xps/region_fit/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/engine/yaml.hpp"

namespace litho {
namespace {

// CasaXPS publishes neither how its LF turns a width F into that of the Lorentzian nor the scale of w. Both
// read from its fit of FeO; box and count of convolutions are n per cent of the Lorentzian and m.
constexpr double kLorentzianOfF = 0.480, kDampingOfWF = 9.456 / 80;

std::string shape_text(const CasaComponent& component) {
  const auto shape = parse_casa_shape(component.shape);
  const double f = component.fwhm_ev.value;
  if (!shape) return "";
  const auto& p = shape->parameters;
  if (shape->name == "GL" && p.size() == 1)
    return fmt::format("shape: gl_product, fwhm_ev: {}, mixing: {}", f, p[0] / 100);
  if (shape->name == "SGL" && p.size() == 1)
    return fmt::format("shape: gl_sum, fwhm_ev: {}, mixing: {}", f, p[0] / 100);
  if (shape->name == "LF" && p.size() == 5)
    return fmt::format(
        "shape: casaxps_lf, lorentzian_fwhm_ev: {}, alpha: {}, beta: {}, damping_ev: {}, box_ev: {}, "
        "convolutions: {}",
        kLorentzianOfF * f, p[0], p[1], kDampingOfWF * p[2] * f, 0.01 * p[3] * kLorentzianOfF * f, p[4]);
  return "";
}

std::string background_text(const CasaRegion& region) {
  const auto& p = region.offsets_and_parameters;
  if (p.size() < 6 || p[0] != 0 || p[1] != 0) return "";
  if (region.background == "Shirley")
    return fmt::format("kind: shirley, end_points: {}", region.averaged_points);
  // CasaXPS writes (C - T^2)^2 + D T^2 for every class.
  if (region.background == "U 2 Tougaard" && p[3] < 0 && p[4] == 0)
    return fmt::format("kind: tougaard, end_points: {}, form: U2, b_ev2: {}, c_ev2: {}, gap_ev: {}",
                       region.averaged_points, p[2], -p[3], p[5]);
  if (region.background == "U 3 Tougaard")
    return fmt::format(
        "kind: tougaard, end_points: {}, form: U3, b_ev2: {}, c_ev2: {}, d_ev2: {}, gap_ev: {}",
        region.averaged_points, p[2], p[3], p[4], p[5]);
  return "";
}

/// The peak file that says what CasaXPS did; "" where a part of it is not known here.
std::string model_text(const CasaFit& casa, double photon_ev) {
  const CasaRegion& region = casa.regions.front();
  const std::string background = background_text(region);
  if (background.empty()) return "";
  std::string text = fmt::format(
      "peaks: 1\nname: casaxps\nregions:\n  - name: X\n    window_ev: [{}, {}]\n    background: {{ static: "
      "{{ "
      "{} }} }}\n    components:\n",
      photon_ev - region.high_kinetic_ev, photon_ev - region.low_kinetic_ev, background);
  for (std::size_t k = 0; k < casa.components.size(); ++k) {
    const CasaComponent& c = casa.components[k];
    const std::string shape = shape_text(c);
    if (shape.empty()) return "";
    text += fmt::format("      - {{ name: c{}, {}, position_ev: {}", k, shape,
                        photon_ev - c.position_kinetic_ev.value);
    if (c.area.linked >= 0) text += fmt::format(", area: c{}.area * {}", c.area.linked, c.area.link);
    text += " }\n";
  }
  return text;
}

/// False where the fit of a shape that must agree does not.
bool compare(const std::string& file, const Spectrum& spectrum) {
  const auto casa = read_casa_fit(spectrum.data().comments);
  if (!casa || casa->regions.size() != 1 || casa->components.empty()) return true;
  const auto photon_ev = spectrum.data().photon_energy_ev;
  const auto seconds = spectrum.seconds_per_point();
  const auto binding = spectrum.binding_ev();
  const auto counts = spectrum.counts();
  if (!photon_ev || !seconds || !binding || !counts) return true;
  const std::string text = model_text(*casa, *photon_ev);
  if (text.empty()) return true;
  const auto tree = read_yaml(text, "casaxps");
  const auto model = tree ? read_peak_model(*tree, "casaxps") : Result<PeakModel>(tree.errors());
  if (!model) {
    fmt::print(stderr, "{}: {}\n", file, to_string(model.errors()));
    return false;
  }
  auto energy = *binding;
  for (double& e : energy)
    for (const CasaCalibration& c : casa->calibrations) e += c.assigned_ev - c.measured_ev;
  const auto data = cut_region(model->regions[0], energy, *counts);
  const auto fit = data ? fit_region(model->regions[0], *data, {.interval = IntervalKind::covariance})
                        : Result<RegionFit>(data.errors());
  if (!fit) {
    fmt::print(stderr, "{}: {}\n", file, to_string(fit.errors()));
    return false;
  }
  bool agree = true;
  double all = 0;
  for (const CasaComponent& c : casa->components) all += c.area.value;
  for (std::size_t k = 0; k < casa->components.size(); ++k) {
    const CasaComponent& c = casa->components[k];
    const Estimate& area = fit->components[k].area;
    const double ours = area.value / *seconds, off = ours / c.area.value - 1;
    fmt::print("| {} {} | {} | {} | {:.3f} | {:.1f} | {:.1f} | {:+.2f} | {:.2f} | {:.2f} |\n",
               spectrum.data().sample, spectrum.data().region, casa->regions[0].background, c.shape,
               c.area.value / all, c.area.value, ours, 100 * off, 100 * area.u / area.value,
               100 * (ours - c.area.value) / all);
    agree = agree && (!casa->components[0].shape.starts_with("LF") || std::abs(off) <= 0.005);
  }
  return agree;
}

}  // namespace
}  // namespace litho

int main(int argc, char** argv) {
  using namespace litho;
  bool agree = true;
  fmt::print(
      "| spectrum | background | shape | share | CasaXPS's area | area here | difference % | standard "
      "uncertainty % | difference, % of all |\n|---|---|---|---|---|---|---|---|---|\n");
  std::vector<std::string> files(argv + 1, argv + argc);
  if (files.empty())
    files = {LITHOSCOPE_SHARED_DATA
             "/xps/FAIRmat-NFDI__pynxtools-xps/examples/vms/data_analysis/FeO_analyzed.vms"};
  for (const std::string& file : files) {
    if (std::error_code error; !std::filesystem::exists(file, error)) return 77;  // ctest: skipped
    const auto bytes = read_file(file);
    const auto spectra =
        bytes ? read_spectra(*bytes, file, {}) : Result<std::vector<Spectrum>>(bytes.errors());
    if (!spectra) {
      fmt::print(stderr, "{}\n", to_string(spectra.errors()));
      return 2;
    }
    for (const Spectrum& spectrum : *spectra) agree = compare(file, spectrum) && agree;
  }
  return agree ? 0 : 1;
}
