#include "modules/sem/layer_training/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "modules/sem/layer_training/complete.hpp"
#include "modules/sem/learned_layers/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

constexpr int kSize = 384;

/// A dark layer between a bright outside and a grey electrolyte, front at `front` px and wavy; labels 0
/// other, 1 layer.
LabelledPicture make_picture(int number, double front) {
  LabelledPicture p;
  p.card.file = "p" + std::to_string(number) + ".tif";
  p.card.sample = "s" + std::to_string(number);
  p.card.pixel_size_nm = 50;
  p.side = Side::top;
  p.picture.grey = Image<float>(kSize, kSize);
  p.usable = Image<std::uint8_t>(kSize, kSize, 1);
  p.labels = Image<int>(kSize, kSize);
  RandomStream random(static_cast<std::uint64_t>(number), "picture");
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) {
      const bool outside = y < 120, layer = !outside && y < front + 6 * std::sin(0.05 * x + number);
      p.picture.grey(x, y) = static_cast<float>((outside ? 200 : layer ? 80 : 140) + 15 * random.normal());
      p.labels(x, y) = layer;
    }
  p.picture.noise_sd = 15;
  return p;
}

std::vector<TrainingView> make_views(int pictures) {
  const auto classes = parse_label_classes("0=other,1=interphase");
  std::vector<TrainingView> views;
  for (int k = 0; k < pictures; ++k) {
    auto view = make_training_view(make_picture(k, 200 + 12 * k), *classes, 0.05, 0.05);
    EXPECT_TRUE(view);
    views.push_back(*std::move(view));
  }
  return views;
}

TEST(LayerTraining, FindsTheLayerOfASpecimenLeftOut) {
  // analytic: drawn layers whose boundaries are known; scores by specimen, and the model on a picture of its
  // own
  const auto trained =
      train_layers(make_views(3), {.forest = {.trees = 12}, .label_classes = "", .program = ""});
  ASSERT_TRUE(trained) << to_string(trained.errors());
  for (const TrainedOn& i : trained->model.images) {
    EXPECT_GT(i.iou, 0.95) << i.file;
    EXPECT_LT(i.boundary_um, 0.11) << i.file;
  }
  const LabelledPicture fresh = make_picture(9, 230);
  const auto found = find_learned_layers(fresh.picture, fresh.usable, 50, trained->model, {});
  ASSERT_TRUE(found) << to_string(found.errors());
  for (int x = 20; x < kSize; x += 40) {
    EXPECT_NEAR(found->layers.outer_v[static_cast<std::size_t>(x)], 120, 3);
    EXPECT_NEAR(found->layers.front_v[static_cast<std::size_t>(x)], 230 + 6 * std::sin(0.05 * x + 9), 4);
  }
}

TEST(LayerTraining, SameViewsAndSeedGiveTheSameModel) {
  // invariant: byte for byte
  const auto views = make_views(2);
  const TrainingOptions options{.forest = {.trees = 4, .seed = 3}, .label_classes = "", .program = ""};
  const auto a = train_layers(views, options), b = train_layers(views, options);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(encode_model(a->model), encode_model(b->model));
}

TEST(LayerTraining, OtherAboveTheLayerIsOutsideAndBelowElectrolyte) {
  // analytic: rows of the drawn picture
  const auto views = make_views(1);
  EXPECT_EQ(views[0].cells(100, 50), static_cast<std::uint8_t>(LayerClass::outside));
  EXPECT_EQ(views[0].cells(100, 160), static_cast<std::uint8_t>(LayerClass::interphase));
  EXPECT_EQ(views[0].cells(100, 300), static_cast<std::uint8_t>(LayerClass::electrolyte));
}

TEST(LayerTraining, NamesWhatIsWrongWithLabels) {
  // invariant: each kind of broken labels has its own code and names the file
  const auto classes = *parse_label_classes("0=other,1=interphase,9=unlabelled");
  const auto code = [&](auto spoil) {
    LabelledPicture p = make_picture(1, 200);
    spoil(p.labels);
    const auto view = make_training_view(p, classes, 0.05, 0.05);
    EXPECT_FALSE(view);
    EXPECT_EQ(view.errors()[0].where, "p1.tif");
    return view.errors()[0].code;
  };
  EXPECT_EQ(code([](Image<int>& l) { l = Image<int>(10, 10, 1); }), "train.size");
  EXPECT_EQ(code([](Image<int>& l) { l(0, 0) = 77; }), "train.value");
  EXPECT_EQ(code([](Image<int>& l) { l = Image<int>(kSize, kSize, 1); }), "train.one_class");
  EXPECT_EQ(code([](Image<int>& l) { l = Image<int>(kSize, kSize, 9); }), "train.empty");
}

