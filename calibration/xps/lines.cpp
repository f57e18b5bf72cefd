#include "calibration/xps/lines.hpp"

#include <algorithm>

#include "calibration/xps/tables.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

std::vector<XpsLine> read_lines() {
  std::vector<XpsLine> lines;
  for_each_row("lines", [&](const CalibrationRow& row) {
    lines.push_back({row.text("species"), row.text("line"), row.number("energy_ev").value_or(0),
                     row.number("u_ev").value_or(0), row.number("fwhm_ev"), row.number("splitting_ev"),
                     row.number("area_ratio"), row.text("charge_reference"), row.verified(),
                     row.text("source")});
  });
  return lines;
}

/// What a user may have meant: other lines of this species, else other species with this line.
Error unknown_line(std::string_view species, std::string_view line) {
  std::vector<std::string> of_species, with_line;
  for (const XpsLine& known : xps_lines()) {
    if (known.species == species) of_species.push_back(known.line);
    if (known.line == line) with_line.push_back(known.species);
  }
  std::string hint = "see calibration/data/xps_lines.csv";
  if (!of_species.empty())
    hint = std::string(species) + " has " + join(of_species, ", ");
  else if (!with_line.empty())
    hint = std::string(line) + " is known of " + join(with_line, ", ");
  return {"calibration.unknown_line", "",
          "no " + std::string(line) + " of " + std::string(species) + " is known", hint};
}

}  // namespace

std::span<const XpsLine> xps_lines() {
  static const std::vector<XpsLine> kLines = read_lines();
  return kLines;
}

Result<XpsLine> find_line(std::string_view species, std::string_view line) {
  const auto lines = xps_lines();
  const auto found =
      std::ranges::find_if(lines, [&](const XpsLine& l) { return l.species == species && l.line == line; });
  if (found == lines.end()) return unknown_line(species, line);
  return *found;
}

Result<std::vector<MultipletLine>> find_multiplet(std::string_view species, std::string_view line) {
  std::vector<MultipletLine> lines;
  for_each_row("multiplets", [&](const CalibrationRow& row) {
    if (row.text("species") != species || row.text("line") != line) return;
    lines.push_back({row.number("offset_ev").value_or(0), row.number("area_fraction").value_or(0),
                     row.number("fwhm_ev").value_or(0), row.verified(), row.text("source")});
  });
  if (lines.empty()) return unknown_line(species, line);
  return lines;
}

std::vector<XpsOverlap> find_overlaps(std::string_view near) {
  std::vector<XpsOverlap> overlaps;
  for_each_row("overlaps", [&](const CalibrationRow& row) {
    if (row.text("near") != near) return;
    overlaps.push_back({row.text("near"), row.text("name"), row.text("element"), row.text("kind") == "auger",
                        row.number("energy_ev").value_or(0), row.number("relative_sensitivity"),
                        row.text("source")});
  });
  return overlaps;
}

}  // namespace litho
