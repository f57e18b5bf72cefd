#include "modules/io/vamas/kernel.hpp"

#include <algorithm>
#include <cmath>

#include "modules/io/vamas/block.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr std::string_view kIdentifier = "VAMAS Surface Chemical Analysis Standard Data Transfer Format";
constexpr double kNotKnown = 9.9e36;

bool known_mode(std::string_view mode) {
  constexpr std::array<std::string_view, 9> kModes{"MAP", "MAPDP", "MAPSV", "MAPSVDP", "NORM",
                                                   "SDP", "SDPSV", "SEM",   "NOEXP"};
  return std::ranges::find(kModes, mode) != kModes.end();
}

/// Some programs write the standard's words in small letters.
std::string upper(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

void read_inclusion_list(VamasLines& lines, VamasLayout& layout) {
  const int n = lines.integer("the number of entries in the inclusion or exclusion list");
  layout.included.fill(n <= 0);  // a negative number lists what is left out
  for (int i = 0; i < std::abs(n) && lines.ok(); ++i) {
    const int parameter = lines.integer("an entry of the inclusion or exclusion list");
    if (lines.ok() && (parameter < 1 || parameter > 40))
      lines.fail("vamas.bad_line",
                 std::to_string(parameter) + " is no number of a block parameter (1 to 40)");
    if (lines.ok()) layout.included[static_cast<std::size_t>(parameter - 1)] = n > 0;
  }
}

struct Header {
  VamasLayout layout;
  std::string instrument;
  std::string comments;
  std::size_t blocks = 0;
};

Header read_header(VamasLines& lines) {
  Header header;
  VamasLayout& layout = header.layout;
  lines.text("the institution");
  header.instrument = lines.text("the instrument");
  lines.text("the operator");
  lines.text("the experiment");
  const std::size_t comment_lines = lines.count("the number of lines in the comment");
  for (std::size_t i = 0; i < comment_lines && lines.ok(); ++i)
    header.comments.append(lines.text("a comment line")).append("\n");
  layout.experiment_mode = upper(lines.text("the experiment mode"));
  if (lines.ok() && !known_mode(layout.experiment_mode))
    lines.fail("vamas.bad_line", "'" + layout.experiment_mode + "' is no experiment mode of ISO 14976");
  layout.scan_mode = upper(lines.text("the scan mode"));
  if (lines.ok() && layout.scan_mode != "REGULAR" && layout.scan_mode != "IRREGULAR" &&
      layout.scan_mode != "MAPPING")
    lines.fail("vamas.bad_line", "'" + layout.scan_mode + "' is no scan mode of ISO 14976");
  const std::string& mode = layout.experiment_mode;
  const bool map = mode == "MAP" || mode == "MAPDP";
  if (map || mode == "NORM" || mode == "SDP") lines.integer("the number of spectral regions");
  if (map) {
    lines.integer("the number of analysis positions");
    lines.integer("the number of x coordinates in the map");
    lines.integer("the number of y coordinates in the map");
  }
  const std::size_t variables = lines.count("the number of experimental variables");
  for (std::size_t i = 0; i < variables && lines.ok(); ++i) {
    VamasLabel label;
    label.label = lines.text("the label of an experimental variable");
    label.unit = lines.text("the unit of an experimental variable");
    layout.variables.push_back(std::move(label));
  }
  read_inclusion_list(lines, layout);
  lines.skip(lines.count("the number of manually entered items"), "a manually entered item");
  const std::size_t future = lines.count("the number of future upgrade experiment entries");
  layout.future_block_entries = lines.count("the number of future upgrade block entries");
  lines.skip(future, "a future upgrade experiment entry");
  header.blocks = lines.count("the number of blocks");
  return header;
}

std::string region_name(const VamasBlock& block) {
  const auto said = [](const std::string& word) {
    const std::string low = lower(word);
    return !word.empty() && low != "none" && low != "not specified";
  };
  if (!said(block.species)) return block.id;
  return said(block.transition) ? block.species + " " + block.transition : block.species;
}

/// 1 where the unit is electron volts, 1000 for keV, 0 for anything else.
double ev_per(const std::string& unit) {
  const std::string low = lower(unit);
  return low == "ev" ? 1.0 : low == "kev" ? 1000.0 : 0.0;
}

/// Which of the corresponding variables is the energy (irregular scans), intensity and transmission; -1 =
/// none.
struct Roles {
  int energy = -1, intensity = -1, transmission = -1;
  std::vector<std::string> ignored;
};

Roles roles_of(const VamasBlock& block, bool irregular) {
  Roles roles;
  for (int i = 0; i < static_cast<int>(block.ordinates.size()); ++i) {
    const VamasLabel& label = block.ordinates[static_cast<std::size_t>(i)];
    if (irregular && roles.energy < 0 && ev_per(label.unit) > 0)
      roles.energy = i;
    else if (roles.transmission < 0 && lower(label.label).find("transmission") != std::string::npos)
      roles.transmission = i;
    else if (roles.intensity < 0)
      roles.intensity = i;
    else
      roles.ignored.push_back(label.label);
  }
  return roles;
}

void set_intensity_unit(const VamasBlock& block, const VamasLabel& label, SpectrumData& data) {
  data.dwell_s = block.collection_time_s && *block.collection_time_s > 0 ? block.collection_time_s
                                                                         : std::optional<double>();
  if (block.scans && *block.scans >= 1 && *block.scans <= 1e6 && *block.scans == std::floor(*block.scans))
    data.scan_count = static_cast<int>(*block.scans);
  const bool rate = intensity_of_label(label.unit) == IntensityUnit::counts_per_s ||
                    intensity_of_label(label.label) == IntensityUnit::counts_per_s;
  const bool counted = lower(block.signal_mode) == "pulse counting";
  const bool plain = intensity_of_label(label.label) == IntensityUnit::counts || lower(label.unit) == "d" ||
                     lower(label.unit) == "n" || label.unit.empty() ||
                     intensity_of_label(label.unit) == IntensityUnit::counts;
  if (rate) {
    data.unit = IntensityUnit::counts_per_s;
  } else if (intensity_of_label(block.id) == IntensityUnit::counts_per_s) {
    data.unit = IntensityUnit::counts_per_s;
    data.dwell_s.reset();
    data.scan_count.reset();
    data.notes.push_back(
        "the block is named as counts per second while its time and scans look like place holders: the "
        "factor "
        "that restores counts is not known");
  } else {
    data.unit = counted && plain ? IntensityUnit::counts : IntensityUnit::unknown;
  }
  if (data.unit == IntensityUnit::unknown)
    data.notes.push_back("signal mode '" + block.signal_mode + "' with unit '" + label.unit +
                         "' does not say how the intensities become counts");
}

/// The block as a spectrum, or the reason why it is none.
std::string to_spectrum(const Header& header, const VamasBlock& block, SpectrumCollector& collector) {
  if (header.layout.scan_mode == "MAPPING") return "it is a map or an image, not a spectrum";
  const bool irregular = header.layout.scan_mode == "IRREGULAR";
  const Roles roles = roles_of(block, irregular);
  if (roles.intensity < 0) return "it has no intensities";
  if (irregular && roles.energy < 0) return "none of its variables is an energy in eV";
  const VamasLabel& abscissa =
      irregular ? block.ordinates[static_cast<std::size_t>(roles.energy)] : block.abscissa;
  const double scale = ev_per(abscissa.unit);
  if (scale == 0)
    return "its abscissa is '" + abscissa.label + "' in '" + abscissa.unit + "', not an energy in eV";
  const auto axis = axis_of_label(abscissa.label);
  if (!axis) return "its abscissa '" + abscissa.label + "' is not said to be kinetic or binding energy";
  if (!irregular && (!block.abscissa_start || !block.abscissa_increment))
    return "start or increment of its abscissa are not known";

  SpectrumData data;
  data.region = region_name(block);
  data.sample = lower(block.sample) == "not specified" ? "" : block.sample;
  data.block = block.id;
  data.axis = *axis;
  const std::size_t columns = block.ordinates.size();
  const std::size_t points = block.values.size() / columns;
  const auto column = [&](int role, std::size_t point) {
    return block.values[point * columns + static_cast<std::size_t>(role)];
  };
  bool hole = false;
  for (std::size_t i = 0; i < points; ++i) {
    data.energy_ev.push_back(
        scale * (irregular ? column(roles.energy, i)
                           : *block.abscissa_start + static_cast<double>(i) * *block.abscissa_increment));
    data.intensity.push_back(column(roles.intensity, i));
    if (roles.transmission >= 0) data.transmission.push_back(column(roles.transmission, i));
    hole =
        hole || std::abs(data.intensity.back()) >= kNotKnown || std::abs(data.energy_ev.back()) >= kNotKnown;
  }
  if (hole) return "some of its values are marked as not known";
  if (std::ranges::any_of(data.transmission, [](double t) { return std::abs(t) >= kNotKnown; }))
    data.transmission.clear();
  set_intensity_unit(block, block.ordinates[static_cast<std::size_t>(roles.intensity)], data);
  const std::string technique = lower(block.technique);
  if ((technique == "xps" || technique == "ups") && block.source_energy_ev.value_or(0) > 0)
    data.photon_energy_ev = block.source_energy_ev;
  if (lower(block.analyser_mode) == "fat" && block.pass_energy_ev.value_or(0) > 0)
    data.pass_energy_ev = block.pass_energy_ev;
  data.work_function_ev = block.work_function_ev;
  for (std::size_t i = 0; i < block.variables.size(); ++i)
    if (block.variables[i])
      data.variables.push_back(
          {header.layout.variables[i].label, header.layout.variables[i].unit, *block.variables[i]});
  data.technique = block.technique;
  data.analyser_mode = block.analyser_mode;
  data.instrument = lower(header.instrument) == "not specified" ? "" : header.instrument;
  data.acquired = iso_date(block.year, block.month, block.day, block.hour, block.minute, block.second);
  data.comments = block.comments;
  for (const std::string& name : roles.ignored)
    data.notes.push_back("the corresponding variable '" + name + "' was not read");
  collector.add(std::move(data));
  return "";
}

}  // namespace