TEST(LayerTraining, FindsBoundariesFromStrokes) {
  // analytic: six strokes a picture, none of them near a boundary; boundaries are known from the drawing
  const auto classes = *parse_label_classes("0=unlabelled,1=outside,2=interphase,3=electrolyte");
  std::vector<TrainingView> views;
  for (int k = 0; k < 3; ++k) {
    LabelledPicture p = make_picture(k, 200 + 12 * k);
    p.labels = Image<int>(kSize, kSize, 0);
    for (const auto& [row, label] : {std::pair{40, 1}, {80, 1}, {150, 2}, {165, 2}, {270, 3}, {330, 3}})
      for (int y = row; y < row + 5; ++y)
        for (int x = 60 + 70 * k; x < 140 + 70 * k; ++x) p.labels(x, y) = label;
    auto view = make_training_view(p, classes, 0.05, 0.05);
    ASSERT_TRUE(view) << to_string(view.errors());
    EXPECT_TRUE(layer_training::is_scribbled(view->cells));
    views.push_back(*std::move(view));
  }
  EXPECT_FALSE(layer_training::is_scribbled(make_views(1)[0].cells));
  const auto trained = train_layers(views, {.forest = {.trees = 12}, .label_classes = "", .program = ""});
  ASSERT_TRUE(trained) << to_string(trained.errors());
  const LabelledPicture fresh = make_picture(9, 230);
  const auto found = find_learned_layers(fresh.picture, fresh.usable, 50, trained->model, {});
  ASSERT_TRUE(found) << to_string(found.errors());
  for (int x = 20; x < kSize; x += 40) {
    EXPECT_NEAR(found->layers.outer_v[static_cast<std::size_t>(x)], 120, 4);
    EXPECT_NEAR(found->layers.front_v[static_cast<std::size_t>(x)], 230 + 6 * std::sin(0.05 * x + 9), 6);
  }
}

TEST(LayerTraining, TellsHowFarLabelsAreShifted) {
  // analytic: labels moved by a known number of px; in their place, or a hand's width off, they pass
  const auto classes = *parse_label_classes("0=other,1=interphase");
  const auto view_of = [&](int dx, int dy) {
    LabelledPicture p = make_picture(1, 220);
    const Image<int> right = p.labels;
    for (int y = 0; y < kSize; ++y)
      for (int x = 0; x < kSize; ++x)
        p.labels(x, y) = right(std::clamp(x - dx, 0, kSize - 1), std::clamp(y - dy, 0, kSize - 1));
    return make_training_view(p, classes, 0.05, 0.05);
  };
  for (const auto& [dx, dy] : {std::pair{0, 14}, {0, -18}, {16, 12}}) {
    const auto view = view_of(dx, dy);
    ASSERT_FALSE(view) << dx << " " << dy;
    EXPECT_EQ(view.errors()[0].code, "train.shifted");
    const auto words = std::to_string(std::abs(dy)) + " px " + (dy > 0 ? "below" : "above");
    EXPECT_NE(view.errors()[0].message.find(words), std::string::npos) << view.errors()[0].message;
  }
  EXPECT_TRUE(view_of(0, 0));
  EXPECT_TRUE(view_of(0, 2));
}

TEST(LayerTraining, ReadsTheMeaningOfLabels) {
  // invariant: what is written is what is meant; every mistake is named
  const auto classes = parse_label_classes("0=other, 1=Interphase,2=crack");
  ASSERT_TRUE(classes);
  EXPECT_EQ(classes->at(1), Meaning::interphase);
  EXPECT_EQ(default_label_classes().at(3), Meaning::electrolyte);
  const auto wrong = parse_label_classes("0=lava,1,2=crack,2=pore");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.errors().size(), 3U);
}

}  // namespace
}  // namespace litho
