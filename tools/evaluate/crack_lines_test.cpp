#include "tools/evaluate/crack_lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <numbers>

#include "pipeline/core/file.hpp"
#include "samples/sem/sample_sem.hpp"
#include "tools/evaluate/evaluate_fracture.hpp"

namespace litho::evaluate {
namespace {

// analytic: of a true line of 100 px the found one follows 60 px at 2 px distance, leaves it, and adds 40 px
// elsewhere.
TEST(CrackLines, LengthsWithinTolerance) {
  const std::vector<CrackLine> truth{{"crack", {{10, 50}, {110, 50}}, {}}};
  const std::vector<CrackLine> found{{"crack", {{10, 52}, {70, 52}}, {}},
                                     {"crack", {{10, 90}, {50, 90}}, {}}};
  const LineAgreement a = compare_lines(found, truth, 3, 1);
  EXPECT_NEAR(a.found, 100, 1e-9);
  EXPECT_NEAR(a.found_near_truth, 60, 1e-9);
  EXPECT_NEAR(a.truth, 100, 1e-9);
  EXPECT_NEAR(a.truth_near_found, 60 + std::sqrt(5),
              0.5);  // as far as a circle of 3 px about the end reaches
  EXPECT_NEAR(a.truth_by_angle[0], a.truth_near_found, 1e-9);
}

// analytic: a staircase along the diagonal is sqrt 2 too long there and nowhere else.
TEST(CrackLines, LengthBiasByAngle) {
  std::vector<CrackLine> truth{{"crack", {{10, 110}, {110, 10}}, {}}, {"crack", {{10, 150}, {110, 150}}, {}}};
  CrackLine stairs{"crack", {{10, 110}}, {}};
  for (int i = 0; i < 100; ++i) {
    stairs.points.push_back({11.0 + i, 110.0 - i});
    stairs.points.push_back({11.0 + i, 109.0 - i});
  }
  const LineAgreement a = compare_lines({stairs, truth[1]}, truth, 3, 1);
  EXPECT_NEAR(a.found_by_angle[1] / a.truth_by_angle[1], std::numbers::sqrt2,
              0.02);  // 45 deg, counter-clockwise
  EXPECT_NEAR(a.found_by_angle[0] / a.truth_by_angle[0], 1, 1e-9);
  EXPECT_EQ(a.found_by_angle[4], 0);
}

// analytic: openings are compared where the truth is 2..20 px wide, in px of a stated size.
TEST(CrackLines, OpeningErrors) {
  const std::vector<CrackLine> truth{{"crack", {{0, 10}, {100, 10}}, {0.5, 0.5}},
                                     {"crack", {{0, 40}, {100, 40}}, {0.05, 0.05}}};
  const std::vector<CrackLine> found{{"crack", {{0, 10.5}, {100, 10.5}}, {0.52, 0.56}},
                                     {"crack", {{0, 40}, {100, 40}}, {0.3, 0.3}}};
  const LineAgreement a = compare_lines(found, truth, 3, 0.1);
  ASSERT_EQ(a.opening_errors_px.size(), 1u);
  EXPECT_NEAR(a.opening_errors_px[0], 0.4, 1e-9);
  EXPECT_NEAR(a.truth_by_opening[0], 100, 1e-9);
  EXPECT_NEAR(a.recalled_by_opening[2], 100, 1e-9);
}

class FractureTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::filesystem::temp_directory_path() / ("litho_fracture_" + std::string(info->name()));
    std::filesystem::remove_all(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  void write(const std::string& path, const std::string& text) {
    ASSERT_TRUE(write_file(root_ / path, text));
  }

  std::filesystem::path root_;
};

double value(const EvaluationReport& report, const std::string& over, const std::string& name) {
  for (const auto& row : report.figures.rows())
    if (to_text(row[0]) == "all" && to_text(row[1]) == over && to_text(row[2]) == name) {
      if (const auto* whole = std::get_if<std::int64_t>(&row[3])) return static_cast<double>(*whole);
      return std::get<double>(row[3]);
    }
  ADD_FAILURE() << "no figure " << over << "/" << name << "\n" << report.text;
  return std::numeric_limits<double>::quiet_NaN();
}

// invariant: a file that is no set of lines is refused with its name, not taken for one without cracks.
TEST_F(FractureTest, ReadsGeojson) {
  write(
      "a.geojson",
      R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"class":"gap","opening_um":[1,null]},)"
      R"("geometry":{"type":"LineString","coordinates":[[1.5,2],[3,4,0]]}},)"
      R"({"type":"Feature","properties":null,"geometry":{"type":"LineString","coordinates":[]}}]})");
  const auto lines = read_crack_lines(root_ / "a.geojson");
  ASSERT_TRUE(lines) << to_string(lines.errors());
  ASSERT_EQ(lines->size(), 2u);
  EXPECT_EQ((*lines)[0].kind, "gap");
  EXPECT_EQ((*lines)[0].points[1], (PointPx{3, 4}));
  EXPECT_TRUE(std::isnan((*lines)[0].opening_um[1]));
  EXPECT_EQ((*lines)[1].kind, "crack");
  for (
      const char* text :
      {"", "[]", R"({"features":[{}]})",
       R"({"features":[{"geometry":{"type":"Point","coordinates":[1,2]}}]})",
       R"({"features":[{"geometry":{"type":"LineString","coordinates":[["a",2]]}}]})",
       R"({"features":[{"geometry":{"type":"LineString","coordinates":[[1,2]]},"properties":{"opening_um":[]}}]})"}) {
    write("b.geojson", text);
    const auto bad = read_crack_lines(root_ / "b.geojson");
    ASSERT_FALSE(bad) << text;
    EXPECT_EQ(bad.errors().front().code, "evaluate.geojson");
  }
  EXPECT_EQ(read_crack_lines(root_ / "c.geojson").errors().front().code, "file.missing");
}

