#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tools/results/crate.hpp"
#include "tools/results/figures.hpp"
#include "tools/results/groups.hpp"
#include "tools/results/study_tables.hpp"

namespace litho {
namespace {

const Table& named(const NamedTables& tables, const std::string& name) {
  for (const auto& [known, table] : tables)
    if (known == name) return table;
  static const Table none;
  ADD_FAILURE() << "no table " << name;
  return none;
}

double number(const Table& table, std::size_t row, const std::string& column) {
  return number_in(table.rows().at(row).at(static_cast<std::size_t>(column_of(table, column))));
}
std::string text(const Table& table, std::size_t row, const std::string& column) {
  return to_text(table.rows().at(row).at(static_cast<std::size_t>(column_of(table, column))));
}

Table interphase_table() {
  return Table({"image", "sample", "status", "flags", "thickness_um", "specimen_lo_um", "specimen_hi_um",
                "morphology", "condition", "time_h"});
}

void add(Table& table, const std::string& sample, const Cell& thickness, const std::string& condition,
         double time_h, const std::string& morphology = "planar") {
  const double h = number_in(thickness);
  table.add({"i" + std::to_string(table.rows().size()) + ".tif", sample,
             std::string(std::isnan(h) ? "failed" : "ok"), std::string(), thickness, h - 0.2, h + 0.2,
             morphology, condition, time_h});
}

// Analytic: fields are averaged within specimens first; t(0.975, 1) = 12.7062; failed rows and rows without a
// condition do not count; rows without a sample are one specimen.
TEST(Groups, SpecimensCountOnce) {
  Table table = interphase_table();
  for (const double h : {1.0, 1.2, 1.1}) add(table, "a", h, "wet", 1);
  add(table, "b", 2.1, "wet", 1);
  add(table, "b", kNotMeasured, "wet", 1);
  for (const double h : {5.0, 5.5}) add(table, "", h, "dry", 1);
  add(table, "c", 9.0, "", 1);
  const NamedTables groups = group_tables({{"interphase", table}}, {"condition", "time_h"});
  const Table& summary = named(groups, "group_summary");
  ASSERT_EQ(summary.rows().size(), 2U);
  EXPECT_EQ(text(summary, 0, "condition"), "wet");
  EXPECT_EQ(text(summary, 0, "figure"), "thickness_um");
  EXPECT_EQ(text(summary, 0, "unit"), "um");
  EXPECT_NEAR(number(summary, 0, "mean"), 1.6, 1e-9);
  EXPECT_NEAR(number(summary, 0, "hi"), 1.6 + 12.7062 * 0.5, 1e-3);
  EXPECT_EQ(text(summary, 0, "specimens"), "2");
  EXPECT_EQ(text(summary, 0, "fields"), "4");
  EXPECT_EQ(text(summary, 0, "not_measured"), "1");
  EXPECT_EQ(text(summary, 1, "specimens"), "1");
  EXPECT_EQ(text(summary, 1, "lo"), "");
  const Table& differences = named(groups, "group_differences");
  ASSERT_EQ(differences.rows().size(), 1U);
  EXPECT_NEAR(number(differences, 0, "difference"), 5.25 - 1.6, 1e-9);
  EXPECT_EQ(text(differences, 0, "p"), "");
}

// Analytic: exact linear growth plus a small known scatter; conditions that are the times themselves are
// fitted together, conditions with enough times each on their own.
TEST(Groups, GrowthByConditionOrOverAll) {
  Table together = interphase_table(), apart = interphase_table();
  for (int i = 0; i < 8; ++i) {
    const double t = 10 * (i + 1), h = 1 + 0.1 * t + (i % 2 == 0 ? 0.01 : -0.01);
    add(together, "s" + std::to_string(i), h, std::to_string(t), t);
    add(apart, "s" + std::to_string(i), h, "x", t);
    add(apart, "u" + std::to_string(i), 2 * h, "y", t);
  }
  const NamedTables one = group_tables({{"interphase", together}}, {"condition", "time_h"});
  const Table& all = named(one, "growth_law");
  ASSERT_EQ(all.rows().size(), 2U);
  EXPECT_EQ(text(all, 0, "condition"), "(all)");
  EXPECT_EQ(text(all, 0, "verdict"), "preferred");
  EXPECT_LE(number(all, 0, "rate_lo"), 0.1);
  EXPECT_GE(number(all, 0, "rate_hi"), 0.1);
  const NamedTables two = group_tables({{"interphase", apart}}, {"condition", "time_h"});
  EXPECT_EQ(named(two, "growth_law").rows().size(), 4U);
}

// Analytic: without a condition and times there is nothing to write.
TEST(Groups, NothingWithoutConditions) {
  Table table({"image", "sample", "status", "thickness_um"});
  table.add({std::string("a"), std::string("s"), std::string("ok"), 1.0});
  EXPECT_TRUE(group_tables({{"interphase", table}}, {}).empty());
}

// Analytic: one row a sample joins all tables; one field keeps its specimen interval, three have Student's
// (t(0.975, 2) = 4.302653), the gravest word wins, cracks are summed over areas.
TEST(Study, SummaryJoinsTables) {
  Table interphase = interphase_table();
  add(interphase, "a", 2.0, "c", 1);
  for (const double h : {1.0, 2.0, 3.0}) add(interphase, "b", h, "c", 1, h > 2.5 ? "filamentary" : "planar");
  Table fracture({"image", "sample", "status", "flags", "crack_length_um", "pellet_area_um2", "verdict"});
  fracture.add({std::string("x"), std::string("b"), std::string("ok"),
                std::string("sem.odd;sem.long_enough_for_the_heap"), 10.0, 100.0, std::string("cracked")});
  fracture.add({std::string("y"), std::string("b"), std::string("ok"), std::string(), 0.0, 300.0,
                std::string("intact")});
  Table coverage({"sample", "status", "flags", "decision"});
  coverage.add({std::string("d"), std::string("ok"), std::string(), std::string("covered")});
  const Table summary =
      study_summary({{"interphase", interphase}, {"fracture", fracture}, {"coverage", coverage}});
  ASSERT_EQ(summary.rows().size(), 3U);
  for (const char* column : {"sample", "thickness_um", "thickness_lo_um", "thickness_hi_um", "morphology",
                             "crack_density_per_um", "verdict", "decision"})
    EXPECT_GE(column_of(summary, column), 0) << column;
  EXPECT_NEAR(number(summary, 0, "thickness_lo_um"), 1.8, 1e-12);
  EXPECT_NEAR(number(summary, 0, "thickness_hi_um"), 2.2, 1e-12);
  EXPECT_NEAR(number(summary, 1, "thickness_hi_um"), 2 + 4.302653 / std::sqrt(3.0), 1e-5);
  EXPECT_EQ(text(summary, 1, "morphology"), "filamentary");
  EXPECT_EQ(text(summary, 1, "morphology_fields"), "filamentary 1;planar 2");
  EXPECT_NEAR(number(summary, 1, "crack_density_per_um"), 0.025, 1e-12);
  EXPECT_EQ(text(summary, 1, "verdict"), "cracked");
  EXPECT_EQ(text(summary, 1, "flags"), "sem.odd;sem.long_enough_for_the_heap");
  EXPECT_EQ(text(summary, 2, "decision"), "covered");
  EXPECT_EQ(text(summary, 2, "thickness_um"), "");
}

// Analytic: units as names state them.
TEST(Figures, UnitsComeFromNames) {
  EXPECT_EQ(unit_of_column("thickness_lo_um"), "um");
  EXPECT_EQ(unit_of_column("filament_density_per_mm"), "1/mm");
  EXPECT_EQ(unit_of_column("pellet_area_um2"), "um2");
  EXPECT_EQ(unit_of_column("morphology"), "");
}

// Invariant (RO-Crate 1.1): every @id that is referred to as a part, object or result is described once.
TEST(Crate, DescribesAllThatItRefersTo) {
  const std::string run = R"({"version":"1","complete":true,"command_line":["lithoscope","interphase"],
    "graph":{"name":"interphase"},"processes":[{"started":"2026-01-02T03:04:05Z"}],
    "items":[{"artifacts":[{"file":"overlays/a b#1.png"}],"inputs":[{"file":"in/a.tif","sha256":"00ff"}]},
             {"artifacts":[],"inputs":[{"file":"in/a.tif","sha256":"00ff"}]}]})";
  const auto crate = nlohmann::json::parse(ro_crate({{"", run}}, {"run.json", "interphase.csv"}));
  EXPECT_EQ(crate.at("@context"), "https://w3id.org/ro/crate/1.1/context");
  std::map<std::string, nlohmann::json> entities;
  for (const auto& entity : crate.at("@graph"))
    EXPECT_TRUE(entities.emplace(entity.at("@id"), entity).second) << entity.at("@id");
  const auto& action = entities.at("#run");
  for (const auto& list : {entities.at("./").at("hasPart"), action.at("object"), action.at("result")})
    for (const auto& part : list) EXPECT_TRUE(entities.contains(part.at("@id"))) << part;
  EXPECT_TRUE(entities.contains("overlays/a%20b%231.png"));
  EXPECT_EQ(entities.at("ro-crate-metadata.json").at("about").at("@id"), "./");
  const auto study =
      nlohmann::json::parse(ro_crate({{"interphase", run}, {"fracture", run}}, {"summary.csv"}));
  entities.clear();
  for (const auto& entity : study.at("@graph"))
    EXPECT_TRUE(entities.emplace(entity.at("@id"), entity).second) << entity.at("@id");
  EXPECT_TRUE(entities.contains("fracture/overlays/a%20b%231.png"));
  EXPECT_TRUE(entities.contains("#run-interphase") && entities.contains("#run-fracture"));
}

}  // namespace
}  // namespace litho
