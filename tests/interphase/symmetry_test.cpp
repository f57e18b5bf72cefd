#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "modules/sem/boundaries/kernel.hpp"
#include "modules/sem/filaments/kernel.hpp"
#include "modules/sem/thickness/kernel.hpp"
#include "samples/sem/render.hpp"

namespace litho {
namespace {

constexpr int kWidth = 1024, kHeight = 768;

struct Section {
  Image<float> grey;
  double pixel_size_nm;
};

Section drawn(int index, const std::string& level) {
  const auto scene =
      sem_sample::make_scene(sem_sample::Kind::interphase, 4242, index, level, kWidth, kHeight);
  const auto rendered = sem_sample::render(scene);
  Section out{Image<float>(kWidth, scene.picture_rows), scene.pixel_size_nm};
  for (int y = 0; y < scene.picture_rows; ++y)
    for (int x = 0; x < kWidth; ++x) out.grey(x, y) = rendered.pixels(x, y);
  return out;
}

Section transposed(const Section& section) {
  Section out{Image<float>(section.grey.height(), section.grey.width()), section.pixel_size_nm};
  for (int y = 0; y < out.grey.height(); ++y)
    for (int x = 0; x < out.grey.width(); ++x) out.grey(x, y) = section.grey(y, x);
  return out;
}

Section mirrored(const Section& section) {
  Section out = section;
  for (int y = 0; y < out.grey.height(); ++y) std::ranges::reverse(out.grey.row(y));
  return out;
}

Section halved(const Section& section) {
  Section out{Image<float>(section.grey.width() / 2, section.grey.height() / 2), 2 * section.pixel_size_nm};
  for (int y = 0; y < out.grey.height(); ++y)
    for (int x = 0; x < out.grey.width(); ++x)
      out.grey(x, y) = (section.grey(2 * x, 2 * y) + section.grey(2 * x + 1, 2 * y) +
                        section.grey(2 * x, 2 * y + 1) + section.grey(2 * x + 1, 2 * y + 1)) /
                       4;
  return out;
}

Result<Interphase> measured(const Section& section) {
  const Image<std::uint8_t> usable(section.grey.width(), section.grey.height(), 1);
  const auto picture = restore(section.grey, usable, 255, 8);
  if (!picture) return picture.errors();
  const auto layers = find_layers(*picture, usable, {});
  if (!layers) return layers.errors();
  const auto filaments = find_filaments(*picture, *layers);
  const auto pair = refine_boundaries(*picture, usable, *layers, filaments);
  if (!pair) return pair.errors();
  return measure_interphase(*picture, *layers, filaments, *pair, {section.pixel_size_nm, {}, {}}, {});
}

/// Each mean lies in the other's interval.
void expect_same_thickness(const Measured& a, const Measured& b) {
  EXPECT_GE(a.value, b.lo);
  EXPECT_LE(a.value, b.hi);
  EXPECT_GE(b.value, a.lo);
  EXPECT_LE(b.value, a.hi);
}

class Symmetry : public ::testing::TestWithParam<int> {};

TEST_P(Symmetry, MirroringAndTransposingKeepTheFigures) {
  // Invariant: the same section seen another way round; the side turns with it.
  for (const std::string level : {"clean", "medium"}) {
    const Section section = drawn(GetParam(), level);
    const auto straight = measured(section);
    ASSERT_TRUE(straight) << to_string(straight.errors());
    for (const auto& other : {mirrored(section), transposed(section)}) {
      const auto turned = measured(other);
      ASSERT_TRUE(turned) << to_string(turned.errors());
      expect_same_thickness(straight->figures.thickness_um, turned->figures.thickness_um);
      EXPECT_EQ(straight->flags, turned->flags);
    }
    const Side back = measured(transposed(section))->figures.side;
    constexpr Side kTransposed[] = {Side::left, Side::right, Side::top, Side::bottom};
    EXPECT_EQ(back, kTransposed[static_cast<std::size_t>(straight->figures.side)]);
  }
}

TEST_P(Symmetry, HalvingThePictureKeepsThicknessAndVerdict) {
  // Invariant: a coarser scan of a section whose details it still resolves.
  const Section section = drawn(GetParam(), "clean");
  const auto fine = measured(section), coarse = measured(halved(section));
  ASSERT_TRUE(fine) << to_string(fine.errors());
  ASSERT_TRUE(coarse) << to_string(coarse.errors());
  expect_same_thickness(fine->figures.thickness_um, coarse->figures.thickness_um);
  EXPECT_EQ(fine->figures.side, coarse->figures.side);
  EXPECT_EQ(fine->figures.morphology, coarse->figures.morphology);
}

INSTANTIATE_TEST_SUITE_P(Sections, Symmetry, ::testing::Range(0, 4));

}  // namespace
}  // namespace litho
