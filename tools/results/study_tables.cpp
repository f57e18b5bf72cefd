#include "tools/results/study_tables.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "pipeline/core/text.hpp"
#include "tools/results/figures.hpp"
#include "tools/results/groups.hpp"

namespace litho {
namespace {

/// One row of a table by column name.
class Row {
 public:
  Row(const Table& table, const std::vector<Cell>& cells) : table_(table), cells_(cells) {}
  std::string text(std::string_view column) const {
    const int i = column_of(table_, column);
    return i < 0 ? "" : to_text(cells_[static_cast<std::size_t>(i)]);
  }
  double number(std::string_view column) const {
    const int i = column_of(table_, column);
    return i < 0 ? kNotMeasured : number_in(cells_[static_cast<std::size_t>(i)]);
  }

 private:
  const Table& table_;
  const std::vector<Cell>& cells_;
};

struct Sample {
  std::string condition;
  std::vector<Measured> fields_um;  ///< thickness with the field's specimen interval
  std::map<std::string, int> morphologies;
  std::map<std::string, int> verdicts;
  double crack_length_um = 0;
  double pellet_area_um2 = 0;
  int crack_fields = 0;
  std::string decision;
  std::vector<std::string> flags;
  int failed = 0;
};

Measured thickness(const std::vector<Measured>& fields) {
  if (fields.empty()) return {};
  const auto n = static_cast<double>(fields.size());
  double sum = 0, squares = 0;
  for (const Measured& field : fields) sum += field.value;
  Measured out{sum / n, kNotMeasured, kNotMeasured, "um"};
  if (fields.size() >= 3) {
    for (const Measured& field : fields) squares += std::pow(field.value - out.value, 2);
    const double half = student_975(n - 1) * std::sqrt(squares / (n - 1) / n);
    out.lo = std::max(0.0, out.value - half);  // no layer is thinner than none
    out.hi = out.value + half;
    return out;
  }
  double below = 0, above = 0, reach = 0;  // halves of independent intervals add in squares
  for (const Measured& field : fields) {
    below += std::pow((field.value - field.lo) / n, 2);
    above += std::pow((field.hi - field.value) / n, 2);
    reach = std::max(reach, std::abs(field.value - out.value));
  }
  out.lo = std::isfinite(below) ? out.value - std::max(std::sqrt(below), reach) : kNotMeasured;
  out.hi = std::isfinite(above) ? out.value + std::max(std::sqrt(above), reach) : kNotMeasured;
  return out;
}

/// The gravest word that any field has.
std::string gravest(const std::map<std::string, int>& words, std::initializer_list<const char*> falling) {
  for (const char* word : falling)
    if (words.contains(word)) return word;
  return "";
}

std::string counts(const std::map<std::string, int>& words) {
  std::vector<std::string> out;
  for (const auto& [word, n] : words) out.push_back(word + " " + std::to_string(n));
  return join(out, ";");
}

}  // namespace

Table study_summary(const NamedTables& tables) {
  std::vector<std::string> order;
  std::map<std::string, Sample> samples;
  const auto sample_of = [&](const Row& row) -> Sample& {
    const std::string name = row.text("sample");
    const auto [it, fresh] = samples.try_emplace(name);
    if (fresh) order.push_back(name);
    if (it->second.condition.empty()) it->second.condition = row.text("condition");
    const std::string flags = row.text("flags");
    for (const std::string_view code : split(flags, ';'))
      if (!code.empty() && std::ranges::find(it->second.flags, code) == it->second.flags.end())
        it->second.flags.emplace_back(code);
    it->second.failed += row.text("status") == "failed";
    return it->second;
  };
  for (const auto& [name, table] : tables)
    for (const auto& cells : table.rows()) {
      const Row row(table, cells);
      if (name == "interphase") {
        Sample& sample = sample_of(row);
        if (const double h = row.number("thickness_um"); std::isfinite(h))
          sample.fields_um.push_back({h, row.number("specimen_lo_um"), row.number("specimen_hi_um"), "um"});
        if (const std::string word = row.text("morphology"); !word.empty()) ++sample.morphologies[word];
      } else if (name == "fracture") {
        Sample& sample = sample_of(row);
        const double length = row.number("crack_length_um"), area = row.number("pellet_area_um2");
        if (std::isfinite(length) && std::isfinite(area)) {
          sample.crack_length_um += length;
          sample.pellet_area_um2 += area;
          ++sample.crack_fields;
        }
        if (const std::string word = row.text("verdict"); !word.empty()) ++sample.verdicts[word];
      } else if (name == "coverage") {
        sample_of(row).decision = row.text("decision");
      }
    }
  Table out({"sample", "thickness_um", "thickness_lo_um", "thickness_hi_um", "morphology",
             "crack_density_per_um", "verdict", "decision", "condition", "thickness_fields",
             "morphology_fields", "crack_fields", "verdict_fields", "failed", "flags"});
  for (const std::string& name : order) {
    const Sample& s = samples.at(name);
    const Measured h = thickness(s.fields_um);
    const double density = s.pellet_area_um2 > 0 ? s.crack_length_um / s.pellet_area_um2 : kNotMeasured;
    out.add({name, h.value, h.lo, h.hi, gravest(s.morphologies, {"filamentary", "rough", "planar"}), density,
             gravest(s.verdicts, {"fractured", "cracked", "intact"}), s.decision, s.condition,
             static_cast<std::int64_t>(s.fields_um.size()), counts(s.morphologies),
             std::int64_t{s.crack_fields}, counts(s.verdicts), std::int64_t{s.failed}, join(s.flags, ";")});
  }
  return out;
}

void StudyTables::add(const NamedTables& tables, const std::vector<std::string>& sheet_columns) {
  tables_.insert(tables_.end(), tables.begin(), tables.end());
  for (const std::string& column : sheet_columns)
    if (std::ranges::find(sheet_columns_, column) == sheet_columns_.end()) sheet_columns_.push_back(column);
}

NamedTables StudyTables::finish() const {
  NamedTables out = tables_;
  out.emplace_back("summary", study_summary(tables_));
  const NamedTables groups = group_tables(tables_, sheet_columns_);
  out.insert(out.end(), groups.begin(), groups.end());
  return out;
}

}  // namespace litho
