#include <gtest/gtest.h>
#include <tiffio.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"
#include "samples/sem/sample_sem.hpp"
#include "tools/evaluate/evaluate_fracture.hpp"
#include "tools/evaluate/evaluate_interphase.hpp"
#include "tools/evaluate/front_roughness.hpp"
#include "tools/evaluate/label_agreement.hpp"
#include "tools/evaluate/markdown.hpp"
#include "tools/evaluate/statistics.hpp"

namespace litho::evaluate {
namespace {

class EvaluateTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::filesystem::temp_directory_path() / ("litho_evaluate_" + std::string(info->name()));
    std::filesystem::remove_all(root_);
    run_ = root_ / "run";
    truth_ = root_ / "truth";
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const std::filesystem::path& path, const std::string& text) {
    ASSERT_TRUE(write_file(path, text));
  }

  std::filesystem::path root_, run_, truth_;
};

// The row of a figure; fails the test where there is none.
std::vector<Cell> figure(const EvaluationReport& report, const std::string& level, const std::string& over,
                         const std::string& name) {
  for (const auto& row : report.figures.rows())
    if (to_text(row[0]) == level && to_text(row[1]) == over && to_text(row[2]) == name) return row;
  ADD_FAILURE() << "no figure " << level << "/" << over << "/" << name << "\n" << report.text;
  return std::vector<Cell>(7);
}
double number(const Cell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*whole);
  const auto* value = std::get_if<double>(&cell);
  return value ? *value : std::numeric_limits<double>::quiet_NaN();
}

constexpr const char* kTruth =
    "image,level,expected,side,tilt_deg,pixel_size_nm,thickness_um,specimen_thickness_um,front_rq_um,"
    "filament_count,"
    "filament_depth_p95_um,morphology\n"
    "a.tif,clean,ok,top,1,50,10,10,1,0,,planar\n"
    "b.tif,clean,ok,top,1,50,10,10,1,4,2,filamentary\n"
    "c.tif,rough,any,left,-1,50,20,20,1,6,4,filamentary\n"
    "d.tif,rough,ok,left,1,50,20,20,1,0,,rough\n"
    "e.tif,hopeless,refuse,,,50,,,,,,\n";
constexpr const char* kRun =
    "image,status,side,tilt_deg,pixel_size_nm,thickness_um,thickness_lo_um,thickness_hi_um,specimen_lo_um,"
    "specimen_hi_um,"
    "front_rq_um,filament_count,filament_depth_p95_um,morphology\n"
    "x/a.tif,ok,top,1.5,50,10.1,9.9,10.3,9,11,1,0,,planar\n"
    "x/b.tif,ok,top,1,50,9.8,9.6,9.99,9,11,1.1,3,2.2,filamentary\n"
    "x/c.tif,ok,right,-1,100,26,25,27,24,28,1,6,4,rough\n"
    "x/d.tif,failed,,,50,,,,,,,,,\n"
    "x/e.tif,ok,top,0,50,5,4,6,4,6,,,,planar\n";

