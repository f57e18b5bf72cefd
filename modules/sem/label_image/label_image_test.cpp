#include <gtest/gtest.h>

#include "modules/io/tiff/kernel.hpp"
#include "modules/sem/label_image/kernel.hpp"

namespace litho {
namespace {

// Invariant: label values survive, what is not usable is 0, and the palette tells all values apart.
TEST(LabelImage, KeepsValuesAndMasks) {
  Image<std::uint8_t> labels(5, 3, 2), usable(5, 3, 1);
  labels(4, 0) = 6;
  labels(0, 2) = 3;
  usable(1, 2) = 0;
  const auto bytes = label_tiff(labels, usable, 48.8);
  const auto read = read_tiff_labels(bytes, "labels.tif");
  ASSERT_TRUE(read);
  EXPECT_EQ((*read)(4, 0), 6);
  EXPECT_EQ((*read)(0, 2), 3);
  EXPECT_EQ((*read)(1, 2), 0);
  EXPECT_EQ((*read)(0, 0), 2);
  for (std::size_t a = 0; a < label_palette().size(); ++a)
    for (std::size_t b = 0; b < a; ++b) EXPECT_NE(label_palette()[a], label_palette()[b]);
}

}  // namespace
}  // namespace litho
