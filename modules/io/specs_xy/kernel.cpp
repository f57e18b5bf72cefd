#include "modules/io/specs_xy/kernel.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

using Keys = std::map<std::string, std::string, std::less<>>;

std::string value_of(const Keys& keys, std::string_view key) {
  const auto found = keys.find(key);
  return found == keys.end() ? "" : found->second;
}

std::optional<double> positive(const Keys& keys, std::string_view key) {
  const auto value = leading_number(value_of(keys, key));
  return value && *value > 0 ? value : std::nullopt;
}

/// "08/24/23 14:19:47 UTC", month first.
std::string date_of(std::string_view text) {
  std::array<int, 6> part{0, 0, 0, -1, -1, -1};
  std::size_t i = 0;
  for (std::size_t at = 0; at < text.size() && i < part.size(); ++i) {
    const auto begin = text.find_first_of("0123456789", at);
    if (begin == std::string_view::npos) break;
    at = std::min(text.find_first_not_of("0123456789", begin), text.size());
    const auto value = parse_int(text.substr(begin, at - begin));
    if (!value || *value > 9999) return "";
    part[i] = static_cast<int>(*value);
  }
  if (i < 3) return "";
  return iso_date(part[2] < 100 ? 2000 + part[2] : part[2], part[0], part[1], part[3], part[4], part[5]);
}

/// Consecutive lines of numbers below one "Cycle" line.
struct Block {
  std::string heading;  ///< "Cycle: 0, Curve: 0, Scan: 2"
  std::vector<std::string> labels;
  std::vector<std::vector<double>> rows;
};

/// "Cycle: 0, Curve: 1" of a heading: what tells the curves of a region apart.
std::string curve_of(std::string_view heading) {
  std::string out;
  for (const std::string_view part : split(heading, ',')) {
    if (starts_with_nocase(trim(part), "scan")) continue;
    if (!out.empty()) out += ", ";
    out += trim(part);
  }
  return out;
}

class Reader {
 public:
  explicit Reader(const std::string& file_name) : file_name_(file_name), collector_("specs_xy", file_name) {}

  void comment(std::string_view line) {
    const std::string_view text = trim(line.substr(1));
    if (text.empty()) return;
    if (starts_with_nocase(text, "values in ")) {
      settings_["values in"] = text.substr(10);
      return;
    }
    if (starts_with_nocase(text, "cycle:") ||
        lower(text).find("external channel data cycle") != std::string::npos ||
        (in_region_ && starts_with_nocase(text, "external channel"))) {
      end_block();
      block_.heading = text;
      block_.labels = labels_;
      return;
    }
    std::string_view key, value;
    if (!key_and_value(text, ':', key, value)) return;
    if (key == "Group") {
      end_region();
      group_ = value;
      return;
    }
    if (key == "Region") {
      end_region();
      in_region_ = true;
      region_.clear();
    }
    if (key == "ColumnLabels") {
      std::string word;
      block_.labels.clear();
      for (const char c : std::string(value) + " ")
        if (c != ' ' && c != '\t')
          word += c;
        else if (!word.empty())
          block_.labels.push_back(std::exchange(word, ""));
      labels_ = block_.labels;
      return;
    }
    (in_region_ ? region_ : settings_)[std::string(key)] = value;
  }

  /// False where a field is no number.
  bool numbers(std::string_view line) {
    std::vector<double> row;
    if (!numbers_in_line(line, row)) return false;
    block_.rows.push_back(std::move(row));
    return true;
  }

  Result<std::vector<Spectrum>> finish() && {
    end_region();
    return std::move(collector_).finish();
  }

 private:
  void end_block() {
    if (!block_.rows.empty()) blocks_.push_back(std::move(block_));
    block_ = {};
  }

  void end_region() {
    end_block();
    std::vector<std::vector<Block>> curves;  // blocks of one curve are its scans
    for (Block& block : blocks_) {
      if (!curves.empty() && curve_of(curves.back().front().heading) == curve_of(block.heading) &&
          lower(block.heading).find("scan:") != std::string::npos)
        curves.back().push_back(std::move(block));
      else
        curves.push_back({std::move(block)});
    }
    blocks_.clear();
    labels_.clear();
    for (const auto& curve : curves) {
      const std::string reason = add_curve(curve, curves.size() > 1);
      if (!reason.empty())
        collector_.leave_out("'" + value_of(region_, "Region") + "', " + curve.front().heading, reason);
    }
    in_region_ = false;
  }

  std::optional<EnergyAxis> axis() const {
    if (const std::string said = value_of(settings_, "values in"); !said.empty()) return axis_of_label(said);
    if (const std::string said = value_of(settings_, "Energy Axis"); !said.empty())
      return axis_of_label(said);
    const std::string kinetic = lower(value_of(settings_, "Kinetic Energy Axis"));
    if (kinetic == "yes") return EnergyAxis::kinetic;
    if (kinetic == "no") return EnergyAxis::binding;
    return std::nullopt;
  }

