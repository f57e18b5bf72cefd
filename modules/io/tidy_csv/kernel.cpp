#include "modules/io/tidy_csv/kernel.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "modules/io/tidy_csv/escape.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr std::string_view kMark = "# lithoscope tidy spectra 1";
constexpr std::array<const char*, 14> kColumns{
    "spectrum",         "sample",         "region",    "block", "axis",
    "energy_ev",        "scan",           "intensity", "unit",  "transmission",
    "photon_energy_ev", "pass_energy_ev", "dwell_s",   "scans"};

std::string_view unit_name(IntensityUnit unit) {
  switch (unit) {
    case IntensityUnit::counts:
      return "counts";
    case IntensityUnit::counts_per_s:
      return "counts/s";
    case IntensityUnit::unknown:
      break;
  }
  return "unknown";
}

std::string exact(const std::optional<double>& value) {
  return value ? format_exact(*value) : "";
}

void describe(std::size_t number, const SpectrumData& data, std::string& out) {
  const auto say = [&](std::string_view key, std::string_view value) {
    if (!value.empty())
      out += "# " + std::to_string(number) + " " + std::string(key) + " = " + escape_line(value) + "\n";
  };
  say("total_s", exact(data.total_s));
  say("work_function_ev", exact(data.work_function_ev));
  say("technique", data.technique);
  say("analyser_mode", data.analyser_mode);
  say("instrument", data.instrument);
  say("acquired", data.acquired);
  for (const SpectrumVariable& v : data.variables)
    say("variable", join({escape_field(v.label), escape_field(v.unit), format_exact(v.value)}, "|"));
  say("comments", data.comments);
  for (const std::string& note : data.notes) say("note", note);
}

void add_rows(std::size_t number, const SpectrumData& data, Table& table) {
  const auto add = [&](const std::string& scan, const std::vector<double>& intensity, bool whole) {
    for (std::size_t i = 0; i < intensity.size(); ++i)
      table.add({std::to_string(number), data.sample, data.region, data.block,
                 data.axis == EnergyAxis::binding ? "binding" : "kinetic", format_exact(data.energy_ev[i]),
                 scan, format_exact(intensity[i]), std::string(unit_name(data.unit)),
                 whole && !data.transmission.empty() ? format_exact(data.transmission[i]) : "",
                 exact(data.photon_energy_ev), exact(data.pass_energy_ev), exact(data.dwell_s),
                 data.scan_count ? std::to_string(*data.scan_count) : ""});
  };
  add("", data.intensity, true);
  for (std::size_t scan = 0; scan < data.scans.size(); ++scan)
    add(std::to_string(scan + 1), data.scans[scan], false);
}

/// Lines before the table.
Status read_descriptions(std::string_view text, const std::string& file_name,
                         std::map<int, SpectrumData>& spectra) {
  int line_number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++line_number;
    if (!line.starts_with('#')) break;
    if (line_number == 1) continue;
    const auto bad = [&](const std::string& what) {
      return Error{"tidy_csv.bad_line", file_name + ":" + std::to_string(line_number), what, ""};
    };
    const std::string_view said = line.substr(std::min<std::size_t>(2, line.size()));
    const auto blank = said.find(' ');
    const auto equals = said.find(" = ");
    const auto number = parse_int(said.substr(0, blank));
    if (blank == std::string_view::npos || equals == std::string_view::npos || equals <= blank || !number ||
        *number < 1 || *number > static_cast<std::int64_t>(kMaxSpectrumPoints))
      return bad("is not '# spectrum key = value'");
    const std::string_view key = said.substr(blank + 1, equals - blank - 1);
    const std::string value = unescape(said.substr(equals + 3));
    SpectrumData& data = spectra[static_cast<int>(*number)];
    if (key == "technique")
      data.technique = value;
    else if (key == "analyser_mode")
      data.analyser_mode = value;
    else if (key == "instrument")
      data.instrument = value;
    else if (key == "acquired")
      data.acquired = value;
    else if (key == "comments")
      data.comments = value;
    else if (key == "note")
      data.notes.push_back(value);
    else if (key == "variable") {
      const auto parts = split(said.substr(equals + 3), '|');
      const auto number_of_variable = parts.size() == 3 ? parse_double(parts[2]) : std::nullopt;
      if (!number_of_variable) return bad("a variable is 'label|unit|value'");
      data.variables.push_back(
          {unescape(unescape(parts[0])), unescape(unescape(parts[1])), *number_of_variable});
    } else if (key == "total_s" || key == "work_function_ev") {
      const auto figure = parse_double(value);
      if (!figure) return bad("'" + value + "' is no number");
      (key == "total_s" ? data.total_s : data.work_function_ev) = figure;
    } else {
      return bad("'" + std::string(key) + "' is not known");
    }
  }
  return {};
}

/// Fills spectra from the rows, which stand in order.
class Rows {
 public:
  Rows(const Csv& csv, const std::string& file_name, std::map<int, SpectrumData>& spectra)
      : csv_(csv), file_name_(file_name), spectra_(spectra) {}

  Status read() {
    for (const CsvRow& row : csv_.rows)
      if (auto status = read(row); !status) return status;
    return {};
  }

 private:
  Error bad(const CsvRow& row, const std::string& what) const {
    return {"tidy_csv.bad_line", file_name_ + ":" + std::to_string(row.line), what, ""};
  }

