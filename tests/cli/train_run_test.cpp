#include <gtest/gtest.h>

#include <cmath>

#include "modules/io/tiff/kernel.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"
#include "tests/cli/program.hpp"

namespace litho {
namespace {

constexpr int kSize = 320;

double front_of(int number, int x) {
  return 190 + 8 * number + 6 * std::sin(0.05 * x + number);
}

bool on_crack(int number, int x, int y) {
  return std::abs(x - 60 - 12 * number - 0.15 * (y - 110)) < 1.6 || std::abs(x - 220 + 9 * number) < 1.6;
}

/// A dark layer with two cracks across it and pores along it, between a bright outside and a grey
/// electrolyte.
Image<std::uint8_t> picture(int number) {
  Image<std::uint8_t> out(kSize, kSize);
  RandomStream random(static_cast<std::uint64_t>(number), "train run");
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) {
      const bool outside = y < 110, layer = !outside && y < front_of(number, x);
      const bool pore = layer && std::abs(y - 150 - number) < 3 && x % 80 < 40;
      const double grey = outside                             ? 205
                          : layer && (on_crack(number, x, y)) ? 35
                          : pore                              ? 40
                          : layer                             ? 95
                                                              : 145;
      out(x, y) = static_cast<std::uint8_t>(std::lround(std::clamp(grey + 7 * random.normal(), 0.0, 255.0)));
    }
  return out;
}

/// 0 other, 1 layer, 2 crack.
Image<std::uint8_t> labels(int number) {
  Image<std::uint8_t> out(kSize, kSize);
  for (int y = 110; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x)
      if (y < front_of(number, x)) out(x, y) = on_crack(number, x, y) ? 2 : 1;
  return out;
}

void save(const Scratch& scratch, const std::string& name, const Image<std::uint8_t>& image) {
  const auto bytes = write_tiff(image);
  scratch.write(name, {bytes.begin(), bytes.end()});
}

constexpr const char* kHead = "file,labels,sample,pixel_size_nm\n";
constexpr const char* kTrain = "train sheet.csv -o lab.model --classes '0=other,1=interphase,2=crack'";

/// Three labelled pictures of three specimens, and their sheet.
void write_lab(const Scratch& scratch) {
  std::string sheet = kHead;
  for (int k = 1; k <= 3; ++k) {
    const std::string n = std::to_string(k);
    save(scratch, "p" + n + ".tif", picture(k));
    save(scratch, "l" + n + ".tif", labels(k));
    sheet += "p" + n + ".tif,l" + n + ".tif,s" + n + ",50\n";
  }
  scratch.write("sheet.csv", sheet);
}

/// Trains on the lab with a line more, and gives what it said.
Ran train_with(const Scratch& scratch, const std::string& line) {
  scratch.write("sheet.csv", scratch.read("sheet.csv") + line + "\n");
  return scratch.run(kTrain);
}

void expect_refusal(const Ran& ran, std::initializer_list<const char*> words) {
  EXPECT_EQ(ran.code, 2) << ran.err;
  for (const char* word : words) EXPECT_NE(ran.err.find(word), std::string::npos) << word << "\n" << ran.err;
}

// analytic: drawn layers and cracks; a model of three specimens measures a fourth, layer and cracks.
TEST(TrainRun, MeasuresAFourthSpecimen) {
  const Scratch scratch;
  write_lab(scratch);
  const Ran trained = scratch.run(kTrain);
  ASSERT_EQ(trained.code, 0) << trained.err;
  const std::string model = scratch.read("lab.model");
  ASSERT_EQ(scratch.run(kTrain).code, 0);
  EXPECT_EQ(scratch.read("lab.model"), model);  // same sheet and seed, same bytes
  EXPECT_NE(scratch.run("describe lab.model").out.find("trained by lithoscope"), std::string::npos);

  save(scratch, "in/a.tif", picture(5));
  const Ran layers = scratch.run("interphase in --model lab.model -o run --pixel-size '50 nm'");
  ASSERT_EQ(layers.code, 0) << layers.err;
  const double thickness =
      parse_double(cell(scratch.table("run/interphase.csv"), 0, "thickness_um")).value_or(0);
  EXPECT_NEAR(thickness, 0.05 * (190 + 8 * 5 - 110), 0.05 * 4);

  const Ran cracks = scratch.run("fracture in --model lab.model -o cracks --pixel-size '50 nm'");
  ASSERT_EQ(cracks.code, 0) << cracks.err;
  const Csv table = scratch.table("cracks/fracture.csv");
  const double drawn = 0.05 * 2 * (190 + 8 * 5 - 110);
  EXPECT_NEAR(parse_double(cell(table, 0, "crack_length_um")).value_or(0) / drawn, 1, 0.25);
}

// invariant: whatever is wrong with labels, the file is named and what to do is said; nothing is written.
TEST(TrainRun, RefusesWhatCannotBeLearntFrom) {
  const Scratch scratch;
  write_lab(scratch);
  const std::string sheet = scratch.read("sheet.csv");
  const auto with = [&](const std::string& line) {
    scratch.write("sheet.csv", sheet);
    return train_with(scratch, line);
  };
  save(scratch, "p4.tif", picture(4));
  save(scratch, "empty.tif", Image<std::uint8_t>(kSize, kSize, 9));
  save(scratch, "one.tif", Image<std::uint8_t>(kSize, kSize, 1));
  save(scratch, "small.tif", Image<std::uint8_t>(kSize / 2, kSize, 1));
  Image<std::uint8_t> shifted(kSize, kSize);
  const auto right = labels(4);
  for (int y = 15; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) shifted(x, y) = right(x, y - 15);
  save(scratch, "shifted.tif", shifted);

  expect_refusal(with("p4.tif,one.tif,s4,50"), {"train.one_class", "p4.tif", "sheet.csv:5"});
  expect_refusal(with("p4.tif,empty.tif,s4,50"), {"train.value", "p4.tif", "--classes"});
  expect_refusal(with("p4.tif,small.tif,s4,50"), {"train.size", "p4.tif", "160 x 320"});
  expect_refusal(with("p4.tif,shifted.tif,s4,50"), {"train.shifted", "p4.tif", "15 px below"});
  expect_refusal(with("p4.tif,nowhere.tif,s4,50"), {"file.missing", "nowhere.tif"});
  save(scratch, "copy.tif", picture(1));
  expect_refusal(with("copy.tif,l2.tif,s4,50"), {"train.contradiction", "copy.tif", "p1.tif", "sheet.csv:2"});
  expect_refusal(with("copy.tif,l1.tif,s4,50"), {"train.repeated", "copy.tif", "p1.tif"});
  // Without a scale there are no micrometres.
  expect_refusal(with("p4.tif,l2.tif,s4,"), {"p4.tif", "pixel"});
  scratch.write("sheet.csv", std::string(kHead));
  expect_refusal(scratch.run(kTrain), {"train.no_images"});
  const std::string all_unlabelled =
      "train sheet.csv -o lab.model --classes '0=other,1=interphase,9=unlabelled'";
  scratch.write("sheet.csv", sheet + "p4.tif,empty.tif,s4,50\n");
  expect_refusal(scratch.run(all_unlabelled), {"train.value"});  // 2 is not named: the other labels hold it
  EXPECT_FALSE(std::filesystem::exists(scratch / "lab.model"));
}

// invariant: a model that does not fit is refused before anything runs.
TEST(TrainRun, RefusesModelsThatDoNotFit) {
  const Scratch scratch;
  write_lab(scratch);
  ASSERT_EQ(scratch.run(kTrain).code, 0);
  save(scratch, "in/a.tif", picture(5));
  std::string broken = scratch.read("lab.model");
  broken[broken.size() / 2] = static_cast<char>(broken[broken.size() / 2] ^ 1);
  scratch.write("broken.model", broken);
  for (const std::string command : {"interphase", "fracture"}) {
    expect_refusal(scratch.run(command + " in --model broken.model -o run --pixel-size '50 nm'"),
                   {"model.damaged", "broken.model"});
    expect_refusal(scratch.run(command + " in --model in/a.tif -o run --pixel-size '50 nm'"),
                   {"model.not_a_model"});
    // Another magnification is no error as long as the cells can be seen; without a scale nothing is.
    EXPECT_EQ(scratch.run(command + " in --model lab.model -o none-" + command).code, 3);
  }
  EXPECT_FALSE(std::filesystem::exists(scratch / "run"));
}

}  // namespace
}  // namespace litho