  /// "" or the reason why the blocks are no spectrum.
  std::string add_curve(const std::vector<Block>& scans, bool several) {
    const std::string heading = lower(scans.front().heading);
    if (heading.find("external channel") != std::string::npos) return "it holds an external channel";
    if (heading.find("channel:") != std::string::npos)
      return "it holds one detector channel alone; export them summed";
    const std::string mode = value_of(region_, "Scan Mode");
    if (!mode.empty() && mode != "FixedAnalyzerTransmission" && mode != "FixedRetardingRatio")
      return "its scan mode '" + mode + "' does not scan the kinetic energy";
    const auto energy_axis = axis();
    if (!energy_axis) return "the file does not say whether its energies are kinetic or binding";
    const auto& labels = scans.front().labels;
    if (labels.size() < 2 || lower(labels[0]) != "energy") return "its columns are not energy and counts";
    SpectrumData data;
    data.axis = *energy_axis;
    data.unit = intensity_of_label(labels[1]);
    if (data.unit == IntensityUnit::unknown) return "its second column is '" + labels[1] + "', not counts";
    const auto stated = leading_number(value_of(region_, "Values/Curve"));
    std::size_t transmission = 0, scaling = 0;
    for (std::size_t i = 2; i < labels.size(); ++i) {
      if (lower(labels[i]) == "transmission") transmission = i;
      if (lower(labels[i]) == "scaling") scaling = i;
    }
    bool scaled = false;
    int cut = 0;
    for (const Block& block : scans) {
      if (std::ranges::any_of(block.rows, [&](const auto& row) { return row.size() != labels.size(); }))
        return "a line of it has not as many numbers as there are columns";
      if (stated && *stated != static_cast<double>(block.rows.size())) {
        ++cut;
        continue;
      }
      std::vector<double> intensity, energy;
      for (const auto& row : block.rows) {
        energy.push_back(row[0]);
        intensity.push_back(row[1]);
        scaled = scaled || (scaling > 0 && row[scaling] != 1.0);
      }
      if (data.scans.empty()) {
        data.energy_ev = energy;
        for (const auto& row : block.rows)
          if (transmission > 0) data.transmission.push_back(row[transmission]);
      } else if (energy != data.energy_ev) {
        return "its scans differ in their energies";
      }
      data.scans.push_back(std::move(intensity));
    }
    if (data.scans.empty()) return "it is shorter or longer than the header says";
    if (cut > 0) data.notes.push_back(std::to_string(cut) + " scans are not whole and were left out");
    if (scaled) {
      data.unit = IntensityUnit::unknown;
      data.notes.push_back("has scaling factors other than 1, and does not say whether they were applied");
    }
    describe(data);
    if (several) data.block += " " + curve_of(scans.front().heading);
    const bool apart = heading.find("scan:") != std::string::npos;
    if (apart) data.scan_count = static_cast<int>(data.scans.size());
    const double share =
        data.unit == IntensityUnit::counts_per_s ? 1.0 / static_cast<double>(data.scans.size()) : 1.0;
    data.intensity.assign(data.energy_ev.size(), 0.0);
    for (const auto& scan : data.scans)
      for (std::size_t i = 0; i < scan.size(); ++i) data.intensity[i] += scan[i];
    for (double& value : data.intensity) value *= share;
    if (!apart) data.scans.clear();
    collector_.add(std::move(data));
    return "";
  }

  void describe(SpectrumData& data) const {
    data.region = data.block = value_of(region_, "Region");
    data.sample = group_;
    data.dwell_s = positive(region_, "Dwell Time");
    if (const auto scans = positive(region_, "Number of Scans"); scans && *scans < 1e6)
      data.scan_count = static_cast<int>(*scans);
    data.photon_energy_ev = positive(region_, "Excitation Energy");
    data.work_function_ev = leading_number(value_of(region_, "Eff. Workfunction"));
    data.technique = value_of(region_, "Analysis Method");
    data.analyser_mode = value_of(region_, "Scan Mode");
    if (data.analyser_mode == "FixedAnalyzerTransmission")
      data.pass_energy_ev = positive(region_, "Pass Energy");
    data.instrument = value_of(region_, "Analyzer");
    data.acquired = date_of(value_of(region_, "Acquisition Date"));
    for (const auto& [key, value] : region_)
      if (!value.empty()) data.comments += key + ": " + value + "\n";
  }

  std::string file_name_;
  SpectrumCollector collector_;
  Keys settings_, region_;
  std::string group_;
  std::vector<std::string> labels_;  ///< stated once, they hold for all blocks of the region
  bool in_region_ = false;
  Block block_;
  std::vector<Block> blocks_;
};

}  // namespace

bool is_specs_xy(std::string_view text) {
  const std::string_view head = text.substr(0, 4096);
  return trim(head).starts_with('#') && head.find("XY-Serializer Export Settings") != std::string_view::npos;
}

Result<std::vector<Spectrum>> read_specs_xy(std::string_view text, const std::string& file_name) {
  Reader reader(file_name);
  std::size_t number = 0;
  for (const std::string_view raw : split_lines(text)) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty()) continue;
    if (line.starts_with('#')) {
      reader.comment(line);
    } else if (!reader.numbers(line)) {
      return Error{"specs_xy.bad_line", file_name + ":" + std::to_string(number),
                   "'" + std::string(line.substr(0, 40)) + "' stands where numbers are due", ""};
    }
  }
  return std::move(reader).finish();
}

}  // namespace litho