// analytic: figures of a fracture run counted by hand; what has no cracks has no relative error.
TEST_F(FractureTest, FiguresOfThreeRows) {
  write("truth/truth.csv",
        "image,level,expected,pellet_area_um2,crack_length_um,crack_density_per_um,delamination_fraction,"
        "orientation_deg,"
        "orientation_order,junction_count,verdict\n"
        "a.tif,clean,ok,1000,100,0.1,0.2,88,0.9,4,cracked\n"
        "b.tif,clean,ok,2000,0,0,0,,,0,intact\n"
        "c.tif,clean,ok,2500,50,0.02,0,10,0.1,2,cracked\n");
  write("run/fracture.csv",
        "image,status,crack_length_um,crack_density_per_um,crack_density_lo_per_um,crack_density_hi_per_um,"
        "delamination_fraction,orientation_deg,junction_count,verdict\n"
        "a.tif,ok,110,0.11,0.09,0.12,0.25,-89,5,cracked\nb.tif,ok,5,0.01,0,0.02,0,,0,cracked\n"
        "c.tif,ok,35,0.01,0.005,0.015,,80,1,fractured\n");
  const auto report = evaluate_fracture(root_ / "run", root_ / "truth");
  ASSERT_TRUE(report) << to_string(report.errors());
  const auto ok = [&](const char* name) { return value(*report, "ok", name); };
  EXPECT_NEAR(ok("crack length (%) bias"), (10.0 - 30) / 2, 1e-9);
  EXPECT_DOUBLE_EQ(ok("crack length found / true"), 1);
  EXPECT_EQ(ok("crack-free but cracks found rate"), 1);
  EXPECT_NEAR(ok("crack-free: false length (um per 1000 um2)"), 2.5, 1e-12);
  EXPECT_NEAR(ok("crack density (%) error max"), 50, 1e-9);
  EXPECT_DOUBLE_EQ(ok("crack density interval coverage"), 2.0 / 3);
  EXPECT_NEAR(ok("delamination fraction bias"), 0.025, 1e-12);
  EXPECT_NEAR(ok("orientation (deg) error max"), 3, 1e-9);  // across 90 deg; c has no orientation to speak of
  EXPECT_NEAR(ok("junction count (%) error max"), 50, 1e-9);
  EXPECT_NEAR(ok("junctions found / true"), 1, 1e-9);
  EXPECT_DOUBLE_EQ(ok("verdict accuracy"), 1.0 / 3);
  EXPECT_EQ(value(*report, "all", "crack lines that could not be compared"), 3);
  EXPECT_NE(report->text.find("  intact -> cracked: 1\n"), std::string::npos);
}

// invariant: a run that repeats the truth of drawn pellets is without error in every figure.
TEST_F(FractureTest, TruthAgainstItself) {
  SemSampleOptions options;
  options.kind = "fracture";
  options.count = 10;
  options.level = "medium";
  options.width_px = 500;
  options.height_px = 400;
  ASSERT_TRUE(write_sem_samples(options, root_ / "truth"));
  const auto truth = read_csv(*read_text_file(root_ / "truth/truth.csv"));
  std::vector<std::string> columns = truth->columns;
  columns.push_back("status");
  Table run(columns);
  for (const char* folder : {"run/cracks", "run/labels"}) std::filesystem::create_directories(root_ / folder);
  for (const CsvRow& row : truth->rows) {
    std::vector<Cell> cells(row.fields.begin(), row.fields.end());
    cells.emplace_back(std::string("ok"));
    run.add(cells);
    const std::string stem = std::filesystem::path(row.fields[0]).stem().string();
    std::filesystem::copy(root_ / "truth/truth" / (stem + "_labels.tif"),
                          root_ / "run/labels" / (stem + ".tif"));
    std::filesystem::copy(root_ / "truth/truth" / (stem + "_cracks.geojson"),
                          root_ / "run/cracks" / (stem + ".geojson"));
  }
  write("run/fracture.csv", write_csv(run));
  const auto report = evaluate_fracture(root_ / "run", root_ / "truth");
  ASSERT_TRUE(report) << to_string(report.errors());
  for (const char* name :
       {"crack length (%) error max", "junction count (%) error max", "opening mean (%) error max",
        "orientation (deg) error max", "delamination fraction error max", "crack-free but cracks found rate"})
    EXPECT_EQ(value(*report, "ok", name), 0) << name;
  EXPECT_NEAR(value(*report, "ok", "opening of 2-20 px cracks (px) error max"), 0, 1e-9);
  for (const char* name : {"centreline F1", "delamination F1", "verdict accuracy",
                           "crack length found / true", "centreline recall, opening 5-20 px"})
    EXPECT_NEAR(value(*report, "ok", name), 1, 1e-12) << name;
  EXPECT_EQ(value(*report, "all", "crack lines that could not be compared"), 0);
}

}  // namespace
}  // namespace litho::evaluate