  Status read(const CsvRow& row) {
    const auto& f = row.fields;
    const auto number = parse_int(f[0]);
    const auto energy = parse_double(f[5]), intensity = parse_double(f[7]);
    if (!number || *number < 1 || *number > static_cast<std::int64_t>(kMaxSpectrumPoints) || !energy ||
        !intensity)
      return bad(row, "spectrum, energy_ev or intensity is no number");
    const bool fresh = *number != current_;
    if (fresh && (!seen_.insert({static_cast<int>(*number), true}).second))
      return bad(row, "spectrum " + f[0] + " is in two places");
    SpectrumData& data = spectra_[static_cast<int>(*number)];
    if (fresh) {
      current_ = *number;
      if (auto status = begin(row, data); !status) return status;
    }
    if (f[6].empty()) {
      if (!data.scans.empty()) return bad(row, "the sum of all scans stands after single scans");
      data.energy_ev.push_back(*energy);
      data.intensity.push_back(*intensity);
      if (f[9].empty()) return {};
      const auto transmission = parse_double(f[9]);
      if (!transmission) return bad(row, "transmission is no number");
      data.transmission.push_back(*transmission);
      return {};
    }
    const auto scan = parse_int(f[6]);
    const auto stored = static_cast<std::int64_t>(data.scans.size());
    if (!scan || (*scan != stored && *scan != stored + 1) || *scan < 1)
      return bad(row, "scans are out of order");
    if (*scan == stored + 1) data.scans.emplace_back();
    const std::size_t at = data.scans.back().size();
    if (at >= data.energy_ev.size() || data.energy_ev[at] != *energy)
      return bad(row, "a single scan has other energies than their sum");
    data.scans.back().push_back(*intensity);
    return {};
  }

  /// What all rows of a spectrum share.
  Status begin(const CsvRow& row, SpectrumData& data) const {
    const auto& f = row.fields;
    data.sample = f[1];
    data.region = f[2];
    data.block = f[3];
    if (f[4] != "binding" && f[4] != "kinetic") return bad(row, "axis is neither binding nor kinetic");
    data.axis = f[4] == "binding" ? EnergyAxis::binding : EnergyAxis::kinetic;
    const auto unit =
        std::ranges::find_if(kUnits, [&](IntensityUnit known) { return unit_name(known) == f[8]; });
    if (unit == kUnits.end()) return bad(row, "unit is none of counts, counts/s, unknown");
    data.unit = *unit;
    const auto number = [&](std::size_t column, std::optional<double>& to) {
      to = parse_double(f[column]);
      return f[column].empty() || to.has_value();
    };
    if (!number(10, data.photon_energy_ev) || !number(11, data.pass_energy_ev) || !number(12, data.dwell_s))
      return bad(row, "photon_energy_ev, pass_energy_ev or dwell_s is no number");
    if (f[13].empty()) return {};
    const auto scans = parse_int(f[13]);
    constexpr std::int64_t kMostScans = 1'000'000;
    if (!scans || *scans < 1 || *scans > kMostScans) return bad(row, "scans is no number of scans");
    data.scan_count = static_cast<int>(*scans);
    return {};
  }

  static constexpr std::array kUnits{IntensityUnit::counts, IntensityUnit::counts_per_s,
                                     IntensityUnit::unknown};
  const Csv& csv_;
  const std::string& file_name_;
  std::map<int, SpectrumData>& spectra_;
  std::map<int, bool> seen_;
  std::int64_t current_ = 0;
};

}  // namespace

std::string write_tidy_csv(std::span<const Spectrum> spectra) {
  std::string out = std::string(kMark) + "\n";
  Table table(std::vector<std::string>(kColumns.begin(), kColumns.end()));
  for (std::size_t k = 0; k < spectra.size(); ++k) {
    describe(k + 1, spectra[k].data(), out);
    add_rows(k + 1, spectra[k].data(), table);
  }
  return out + write_csv(table);
}

bool is_tidy_csv(std::string_view text) {
  const auto lines = text.substr(0, kMark.size() + 2);
  return lines.starts_with(kMark);
}

Result<std::vector<Spectrum>> read_tidy_csv(std::string_view text, const std::string& file_name) {
  std::map<int, SpectrumData> spectra;
  if (auto status = read_descriptions(text, file_name, spectra); !status) return status.errors();
  const auto csv = read_csv(text);
  if (!csv) return at(file_name, csv.errors().front());
  if (csv->columns.size() != kColumns.size() ||
      !std::equal(kColumns.begin(), kColumns.end(), csv->columns.begin()))
    return Error{"tidy_csv.header", file_name, "the columns are not those of tidy spectra",
                 "take the lines that start with # away to have it read as a plain table"};
  Rows rows(*csv, file_name, spectra);
  if (auto status = rows.read(); !status) return status.errors();
  std::vector<Spectrum> read;
  for (auto& [number, data] : spectra) {
    data.format = "tidy_csv";
    auto spectrum = Spectrum::make(std::move(data));
    if (!spectrum) return at(file_name + ": spectrum " + std::to_string(number), spectrum.errors().front());
    read.push_back(*std::move(spectrum));
  }
  if (read.empty()) return Error{"tidy_csv.no_spectra", file_name, "holds no spectrum", ""};
  return read;
}

}  // namespace litho