bool is_vamas(Bytes bytes) {
  const std::string head = text_of(bytes.first(std::min<std::size_t>(bytes.size(), 1024)));
  return starts_with_nocase(trim(head), kIdentifier);
}

Result<std::vector<Spectrum>> read_vamas(Bytes bytes, const std::string& file_name) {
  const std::string text = text_of(bytes);
  VamasLines lines(split_lines(text), file_name);
  lines.skip_blank();
  if (lines.at_end() || !starts_with_nocase(lines.text("the format identifier"), kIdentifier))
    return Error{"vamas.not_vamas", file_name, "does not start with the format identifier of ISO 14976", ""};
  const Header header = read_header(lines);
  SpectrumCollector collector("vamas", file_name);
  VamasBlock block;
  for (std::size_t i = 0; i < header.blocks && lines.ok(); ++i) {
    read_vamas_block(lines, header.layout, i == 0, block);
    if (!lines.ok()) break;
    const std::string reason = to_spectrum(header, block, collector);
    if (!reason.empty())
      collector.leave_out("block " + std::to_string(i + 1) + " '" + block.id + "'", reason);
  }
  if (lines.ok()) lines.skip_blank();
  // a file may lack the terminator; anything else here means that the blocks were not what they said
  if (lines.ok() && !lines.at_end()) {
    const std::string_view end = lines.text("the experiment terminator");
    if (!starts_with_nocase(end, "end of experiment"))
      lines.fail("vamas.bad_line",
                 "'" + std::string(end.substr(0, 40)) + "' stands where the experiment should end");
  }
  if (!lines.ok()) return lines.error();
  return std::move(collector).finish();
}

}  // namespace litho
