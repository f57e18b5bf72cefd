#include "modules/sem/learned_model/kernel.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "modules/sem/pixel_features/kernel.hpp"
#include "pipeline/core/sha256.hpp"

namespace litho {
namespace {

LearnedModel small_model() {
  LearnedModel m;
  const std::size_t n = pixel_feature_names().size();
  m.images = {{"a.tif", std::string(64, 'a'), std::string(64, 'b'), "cell 1", 48.8, Side::left, 0.9, 0.1,
               0.88, 0.5, 0.01},
              {"b.tif", "", "", "", 50, Side::top, std::numeric_limits<double>::quiet_NaN(), 0, 0, 0, 0}};
  m.label_classes = "0=other,1=interphase";
  m.program = "1.2.3";
  m.seed = 5;
  m.cell_um = 0.1;
  m.lowest.assign(n, 3);
  m.highest.assign(n, 250);
  m.importance.assign(n, 1.0 / static_cast<double>(n));
  m.exponent = 1.3;
  m.forest = {static_cast<int>(n),
              3,
              {{0, 3, 1}},
              {{2, 100, 1}, {0, 255, 1}, {0, 255, 2}},
              {0, 0, 0, 1, 0, 0, 0.25F, 0.5F, 0.25F}};
  m.edges = m.forest;
  return m;
}

TEST(LearnedModel, ReadsBackWhatWasWritten) {
  // invariant: decode(encode(m)) encodes to the same bytes, forest and card included
  const std::string bytes = encode_model(small_model());
  const auto read = decode_model(bytes, "m");
  ASSERT_TRUE(read) << to_string(read.errors());
  EXPECT_EQ(read->forest, small_model().forest);
  EXPECT_EQ(read->images[0].side, Side::left);
  EXPECT_EQ(encode_model(*read), bytes);
}

TEST(LearnedModel, EveryFlippedByteIsSeen) {
  // invariant: no damaged model is believed
  const std::string bytes = encode_model(small_model());
  for (std::size_t k = 0; k < bytes.size(); k += 7) {
    std::string broken = bytes;
    broken[k] = static_cast<char>(broken[k] ^ 1);
    EXPECT_FALSE(decode_model(broken, "m")) << k;
  }
  for (std::size_t k = 0; k < bytes.size(); k += 97) EXPECT_FALSE(decode_model(bytes.substr(0, k), "m"));
}

std::string resealed(std::string bytes) {
  bytes.resize(bytes.size() - 64);
  return bytes + sha256_hex(std::string_view(bytes));
}

TEST(LearnedModel, RefusesOtherVersionsAndFeatures) {
  // invariant: the code says why it does not fit
  const std::string bytes = encode_model(small_model());
  std::string other = bytes;
  other[std::string("lithoscope layer model ").size()] = '1';
  EXPECT_EQ(decode_model(resealed(other), "m").errors()[0].code, "model.version");
  other = bytes;
  other.replace(other.find("\"smooth_1\""), 10, "\"smooth_9\"");
  EXPECT_EQ(decode_model(resealed(other), "m").errors()[0].code, "model.features");
  EXPECT_EQ(decode_model("II*", "m").errors()[0].code, "model.not_a_model");
}

TEST(LearnedModel, BrokenForestsAreRefusedThoughTheHashHolds) {
  // invariant: a forest that leads nowhere is never walked
  LearnedModel m = small_model();
  m.forest.nodes[0].next = 9;
  EXPECT_EQ(decode_model(encode_model(m), "m").errors()[0].code, "model.damaged");
}

TEST(LearnedModel, CardNamesWhatItWasTrainedOn) {
  // invariant: file, hash and scores of every image are there
  const std::string card = model_card(small_model());
  EXPECT_NE(card.find("a.tif"), std::string::npos);
  EXPECT_NE(card.find(std::string(64, 'a')), std::string::npos);
  EXPECT_NE(card.find("0=other,1=interphase"), std::string::npos);
}

}  // namespace
}  // namespace litho
