#include "samples/sem/cracks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>

#include "pipeline/core/file.hpp"
#include "pipeline/core/table.hpp"
#include "samples/sem/crack_raster.hpp"
#include "samples/sem/crack_truth.hpp"
#include "samples/sem/sample_sem.hpp"

namespace litho::sem_sample {
namespace {

constexpr int kWidth = 300, kRows = 240;
constexpr double kDegree = std::numbers::pi / 180;

// A straight crack of constant opening.
CrackTrace straight(PointPx a, PointPx b, double opening) {
  const double run = std::hypot(b.x - a.x, b.y - a.y);
  const double nx = -(b.y - a.y) / run * opening / 2, ny = (b.x - a.x) / run * opening / 2;
  CrackTrace crack;
  const int n = static_cast<int>(run / 2) + 1;
  for (int i = 0; i <= n; ++i) {
    const double t = static_cast<double>(i) / n;
    const PointPx c{a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
    crack.push_back({c, {c.x - nx, c.y - ny}, {c.x + nx, c.y + ny}, 0.2});
  }
  return crack;
}

// A pellet that fills the picture.
Scene pellet() {
  Scene scene{};
  scene.kind = Kind::fracture;
  scene.level = "clean";
  scene.width = kWidth;
  scene.height = scene.picture_rows = kRows;
  scene.pixel_size_nm = 100;
  scene.frame = make_frame(Side::top, 0, kWidth, kRows, 0);
  scene.outer = scene.front = {-1024, 0.25, std::vector<double>(8192, -1e6)};
  return scene;
}

// analytic: shares of covered pixels add up to opening x length at every angle, half a pixel of opening
// included.
TEST(CrackRaster, AreaAtEveryAngle) {
  for (const double opening : {0.5, 2.0, 7.3})
    for (int degrees = 0; degrees < 180; degrees += 9) {
      const double c = std::cos(degrees * kDegree), s = std::sin(degrees * kDegree);
      const CrackTrace crack =
          straight({150.2 - 80 * c, 120.3 - 80 * s}, {150.2 + 80 * c, 120.3 + 80 * s}, opening);
      const CrackRaster raster = draw_cracks({crack}, kWidth, kRows);
      double sum = 0;
      for (const float value : raster.cover.pixels()) sum += value;
      EXPECT_NEAR(sum / (160 * opening), 1, 0.02) << opening << " px at " << degrees;
    }
}

// analytic: where two cracks overlap their area counts once.
TEST(CrackRaster, CrossingCountsOnce) {
  const CrackRaster raster =
      draw_cracks({straight({50, 100}, {250, 100}, 10), straight({150, 20}, {150, 220}, 10)}, kWidth, kRows);
  double sum = 0;
  for (const float value : raster.cover.pixels()) sum += value;
  EXPECT_NEAR(sum, 2000 + 2000 - 100, 4);
}

// analytic: an X, a branch and an abutment are three junctions of one crack; one that stands apart is
// another.
TEST(CrackNetwork, NodesAndSets) {
  Scene scene = pellet();
  scene.cracks = {straight({20, 100}, {280, 100}, 3), straight({60, 40}, {60.2, 160}, 3),
                  straight({120, 100}, {160, 180}, 2), straight({200, 30}, {220, 100}, 2),
                  straight({20, 220}, {80, 215}, 2)};
  const CrackNetwork network = visible_network(scene);
  EXPECT_EQ(network.pieces.size(), 5u);
  EXPECT_EQ(network.junctions.size(), 3u);
  EXPECT_EQ(network.cracks, 2);
  const CrackTruth truth = measure_cracks(scene, network);
  EXPECT_NEAR(truth.length, 260 + 120 + std::hypot(40, 80) + std::hypot(20, 70) + std::hypot(60, 5), 0.01);
  EXPECT_NEAR(truth.largest, 260 + 120 + std::hypot(40, 80) + std::hypot(20, 70), 0.01);
  EXPECT_EQ(truth.verdict, "cracked");
}

// analytic: what leaves the picture or the solid is cut there, and a crack from edge to edge fractures the
// pellet.
TEST(CrackNetwork, IsCutAtThePicture) {
  Scene scene = pellet();
  scene.cracks = {straight({-40, 100}, {340, 100}, 3)};
  CrackTruth truth = measure_cracks(scene, visible_network(scene));
  EXPECT_NEAR(truth.length, kWidth, 4);
  EXPECT_TRUE(truth.spans_field);
  EXPECT_EQ(truth.verdict, "fractured");
  scene.cracks = {straight({100, -40}, {100, 200}, 3)};
  scene.outer.v.assign(scene.outer.v.size(), 50.0);
  scene.front = scene.outer;
  truth = measure_cracks(scene, visible_network(scene));
  EXPECT_NEAR(truth.length, 150, 4);
  EXPECT_FALSE(truth.spans_field);
}

// analytic: mean opening, orientation (counter-clockwise as seen) and order of cracks laid out by hand.
TEST(CrackTruthTest, OpeningAndOrientation) {
  Scene scene = pellet();
  const double c = std::cos(30 * kDegree), s = std::sin(30 * kDegree);
  scene.cracks = {straight({50, 150}, {50 + 100 * c, 150 - 100 * s}, 4),
                  straight({200, 150}, {200 + 50 * c, 150 - 50 * s}, 10)};
  CrackTruth truth = measure_cracks(scene, visible_network(scene));
  EXPECT_NEAR(truth.opening_mean, (4 * 100 + 10 * 50) / 150.0, 1e-6);
  EXPECT_NEAR(truth.opening_max, 10, 1e-9);
  EXPECT_NEAR(truth.orientation_deg, 30, 1e-6);
  EXPECT_NEAR(truth.orientation_order, 1, 1e-9);
  scene.cracks.push_back(straight({120, 60}, {120 + 150 * s, 60 + 150 * c}, 3));
  truth = measure_cracks(scene, visible_network(scene));
  EXPECT_NEAR(truth.orientation_order, 0, 1e-6);
}

// invariant: no heading is favoured: over many pellets without a layer the length-weighted order is that of
// chance.
TEST(CrackGrowth, AllAnglesEquallyLikely) {
  double c2 = 0, s2 = 0, squares = 0;
  int cracks = 0;
  for (int k = 0; k < 150; ++k) {
    Scene scene = make_scene(Kind::fracture, 3, k, "medium", 512, 384);
    if (scene.layer) continue;
    const CrackTruth truth = measure_cracks(scene, visible_network(scene));
    if (truth.length == 0) continue;
    // As seen on the screen, whatever the side.
    const double front = scene.outer.v.front() > -1e5 ? std::atan2(-scene.frame.eu.y, scene.frame.eu.x) : 0;
    const double angle = 2 * (truth.orientation_deg * kDegree + front), w = truth.orientation_order;
    c2 += w * std::cos(angle), s2 += w * std::sin(angle), squares += w * w;
    cracks += truth.count;
  }
  EXPECT_GT(cracks, 100);
  EXPECT_LT(std::hypot(c2, s2), 2.5 * std::sqrt(squares / 2));
}

// invariant: kept apart by construction, two cracks that do not meet share no pixel, but where they meet out
// of sight.
TEST(CrackGrowth, CracksThatDoNotMeetStayApart) {
  int pairs = 0;
  for (int k = 0; k < 60; ++k) {
    const Scene scene = make_scene(Kind::fracture, 8, k, "rough", 512, 384);
    if (scene.outer.v.front() > -1e5) continue;  // its edge or a gap may hide where they meet
    const CrackNetwork network = visible_network(scene);
    for (std::size_t i = 0; i < network.pieces.size(); ++i)
      for (std::size_t j = i + 1; j < network.pieces.size(); ++j) {
        if (network.pieces[i].crack == network.pieces[j].crack) continue;
        ++pairs;
        for (const CrackPoint& a : network.pieces[i].points) {
          const double to_border = std::min(std::min(a.centre.x, scene.width - a.centre.x),
                                            std::min(a.centre.y, scene.picture_rows - a.centre.y));
          if (to_border < 60) continue;
          for (const CrackPoint& b : network.pieces[j].points)
            ASSERT_GT(std::hypot(a.centre.x - b.centre.x, a.centre.y - b.centre.y),
                      (a.opening() + b.opening()) / 2)
                << k;
        }
      }
  }
  EXPECT_GT(pairs, 20);
}

// invariant: every figure of the table is there, and controls have no crack and the verdict that says so.
TEST(CrackSamples, TruthTable) {
  const auto dir = std::filesystem::temp_directory_path() / "litho_crack_samples";
  std::filesystem::remove_all(dir);
  SemSampleOptions options;
  options.kind = "fracture";
  options.count = 12;
  options.level = "clean";
  options.width_px = 400;
  options.height_px = 300;
  ASSERT_TRUE(write_sem_samples(options, dir));
  const auto csv = read_csv(*read_text_file(dir / "truth.csv"));
  ASSERT_TRUE(csv);
  int controls = 0;
  for (const CsvRow& row : csv->rows) {
    const auto field = [&](const char* name) {
      return row.fields[static_cast<std::size_t>(csv->column(name))];
    };
    EXPECT_NE(field("pellet_area_um2"), "");
    controls += field("crack_count") == "0";
    EXPECT_EQ(field("crack_count") == "0", field("verdict") == "intact");
    EXPECT_EQ(field("crack_count") == "0", field("opening_mean_um").empty());
  }
  EXPECT_GT(controls, 0);
  EXPECT_LT(controls, 12);
  options.kind = "pellets";
  EXPECT_EQ(write_sem_samples(options, dir).errors().front().code, "sample.kind");
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace litho::sem_sample
