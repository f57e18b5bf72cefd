#include "modules/io/casaxps_text/kernel.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

using Fields = std::vector<std::string_view>;

std::string_view unquoted(std::string_view field) {
  field = trim(field);
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"')
    field = field.substr(1, field.size() - 2);
  return trim(field);
}

/// By tabs where there is one, by commas otherwise; commas within quotes stay.
Fields fields_of(std::string_view line) {
  Fields out;
  const char separator = line.find('\t') != std::string_view::npos ? '\t' : ',';
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"') quoted = !quoted;
    if (i < line.size() && (line[i] != separator || quoted)) continue;
    out.push_back(unquoted(line.substr(begin, i - begin)));
    begin = i + 1;
  }
  return out;
}

std::size_t index_of(const Fields& fields, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(fields, name) - fields.begin());
}

std::optional<double> number_after(const Fields& fields, std::string_view name) {
  const std::size_t at = index_of(fields, name) + 1;
  return at < fields.size() ? number_in_field(fields[at]) : std::nullopt;
}

struct Block {
  SpectrumData data;
  std::vector<double> binding_ev, rates;
  bool has_columns = false;
};

bool starts_block(std::string_view line) {
  const std::string_view text = unquoted(line.substr(0, line.find_first_of("\t,")));
  return text.starts_with("Cycle ") && text.find(':') != std::string_view::npos;
}

/// "Cycle 0:pellet:Cr 2p"; a sample may hold colons, a region does not.
void read_title(std::string_view line, Block& block) {
  const std::string_view title = unquoted(trim(line));
  const auto first = title.find(':'), last = title.rfind(':');
  block.data.block = title;
  block.data.region = trim(title.substr(last + 1));
  if (last > first) block.data.sample = trim(title.substr(first + 1, last - first - 1));
}

void finish(Block block, SpectrumCollector& collector) {
  SpectrumData& data = block.data;
  if (!block.has_columns)
    return collector.leave_out("'" + data.block + "'", "it has no columns K.E. and Counts");
  data.axis = EnergyAxis::kinetic;
  data.unit = IntensityUnit::counts;
  if (data.photon_energy_ev && !block.binding_ev.empty()) {
    const double shift = *data.photon_energy_ev - data.energy_ev.front() - block.binding_ev.front();
    constexpr double kVisible_ev = 0.005;
    if (std::abs(shift) > kVisible_ev)
      data.notes.push_back("the binding energies of the export are lower by " + format_double(shift, 5) +
                           " eV than the measured ones (charge correction); it is not applied");
  }
  if (data.total_s)
    for (std::size_t i = 0; i < block.rates.size(); ++i)
      if (std::abs(block.rates[i] * *data.total_s - data.intensity[i]) >
          0.01 * std::max(1.0, std::abs(data.intensity[i]))) {
        data.total_s.reset();
        data.notes.push_back("CPS is not Counts / acquisition time, so no time is given");
        break;
      }
  collector.add(std::move(data));
}

}  // namespace

bool is_casaxps_text(std::string_view text) {
  const std::string_view head = text.substr(0, 8192);
  if (head.find("Characteristic Energy eV") != std::string_view::npos) return true;
  return unquoted(head.substr(0, head.find_first_of("\t,\n"))) == "Name" &&
         head.find("Lineshape") != std::string_view::npos && head.find("B.E.") != std::string_view::npos;
}

Result<std::vector<Spectrum>> read_casaxps_text(std::string_view text, const std::string& file_name) {
  SpectrumCollector collector("casaxps_text", file_name);
  std::optional<Block> block;
  std::size_t number = 0, columns = 0, binding = 0, rate = 0;
  const auto end_block = [&] {
    if (block) finish(std::move(*block), collector);
    block.reset();
  };
  for (const std::string_view line : split_lines(text)) {
    ++number;
    if (trim(line).empty()) continue;
    if (starts_block(line)) {
      end_block();
      block.emplace();
      read_title(line, *block);
      continue;
    }
    if (!block) continue;
    const Fields fields = fields_of(line);
    if (!block->has_columns) {
      if (fields[0] == "K.E." && fields.size() > 1 && fields[1] == "Counts") {
        block->has_columns = true;
        columns = fields.size();
        binding = index_of(fields, "B.E.");
        rate = index_of(fields, "CPS");
        continue;
      }
      if (const auto energy = number_after(fields, "Characteristic Energy eV"); energy && *energy > 0)
        block->data.photon_energy_ev = energy;
      if (const auto time = number_after(fields, "Acquisition Time s"); time && *time > 0)
        block->data.total_s = time;
      block->data.comments.append(trim(line)).append("\n");
      continue;
    }
    const auto value = [&](std::size_t i) {
      return i < fields.size() ? number_in_field(fields[i]) : std::nullopt;
    };
    const auto energy = value(0), counts = value(1);
    if (!energy || !counts || (binding < columns && !value(binding)) || (rate < columns && !value(rate)))
      return Error{"casaxps_text.bad_line", file_name + ":" + std::to_string(number),
                   "'" + std::string(trim(line).substr(0, 40)) + "' stands where energies and counts are due",
                   ""};
    block->data.energy_ev.push_back(*energy);
    block->data.intensity.push_back(*counts);
    if (binding < columns) block->binding_ev.push_back(*value(binding));
    if (rate < columns) block->rates.push_back(*value(rate));
  }
  if (!block)
    return Error{"casaxps_text.rows", file_name,
                 "is an export in rows of tables, which holds counts per second without their time",
                 "export columns, or open the VAMAS file"};
  end_block();
  return std::move(collector).finish();
}

}  // namespace litho
