#include "modules/io/specs_xml/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <pugixml.hpp>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

/// Child of any kind with this name attribute.
pugi::xml_node named(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& child : node.children())
    if (name == child.attribute("name").value()) return child;
  return {};
}

std::string text_of(const pugi::xml_node& node, std::string_view name) {
  return std::string(trim(named(node, name).child_value()));
}

std::optional<double> number_of(const pugi::xml_node& node, std::string_view name) {
  return number_in_field(named(node, name).child_value());
}

/// All numbers below the element, which holds one list or one element a number; false where one is none.
bool read_numbers(const pugi::xml_node& sequence, std::vector<double>& out) {
  out.clear();
  for (const pugi::xml_node& item : sequence.children()) {
    const std::string_view text = item.child_value();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t begin = text.find_first_not_of(" \t\r\n", at);
      if (begin == std::string_view::npos) break;
      at = std::min(text.find_first_of(" \t\r\n", begin), text.size());
      const auto value = parse_double(text.substr(begin, at - begin));
      if (!value) return false;
      out.push_back(*value);
    }
  }
  return true;
}

struct Region {
  std::string name, group;
  pugi::xml_node data, definition;
  std::size_t points = 0, head = 0, tail = 0;
  double start_ev = 0, step_ev = 0;
  std::vector<std::ptrdiff_t> detector_offsets;  ///< in points, from a point to the detector's own number
};

/// Reads what shapes the counts; "" or the reason why the region is no spectrum.
std::string read_layout(Region& region) {
  const pugi::xml_node& def = region.definition;
  const std::string mode = text_of(named(def, "scan_mode"), "name");
  if (mode != "FixedAnalyzerTransmission" && mode != "FixedRetardingRatio")
    return "its scan mode '" + mode + "' does not scan the kinetic energy";
  if (number_of(def, "values_per_curve") == 1) return "it has one point";
  const auto points = number_of(def, "values_per_curve"), start = number_of(def, "kinetic_energy");
  const auto step = number_of(def, "scan_delta"), curves = number_of(def, "curves_per_scan");
  if (!points || !start || !step || *points < 2 || *points > static_cast<double>(kMaxSpectrumPoints) ||
      *points != std::floor(*points))
    return "start, step or number of its points is missing or damaged";
  if (curves.value_or(1) != 1) return "it has more than one curve a scan";
  region.points = static_cast<std::size_t>(*points);
  region.start_ev = *start;
  region.step_ev = *step;
  const auto head = number_of(region.data, "mcd_head").value_or(0),
             tail = number_of(region.data, "mcd_tail").value_or(0);
  constexpr double kMostExtra = 1e6;
  if (!(head >= 0 && head < kMostExtra && tail >= 0 && tail < kMostExtra))
    return "mcd_head or mcd_tail is damaged";
  region.head = static_cast<std::size_t>(head);
  region.tail = static_cast<std::size_t>(tail);
  const double pass = number_of(def, "pass_energy").value_or(0);
  constexpr std::size_t kMostDetectors = 1000;
  for (const pugi::xml_node& detector :
       named(named(region.data, "analyzer_info"), "detectors").children("struct")) {
    const double shift_points = number_of(detector, "shift").value_or(0) * pass / *step;
    const double offset = head - std::round(shift_points);
    if (!(offset >= 0 && offset <= head + tail))
      return "the shift of a detector does not fit mcd_head and mcd_tail";
    region.detector_offsets.push_back(static_cast<std::ptrdiff_t>(offset));
    if (region.detector_offsets.size() > kMostDetectors) return "it has too many detectors";
  }
  if (region.detector_offsets.empty()) region.detector_offsets.push_back(static_cast<std::ptrdiff_t>(head));
  return "";
}

/// Adds the detectors; empty where the scan is not whole.
std::vector<double> sum_of_detectors(const Region& region, const std::vector<double>& counts) {
  const std::size_t detectors = region.detector_offsets.size();
  if (counts.size() != detectors * (region.points + region.head + region.tail)) return {};
  std::vector<double> sum(region.points);
  for (std::size_t i = 0; i < region.points; ++i)
    for (std::size_t k = 0; k < detectors; ++k)
      sum[i] += counts[(i + static_cast<std::size_t>(region.detector_offsets[k])) * detectors + k];
  return sum;
}