// analytic: every figure counted by hand from five rows.
TEST_F(EvaluateTest, FiguresOfFiveRows) {
  write(run_ / "interphase.csv", kRun);
  write(truth_ / "truth.csv", kTruth);
  const auto report = evaluate_interphase(run_, truth_);
  ASSERT_TRUE(report) << to_string(report.errors());
  const auto value = [&](const char* over, const char* name) {
    return number(figure(*report, "all", over, name)[3]);
  };
  EXPECT_EQ(value("all", "images"), 5);
  EXPECT_EQ(value("all", "absent from the run"), 0);
  EXPECT_DOUBLE_EQ(value("all", "failed rate"), 0.2);
  EXPECT_DOUBLE_EQ(value("all", "silent failure rate"), 0.4);  // c is 30 % off, e had no answer
  EXPECT_DOUBLE_EQ(value("all", "measurable but failed rate"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(value("all", "unmeasurable but ok rate"), 1);
  EXPECT_NEAR(value("ok", "thickness (%) bias"), (1.0 - 2 + 30) / 3, 1e-9);
  EXPECT_NEAR(value("ok", "thickness (%) error median"), 2, 1e-9);
  EXPECT_NEAR(value("ok", "thickness (%) error p90"), 2 + 0.8 * 28, 1e-9);
  EXPECT_NEAR(value("ok", "thickness (%) error max"), 30, 1e-9);
  EXPECT_DOUBLE_EQ(value("ok", "field interval coverage"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(value("ok", "specimen interval coverage"), 2.0 / 3);
  EXPECT_NEAR(value("ok", "field interval width / error p90"), 4 / 24.4, 1e-9);
  EXPECT_NEAR(value("ok", "specimen interval width / error p90"), 20 / 24.4, 1e-9);
  EXPECT_DOUBLE_EQ(value("ok", "side accuracy"), 2.0 / 3);
  EXPECT_NEAR(value("ok", "tilt (deg) bias"), 0.5 / 3, 1e-9);
  EXPECT_DOUBLE_EQ(value("ok", "pixel size wrong rate"), 0.25);  // e counts: its scale can be read
  EXPECT_DOUBLE_EQ(value("ok", "morphology accuracy"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(value("ok", "filamentary balanced accuracy"), 0.75);
  EXPECT_DOUBLE_EQ(value("ok", "filaments found / true"), 0.9);
  EXPECT_NEAR(value("ok", "filament count bias"), -1.0 / 3, 1e-9);
  EXPECT_NEAR(value("ok", "filament depth p95 (%) bias"), 5, 1e-9);
  EXPECT_DOUBLE_EQ(number(figure(*report, "rough", "ok", "thickness (%) bias")[3]), 30);
  EXPECT_EQ(number(figure(*report, "all", "ok", "thickness (%) bias")[6]), 3);
  EXPECT_EQ(value("all", "label images that could not be compared"), 3);
  EXPECT_NE(report->text.find("silent failure: x/c.tif, found 26 um, true 20 um"), std::string::npos);
  EXPECT_NE(report->text.find("silent failure: x/e.tif, found 5 um, true not measurable"), std::string::npos);
  EXPECT_EQ(report->text.find("silent failure: x/a.tif"), std::string::npos);
  for (const char* line :
       {"filamentary -> rough: 1", "left -> right: 1", "refuse -> ok: 1", "ok -> failed: 1"})
    EXPECT_NE(report->text.find(line), std::string::npos) << line;
}

// analytic: one column a level, the figures of each set of rows under their heading, an empty cell where
// there is none.
TEST(Markdown, OneColumnALevel) {
  EvaluationReport report;
  report.figures = Table({"level", "over", "figure", "value", "lo", "hi", "n"});
  report.figures.add({std::string("all"), std::string("all"), std::string("images"), std::int64_t{5}, Cell(),
                      Cell(), Cell()});
  report.figures.add(
      {std::string("rough"), std::string("ok"), std::string("bias"), 0.12345, -1.0, 2.0, std::int64_t{3}});
  report.confusion = Table({"of", "level", "truth", "found", "n"});
  report.confusion.add(
      {std::string("side"), std::string("all"), std::string("top"), std::string("left"), std::int64_t{2}});
  report.confusion.add(
      {std::string("side"), std::string("rough"), std::string("top"), std::string("left"), std::int64_t{1}});
  EXPECT_EQ(to_markdown(report),
            "All images\n\n| figure | all | rough |\n|---|---|---|\n| images | 5 | |\n\n"
            "Images with status ok\n\n| figure | all | rough |\n|---|---|---|\n| bias | | 0.123 [-1, 2] |\n\n"
            "side\n\n| truth | found | images |\n|---|---|---|\n| top | left | 2 |\n");
}

// analytic: an empty field is no figure; were it 0, the bias would be -100 %.
TEST_F(EvaluateTest, EmptyIsMissing) {
  write(truth_ / "truth.csv", "image,level,expected,thickness_um\na.tif,clean,ok,10\nb.tif,clean,ok,10\n");
  write(run_ / "interphase.csv",
        "image,status,thickness_um,thickness_lo_um\na.tif,ok,10,\nb.tif,flagged,,\n");
  const auto report = evaluate_interphase(run_, truth_);
  ASSERT_TRUE(report);
  const auto bias = figure(*report, "all", "answered", "thickness (%) bias");
  EXPECT_EQ(number(bias[3]), 0);
  EXPECT_EQ(number(bias[6]), 1);
  for (const auto& row : report->figures.rows()) EXPECT_NE(to_text(row[2]), "field interval coverage");
}

// invariant: what cannot be joined is an error that names the place.
TEST_F(EvaluateTest, RefusesWhatItCannotJoin) {
  write(truth_ / "truth.csv", kTruth);
  const auto code = [&](const std::string& text) {
    EXPECT_TRUE(write_file(run_ / "interphase.csv", text));
    const auto report = evaluate_interphase(run_, truth_);
    return report ? std::string("none") : report.errors().front().code;
  };
  EXPECT_EQ(code("image,status\nz.tif,ok\n"), "evaluate.no_match");
  EXPECT_EQ(code("file,status\na.tif,ok\n"), "evaluate.column");
  EXPECT_EQ(code("image,status\np/a.tif,ok\nq/a.tif,ok\n"), "evaluate.repeated_image");
  EXPECT_EQ(code("image,status\na.tif,fine\n"), "evaluate.status");
  EXPECT_EQ(code("image,status,thickness_um\na.tif,ok,ten\n"), "evaluate.bad_number");
  std::filesystem::remove(run_ / "interphase.csv");
  EXPECT_EQ(evaluate_interphase(run_, truth_).errors().front().code, "file.missing");
}

// analytic: a row the run lacks counts as absent and, where it was measurable, as a failure.
TEST_F(EvaluateTest, AbsentRows) {
  write(truth_ / "truth.csv", kTruth);
  write(run_ / "interphase.csv", "image,status,thickness_um\na.tif,ok,10\nnew.tif,ok,3\n");
  const auto report = evaluate_interphase(run_, truth_);
  ASSERT_TRUE(report);
  EXPECT_EQ(number(figure(*report, "all", "all", "absent from the run")[3]), 4);
  EXPECT_EQ(number(figure(*report, "all", "all", "rows without a truth")[3]), 1);
  EXPECT_DOUBLE_EQ(number(figure(*report, "all", "all", "measurable but failed rate")[3]), 2.0 / 3);
}

// invariant: a run that repeats the truth of drawn micrographs has no error, and labels that agree
// everywhere.
TEST_F(EvaluateTest, TruthAgainstItself) {
  SemSampleOptions options;
  options.count = 3;
  options.level = "medium";
  options.width_px = 400;
  options.height_px = 300;
  ASSERT_TRUE(write_sem_samples(options, truth_));
  const auto truth = read_csv(*read_text_file(truth_ / "truth.csv"));
  ASSERT_TRUE(truth);
  std::vector<std::string> columns = truth->columns;
  columns.insert(columns.end(), {"status", "roughness_cutoff_um"});
  Table run(columns);
  for (const CsvRow& row : truth->rows) {
    const std::string stem = std::filesystem::path(row.fields[0]).stem().string();
    std::vector<Cell> cells(row.fields.begin(), row.fields.end());
    const double um =
        *parse_double(row.fields[static_cast<std::size_t>(truth->column("pixel_size_nm"))]) / 1000;
    const auto front = read_boundary(truth_ / "truth" / (stem + "_boundaries.csv"), "base_front");
    ASSERT_TRUE(front);
    cells[static_cast<std::size_t>(truth->column("front_rq_um"))] = um * filtered_rq(*front, 50);
    cells.insert(cells.end(), {std::string("ok"), 50 * um});
    run.add(cells);
    std::filesystem::create_directories(run_ / "labels");
    std::filesystem::copy(truth_ / "truth" / (stem + "_labels.tif"), run_ / "labels" / (stem + ".tif"));
  }
  write(run_ / "interphase.csv", write_csv(run));
  const auto report = evaluate_interphase(run_, truth_);
  ASSERT_TRUE(report) << to_string(report.errors());
  for (const char* name : {"thickness (%) error max", "tilt (deg) error max", "filament count error max",
                           "layer boundary distance p95 (px)", "pixel size wrong rate"})
    EXPECT_EQ(number(figure(*report, "all", "ok", name)[3]), 0) << name;
  EXPECT_NEAR(number(figure(*report, "all", "ok", "front Rq (%) error max")[3]), 0, 0.01);
  for (const char* name : {"layer IoU min", "side accuracy", "morphology accuracy"})
    EXPECT_EQ(number(figure(*report, "all", "ok", name)[3]), 1) << name;
  EXPECT_EQ(number(figure(*report, "all", "all", "label images that could not be compared")[3]), 0);
}

// published value: Wilson intervals of 2/5 and 0/10 (R 4, binom::binom.wilson).
TEST(Statistics, Wilson) {
  const Estimate two = rate(2, 5), none = rate(0, 10);
  EXPECT_NEAR(two.lo, 0.11762, 1e-5);
  EXPECT_NEAR(two.hi, 0.76928, 1e-5);
  EXPECT_EQ(none.lo, 0);
  EXPECT_NEAR(none.hi, 0.27753, 1e-5);
  EXPECT_TRUE(std::isnan(rate(0, 0).value));
}

// analytic: the bootstrap interval of a mean is mean +- 1.96 sd / sqrt(n) for many normal values.
TEST(Statistics, BootstrapOfMean) {
  RandomStream random(7, "bootstrap test");
  std::vector<double> values;
  for (int i = 0; i < 400; ++i) values.push_back(random.normal());
  const Estimate e = bootstrap(values, mean, "m");
  EXPECT_NEAR(e.hi - e.lo, 2 * 1.96 / 20, 0.03);
  EXPECT_NEAR((e.hi + e.lo) / 2, e.value, 0.01);
  EXPECT_TRUE(std::isnan(bootstrap(std::vector<double>{1, 2}, mean, "m").lo));
}

// invariant: the fast distance transform equals the distance to the nearest of all set pixels.
TEST(Labels, DistanceEqualsBruteForce) {
  RandomStream random(3, "distance test");
  Image<std::uint8_t> set(37, 23);
  for (int k = 0; k < 9; ++k) set(static_cast<int>(random.below(37)), static_cast<int>(random.below(23))) = 1;
  const Image<float> distance = distance_to(set);
  for (int y = 0; y < 23; ++y)
    for (int x = 0; x < 37; ++x) {
      double best = 1e9;
      for (int j = 0; j < 23; ++j)
        for (int i = 0; i < 37; ++i)
          if (set(i, j)) best = std::min(best, std::hypot(i - x, j - y));
      ASSERT_NEAR(distance(x, y), best, 1e-4) << x << "," << y;
    }
}

Image<std::uint8_t> slab(int from, int to) {
  Image<std::uint8_t> labels(50, 40, 1);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 50; ++x) labels(x, y) = y < from ? 1 : y < to ? 2 : 3;
  return labels;
}

// analytic: a slab of 10 rows against one shifted by 2 shares 8 of 12 rows; boundaries are 2 apart.
TEST(Labels, ShiftedSlab) {
  const LabelAgreement same = compare_labels(slab(10, 20), slab(10, 20));
  EXPECT_EQ(same.iou, 1);
  EXPECT_EQ(same.boundary_p95_px, 0);
  const LabelAgreement shifted = compare_labels(slab(12, 22), slab(10, 20));
  EXPECT_NEAR(shifted.iou, 8.0 / 12, 1e-12);
  EXPECT_NEAR(shifted.boundary_median_px, 2, 1e-6);
}

// analytic: what one image calls a crack is not held against the other.
TEST(Labels, CracksAreNotJudged) {
  Image<std::uint8_t> cracked = slab(10, 20);
  for (int y = 0; y < 40; ++y) cracked(25, y) = 4;
  EXPECT_EQ(compare_labels(slab(10, 20), cracked).iou, 1);
  EXPECT_EQ(compare_labels(slab(10, 20), cracked).boundary_p95_px, 0);
  EXPECT_TRUE(std::isnan(compare_labels(Image<std::uint8_t>(50, 40, 3), Image<std::uint8_t>(50, 40, 3)).iou));
}

// analytic: a line 3 px beside the true one is found, one 4 px beside is not.
TEST(Labels, PixelsWithinTolerance) {
  Image<std::uint8_t> truth(40, 30, 3), found(40, 30);
  for (int x = 0; x < 40; ++x) {
    truth(x, 10) = 6;
    found(x, x < 10 ? 13 : 14) = 2;
  }
  const PixelAgreement a = compare_pixels(found, 2, truth, 6, 3);
  EXPECT_EQ(a.found, 40);
  EXPECT_EQ(a.found_near_truth, 10);
  EXPECT_EQ(a.truth, 40);
  EXPECT_EQ(a.truth_near_found, 10);
}

// invariant: labels written by libtiff are read back, anything else is refused.
TEST_F(EvaluateTest, LabelFiles) {
  std::filesystem::create_directories(root_);
  const std::string path = (root_ / "labels.tif").string();
  for (const std::uint16_t bits : {8, 16}) {
    TIFF* tiff = TIFFOpen(path.c_str(), "w");
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 3);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 2);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    std::uint8_t row[6] = {1, 2, 3, 4, 5, 6};
    for (std::uint32_t y = 0; y < 2; ++y) TIFFWriteScanline(tiff, row, y);
    TIFFClose(tiff);
    const auto labels = read_labels(path);
    ASSERT_EQ(static_cast<bool>(labels), bits == 8);
    if (labels) {
      EXPECT_EQ((*labels)(2, 1), 3);
    }
  }
  EXPECT_EQ(read_labels(root_ / "none.tif").errors().front().code, "file.missing");
}

}  // namespace
}  // namespace litho::evaluate
