#include "tools/results/groups.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "modules/statistics/growth_law/kernel.hpp"
#include "tools/results/figures.hpp"

namespace litho {
namespace {

struct Group {
  std::string condition;
  std::vector<FieldValue> fields;
  int without = 0;  ///< rows of the condition that have no number
};

std::string text_in(const std::vector<Cell>& row, int column) {
  return column < 0 ? "" : to_text(row[static_cast<std::size_t>(column)]);
}

/// Values of one figure by condition; rows without a condition belong to none.
std::vector<Group> by_condition(const Table& table, const std::string& figure) {
  const int condition = column_of(table, "condition"), sample = column_of(table, "sample");
  const auto value = static_cast<std::size_t>(column_of(table, figure));
  std::vector<Group> groups;
  for (const auto& row : table.rows()) {
    const std::string name = text_in(row, condition);
    if (name.empty()) continue;
    auto group = std::ranges::find(groups, name, &Group::condition);
    if (group == groups.end()) group = groups.insert(group, {name, {}, 0});
    if (const double number = number_in(row[value]); std::isfinite(number))
      group->fields.push_back({text_in(row, sample), number});
    else
      ++group->without;
  }
  return groups;
}

void add_figure(const std::string& name, const Table& table, const std::string& figure, Table& summary,
                Table& differences) {
  const auto groups = by_condition(table, figure);
  std::vector<GroupMean> means;
  for (const Group& group : groups) {
    const GroupMean& g = means.emplace_back(nested_mean(group.fields));
    summary.add({group.condition, name, figure, unit_of_column(figure), g.mean.value, g.mean.lo, g.mean.hi,
                 std::int64_t{g.specimens}, std::int64_t{g.fields}, std::int64_t{group.without},
                 g.sd_specimens, g.sd_fields});
  }
  struct Pair {
    std::size_t a, b;
    GroupDifference difference;
  };
  std::vector<Pair> pairs;
  std::vector<double> p;
  for (std::size_t a = 0; a < groups.size(); ++a)
    for (std::size_t b = a + 1; b < groups.size(); ++b) {
      if (groups[a].fields.empty() || groups[b].fields.empty()) continue;
      pairs.push_back({a, b, difference(means[a], means[b])});
      p.push_back(pairs.back().difference.p);
    }
  const auto adjusted = holm(p);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& [a, b, d] = pairs[i];
    differences.add({name, figure, unit_of_column(figure), groups[a].condition, groups[b].condition,
                     d.difference.value, d.difference.lo, d.difference.hi, d.p, adjusted[i],
                     std::int64_t{means[a].specimens}, std::int64_t{means[b].specimens}});
  }
}

struct Growth {
  std::string condition;
  /// Thickness of fields by specimen and time.
  std::map<std::pair<std::string, double>, std::vector<FieldValue>> fields;

  std::vector<GrowthPoint> points() const {
    std::vector<GrowthPoint> out;
    for (const auto& [key, values] : fields) out.push_back({key.second, nested_mean(values).mean.value});
    return out;
  }
};

/// Per condition where one has enough times; else over all rows, where conditions are the times themselves.
Table growth_table(const Table& table) {
  Table out({"condition", "law", "intercept_um", "intercept_lo_um", "intercept_hi_um", "rate", "rate_lo",
             "rate_hi", "rate_unit", "residual_sd_um", "r_squared", "points", "times", "aicc", "weight",
             "verdict"});
  const int time = column_of(table, "time_h"), condition = column_of(table, "condition"),
            sample = column_of(table, "sample"), thickness = column_of(table, "thickness_um");
  if (time < 0 || thickness < 0) return out;
  std::vector<Growth> groups;
  Growth all;
  for (const auto& row : table.rows()) {
    const double t = number_in(row[static_cast<std::size_t>(time)]);
    const double h = number_in(row[static_cast<std::size_t>(thickness)]);
    if (!std::isfinite(t) || !std::isfinite(h)) continue;
    const std::string name = text_in(row, condition), specimen = text_in(row, sample);
    auto group = std::ranges::find(groups, name, &Growth::condition);
    if (group == groups.end()) group = groups.insert(group, {name, {}});
    for (Growth* to : {&*group, &all}) to->fields[{specimen, t}].push_back({specimen, h});
  }
  const auto add = [&](const Growth& group, const std::string& name) {
    const auto points = group.points();
    std::vector<double> times;
    for (const GrowthPoint& point : points) times.push_back(point.time_h);
    std::ranges::sort(times);
    const auto distinct = std::ranges::unique(times).begin() - times.begin();
    for (const GrowthFit& f : fit_growth(points))
      out.add({name, f.law, f.intercept_um.value, f.intercept_um.lo, f.intercept_um.hi, f.rate.value,
               f.rate.lo, f.rate.hi, std::string(f.law == "linear" ? "um/h" : "um/h^0.5"), f.residual_sd_um,
               f.r_squared, static_cast<std::int64_t>(points.size()), std::int64_t{distinct}, f.aicc,
               f.weight, f.verdict});
  };
  for (const Growth& group : groups) add(group, group.condition);
  if (out.rows().empty()) add(all, "(all)");
  return out;
}

}  // namespace

NamedTables group_tables(const NamedTables& tables, const std::vector<std::string>& sheet_columns) {
  Table summary({"condition", "table", "figure", "unit", "mean", "lo", "hi", "specimens", "fields",
                 "not_measured", "sd_specimens", "sd_fields"});
  Table differences({"table", "figure", "unit", "condition_a", "condition_b", "difference", "lo", "hi", "p",
                     "p_holm", "specimens_a", "specimens_b"});
  NamedTables out;
  Table growth;
  for (const auto& [name, table] : tables) {
    if (column_of(table, "condition") >= 0)
      for (const std::string& figure : main_figures(name, table, sheet_columns))
        add_figure(name, table, figure, summary, differences);
    if (name == "interphase") growth = growth_table(table);
  }
  if (!summary.rows().empty()) out.emplace_back("group_summary", std::move(summary));
  if (!differences.rows().empty()) out.emplace_back("group_differences", std::move(differences));
  if (!growth.rows().empty()) out.emplace_back("growth_law", std::move(growth));
  return out;
}

}  // namespace litho
