#include "samples/sem/sample_sem.hpp"

#include <gtest/gtest.h>
#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <set>

#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"
#include "pipeline/core/text.hpp"
#include "samples/sem/coverage.hpp"
#include "samples/sem/render.hpp"
#include "samples/sem/texture.hpp"
#include "samples/sem/truth.hpp"

namespace litho::sem_sample {
namespace {

constexpr int kWidth = 400, kRows = 320;

// A bare scene: straight boundaries `thickness` apart, nothing else.
Scene plain_scene(Side side, double tilt_deg, double thickness) {
  Scene scene{};
  scene.seed = 1;
  scene.stream = "test/";
  scene.level = "clean";
  scene.width = kWidth;
  scene.height = scene.picture_rows = kRows;
  scene.pixel_size_nm = 100;
  scene.side = side;
  scene.layer = true;
  scene.thickness = thickness;
  scene.frame = make_frame(side, tilt_deg, kWidth, kRows, 110);
  const std::size_t n = 8192;
  scene.outer = {-1024, 0.25, std::vector<double>(n, 0.0)};
  scene.front = {-1024, 0.25, std::vector<double>(n, thickness)};
  return scene;
}

void roughen(Scene& scene, double rq) {
  const auto profile = self_affine({rq, 25, 0.8, 5}, 8192, 0.25, 5, "test-front");
  for (std::size_t i = 0; i < profile.size(); ++i) scene.front.v[i] += profile[i];
}

// analytic: the area of the layer counted on a 5 x 5 times finer grid, over the stretch where both boundaries
// are in the field.
TEST(Truth, ThicknessEqualsSupersampledCount) {
  for (const Side side : {Side::top, Side::bottom, Side::left, Side::right})
    for (const double tilt : {-13.0, 0.0, 7.0}) {
      Scene scene = plain_scene(side, tilt, 60.3);
      roughen(scene, 6);
      double ua = 1e9, ub = -1e9;
      for (double u = -600; u < 600; u += 0.05)
        if (scene.in_picture(scene.frame.to_image(u, scene.outer.at(u))) &&
            scene.in_picture(scene.frame.to_image(u, scene.front.at(u))))
          ua = std::min(ua, u), ub = std::max(ub, u);
      std::size_t count = 0;
      for (int j = 0; j < 5 * kRows; ++j)
        for (int i = 0; i < 5 * kWidth; ++i) {
          double u, v;
          scene.frame.to_scene((i + 0.5) / 5, (j + 0.5) / 5, u, v);
          count += u >= ua && u <= ub && v >= scene.outer.at(u) && v < scene.front.at(u);
        }
      const double counted = static_cast<double>(count) / 25 / (ub - ua);
      const Truth truth = measure(scene);
      EXPECT_NEAR(truth.thickness, counted, 0.05) << static_cast<int>(side) << " " << tilt;
      EXPECT_NEAR(truth.tilt_deg, tilt, 1e-6);
    }
}

// analytic: a straight layer has its thickness whatever the tilt, no spread and no roughness.
TEST(Truth, StraightLayer) {
  const Truth truth = measure(plain_scene(Side::left, 11, 47.125));
  EXPECT_NEAR(truth.thickness, 47.125, 1e-9);
  EXPECT_NEAR(truth.thickness_sd, 0, 1e-6);
  EXPECT_NEAR(truth.front_rq, 0, 1e-6);
  EXPECT_EQ(truth.morphology, "planar");
}

// analytic: a cosine of amplitude 9 over whole periods has Rq 9 / sqrt 2 and peak 9, and leaves the mean
// thickness alone.
TEST(Truth, SineFront) {
  Scene scene = plain_scene(Side::top, 0, 60);
  for (std::size_t i = 0; i < scene.front.v.size(); ++i)
    scene.front.v[i] += 9 * std::cos(2 * std::numbers::pi * scene.front.u_at(i) / 20);
  const Truth truth = measure(scene);
  EXPECT_NEAR(truth.thickness, 60, 0.02);
  EXPECT_NEAR(truth.front_rq, 9 / std::numbers::sqrt2, 0.02);
  EXPECT_NEAR(truth.front_peak, 9, 0.1);
  EXPECT_EQ(truth.morphology, "rough");
}

// analytic: depths of two stubs known by construction; one is wider than deep and does not count, one is
// rooted outside.
TEST(Truth, Filaments) {
  Scene scene = plain_scene(Side::top, 0, 50);
  const auto stub = [](double u, double tip, double r) {
    return Filament{u, 2 * r, {{{u, 48, r}, {u, 50 + tip - r, r}}}};
  };
  scene.filaments = {stub(-50, 40, 5), stub(20, 60, 4), stub(90, 15, 10), stub(260, 60, 4)};
  const Truth truth = measure(scene);
  EXPECT_EQ(truth.filament_count, 2);
  EXPECT_NEAR(truth.filament_depth_max, 60, 1e-9);
  EXPECT_NEAR(truth.filament_depth_p95, 59, 1e-9);
  EXPECT_EQ(truth.morphology, "filamentary");
}

// analytic: shares of covered pixels add up to the areas of a slab and of capsules, at any tilt.
TEST(Coverage, AreasAreSubPixel) {
  for (const double tilt : {0.0, 4.0, 14.0}) {
    Scene scene = plain_scene(Side::top, tilt, 40.4);
    scene.filaments = {{0, 12.6, {{{0, 30, 6.3}, {20, 90.3, 6.3}}}}};
    const Coverage c = cover(scene);
    const auto sum = [](const Image<float>& image) {
      double total = 0;
      for (const float value : image.pixels()) total += value;
      return total;
    };
    EXPECT_NEAR(sum(c.base_layer), 40.4 * kWidth / std::cos(tilt * std::numbers::pi / 180), 2) << tilt;
    // Beyond the front the capsule is a slanted strip between two parallels and a cap: 2 r x length of its
    // axis beyond, + pi r^2/2.
    const double beyond = (90.3 - 40.4) / std::cos(std::atan2(20, 60.3));
    EXPECT_NEAR(sum(c.filament), 2 * 6.3 * beyond + std::numbers::pi * 6.3 * 6.3 / 2, 1.5) << tilt;
  }
}

// analytic: a point keeps its sum and spreads to the variance asked for, in both kinds of blur (boxes have
// whole widths).
TEST(Texture, BlurHasItsVariance) {
  for (const double sigma : {0.8, 3.0, 11.9, 14.0}) {
    Image<float> image(161, 141);
    image(80, 70) = 1;
    blur(image, sigma);
    double sum = 0, xx = 0, yy = 0;
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x) {
        sum += image(x, y);
        xx += image(x, y) * (x - 80.0) * (x - 80.0);
        yy += image(x, y) * (y - 70.0) * (y - 70.0);
      }
    EXPECT_NEAR(sum, 1, 1e-4);
    EXPECT_NEAR(std::sqrt(xx) / sigma, 1, sigma > 12 ? 0.04 : 0.01) << sigma;
    EXPECT_NEAR(std::sqrt(yy) / sigma, 1, sigma > 12 ? 0.04 : 0.01) << sigma;
  }
}

// analytic: positive tilt turns the outer boundary counter-clockwise as seen on the screen, for every side.
TEST(Scene, TiltIsCounterClockwise) {
  for (const Side side : {Side::top, Side::bottom}) {
    const Frame frame = make_frame(side, 5, kWidth, kRows, 100);
    const PointPx a = frame.to_image(-50, 0), b = frame.to_image(50, 0);
    EXPECT_GT((b.x - a.x) * (a.y - b.y), 0);  // further right is higher up
  }
  for (const Side side : {Side::left, Side::right}) {
    const Frame frame = make_frame(side, 5, kWidth, kRows, 100);
    const PointPx a = frame.to_image(-50, 0), b = frame.to_image(50, 0);
    EXPECT_GT((a.y - b.y) * (a.x - b.x), 0);  // further up is further left
  }
}

// invariant: scene and image coordinates are each other's inverse, drift included.
TEST(Scene, FrameInverts) {
  Frame frame = make_frame(Side::right, -8, kWidth, kRows, 100);
  frame.shear = 0.004;
  frame.wobble = 1.3;
  double u, v;
  const PointPx p = frame.to_image(33, -21);
  frame.to_scene(p.x, p.y, u, v);
  EXPECT_NEAR(u, 33, 1e-9);
  EXPECT_NEAR(v, -21, 1e-9);
}

// analytic: variance and small-lag exponent of the self-affine process, over 300 draws.
TEST(Scene, SelfAffineStatistics) {
  const double rq = 3, hurst = 0.75;
  const std::size_t n = 4096;
  double variance = 0, near = 0, far = 0;
  for (int k = 0; k < 300; ++k) {
    const auto z = self_affine({rq, 200, hurst, 0.5}, n, 1, 9, "profile/" + std::to_string(k));
    for (std::size_t i = 0; i < n; ++i) {
      variance += z[i] * z[i];
      near += std::pow(z[(i + 4) % n] - z[i], 2);
      far += std::pow(z[(i + 16) % n] - z[i], 2);
    }
  }
  EXPECT_NEAR(std::sqrt(variance / (300.0 * static_cast<double>(n))), rq, 0.06);
  EXPECT_NEAR(std::log(far / near) / std::log(4.0) / 2, hurst, 0.04);
}

// invariant: over many fields the truth of the field scatters about the specimen's, without bias.
TEST(Scene, FieldsScatterAboutTheSpecimen) {
  double sum = 0, squares = 0;
  const int n = 120;
  for (int k = 0; k < n; ++k) {
    const Scene scene = make_scene(Kind::interphase, 11, k, "clean", 512, 384);
    const double deviation = measure(scene).thickness / scene.thickness - 1;
    sum += deviation;
    squares += deviation * deviation;
  }
  const double mean = sum / n, sd = std::sqrt(squares / n - mean * mean);
  EXPECT_LT(std::abs(mean), 3 * sd / std::sqrt(n));
  EXPECT_GT(sd, 0.001);
  EXPECT_LT(sd, 0.1);
}

// invariant: fields of one specimen share what is the specimen's and differ in place; other specimens differ.
TEST(Scene, FieldsOfOneSpecimen) {
  const Scene a = make_scene(Kind::interphase, 5, 2, "medium", 512, 384, 2),
              b = make_scene(Kind::interphase, 5, 3, "medium", 512, 384, 2),
              other = make_scene(Kind::interphase, 5, 4, "medium", 512, 384, 2);
  EXPECT_EQ(a.thickness, b.thickness);
  EXPECT_EQ(a.pixel_size_nm, b.pixel_size_nm);
  EXPECT_EQ(a.vendor, b.vendor);
  EXPECT_EQ(a.side, b.side);
  EXPECT_EQ(a.roughness.rq_px, b.roughness.rq_px);
  EXPECT_EQ(a.look.interphase, b.look.interphase);
  EXPECT_NE(a.front.v, b.front.v);
  EXPECT_NE(measure(a).thickness, measure(b).thickness);
  EXPECT_NE(a.thickness, other.thickness);
}

class WrittenTest : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = std::filesystem::temp_directory_path() /
           ("litho_sample_sem_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(dir_);
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  static SemSampleOptions small(int count, const std::string& level) {
    SemSampleOptions options;
    options.count = count;
    options.level = level;
    options.width_px = 512;
    options.height_px = 384;
    return options;
  }
  std::filesystem::path dir_;
};

// invariant: an image is a function of seed and index: not of how many are drawn, nor by how many.
TEST_F(WrittenTest, SameBytes) {
  ASSERT_TRUE(write_sem_samples(small(2, "mix"), dir_ / "a"));
  SemSampleOptions three = small(3, "mix");
  three.jobs = 2;
  ASSERT_TRUE(write_sem_samples(three, dir_ / "b"));
  for (const char* name : {"sem_0001.tif", "truth/sem_0001_labels.tif", "truth/sem_0001_boundaries.csv"}) {
    const auto a = read_file(dir_ / "a" / name), b = read_file(dir_ / "b" / name);
    ASSERT_TRUE(a && b) << name;
    EXPECT_EQ(*a, *b) << name;
  }
}

// Bytes of a tag, text or not; "" where it is absent.
std::string tag_of(TIFF* tiff, std::uint32_t tag) {
  std::uint32_t count = 0;
  const char* raw = nullptr;
  return TIFFGetField(tiff, tag, &count, &raw) == 1 ? std::string(raw, raw + count) : std::string();
}
// What follows `key` in a text, up to the line's end.
std::string value_after(const std::string& text, const std::string& key) {
  const auto found = text.find(key);
  if (found == std::string::npos) return "";
  const auto from = found + key.size();
  return text.substr(from, text.find('\r', from) - from);
}
double number_before(const std::string& text, const std::string& unit) {
  return parse_double(text.substr(0, text.find(unit))).value_or(0);
}

// invariant: the statements of the pixel size that each vendor makes agree with truth.csv, and so do the
// sizes of all files.
TEST_F(WrittenTest, HeaderStatesTheTruth) {
  ASSERT_TRUE(write_sem_samples(small(24, "clean"), dir_));
  const auto csv = read_csv(*read_text_file(dir_ / "truth.csv"));
  ASSERT_TRUE(csv);
  ASSERT_EQ(csv->rows.size(), 24u);
  TIFFSetWarningHandler(nullptr);
  std::set<std::string> vendors;
  for (const CsvRow& row : csv->rows) {
    const auto field = [&](const char* name) {
      return row.fields[static_cast<std::size_t>(csv->column(name))];
    };
    const std::string name = field("image"), vendor = field("vendor");
    const double truth_nm = *parse_double(field("pixel_size_nm"));
    vendors.insert(vendor);
    std::filesystem::path sidecar = dir_ / name;
    const auto beside = read_file(sidecar.replace_extension(".txt"));
    const std::string text = beside ? std::string(beside->begin(), beside->end()) : "";
    EXPECT_EQ(text.empty(), vendor != "jeol" && vendor != "hitachi") << name;
    TIFF* tiff = TIFFOpen((dir_ / name).string().c_str(), "r");
    ASSERT_NE(tiff, nullptr);
    std::uint32_t width = 0, height = 0;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
    EXPECT_EQ(width, 512u);
    EXPECT_EQ(height, 384u);
    if (vendor == "zeiss") {
      const std::string header = tag_of(tiff, 34118);
      const auto lines = split_lines(header);
      const auto nm = [](const std::string& value) {
        return number_before(value, " ") * (value.find("\xB5m") != std::string::npos ? 1000 : 1);
      };
      EXPECT_NEAR(*parse_double(lines[3]) * 1e9 * 1024 / 512 / truth_nm, 1, 1e-5);
      EXPECT_DOUBLE_EQ(nm(value_after(header, "Image Pixel Size = ")), truth_nm);
      EXPECT_NEAR(nm(value_after(header, "\r\nWidth = ")) / 512 / truth_nm, 1, 6e-4);
      EXPECT_EQ(value_after(header, "Store resolution = "), "512 * 384");
    } else if (vendor == "fei") {
      EXPECT_NEAR(*parse_double(value_after(tag_of(tiff, 34682), "PixelWidth=")) * 1e9 / truth_nm, 1, 1e-12);
    } else if (vendor == "tescan") {
      const std::string header = tag_of(tiff, 50431);
      EXPECT_NEAR(*parse_double(value_after(header, "PixelSizeX=")) * 1e9 / truth_nm, 1, 1e-12);
      EXPECT_EQ(value_after(header, "ImageStripSize="),
                std::to_string(384 - *parse_int(field("picture_rows"))));
    } else if (vendor == "jeol") {
      EXPECT_NEAR(number_before(value_after(text, "$CM_FIELD_OF_VIEW "), "um") * 1000 / 512 / truth_nm, 1,
                  1e-6);
      const std::string marker = value_after(text, "$$SM_MICRON_MARKER ");
      const double marker_nm = number_before(marker, marker.find("um") != std::string::npos ? "um" : "nm") *
                               (marker.find("um") != std::string::npos ? 1000 : 1);
      const double bar = *parse_double(value_after(text, "$$SM_MICRON_BAR "));
      EXPECT_NEAR(marker_nm / bar / truth_nm, 1, 0.51 / bar);
      EXPECT_EQ(value_after(text, "$CM_FULL_SIZE "), "512 " + field("picture_rows"));
    } else {
      std::string ascii;
      for (std::size_t i = 2; i < text.size(); i += 2) ascii.push_back(text[i]);
      EXPECT_EQ(text.substr(0, 2), "\xFF\xFE");
      EXPECT_NEAR(*parse_double(value_after(ascii, "PixelSize=")) / truth_nm, 1, 1e-6);
      EXPECT_EQ(value_after(ascii, "DataSize="), "512x384");
      EXPECT_NE(tag_of(tiff, 40092), "");
    }
    TIFFClose(tiff);
  }
  EXPECT_EQ(vendors.size(), 5u);
}

// invariant: labels are counted pixels of what the truth says in areas, and the databar belongs to nothing.
TEST_F(WrittenTest, LabelsAgreeWithAreas) {
  for (int index = 0; index < 4; ++index) {
    Scene scene = make_scene(Kind::interphase, 2, index, "medium", 512, 384);
    scene.cracks.clear();
    scene.pores.clear();
    scene.gaps.clear();
    const Rendered image = render(scene);
    double layer = 0;
    for (int y = 0; y < scene.height; ++y)
      for (int x = 0; x < scene.width; ++x) {
        layer += image.labels(x, y) == kInterphase;
        ASSERT_EQ(image.labels(x, y) == kNone, y >= scene.picture_rows);
      }
    EXPECT_NEAR(layer / (image.base_layer_area_px2 + image.filament_area_px2), 1, 0.005) << index;
  }
}

// invariant: the interphase is darker than the electrolyte, the clearer the easier the level.
TEST_F(WrittenTest, LevelsRiseInDifficulty) {
  double cnr[3] = {};
  const char* levels[3] = {"clean", "medium", "rough"};
  for (int k = 0; k < 3; ++k)
    for (int index = 0; index < 6; ++index)
      cnr[k] += render(make_scene(Kind::interphase, 4, index, levels[k], 512, 384)).cnr / 6;
  EXPECT_GT(cnr[0], 1.5 * cnr[1]);
  EXPECT_GT(cnr[1], 1.3 * cnr[2]);
}

// invariant: what has no measurable layer states no thickness, and is to be refused.
TEST_F(WrittenTest, HopelessHasNoTruth) {
  ASSERT_TRUE(write_sem_samples(small(5, "hopeless"), dir_));
  const auto csv = read_csv(*read_text_file(dir_ / "truth.csv"));
  ASSERT_TRUE(csv);
  for (const CsvRow& row : csv->rows) {
    EXPECT_EQ(row.fields[static_cast<std::size_t>(csv->column("expected"))], "refuse");
    EXPECT_EQ(row.fields[static_cast<std::size_t>(csv->column("thickness_um"))], "");
  }
}

// reviewed sample: the shipped sets are what the commands in their MANIFEST draw today, byte for byte.
TEST_F(WrittenTest, ShippedSetsAreInStep) {
  SemSampleOptions sem, fracture;
  sem.count = 3, sem.seed = 198, sem.level = "clean", sem.width_px = 1024, sem.height_px = 768;
  fracture.kind = "fracture";
  fracture.count = 2, fracture.seed = 3, fracture.level = "clean", fracture.width_px = 800,
  fracture.height_px = 600;
  for (const auto& [options, name] : {std::pair{&sem, "sem"}, {&fracture, "fracture"}}) {
    options->compress = true;
    ASSERT_TRUE(write_sem_samples(*options, dir_ / name));
    const auto shipped = std::filesystem::path(LITHOSCOPE_SAMPLES) / "data" / name;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(shipped)) {
      if (!entry.is_regular_file()) continue;
      const auto relative = std::filesystem::relative(entry.path(), shipped);
      const auto drawn = read_file(dir_ / name / relative), kept = read_file(entry.path());
      ASSERT_TRUE(drawn && kept) << relative;
      EXPECT_TRUE(*drawn == *kept) << relative;
      ++files;
    }
    EXPECT_GT(files, 6u);
  }
}

// invariant: wrong options are refused before anything is written.
TEST_F(WrittenTest, RefusesWrongOptions) {
  EXPECT_EQ(write_sem_samples(small(1, "easy"), dir_).errors().front().code, "sample.level");
  EXPECT_EQ(write_sem_samples(small(0, "clean"), dir_).errors().front().code, "sample.count");
  SemSampleOptions tiny = small(1, "clean");
  tiny.width_px = 10;
  EXPECT_EQ(write_sem_samples(tiny, dir_).errors().front().code, "sample.size");
  EXPECT_FALSE(std::filesystem::exists(dir_));
}

}  // namespace
}  // namespace litho::sem_sample
