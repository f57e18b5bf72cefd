#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "pipeline/core/result.hpp"

namespace litho {

struct XpsSampleOptions {
  int count = 24;
  std::uint64_t seed = 1;
  /// bare | covered | patchy | thin | nearly | bilayer | mix (all of them in turn)
  std::string kind = "mix";
  int sweeps = 0;  ///< of the plated spectra; 0: 3, 5, 10, 20 or 30, drawn
};

/// Writes `count` Cr films, each measured bare and after plating: `dir`/sheet.csv for `lithoscope coverage`,
/// the spectra (VAMAS with the regions Cr 2p, Li 1s, C 1s, O 1s; every eighth sample as two-column text, one
/// file a region) and `dir`/truth.csv; README.md tells the model and every column. A sample depends on (seed,
/// its index, kind, sweeps) alone. Errors: sample.kind, sample.count, sample.sweeps, file.unwritable.
Status write_xps_samples(const XpsSampleOptions& options, const std::filesystem::path& dir);

}  // namespace litho
