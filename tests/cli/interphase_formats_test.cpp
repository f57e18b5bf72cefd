#include <gtest/gtest.h>

#include <cmath>

#include "modules/io/png/kernel.hpp"
#include "modules/io/tiff/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "tests/cli/program.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

std::string text(const std::vector<std::uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

template <class T>
Image<T> scaled(const Image<float>& grey, float factor) {
  Image<T> out(grey.width(), grey.height());
  for (std::size_t i = 0; i < grey.size(); ++i) out.pixels()[i] = static_cast<T>(grey.pixels()[i] * factor);
  return out;
}

// Invariant: the same picture gives the same row, byte by byte, whatever holds it; 16 bits for 8 move figures
// by rounding alone.
TEST(InterphaseFormats, TheSamePictureGivesTheSameNumbers) {
  const Scratch scratch;
  ASSERT_EQ(scratch.run("sample sem -n 1 --seed 11 --level clean --width 1024 --height 768 -o truth").code,
            0);
  const auto bytes = read_file(scratch / "truth/sem_0000.tif");
  ASSERT_TRUE(bytes);
  const auto picture = read_tiff(*bytes, "sem_0000.tif");
  ASSERT_TRUE(picture);
  const auto grey = scaled<std::uint8_t>(picture->grey, 1);
  scratch.write("same/a.tif", text(write_tiff(grey)));
  scratch.write("same/b.png", text(write_png(grey)));
  scratch.write("same/c.tif", text(write_tiff(scaled<std::uint16_t>(picture->grey, 257))));
  ASSERT_EQ(scratch.run("interphase same -o run --pixel-size '50 nm'").code, 0);
  const Csv table = scratch.table("run/interphase.csv");
  ASSERT_EQ(table.rows.size(), 3U);
  for (const std::string& column : table.columns) {
    const std::string first = cell(table, 0, column), deep = cell(table, 2, column);
    if (column == "image" || column == "input_sha256") continue;
    EXPECT_EQ(cell(table, 1, column), first) << column;
    const auto a = parse_double(first), b = parse_double(deep);
    if (a && b) {
      EXPECT_NEAR(*b, *a, 1e-4 * std::abs(*a) + 1e-9) << column;
    } else {
      EXPECT_EQ(deep, first) << column;
    }
  }
}

// Invariant: a picture that was read but failed has an overlay that says why, and nothing else.
TEST(InterphaseFormats, AFailedPictureHasAnOverlay) {
  const Scratch scratch;
  scratch.write("failing/flat.tif", text(write_tiff(Image<std::uint8_t>(300, 200, 90))));
  scratch.write("failing/cut.tif", "II*");
  ASSERT_EQ(scratch.run("interphase failing -o run --pixel-size '50 nm'").code, 3);
  ASSERT_EQ(scratch.run("interphase failing/flat.tif -o scaleless").code, 3);
  for (const char* run : {"run", "scaleless"}) {
    const auto bytes = read_file(scratch / run / "overlays/flat.png");
    ASSERT_TRUE(bytes) << run;
    ASSERT_GT(bytes->size(), 24U);
    const auto number = [&](std::size_t at) { return (*bytes)[at + 2] * 256 + (*bytes)[at + 3]; };  // of IHDR
    EXPECT_EQ(number(16), 300);
    EXPECT_GT(number(20), 230);  // the reason stands below the picture
  }
  EXPECT_FALSE(fs::exists(scratch / "run/overlays/cut.png"));
  EXPECT_FALSE(fs::exists(scratch / "run/labels/flat.tif"));
  EXPECT_FALSE(fs::exists(scratch / "run/profiles/flat.csv"));
}

}  // namespace
}  // namespace litho
