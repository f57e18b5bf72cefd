#include <algorithm>
#include <cmath>

#include "modules/io/avantage/kernel.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

/// "VT_R4   = 1486.68" is "1486.68", "VT_BSTR = 'C1s Scan'" is "C1s Scan".
std::string_view property_value(std::string_view typed) {
  const auto at = typed.find('=');
  std::string_view value = at == std::string_view::npos ? std::string_view() : trim(typed.substr(at + 1));
  if (value.size() >= 2 && value.front() == '\'' && value.back() == '\'')
    value = trim(value.substr(1, value.size() - 2));
  return value;
}

/// "16/09/2026   10:11:12", day before month.
std::string date_of(std::string_view text) {
  std::vector<int> numbers;
  int current = -1;
  for (const char c : std::string(text) + " ") {
    if (c >= '0' && c <= '9')
      current = std::min(9999, (current < 0 ? 0 : current) * 10 + (c - '0'));
    else if (current >= 0) {
      numbers.push_back(current);
      current = -1;
    }
  }
  if (numbers.size() < 3) return "";
  if (numbers.size() < 6) return iso_date(numbers[2], numbers[1], numbers[0]);
  return iso_date(numbers[2], numbers[1], numbers[0], numbers[3], numbers[4], numbers[5]);
}

struct Parser {
  std::string file_name;
  std::size_t line_number = 0;
  SpectrumData data;
  std::string value_label;
  enum class Part { properties, data_axes, space_axes, values } part = Part::properties;
  std::size_t points = 0, axes = 0;
  double start = 0, width = 0;
  bool has_axis = false;
  std::optional<Error> error;

  void fail(const char* code, std::string message) {
    if (!error) error = Error{code, file_name + ":" + std::to_string(line_number), std::move(message), ""};
  }

  void section(std::string_view line) {
    if (starts_with_nocase(line, "$dataaxes"))
      part = Part::data_axes;
    else if (starts_with_nocase(line, "$spaceaxes"))
      part = Part::space_axes;
    else if (starts_with_nocase(line, "$data="))
      part = Part::values;
    else if (starts_with_nocase(line, "$properties"))
      part = Part::properties;
  }

  void property(std::string_view line) {
    std::string_view key, typed;
    if (!key_and_value(line, ':', key, typed)) return;
    const std::string_view value = property_value(typed);
    data.comments.append(key).append(" = ").append(value).append("\n");
    const auto positive = [&](std::optional<double>& target) {
      if (const auto number = number_in_field(value); number && *number > 0) target = *number;
    };
    if (key == "DS_EXT_SUPROPID_TITLE") data.region = value;
    if (key == "DS_GEPROPID_INSTRUMENT") data.instrument = value;
    if (key == "DS_GEPROPID_VALUE_LABEL") value_label = value;
    if (key == "DS_SOPROPID_ENERGY") positive(data.photon_energy_ev);
    if (key == "DS_ANPROPID_PASS") positive(data.pass_energy_ev);
    if (key == "DS_ANPROPID_WORK_FTN") data.work_function_ev = number_in_field(value);
    if (key == "DS_ACPROPID_ACQ_TIME") positive(data.dwell_s);
    if (key == "DS_ACPROPID_START_TIME" || (key == "DS_EXT_SUPROPID_CREATED" && data.acquired.empty()))
      data.acquired = date_of(value);
    if (key == "DS_ACPROPID_PERIODS")
      if (const auto scans = parse_int(value); scans && *scans > 0 && *scans < 1'000'000)
        data.scan_count = static_cast<int>(*scans);
  }

