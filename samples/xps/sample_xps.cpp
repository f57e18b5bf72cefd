#include "samples/xps/sample_xps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "pipeline/core/file.hpp"
#include "pipeline/core/table.hpp"
#include "pipeline/core/text.hpp"
#include "samples/xps/files.hpp"

namespace litho {
namespace {

using namespace xps_sample;

const std::vector<std::string> kKinds{"bare", "covered", "patchy", "thin", "nearly", "bilayer"};

/// The decision that a film this clear asks for at five sweeps or more; any where an honest answer depends on
/// the dose.
std::string expected_decision(const std::string& kind) {
  if (kind == "bare") return "uncovered";
  if (kind == "covered") return "covered";
  return kind == "nearly" ? "any" : "non-uniform";
}

Status write_film(const Film& film, const std::string& name, std::uint64_t seed, int index,
                  const std::filesystem::path& dir, Table& sheet) {
  for (const bool plated : {false, true}) {
    const std::string role = plated ? "plated" : "reference";
    const auto regions = draw_regions(film, plated, seed, index);
    if (index % 8 != 7) {
      const std::string file = name + "_" + role + ".vms";
      if (Status s = write_file(dir / file, vamas_text(regions, film, name)); !s) return s;
      sheet.add({name, role, file, {}, film.kind, {}, {}, {}, {}, {}});
      continue;
    }
    for (const Region& region : regions) {
      std::string file = name + "_" + role + "_" + region.name + ".csv";
      std::ranges::replace(file, ' ', '_');
      if (Status s = write_file(dir / file, column_text(region)); !s) return s;
      sheet.add({name, role, file, region.name, film.kind, "binding", "counts", 1486.6, film.dwell_s,
                 std::int64_t{region.sweeps}});
    }
  }
  return {};
}

}  // namespace

Status write_xps_samples(const XpsSampleOptions& options, const std::filesystem::path& dir) {
  if (options.kind != "mix" && std::ranges::find(kKinds, options.kind) == kKinds.end())
    return Error{"sample.kind", "--kind", "'" + options.kind + "' is not a kind of film",
                 "one of " + join(kKinds, ", ") + ", mix"};
  if (options.count < 1 || options.count > 100000)
    return Error{"sample.count", "-n", "must be from 1 to 100000", ""};
  if (options.sweeps < 0 || options.sweeps > 10000)
    return Error{"sample.sweeps", "--sweeps", "must be from 1 to 10000, or 0 to draw them", ""};
  Table sheet({"sample", "role", "file", "region", "condition", "axis", "unit", "photon_energy_ev", "dwell_s",
               "scans"});
  Table truth({"sample", "kind", "sweeps", "expected", "cr2p_ratio", "open_fraction", "covered_fraction",
               "li_thickness_nm", "layer_model", "cr2p_area", "li1s_area", "charge_shift_ev", "ge_lmm",
               "seconds", "cr2p_ratio_sd"});
  for (int i = 0; i < options.count; ++i) {
    const std::string kind =
        options.kind == "mix" ? kKinds[static_cast<std::size_t>(i) % kKinds.size()] : options.kind;
    const std::string name = fmt::format("xps_{:04d}", i);
    const Film film = draw_film(kind, options.seed, i, options.sweeps);
    if (Status s = write_film(film, name, options.seed, i, dir, sheet); !s) return s;
    const bool li = film.li_nm > 0;
    const std::string model = !li ? "none" : film.open_fraction > 0 ? "patchy" : kind == "thin" ? "thin" : "";
    truth.add({name, kind, std::int64_t{film.sweeps}, expected_decision(kind), film.cr2p_ratio(),
               film.open_fraction, 1 - film.open_fraction, li ? Cell(film.li_nm) : Cell(), model,
               film.cr2p_cps_ev * film.cr2p_ratio(),
               film.cr2p_cps_ev / 130 * film.li_strength * film.li1s_share(), film.shift_ev, film.ge_lmm,
               film.seconds(), cr2p_ratio_sd(film, options.seed, i)});
  }
  if (Status s = write_file(dir / "sheet.csv", write_csv(sheet)); !s) return s;
  return write_file(dir / "truth.csv", write_csv(truth));
}

}  // namespace litho
