#include "modules/io/vamas/block.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

bool one_of(std::string_view value, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, value) != list.end();
}

/// Numbers that only have to be there, and to be numbers.
void pass_numbers(VamasLines& lines, std::initializer_list<std::string_view> names) {
  for (const auto name : names) lines.number(name);
}

void read_labels(VamasLines& lines, std::vector<VamasLabel>& labels, std::string_view what) {
  labels.clear();
  const std::size_t n = lines.count(what);
  for (std::size_t i = 0; i < n && lines.ok(); ++i) {
    VamasLabel label;
    label.label = lines.text("the label of a corresponding variable");
    label.unit = lines.text("the unit of a corresponding variable");
    labels.push_back(std::move(label));
  }
}

void read_comments(VamasLines& lines, std::string& comments) {
  comments.clear();
  const std::size_t n = lines.count("the number of lines in the block comment");
  for (std::size_t i = 0; i < n && lines.ok(); ++i) {
    comments += lines.text("a line of the block comment");
    comments += '\n';
  }
}

void read_values(VamasLines& lines, VamasBlock& block) {
  const std::size_t n = lines.count("the number of ordinate values");
  const std::size_t columns = block.ordinates.size();
  if (lines.ok() && columns > 0 && n % columns != 0)
    lines.fail("vamas.bad_line", std::to_string(n) + " ordinate values cannot be shared by " +
                                     std::to_string(columns) + " corresponding variables");
  for (std::size_t i = 0; i < columns && lines.ok(); ++i)
    pass_numbers(lines, {"the minimum ordinate value", "the maximum ordinate value"});
  block.values.clear();
  if (!lines.ok()) return;
  if (n > lines.left()) {
    lines.fail("vamas.truncated", "block '" + block.id + "' has " + std::to_string(n) +
                                      " ordinate values, and only " + std::to_string(lines.left()) +
                                      " lines follow");
    return;
  }
  block.values.reserve(n);
  for (std::size_t i = 0; i < n && lines.ok(); ++i) {
    const std::string_view line = lines.text("an ordinate value");
    const auto value = parse_double(line);
    if (!value)
      lines.fail("vamas.bad_line",
                 "'" + std::string(line.substr(0, 40)) + "' stands where a number is due: an ordinate value");
    block.values.push_back(value.value_or(0.0));
  }
}

}  // namespace

void read_vamas_block(VamasLines& lines, const VamasLayout& layout, bool first, VamasBlock& block) {
  const std::string_view mode = layout.experiment_mode;
  const bool map = one_of(mode, {"MAP", "MAPDP"});
  const bool map_of_single_values = one_of(mode, {"MAPSV", "MAPSVDP", "SEM"});
  const bool depth_profile = one_of(mode, {"MAPDP", "MAPSVDP", "SDP", "SDPSV"});
  // numbers as in the standard's list of block parameters
  const auto given = [&](int parameter) {
    return lines.ok() && (first || layout.included[static_cast<std::size_t>(parameter - 1)]);
  };

  block.id = lines.text("the block identifier");
  block.sample = lines.text("the sample identifier");
  if (given(1)) block.year = lines.date_part("the year");
  if (given(2)) block.month = lines.date_part("the month");
  if (given(3)) block.day = lines.date_part("the day");
  if (given(4)) block.hour = lines.date_part("the hour");
  if (given(5)) block.minute = lines.date_part("the minute");
  if (given(6)) block.second = lines.number("the second").value_or(-1);
  if (given(7)) lines.number("the hours in advance of GMT");
  if (given(8)) read_comments(lines, block.comments);
  if (given(9)) block.technique = lines.text("the technique");
  const std::string technique = lower(block.technique);
  const bool ions = one_of(technique, {"fabms", "fabms energy spec", "iss", "sims", "sims energy spec",
                                       "snms", "snms energy spec"});
  const bool electrons_or_photons =
      one_of(technique, {"aes diff", "aes dir", "edx", "els", "ups", "xps", "xrf"});
  if (given(10) && map) pass_numbers(lines, {"the x coordinate", "the y coordinate"});
  if (given(11)) {
    block.variables.clear();
    for (std::size_t i = 0; i < layout.variables.size() && lines.ok(); ++i)
      block.variables.push_back(lines.number("the value of an experimental variable"));
  }
  if (given(12)) lines.text("the analysis source label");
  if (given(13) && (depth_profile || ions))
    for (const auto what : {"the sputtering ion", "its number of atoms", "its charge"}) lines.text(what);
  if (given(14)) block.source_energy_ev = lines.number("the analysis source characteristic energy");
  if (given(15)) lines.number("the analysis source strength");
  if (given(16)) pass_numbers(lines, {"the source beam width in x", "the source beam width in y"});
  if (given(17) && (map || map_of_single_values))
    pass_numbers(lines, {"the field of view in x", "the field of view in y"});
  if (given(18) && map_of_single_values)
    pass_numbers(lines,
                 {"the first linescan start x", "the first linescan start y", "the first linescan finish x",
                  "the first linescan finish y", "the last linescan finish x", "the last linescan finish y"});
  if (given(19)) lines.number("the source polar angle");
  if (given(20)) lines.number("the source azimuth");
  if (given(21)) block.analyser_mode = lines.text("the analyser mode");
  if (given(22)) block.pass_energy_ev = lines.number("the pass energy");
  if (given(23) && technique == "aes diff") lines.number("the differential width");
  if (given(24)) lines.number("the magnification of the transfer lens");
  if (given(25)) block.work_function_ev = lines.number("the work function");
  if (given(26)) lines.number("the target bias");
  if (given(27)) pass_numbers(lines, {"the analysis width in x", "the analysis width in y"});
  if (given(28)) pass_numbers(lines, {"the take-off polar angle", "the take-off azimuth"});
  if (given(29)) block.species = lines.text("the species label");
  if (given(30)) {
    block.transition = lines.text("the transition label");
    lines.number("the charge of the detected particle");
  }
  if (given(31) && layout.scan_mode == "REGULAR") {
    block.abscissa.label = lines.text("the abscissa label");
    block.abscissa.unit = lines.text("the abscissa unit");
    block.abscissa_start = lines.number("the abscissa start");
    block.abscissa_increment = lines.number("the abscissa increment");
  }
  if (given(32)) read_labels(lines, block.ordinates, "the number of corresponding variables");
  if (given(33)) block.signal_mode = lines.text("the signal mode");
  if (given(34)) block.collection_time_s = lines.number("the signal collection time");
  if (given(35)) block.scans = lines.number("the number of scans");
  if (given(36)) lines.number("the signal time correction");
  if (given(37) && electrons_or_photons && depth_profile) {
    pass_numbers(lines, {"the sputtering source energy", "the sputtering source beam current",
                         "the sputtering source width in x", "the sputtering source width in y",
                         "the sputtering source polar angle", "the sputtering source azimuth"});
    lines.text("the sputtering mode");
  }
  if (given(38)) pass_numbers(lines, {"the sample tilt polar angle", "the sample tilt azimuth"});
  if (given(39)) lines.number("the sample rotation angle");
  if (given(40)) {
    const std::size_t n = lines.count("the number of additional numerical parameters");
    for (std::size_t i = 0; i < n && lines.ok(); ++i) {
      lines.text("the label of an additional parameter");
      lines.text("the unit of an additional parameter");
      lines.number("the value of an additional parameter");
    }
  }
  lines.skip(layout.future_block_entries, "a future upgrade block entry");
  read_values(lines, block);
}

}  // namespace litho