  /// "0= start, width, numPoints, axisType, linear, symbol, unit, label"
  void space_axis(std::string_view line) {
    std::string_view key, value;
    if (!key_and_value(line, '=', key, value) || !parse_int(key)) return;
    const auto fields = split(value, ',');
    const auto number = [&](std::size_t i) {
      return i < fields.size() ? number_in_field(fields[i]) : std::nullopt;
    };
    const auto field = [&](std::size_t i) {
      return i < fields.size() ? lower(trim(fields[i])) : std::string();
    };
    if (!number(0) || !number(1) || !number(2) || *number(2) < 0 ||
        *number(2) > static_cast<double>(kMaxSpectrumPoints))
      return fail("avantage.avg_axis", "an axis needs start, width and number of points");
    ++axes;
    if (field(3) != "energy") {
      if (*number(2) > 1)
        fail("avantage.avg_unsupported",
             "has an axis of " + field(3) + " besides the energy (a profile, a map or angles)");
      return;
    }
    if (field(4) != "linear")
      return fail("avantage.avg_unsupported", "the energy axis is '" + field(4) + "', not LINEAR");
    start = *number(0);
    width = *number(1);
    points = static_cast<std::size_t>(*number(2));
    has_axis = true;
    // 'E' and 'Energy' do not tell; the data space holds kinetic energies
    if (field(7).find("binding") != std::string::npos)
      fail("avantage.avg_axis",
           "the axis is labelled " + field(7) + " where a data space holds kinetic energies");
  }

  void values(std::string_view line) {
    if (line == ";") return;
    if (starts_with_nocase(line, "list@")) {
      const auto at = line.find('=');
      const auto index =
          at == std::string_view::npos ? std::nullopt : parse_int(trim(line.substr(5, at - 5)));
      if (!index || *index != static_cast<std::int64_t>(data.intensity.size()))
        return fail("avantage.avg_data",
                    "the list does not go on at point " + std::to_string(data.intensity.size()));
      line = line.substr(at + 1);
    }
    for (const std::string_view field : split(line, ',')) {
      const std::string_view text = trim(field);
      if (text.empty() || text == ";") continue;
      if (data.intensity.size() >= points)
        return fail("avantage.avg_data", "there are more values than points");
      const auto value = parse_double(text);
      if (!value)
        return fail("avantage.avg_data", "'" + std::string(text.substr(0, 40)) +
                                             "' stands where a value is due" +
                                             (text == "#empty#" ? ": the run did not reach this point" : ""));
      data.intensity.push_back(*value);
    }
  }
};

}  // namespace

bool is_avg(std::string_view text) {
  return text.find("$SPACEAXES=") != std::string_view::npos && text.find("$DATA=") != std::string_view::npos;
}

Result<std::vector<Spectrum>> read_avantage_avg(std::string_view text, const std::string& file_name) {
  Parser parser;
  parser.file_name = file_name;
  for (const std::string_view raw : split_lines(text)) {
    ++parser.line_number;
    const std::string_view line = trim(raw);
    if (line.empty() || (line.starts_with(';') && line != ";")) continue;
    if (line.starts_with('$')) {
      parser.section(line);
      continue;
    }
    using Part = Parser::Part;
    if (parser.part == Part::properties) parser.property(line);
    if (parser.part == Part::space_axes) parser.space_axis(line);
    if (parser.part == Part::values) parser.values(line);
    if (parser.error) return *parser.error;
  }
  if (!parser.has_axis) parser.fail("avantage.avg_axis", "has no energy axis");
  if (parser.data.intensity.size() != parser.points)
    parser.fail("avantage.avg_data", "has " + std::to_string(parser.data.intensity.size()) + " values for " +
                                         std::to_string(parser.points) + " points");
  if (parser.error) return *parser.error;
  SpectrumData& data = parser.data;
  data.axis = EnergyAxis::kinetic;
  for (std::size_t i = 0; i < parser.points; ++i)
    data.energy_ev.push_back(parser.start + static_cast<double>(i) * parser.width);
  data.unit = intensity_of_label(parser.value_label);
  SpectrumCollector collector("avantage", file_name);
  collector.add(std::move(data));
  return std::move(collector).finish();
}

}  // namespace litho
