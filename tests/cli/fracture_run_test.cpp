#include <gtest/gtest.h>

#include <cmath>

#include "modules/io/tiff/kernel.hpp"
#include "modules/sem/_test/slot_picture.hpp"
#include "pipeline/core/number.hpp"
#include "tests/cli/program.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

void save(const Scratch& scratch, const std::string& name, const Image<float>& grey) {
  Image<std::uint8_t> picture(grey.width(), grey.height());
  for (std::size_t i = 0; i < grey.size(); ++i)
    picture.pixels()[i] = static_cast<std::uint8_t>(std::lround(std::clamp(grey.pixels()[i], 0.0F, 255.0F)));
  const auto bytes = write_tiff(picture);
  scratch.write(name, {bytes.begin(), bytes.end()});
}

double number(const Csv& table, std::size_t row, const std::string& column) {
  return parse_double(cell(table, row, column)).value_or(std::nan(""));
}

// analytic: two drawn cracks, one with a branch, and the same picture turned by 90 degrees: counts, lengths
// and openings as drawn, every file there, and turning moves no figure beyond its interval.
TEST(FractureRun, DrawnCracksUprightAndTurned) {
  SlotPicture picture;
  picture.width = 640, picture.height = 480;
  picture.slots = {{{80, 100}, {420, 190}, 6}, {{250, 145}, {300, 300}, 4}, {{500, 300}, {560, 420}, 3}};
  const Scratch scratch;
  save(scratch, "in/a.tif", picture.draw());
  save(scratch, "in/b.tif", turned(picture.draw()));
  const Ran ran = scratch.run("fracture in -o run --pixel-size '100 nm'");
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Csv table = scratch.table("run/fracture.csv");
  ASSERT_EQ(table.rows.size(), 2U);
  const double length = 0.1 * (std::hypot(340, 90) + std::hypot(50, 155) + std::hypot(60, 120));
  for (std::size_t row = 0; row < 2; ++row) {
    EXPECT_EQ(cell(table, row, "crack_count"), "2");
    EXPECT_EQ(cell(table, row, "junction_count"), "1");
    EXPECT_EQ(cell(table, row, "verdict"), "cracked");
    EXPECT_EQ(cell(table, row, "delamination_um"), "");
    EXPECT_NEAR(number(table, row, "crack_length_um") / length, 1, 0.03);
    EXPECT_NEAR(number(table, row, "pellet_area_um2"), 64 * 48, 1e-6);
    EXPECT_NEAR(number(table, row, "opening_max_um"), 0.6, 0.1);
  }
  for (const std::string column : {"crack_density", "opening_mean"}) {
    const std::string unit = column == "crack_density" ? "_per_um" : "_um";
    EXPECT_GE(number(table, 1, column + unit), number(table, 0, column + "_lo" + unit));
    EXPECT_LE(number(table, 1, column + unit), number(table, 0, column + "_hi" + unit));
  }
  EXPECT_EQ(scratch.table("run/cracks.csv").rows.size(), 4U);
  for (const char* file : {"cracks/a.tif", "cracks/a.geojson", "cracks/a_RoiSet.zip", "labels/a.tif",
                           "overlays/a.png", "overlays/a_cracks.svg"})
    EXPECT_TRUE(fs::exists(scratch / (std::string("run/") + file))) << file;
}

// invariant: one and two jobs give the same bytes.
TEST(FractureRun, SameBytesForAnyNumberOfJobs) {
  const Scratch scratch;
  for (int k = 0; k < 3; ++k) {
    SlotPicture picture;
    picture.slots = {{{60, 60.0 + 40 * k}, {330, 170}, 3}};
    save(scratch, "in/" + std::to_string(k) + ".tif", picture.draw("picture " + std::to_string(k)));
  }
  ASSERT_EQ(scratch.run("fracture in -o one --jobs 1 --pixel-size '50 nm'").code, 0);
  ASSERT_EQ(scratch.run("fracture in -o two --jobs 2 --pixel-size '50 nm'").code, 0);
  for (const char* file : {"fracture.csv", "cracks.csv", "cracks/1.tif", "cracks/1.geojson",
                           "cracks/2_RoiSet.zip", "labels/0.tif", "overlays/1.png", "overlays/1_cracks.svg"})
    EXPECT_EQ(scratch.read(std::string("one/") + file), scratch.read(std::string("two/") + file)) << file;
}

// analytic: a picture without a crack has density 0 with an upper limit, and no opening.
TEST(FractureRun, NoCrack) {
  const Scratch scratch;
  Image<float> grains = SlotPicture{}.draw();
  for (int y = 0; y < grains.height(); ++y)
    for (int x = grains.width() / 2; x < grains.width(); ++x) grains(x, y) += 30;
  save(scratch, "grains.tif", grains);
  ASSERT_EQ(scratch.run("fracture grains.tif -o run --pixel-size '50 nm'").code, 0);
  const Csv table = scratch.table("run/fracture.csv");
  EXPECT_EQ(cell(table, 0, "crack_count"), "0");
  EXPECT_EQ(cell(table, 0, "crack_density_per_um"), "0");
  EXPECT_GT(number(table, 0, "crack_density_hi_per_um"), 0);
  EXPECT_EQ(cell(table, 0, "opening_mean_um"), "");
  EXPECT_EQ(cell(table, 0, "verdict"), "intact");
}

// invariant: a picture that shows nothing but noise is not called intact.
TEST(FractureRun, NothingToSee) {
  const Scratch scratch;
  save(scratch, "plain.tif", SlotPicture{}.draw());
  EXPECT_EQ(scratch.run("fracture plain.tif -o run --pixel-size '50 nm'").code, 3);
  const Csv table = scratch.table("run/fracture.csv");
  EXPECT_EQ(cell(table, 0, "flags"), "sem.no_detail");
  EXPECT_EQ(cell(table, 0, "verdict"), "");
}

}  // namespace
}  // namespace litho
