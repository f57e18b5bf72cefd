#include <gtest/gtest.h>

#include "modules/io/micrograph/kernel.hpp"
#include "modules/io/tiff/kernel.hpp"

namespace litho {
namespace {

std::vector<std::uint8_t> plain_tiff() {
  return write_tiff(Image<std::uint8_t>(8, 6, 100));
}

// Invariant: no pixel size anywhere means a refusal that says so, not a number; the picture itself opens.
TEST(Micrograph, RefusesToGuessThePixelSize) {
  const auto opened = open_micrograph(plain_tiff(), "plain.tif", {}, {});
  ASSERT_TRUE(opened);
  EXPECT_FALSE(opened->scale.pixel_size);
  EXPECT_TRUE(opened->scale.refusal.code.starts_with("scale."));
  const auto micrograph = to_micrograph(*opened);
  ASSERT_TRUE(micrograph);
  EXPECT_FALSE(micrograph->pixel_size());
  EXPECT_EQ(micrograph->width(), 8);
}

// Invariant: the user's word is taken, and recorded as the user's.
TEST(Micrograph, TakesTheUsersPixelSizeAndSaysSo) {
  MicrographOverrides overrides;
  overrides.pixel_size_nm = 48.8;
  overrides.pixel_size_source = "sheet";
  overrides.scale_u_percent = 1.5;
  overrides.view_tilt_deg = 10;
  const auto opened = open_micrograph(plain_tiff(), "plain.tif", {}, overrides);
  ASSERT_TRUE(opened);
  const auto micrograph = to_micrograph(*opened);
  ASSERT_TRUE(micrograph);
  ASSERT_TRUE(micrograph->pixel_size());
  EXPECT_DOUBLE_EQ(micrograph->pixel_size()->nm, 48.8);
  EXPECT_EQ(micrograph->pixel_size()->source, "sheet");
  EXPECT_EQ(micrograph->pixel_size()->u_percent, 1.5);
  EXPECT_EQ(micrograph->acquisition().view_tilt_deg, 10);
}

// Invariant: what is not a picture is refused by name, with a remedy.
TEST(Micrograph, RefusesWhatIsNoPicture) {
  const std::string text = "image,thickness\n";
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  for (const auto& content : {std::vector<std::uint8_t>{}, bytes}) {
    const auto opened = open_micrograph(content, "notes.tif", {}, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.errors().front().where, "notes.tif");
    EXPECT_FALSE(opened.errors().front().hint.empty());
  }
}

}  // namespace
}  // namespace litho
