#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "modules/io/vamas/kernel.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr std::string_view kUnknown = "1E+37";

/// Start and increment that give every energy bit for bit, as start + i x increment.
std::optional<double> exact_increment(const std::vector<double>& energy) {
  const double first = energy[0], mean = (energy.back() - first) / static_cast<double>(energy.size() - 1);
  std::vector<double> candidates{mean, energy[1] - first};
  for (const int digits : {4, 6, 9, 12, 15})
    if (const auto rounded = parse_double(format_double(mean, digits))) candidates.push_back(*rounded);
  for (const double increment : candidates) {
    bool exact = true;
    for (std::size_t i = 0; i < energy.size() && exact; ++i)
      exact = energy[i] == first + static_cast<double>(i) * increment;
    if (exact) return increment;
  }
  return std::nullopt;
}

class Lines {
 public:
  /// One line, without line ends and blanks around it, which the format cannot hold.
  void text(std::string_view value, std::string_view if_empty = "") {
    std::string line(trim(value).empty() ? if_empty : trim(value));
    std::ranges::replace_if(
        line, [](char c) { return c == '\n' || c == '\r' || c == '\0'; }, ' ');
    out_ += line + "\r\n";
  }
  void number(double value) { text(format_exact(value)); }
  void number(const std::optional<double>& value) {
    text(value ? format_exact(*value) : std::string(kUnknown));
  }
  void count(std::size_t n) { text(std::to_string(n)); }
  void unknown(int times) {
    for (int i = 0; i < times; ++i) text(kUnknown);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void write_date(const std::string& acquired, Lines& lines) {
  const auto part = [&](std::size_t from, std::size_t length) {
    const std::string_view digits =
        std::string_view(acquired).substr(std::min(from, acquired.size()), length);
    lines.text(parse_double(digits) ? digits : "-1");
  };
  part(0, 4);
  part(5, 2);
  part(8, 2);
  part(11, 2);
  part(14, 2);
  std::string_view second = std::string_view(acquired).substr(std::min<std::size_t>(17, acquired.size()));
  if (second.ends_with('Z')) second.remove_suffix(1);
  lines.text(parse_double(second) ? second : "-1");
  lines.text("0");
}

/// "Cr 2p" is species and transition; anything else is kept whole.
void write_species(const std::string& region, Lines& lines) {
  const auto blank = region.find(' ');
  const bool two = blank != std::string::npos && blank > 0 && blank + 1 < region.size() &&
                   region.find(' ', blank + 1) == std::string::npos && blank <= 2;
  lines.text(two ? region.substr(0, blank) : region, "none");
  lines.text(two ? region.substr(blank + 1) : "none");
  lines.text("-1");
}

bool is(const std::string& technique, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, lower(technique)) != list.end();
}

void write_block(const SpectrumData& data, const std::vector<SpectrumVariable>& variables, bool regular,
                 Lines& lines) {
  lines.text(data.block.empty() ? data.region : data.block);
  lines.text(data.sample, "Not Specified");
  write_date(data.acquired, lines);
  auto comments = split_lines(data.comments);
  while (!comments.empty() && comments.back().empty()) comments.pop_back();
  lines.count(comments.size());
  for (const auto line : comments) lines.text(line);
  const std::string technique = trim(data.technique).empty() ? "XPS" : data.technique;
  lines.text(technique);
  for (const SpectrumVariable& variable : variables) {
    const auto own = std::ranges::find_if(data.variables, [&](const SpectrumVariable& v) {
      return v.label == variable.label && v.unit == variable.unit;
    });
    lines.number(own == data.variables.end() ? std::optional<double>() : own->value);
  }
  lines.text("Not Specified");  // source label
  if (is(technique,
         {"fabms", "fabms energy spec", "iss", "sims", "sims energy spec", "snms", "snms energy spec"}))
    lines.unknown(3);
  lines.number(data.photon_energy_ev);
  lines.unknown(5);  // strength, beam widths, source angles
  lines.text(data.pass_energy_ev ? "FAT" : std::string_view(data.analyser_mode), "FAT");
  lines.number(data.pass_energy_ev);
  if (is(technique, {"aes diff"})) lines.unknown(1);
  lines.unknown(1);  // magnification
  lines.number(data.work_function_ev);
  lines.unknown(5);  // target bias, analysed widths, take-off angles
  write_species(data.region, lines);
  const std::string axis = data.axis == EnergyAxis::binding ? "Binding Energy" : "Kinetic Energy";
  std::vector<const std::vector<double>*> columns;
  if (regular) {
    lines.text(axis);
    lines.text("eV");
    lines.number(data.energy_ev[0]);
    lines.number(exact_increment(data.energy_ev));
  } else {
    columns.push_back(&data.energy_ev);
  }
  columns.push_back(&data.intensity);
  if (!data.transmission.empty()) columns.push_back(&data.transmission);
  lines.count(columns.size());
  if (!regular) {
    lines.text(axis);
    lines.text("eV");
  }
  const bool known = data.unit != IntensityUnit::unknown;
  lines.text(data.unit == IntensityUnit::counts ? "Counts" : known ? "Counts per Second" : "Intensity");
  lines.text(data.unit == IntensityUnit::counts_per_s ? "c/s" : "d");
  if (!data.transmission.empty()) {
    lines.text("Transmission");
    lines.text("d");
  }
  lines.text(known ? "pulse counting" : "analogue");
  const bool product_only = data.total_s && !(data.dwell_s && data.scan_count);
  lines.number(product_only ? data.total_s : data.dwell_s);
  lines.number(product_only      ? std::optional<double>(1)
               : data.scan_count ? std::optional<double>(*data.scan_count)
                                 : std::nullopt);
  lines.text("0");   // signal time correction
  lines.unknown(3);  // sample tilt and rotation
  lines.count(0);    // additional numerical parameters
  lines.count(columns.size() * data.energy_ev.size());
  for (const auto* column : columns) {
    const auto [low, high] = std::ranges::minmax(*column);
    lines.number(low);
    lines.number(high);
  }
  for (std::size_t i = 0; i < data.energy_ev.size(); ++i)
    for (const auto* column : columns) lines.number((*column)[i]);
}

}  // namespace

std::string write_vamas(std::span<const Spectrum> spectra) {
  bool regular = true;
  std::string instrument;
  std::vector<SpectrumVariable> variables;
  for (const Spectrum& spectrum : spectra) {
    const SpectrumData& data = spectrum.data();
    regular = regular && exact_increment(data.energy_ev);
    if (instrument.empty()) instrument = data.instrument;
    for (const SpectrumVariable& v : data.variables)
      if (std::ranges::none_of(
              variables, [&](const SpectrumVariable& k) { return k.label == v.label && k.unit == v.unit; }))
        variables.push_back(v);
  }
  Lines lines;
  lines.text("VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4");
  lines.text("Not Specified");
  lines.text(instrument, "Not Specified");
  lines.text("Not Specified");
  lines.text("Not Specified");
  lines.count(0);
  lines.text("NORM");
  lines.text(regular ? "REGULAR" : "IRREGULAR");
  lines.count(spectra.size());
  lines.count(variables.size());
  for (const SpectrumVariable& variable : variables) {
    lines.text(variable.label);
    lines.text(variable.unit);
  }
  for (int i = 0; i < 4; ++i) lines.count(0);  // inclusion list, manual items, future entries
  lines.count(spectra.size());
  for (const Spectrum& spectrum : spectra) write_block(spectrum.data(), variables, regular, lines);
  lines.text("end of experiment");
  return lines.take();
}

}  // namespace litho
