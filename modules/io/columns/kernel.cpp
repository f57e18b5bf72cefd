#include "modules/io/columns/kernel.hpp"

#include <algorithm>
#include <cmath>

#include "modules/io/columns/table.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/core/units.hpp"

namespace litho {
namespace {

bool is_scan(std::string_view label) {
  if (!starts_with_nocase(label, "scan")) return false;
  return parse_int(trim(label.substr(4))).has_value() ||
         (label.size() > 5 && label[4] == '_' && parse_int(label.substr(5)).has_value());
}

struct Roles {
  std::size_t energy = 0;
  std::optional<EnergyAxis> axis;
  std::optional<std::size_t> intensity;  ///< a column of its own, or the sum of the scans
  std::vector<std::size_t> scans;
  std::vector<std::string> unknown;
};

Roles roles_of(const NumberTable& table) {
  Roles roles;
  std::optional<std::size_t> binding, kinetic, energy;
  const std::size_t columns = table.columns.size();
  for (std::size_t i = columns; i-- > 0;) {
    const auto axis = axis_of_label(table.labels[i]);
    if (axis == EnergyAxis::binding) binding = i;
    if (axis == EnergyAxis::kinetic) kinetic = i;
    if (!axis && lower(table.labels[i]).find("energy") != std::string::npos) energy = i;
  }
  roles.energy = binding ? *binding : kinetic ? *kinetic : energy.value_or(0);
  if (binding || kinetic) roles.axis = binding ? EnergyAxis::binding : EnergyAxis::kinetic;
  for (std::size_t i = 0; i < columns; ++i) {
    if (i == roles.energy || (binding && kinetic == i)) continue;
    if (is_scan(table.labels[i]))
      roles.scans.push_back(i);
    else if (!roles.intensity)
      roles.intensity = i;
    else
      roles.unknown.push_back(table.labels[i].empty() ? "column " + std::to_string(i + 1) : table.labels[i]);
  }
  return roles;
}

/// "key = value unit" or "key: value unit"; a value without its unit is not used.
void read_fact(std::string_view text, SpectrumData& data) {
  std::string_view key, value;
  if (!key_and_value(text, '=', key, value) && !key_and_value(text, ':', key, value)) return;
  const std::string name = lower(key);
  const auto in = [&](std::string_view unit) -> std::optional<double> {
    const auto number = parse_in_unit(value, unit);
    return number && *number > 0 ? std::optional<double>(*number) : std::nullopt;
  };
  if (name == "hv" || name == "photon energy" || name == "excitation energy")
    data.photon_energy_ev = in("eV");
  if (name == "pass" || name == "pass energy") data.pass_energy_ev = in("eV");
  if (name == "dwell" || name == "dwell time") data.dwell_s = in("s");
  if (name == "region") data.region = value;
  if (name == "sample") data.sample = value;
  if (name == "scans" || name == "number of scans")
    if (const auto scans = parse_int(value); scans && *scans > 0 && *scans < 1'000'000)
      data.scan_count = static_cast<int>(*scans);
}

/// Facts are parted by semicolons, or by commas where several follow each other.
void read_comments(const std::vector<std::string>& comments, SpectrumData& data) {
  for (const std::string& comment : comments) {
    data.comments += comment + "\n";
    for (const std::string_view part : split(comment, ';')) {
      if (std::ranges::count(part, '=') < 2) {
        read_fact(part, data);
        continue;
      }
      for (const std::string_view fact : split(part, ',')) read_fact(fact, data);
    }
  }
}

bool says_counts(const std::vector<std::string>& comments) {
  return std::ranges::any_of(comments, [](const std::string& comment) {
    const std::string text = lower(comment);
    for (const char* rate : {"counts/s", "counts / s", "counts per sec", "cps", "norm"})
      if (text.find(rate) != std::string::npos) return false;
    return text.find("counts per scan") != std::string::npos || text.find("raw counts") != std::string::npos;
  });
}

}  // namespace

Result<std::vector<Spectrum>> read_columns(std::string_view text, const std::string& file_name,
                                           const StatedFacts& stated) {
  const auto table = read_number_table(text, file_name);
  if (!table) return table.errors();
  const std::string place = file_name + ":" + std::to_string(table->first_line);
  const Roles roles = roles_of(*table);
  if (!roles.unknown.empty() || (!roles.intensity && roles.scans.empty()))
    return Error{
        "columns.ambiguous", place,
        "which column holds the intensities is not clear: the table has " +
            std::to_string(table->columns.size()) + " columns" +
            (roles.unknown.empty() ? "" : ", among them '" + join(roles.unknown, "', '") + "'"),
        "keep one column of energies and one of intensities, or name columns of scans scan1, scan2, ..."};
  const std::string energy_label = lower(table->labels[roles.energy]);
  for (const char* unit : {"kev", "mev"})
    if (energy_label.find(unit) != std::string::npos)
      return Error{"columns.energy_unit", place,
                   "the energies are said to be in '" + table->labels[roles.energy] + "'",
                   "write energies in eV"};
  const auto axis = roles.axis ? roles.axis : stated.axis;
  if (!axis)
    return Error{
        "columns.axis", place,
        "nothing says whether the energies are binding or kinetic" +
            (table->labels[roles.energy].empty() ? std::string()
                                                 : " (heading '" + table->labels[roles.energy] + "')"),
        "state the axis (binding or kinetic), or head the column BE or KE"};
  SpectrumData data;
  data.axis = *axis;
  data.energy_ev = table->columns[roles.energy];
  read_comments(table->comments, data);
  for (const std::size_t scan : roles.scans) data.scans.push_back(table->columns[scan]);
  std::vector<double> sum(data.energy_ev.size(), 0.0);
  for (const auto& scan : data.scans)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += scan[i];
  data.intensity = roles.intensity ? table->columns[*roles.intensity] : sum;
  if (roles.intensity && !data.scans.empty())
    for (std::size_t i = 0; i < sum.size(); ++i)
      if (std::abs(sum[i] - data.intensity[i]) > 1e-6 * std::max(1.0, std::abs(sum[i])))
        return Error{"columns.sum", file_name + ":" + std::to_string(table->first_line + i),
                     "'" + table->labels[*roles.intensity] + "' is " + format_double(data.intensity[i]) +
                         ", and the scans add up to " + format_double(sum[i]),
                     "leave out the column that is not their sum"};
  if (!data.scans.empty()) data.scan_count = static_cast<int>(data.scans.size());
  data.unit = intensity_of_label(roles.intensity ? table->labels[*roles.intensity] : std::string());
  if (data.unit == IntensityUnit::unknown && !data.scans.empty() && whole_counts(data.intensity) &&
      says_counts(table->comments))
    data.unit = IntensityUnit::counts;
  if (data.unit == IntensityUnit::unknown && stated.unit) data.unit = *stated.unit;
  if (data.unit == IntensityUnit::unknown)
    data.notes.push_back(
        "nothing says whether the intensities are counts or counts per second: state the unit");
  if (!data.photon_energy_ev) data.photon_energy_ev = stated.photon_energy_ev;
  if (!data.dwell_s) data.dwell_s = stated.dwell_s;
  if (!data.scan_count) data.scan_count = stated.scan_count;
  SpectrumCollector collector("columns", file_name);
  collector.add(std::move(data));
  return std::move(collector).finish();
}

}  // namespace litho
