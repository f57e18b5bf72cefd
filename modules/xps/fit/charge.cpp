#include "modules/xps/fit/charge.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

struct ReferenceLine {
  std::string_view option, line, region;
  double energy_ev;
};
constexpr std::array<ReferenceLine, 4> kLines{{{"c1s", "C 1s", "C 1s", 284.8},
                                               {"au4f", "Au 4f7/2", "Au 4f", 83.96},
                                               {"ag3d", "Ag 3d5/2", "Ag 3d", 368.21},
                                               {"cu2p", "Cu 2p3/2", "Cu 2p", 932.62}}};

const ReferenceLine& line_of(const std::string& option) {
  return *std::ranges::find(kLines, option, &ReferenceLine::option);
}

/// Mean step where the scan holds the line with room to charge; nothing where it does not.
std::optional<double> step_over(const Spectrum& spectrum, const ReferenceLine& line) {
  constexpr double kRoom_ev = 4, kWidestStep_ev = 0.5;
  const auto binding = spectrum.binding_ev();
  if (!binding) return {};
  const auto [low, high] = std::ranges::minmax(*binding);
  const double step = (high - low) / static_cast<double>(binding->size() - 1);
  if (low > line.energy_ev - kRoom_ev || high < line.energy_ev + kRoom_ev || step > kWidestStep_ev) return {};
  return step;
}

bool same_variables(const SpectrumData& a, const SpectrumData& b) {
  return std::ranges::equal(a.variables, b.variables,
                            [](const SpectrumVariable& x, const SpectrumVariable& y) {
                              return x.label == y.label && x.value == y.value;
                            });
}

}  // namespace

Result<ChargeShift> ChargeReferences::measure(const SampleSpectrum& reference) const {
  const auto binding = reference.spectrum.binding_ev();
  const auto counts = reference.spectrum.counts();
  if (!binding) return binding.errors();
  if (!counts) return counts.errors();
  const EnergySpectrum spectrum{*binding, *counts, 1};
  if (choice_.line == "c1s") return charge_shift_from_c1s(spectrum);
  return charge_shift_from_metal(spectrum, line_of(choice_.line).line);
}

Result<std::optional<ChargeShift>> ChargeReferences::of(const SampleSpectrum& one) {
  const auto stated = [&](const char* name) -> Result<std::optional<double>> {
    const auto field = one.fields.find(name);
    if (field == one.fields.end()) return std::optional<double>();
    const auto value = parse_double(trim(field->second));
    if (!value)
      return Error{"sheet.bad_number", one.where,
                   std::string(name) + " '" + field->second + "' is not a number", ""};
    return std::optional<double>(*value);
  };
  const auto shift = stated("charge_shift_ev"), u = stated("charge_shift_u_ev");
  if (!shift) return shift.errors();
  if (!u) return u.errors();
  if (*shift || choice_.stated_ev) {
    const auto told = *shift ? stated_charge_shift(**shift, u->value_or(0))
                             : stated_charge_shift(*choice_.stated_ev, choice_.stated_u_ev);
    if (!told) return told.errors();
    return std::optional<ChargeShift>(*told);
  }
  if (choice_.line == "none") return std::optional<ChargeShift>();
  const ReferenceLine& line = line_of(choice_.line);
  const SampleSpectrum* best = nullptr;
  double best_rank = 0;
  const SpectrumData& own = one.spectrum.data();
  for (const SampleSpectrum& other : sample_.spectra) {
    const SpectrumData& data = other.spectrum.data();
    if (other.role != one.role || other.owner != one.owner || data.sample != own.sample) continue;
    const auto step = step_over(other.spectrum, line);
    if (!step) continue;
    // Of the same cycle or etch time before others, named after the line, of the same file, then the finest,
    // and of equals the one that stands nearest.
    const double rank = (same_variables(data, own) ? 0 : 8) +
                        (same_region(other.region, line.region) ? 0 : 4) +
                        (other.where == one.where && other.file == one.file ? 0 : 2) + *step +
                        1e-6 * std::abs(static_cast<double>(&other - &one));
    if (best == nullptr || rank < best_rank) best = &other, best_rank = rank;
  }
  if (best == nullptr)
    return Error{
        "energy.no_reference", one.where,
        "no scan of this sample and role holds " + std::string(line.line) + " in steps of 0.5 eV or less",
        "measure it, or state charge_shift_ev"};
  auto known = known_.find(best);
  if (known == known_.end()) known = known_.emplace(best, measure(*best)).first;
  if (!known->second) return known->second.errors();
  return std::optional<ChargeShift>(*known->second);
}

}  // namespace litho
