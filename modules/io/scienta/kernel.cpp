#include "modules/io/scienta/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

struct Region {
  std::map<std::string, std::string, std::less<>> keys;
  std::vector<std::vector<double>> rows;

  std::string value(std::string_view key) const {
    const auto found = keys.find(key);
    return found == keys.end() ? "" : found->second;
  }
  std::optional<double> positive(std::string_view key) const {
    const auto number = leading_number(value(key));
    return number && *number > 0 ? number : std::nullopt;
  }
};

/// "2023-03-08" and "15:24:35".
std::string date_of(std::string_view date, std::string_view time) {
  std::array<int, 6> part{0, 0, 0, -1, -1, -1};
  std::size_t at = 0;
  for (const std::string_view field : split(date, '-'))
    if (at < 3)
      part[at++] = static_cast<int>(std::clamp<std::int64_t>(parse_int(field).value_or(0), 0, 9999));
  at = 3;
  for (const std::string_view field : split(time, ':'))
    if (at < 6)
      part[at++] = static_cast<int>(std::clamp<std::int64_t>(parse_int(field).value_or(-1), -1, 99));
  return iso_date(part[0], part[1], part[2], part[3], part[4], part[5]);
}

/// "" or the reason why the region is no spectrum.
std::string add_region(const Region& region, SpectrumCollector& collector) {
  if (region.rows.empty()) return "it holds no data";
  if (!region.value("Dimension 2 size").empty() || region.rows.front().size() != 2)
    return "it holds several slices: export their sum";
  const auto axis = axis_of_label(region.value("Dimension 1 name"));
  if (!axis)
    return "its axis '" + region.value("Dimension 1 name") + "' is not said to be binding or kinetic energy";
  const auto scale = axis_of_label(region.value("Energy Scale"));
  if (scale && *scale != *axis) return "its axis and its energy scale contradict each other";
  const auto size = leading_number(region.value("Dimension 1 size"));
  if (size && *size != static_cast<double>(region.rows.size()))
    return "it announces " + format_double(*size) + " points and holds " + std::to_string(region.rows.size());
  SpectrumData data;
  data.region = data.block = region.value("Region Name");
  data.sample = region.value("Sample");
  data.axis = *axis;
  for (const auto& row : region.rows) {
    if (row.size() != 2) return "a line of it has not two numbers";
    data.energy_ev.push_back(row[0]);
    data.intensity.push_back(row[1]);
  }
  const std::string detector = lower(region.value("DetectorMode"));
  data.unit = detector.find("pulse") != std::string::npos ? IntensityUnit::counts : IntensityUnit::unknown;
  if (data.unit == IntensityUnit::unknown)
    data.notes.push_back("detector mode '" + region.value("DetectorMode") +
                         "' does not count pulses: the signal has no known factor to counts");
  if (const auto step_ms = region.positive("Step Time")) data.dwell_s = *step_ms / 1000;
  constexpr double kMostSweeps = 1e6;
  if (const auto sweeps = region.positive("Number of Sweeps"); sweeps && *sweeps < kMostSweeps)
    data.scan_count = static_cast<int>(*sweeps);
  data.photon_energy_ev = region.positive("Excitation Energy");
  data.pass_energy_ev = region.positive("Pass Energy");
  data.analyser_mode = region.value("Acquisition Mode");
  data.instrument = region.value("Instrument");
  data.acquired = date_of(region.value("Date"), region.value("Time"));
  for (const auto& [key, value] : region.keys)
    if (!value.empty() && !key.starts_with("Dimension 1 scale")) data.comments += key + "=" + value + "\n";
  collector.add(std::move(data));
  return "";
}

}  // namespace

bool is_scienta(std::string_view text) {
  const std::string_view head = trim(text.substr(0, 4096));
  return head.starts_with("[Info]") && head.find("[Region ") != std::string_view::npos;
}

Result<std::vector<Spectrum>> read_scienta(std::string_view text, const std::string& file_name) {
  std::map<std::int64_t, Region> regions;
  std::int64_t current = 0;
  bool in_data = false;
  std::size_t number = 0;
  const auto fail = [&](std::string_view line, const char* what) {
    return Error{"scienta.bad_line", file_name + ":" + std::to_string(number),
                 "'" + std::string(line.substr(0, 40)) + "' stands where " + what, ""};
  };
  for (const std::string_view raw : split_lines(text)) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty()) continue;
    if (line.starts_with('[') && line.ends_with(']')) {
      const std::string_view inside = line.substr(1, line.size() - 2);
      const auto blank = inside.rfind(' ');
      current = blank == std::string_view::npos ? 0 : parse_int(inside.substr(blank + 1)).value_or(0);
      in_data = starts_with_nocase(inside, "data");
      continue;
    }
    if (current == 0) continue;
    Region& region = regions[current];
    if (in_data) {
      std::vector<double> row;
      if (!numbers_in_line(line, row)) return fail(line, "numbers are due");
      region.rows.push_back(std::move(row));
      continue;
    }
    std::string_view key, value;
    if (key_and_value(line, '=', key, value)) region.keys.emplace(key, value);
  }
  SpectrumCollector collector("scienta", file_name);
  for (const auto& [index, region] : regions) {
    const std::string reason = add_region(region, collector);
    if (!reason.empty())
      collector.leave_out("region " + std::to_string(index) + " '" + region.value("Region Name") + "'",
                          reason);
  }
  return std::move(collector).finish();
}

}  // namespace litho
