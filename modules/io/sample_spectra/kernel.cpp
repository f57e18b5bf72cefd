#include "modules/io/sample_spectra/kernel.hpp"

#include <cctype>
#include <cmath>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

std::string field(const std::map<std::string, std::string>& fields, const std::string& name) {
  const auto it = fields.find(name);
  return it == fields.end() ? "" : it->second;
}

std::string region_key(std::string_view name) {
  std::string key;
  for (const char c : lower(std::string(name)))
    if (std::isspace(static_cast<unsigned char>(c)) == 0 && c != '_') key += c;
  if (key.size() > 4 && key.ends_with("scan")) key.resize(key.size() - 4);
  return key;
}

Error bad_value(const std::string& name, const std::string& value, const std::string& may_be) {
  return {"sheet.bad_value", "", name + " '" + value + "' is not " + may_be, ""};
}

}  // namespace

Result<StatedFacts> stated_facts(const std::map<std::string, std::string>& fields) {
  StatedFacts facts;
  Errors errors;
  if (const std::string axis = field(fields, "axis"); axis == "binding")
    facts.axis = EnergyAxis::binding;
  else if (axis == "kinetic")
    facts.axis = EnergyAxis::kinetic;
  else if (!axis.empty())
    errors.push_back(bad_value("axis", axis, "binding or kinetic"));
  if (const std::string unit = field(fields, "unit"); unit == "counts")
    facts.unit = IntensityUnit::counts;
  else if (unit == "counts/s")
    facts.unit = IntensityUnit::counts_per_s;
  else if (!unit.empty())
    errors.push_back(bad_value("unit", unit, "counts or counts/s"));
  const auto positive = [&](const std::string& name) -> std::optional<double> {
    const std::string text = field(fields, name);
    if (text.empty()) return std::nullopt;
    const auto value = parse_double(text);
    if (value && *value > 0) return value;
    errors.push_back(bad_value(name, text, "a number above zero"));
    return std::nullopt;
  };
  facts.photon_energy_ev = positive("photon_energy_ev");
  facts.dwell_s = positive("dwell_s");
  if (const auto scans = positive("scans")) {
    if (*scans == std::round(*scans) && *scans <= 1e9)
      facts.scan_count = static_cast<int>(*scans);
    else
      errors.push_back(bad_value("scans", field(fields, "scans"), "a whole number"));
  }
  if (!errors.empty()) return errors;
  return facts;
}

bool same_region(std::string_view a, std::string_view b) {
  return region_key(a) == region_key(b);
}

Result<std::vector<Spectrum>> choose_spectra(std::vector<Spectrum> spectra,
                                             const std::map<std::string, std::string>& fields,
                                             const std::string& where) {
  const std::string region = field(fields, "region");
  const std::string block = field(fields, "block");
  std::vector<Spectrum> chosen;
  std::vector<std::string> names;
  const bool unnamed = spectra.size() == 1 && spectra.front().data().region.empty();
  for (Spectrum& spectrum : spectra) {
    const SpectrumData& data = spectrum.data();
    names.push_back(data.block.empty() ? data.region : data.region + " [" + data.block + "]");
    if ((region.empty() || unnamed || same_region(region, data.region)) &&
        (block.empty() || block == data.block))
      chosen.push_back(std::move(spectrum));
  }
  if (chosen.empty())
    return Error{
        "spectra.no_region", where,
        "the file has no region '" + region + "'" + (block.empty() ? "" : " in block '" + block + "'"),
        "it holds: " + join(names, ", ")};
  return chosen;
}

}  // namespace litho
