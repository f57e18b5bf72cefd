#include <gtest/gtest.h>

#include "modules/sem/interphase_overlay/kernel.hpp"

namespace litho {
namespace {

// Invariant: what was not measured is not written, and numbers carry their unit and interval.
TEST(InterphaseOverlay, WritesOnlyWhatWasMeasured) {
  InterphaseFigures figures;
  figures.morphology = "planar";
  EXPECT_EQ(figure_lines(figures), std::vector<std::string>{"planar"});
  figures.thickness_um = {43.123456, 42.8, 43.4, "um"};
  figures.filament_count = 1;
  figures.filament_depth_max_um = 7;
  const auto lines = figure_lines(figures);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], "thickness 43.12 µm (95 %: 42.8 to 43.4)");
  EXPECT_EQ(lines[1], "planar, 1 filament, deepest 7 µm");
}

// Invariant: both boundaries and every filament are drawn, stretches without a boundary stay open.
TEST(InterphaseOverlay, DrawsBothBoundariesAndEveryFilament) {
  const Image<float> grey(20, 10, 50);
  const Image<std::uint8_t> usable(20, 10, 1);
  LayerMap layers;
  layers.labels = Image<std::uint8_t>(20, 10, 2);
  FilamentMap filaments;
  filaments.filaments = {{{4, 6}, {6, 6}, {5, 9}, 3, 2, 6}, {{10, 6}, {12, 6}, {11, 8}, 2, 2, 4}};
  BoundaryPair pair;
  pair.outer = {{{0.5, 2}, {1.5, 2}}, {1, 0}, 1, 0.1, 1};
  pair.front = {{{0.5, 6}, {1.5, 6}}, {1, 1}, 1, 0.1, 1};
  Interphase interphase;
  interphase.figures.thickness_um = {1, 0.9, 1.1, "um"};
  interphase.reference_start = {0, 2};
  interphase.reference_end = {20, 2.5};
  InterphasePicture picture{&grey, "a", 50, &usable, &layers, &filaments, &pair, &interphase};
  auto scene = interphase_scene(picture);
  ASSERT_EQ(scene.lines.size(), 5U);
  EXPECT_EQ(scene.lines[0].points, (std::vector<PointPx>{{0, 2}, {20, 2.5}}));
  EXPECT_TRUE(scene.lines[0].dashed);
  EXPECT_EQ(scene.lines[1].points, pair.outer.points);
  EXPECT_EQ(scene.lines[1].valid, pair.outer.found);
  EXPECT_EQ(scene.lines[3].points, (std::vector<PointPx>{{5, 6}, {5, 9}}));
  EXPECT_EQ(scene.pixel_size_nm, 50);
  EXPECT_EQ(scene.title, "a");
  EXPECT_FALSE(scene.figures.empty());
  picture.failure = {"the front is ambiguous (try another field)"};
  scene = interphase_scene(picture);
  EXPECT_TRUE(scene.figures.empty());
  EXPECT_EQ(scene.flags, picture.failure);
}

// Invariant: a picture of which nothing but itself is known is drawn with the reason, and without a scale
// bar.
TEST(InterphaseOverlay, DrawsWhatThereIs) {
  const Image<float> grey(200, 100, 50);
  InterphasePicture picture{&grey, "a"};
  picture.failure = {"the pixel size is not known"};
  const auto scene = interphase_scene(picture);
  EXPECT_TRUE(scene.lines.empty());
  EXPECT_TRUE(scene.tints.empty());
  EXPECT_FALSE(scene.pixel_size_nm);
  EXPECT_EQ(scene.title, "a: failed, no figures");
  const auto drawn = draw_overlay(scene);
  ASSERT_TRUE(drawn);
  EXPECT_GT(drawn->height(), 100);
}

}  // namespace
}  // namespace litho