SpectrumData describe(const Region& region) {
  SpectrumData data;
  const pugi::xml_node& def = region.definition;
  data.region = data.block = region.name;
  data.sample = region.group;
  data.axis = EnergyAxis::kinetic;
  for (std::size_t i = 0; i < region.points; ++i)
    data.energy_ev.push_back(region.start_ev + static_cast<double>(i) * region.step_ev);
  const auto positive = [&](const char* name) {
    const auto value = number_of(def, name);
    return value && *value > 0 ? value : std::optional<double>();
  };
  data.dwell_s = positive("dwell_time");
  data.photon_energy_ev = positive("excitation_energy");
  data.work_function_ev = number_of(def, "effective_workfunction");
  data.technique = text_of(def, "analysis_method");
  data.analyser_mode = text_of(named(def, "scan_mode"), "name");
  if (data.analyser_mode == "FixedAnalyzerTransmission") data.pass_energy_ev = positive("pass_energy");
  data.instrument = text_of(named(region.data, "analyzer_info"), "name");
  data.comments = "analyzer_lens = " + text_of(def, "analyzer_lens") +
                  "\nanalyzer_slit = " + text_of(def, "analyzer_slit") + "\n";
  read_numbers(named(region.data, "transmission"), data.transmission);
  if (data.transmission.size() != region.points) data.transmission.clear();
  return data;
}

void read_region(Region region, SpectrumCollector& collector) {
  const std::string part = "region '" + region.name + "'";
  const std::string reason = read_layout(region);
  if (!reason.empty()) return collector.leave_out(part, reason);
  int cycle_number = 0;
  std::vector<double> counts;
  const auto cycles = named(region.data, "cycles").children("struct");
  const auto cycle_count = std::distance(cycles.begin(), cycles.end());
  for (const pugi::xml_node& cycle : cycles) {
    int cut = 0;
    std::vector<std::vector<double>> scans;
    for (const pugi::xml_node& scan : named(cycle, "scans").children("struct")) {
      if (!read_numbers(named(scan, "counts"), counts)) counts.clear();
      std::vector<double> sum = sum_of_detectors(region, counts);
      if (sum.empty())
        ++cut;
      else
        scans.push_back(std::move(sum));
    }
    const int this_cycle = cycle_number++;
    if (scans.empty()) {
      collector.leave_out(part, "it holds no whole scan");
      continue;
    }
    SpectrumData data = describe(region);
    data.scans = std::move(scans);
    if (cycle_count > 1) {
      data.variables.push_back({"cycle", "", static_cast<double>(this_cycle)});
      data.block += " cycle " + std::to_string(this_cycle);
    }
    data.comments += "cycle time = " + text_of(cycle, "time") + "\n";
    if (cut > 0) data.notes.push_back(std::to_string(cut) + " scans are not whole and were left out");
    if (const auto planned = number_of(region.definition, "num_scans");
        planned && *planned != static_cast<double>(data.scans.size()))
      data.notes.push_back(format_double(*planned) + " scans were planned, " +
                           std::to_string(data.scans.size()) + " are stored whole");
    data.scan_count = static_cast<int>(data.scans.size());
    data.intensity.assign(region.points, 0.0);
    for (const auto& scan : data.scans)
      for (std::size_t i = 0; i < region.points; ++i) data.intensity[i] += scan[i];
    collector.add(std::move(data));
  }
  if (cycle_number == 0) collector.leave_out(part, "it holds no cycles (an empty or compacted region)");
}

}  // namespace

bool is_specs_xml(std::string_view text) {
  const std::string_view head = text.substr(0, 16384);
  return trim(head).starts_with("<?xml") && (head.find("specs.de/") != std::string_view::npos ||
                                             head.find("CORBA XML document") != std::string_view::npos);
}

Result<std::vector<Spectrum>> read_specs_xml(std::string_view text, const std::string& file_name) {
  // a tree takes up to 100 bytes for an element or attribute of a few letters
  constexpr std::ptrdiff_t kMostNodes = 3'000'000;
  if (std::ranges::count(text, '<') + std::ranges::count(text, '=') > kMostNodes)
    return Error{"specs_xml.too_large", file_name,
                 "has more than " + std::to_string(kMostNodes) + " elements and attributes",
                 "export fewer regions to a file"};
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed)
    return Error{"specs_xml.not_xml", file_name + "@" + std::to_string(parsed.offset), parsed.description(),
                 ""};
  SpectrumCollector collector("specs_xml", file_name);
  const pugi::xml_node groups = document.child("any").child("sequence");
  for (const pugi::xml_node& group : groups.children("struct"))
    for (const pugi::xml_node& region : named(group, "regions").children("struct")) {
      Region one;
      one.name = text_of(region, "name");
      one.group = text_of(group, "name");
      one.data = region;
      one.definition = named(region, "region");
      read_region(std::move(one), collector);
    }
  return std::move(collector).finish();
}

}  // namespace litho
