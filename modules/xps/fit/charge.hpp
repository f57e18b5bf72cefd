#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "modules/io/sample_spectra/kernel.hpp"
#include "modules/xps/energy/kernel.hpp"

namespace litho {

/// What the energies of a sample are tied to.
struct ChargeChoice {
  std::string line = "none";  ///< "none", "c1s", "au4f", "ag3d", "cu2p"
  std::optional<double> stated_ev{};
  double stated_u_ev = 0;
};

/// Charge shifts of a sample's spectra: what its row of the sheet states (charge_shift_ev, charge_shift_u_ev)
/// goes before the stated one, that before the line. The line is looked for in the finest scan that holds it,
/// of the same role, film and sample, of the same cycle and file if there is one. Keeps what it found: one a
/// sample.
class ChargeReferences {
 public:
  ChargeReferences(const SampleSpectra& sample, ChargeChoice choice)
      : sample_(sample), choice_(std::move(choice)) {}

  /// Nothing where no reference is asked for. Errors: sheet.bad_number, those of xps/energy,
  /// energy.no_reference (no scan holds the line). `one` is of the sample.
  Result<std::optional<ChargeShift>> of(const SampleSpectrum& one);

 private:
  Result<ChargeShift> measure(const SampleSpectrum& reference) const;

  const SampleSpectra& sample_;
  ChargeChoice choice_;
  std::map<const SampleSpectrum*, Result<ChargeShift>> known_;
};

}  // namespace litho
