#include <gtest/gtest.h>

#include <algorithm>

#include "calibration/sem_scale/tags_for_test.hpp"

namespace litho {
namespace {

/// A SmartSEM text of 2048 x 1536 px at 12.326 nm; the screen shows 24.65 nm.
std::string smart_sem() {
  return "0\r\n0\r\n0\r\n2.465210e-008\r\n1.200000e+004\r\n6\r\n5.000000e+003\r\n2.3\r\n1e-10\r\n5e-3\r\n"
         "DP_IMAGE_STORE\r\nStore resolution = 2048 * 1536\r\n"
         "DP_FIB_IMAGING\r\nFIB Imaging = SEM\r\n"
         "DP_ZOOM\r\nZoom = Off\r\n"
         "DP_TILT_CORRECTION\r\nTilt Corrn. = Off\r\n"
         "DP_DETECTOR_CHANNEL\r\nSignal A = InLens\r\n"
         "AP_TILT_ANGLE\r\nTilt Angle =  70.0 \xB0\r\n"
         "AP_PIXEL_SIZE\r\nPixel Size = 24.65 nm\r\n"
         "AP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 12.33 nm\r\n"
         "AP_WIDTH\r\nWidth = 25.24 \xB5m\r\n"
         "AP_HEIGHT\r\nHeight = 18.93 \xB5m\r\n"
         "AP_ACTUALKV\r\nEHT =  5.00 kV\r\n"
         "AP_WD\r\nWD =  5.2 mm\r\n"
         "AP_DATE\r\nDate :25 Sep 2018\r\n"
         "SV_SERIAL_NUMBER\r\nSerial No. = AURIGA-39-05\r\n"
         "SV_VERSION\r\nVersion = V05.07.00.00 : 08-Jul-14\r\n";
}

ScaleReport read(const std::string& text, int width = 2048, int height = 1536) {
  return read_scale(picture(width, height, 34118, text));
}

std::u16string widened(const std::string& latin1) {
  std::u16string out;
  for (const char c : latin1) out += static_cast<char16_t>(static_cast<unsigned char>(c));
  return out;
}

// Oracle: analytic (the text was written for this pixel size).
TEST(ZeissScale, TakesTheDigitsOfTheHeaderThatTheLabelsConfirm) {
  const ScaleReport report = read(smart_sem());
  ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
  EXPECT_DOUBLE_EQ(report.pixel_size->nm, 12.32605);
  EXPECT_EQ(report.pixel_size->source, "zeiss:header pixel*1024/width");
  ASSERT_EQ(report.pixel_size->others.size(), 2u);
  EXPECT_EQ(report.pixel_size->others[0].source, "zeiss:AP_IMAGE_PIXEL_SIZE");
  EXPECT_EQ(report.acquisition.instrument, "Zeiss AURIGA");
  EXPECT_EQ(report.acquisition.accelerating_kv, 5.0);
  EXPECT_EQ(report.acquisition.working_distance_mm, 5.2);
  EXPECT_EQ(report.acquisition.detector, "InLens");
}

// Oracle: invariant (a stored angle is no view tilt while its correction is off, nor after it stretched the
// rows).
TEST(ZeissScale, NeverTakesTheTiltAngleForAViewTilt) {
  EXPECT_FALSE(read(smart_sem()).acquisition.view_tilt_deg);
  const ScaleReport on = read(replaced(smart_sem(), "Tilt Corrn. = Off", "Tilt Corrn. = On"));
  ASSERT_TRUE(on.pixel_size);
  EXPECT_FALSE(on.acquisition.view_tilt_deg);
  EXPECT_TRUE(
      std::ranges::any_of(on.notes, [](const auto& n) { return n.find("tilt correction") != n.npos; }));
}

// Oracle: analytic (18.93 um of surface seen at 60 deg are 9.465 um of scan).
TEST(ZeissScale, AcceptsAScanShortenedByItsTiltCorrectionOnly) {
  std::string text = replaced(smart_sem(), "Tilt Corrn. = Off", "Tilt Corrn. = On");
  text = replaced(replaced(text, "70.0", "-60.0"), "Height = 18.93", "Height = 9.465");
  EXPECT_DOUBLE_EQ(read(text).pixel_size.value().nm, 12.32605);
  EXPECT_EQ(read(replaced(text, "-60.0", "-50.0")).refusal.code, "scale.not_square");
  EXPECT_EQ(read(replaced(text, "Tilt Corrn. = On", "Tilt Corrn. = Off")).refusal.code, "scale.not_square");
  EXPECT_EQ(read(replaced(text, "Height = 9.465", "Height = 37.86")).refusal.code, "scale.not_square");
}

// Oracle: analytic.
TEST(ZeissScale, ReadsEveryUnitAndExponent) {
  struct Case {
    const char *header, *pixel, *width, *height;
    double nm;
  };
  const Case cases[] = {{"1.085940e-009", "542.970 pm", "1.112 \xB5m", "834.0 nm", 0.54297},
                        {"5.229028e-06", "2.615 \xB5m", "5.355 mm", "4.016 mm", 2614.514},
                        {"2.000000e-05", "10.00 \xB5m", "2.048 cm", "1.536 cm", 10000}};
  for (const Case& c : cases) {
    std::string text = replaced(smart_sem(), "2.465210e-008", c.header);
    text = replaced(text, "12.33 nm", c.pixel);
    text = replaced(text, "25.24 \xB5m", c.width);
    text = replaced(text, "18.93 \xB5m", c.height);
    const ScaleReport report = read(text);
    ASSERT_TRUE(report.pixel_size) << c.pixel << ": " << to_string(report.refusal);
    EXPECT_NEAR(report.pixel_size->nm / c.nm, 1, 1e-6) << c.pixel;
  }
}

// Oracle: invariant (a changed size of the picture may be a crop or a resampling; fewer rows alone keep the
// pixel).
TEST(ZeissScale, RefusesAResizedPictureAndKeepsOneWithRowsCutOff) {
  for (const auto& [w, h] : {std::pair{1024, 768}, {4096, 3072}, {1500, 1536}, {1000, 1000}, {1536, 2048}}) {
    const ScaleReport report = read(smart_sem(), w, h);
    EXPECT_FALSE(report.pixel_size) << w;
    EXPECT_EQ(report.refusal.code, "scale.resized") << w;
    EXPECT_NE(report.refusal.hint.find("--pixel-size"), std::string::npos);
  }
  const ScaleReport cut = read(smart_sem(), 2048, 1460);
  ASSERT_TRUE(cut.pixel_size) << to_string(cut.refusal);
  EXPECT_DOUBLE_EQ(cut.pixel_size->nm, 12.32605);
}

// Oracle: invariant (any one statement that contradicts the others makes the scale unknown).
TEST(ZeissScale, RefusesContradictions) {
  for (const auto& [from, to] : {std::pair{"2.465210e-008", "1.232605e-008"},
                                 {"12.33 nm", "24.65 nm"},
                                 {"12.33 nm", "12.33 \xB5m"},
                                 {"12.33 nm", "12.43 nm"}}) {
    const ScaleReport report = read(replaced(smart_sem(), from, to));
    EXPECT_EQ(report.refusal.code, "scale.disagree") << to;
    EXPECT_FALSE(report.pixel_size);
    EXPECT_EQ(report.statements.size(), 3u);
  }
  EXPECT_EQ(read(replaced(smart_sem(), "Width = 25.24", "Width = 26.24")).refusal.code, "scale.not_square");
}

// Oracle: invariant (a picture of another beam, or zoomed, is not what the electron beam's scale speaks of).
TEST(ZeissScale, RefusesIonBeamAndDigitalZoom) {
  EXPECT_EQ(read(replaced(smart_sem(), "FIB Imaging = SEM", "FIB Imaging = FIB")).refusal.code,
            "scale.not_sem");
  EXPECT_EQ(read(replaced(smart_sem(), "Zoom = Off", "Zoom = On")).refusal.code, "scale.not_sem");
}

// Oracle: reviewed sample (a V05.04 text has neither the image pixel nor the stored size; 512 px of 5.965
// um).
TEST(ZeissScale, OldTextsNeedAWholePictureOfASizeTheMicroscopeStores) {
  std::string text = replaced(smart_sem(), "AP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 12.33 nm\r\n", "");
  text = replaced(text, "DP_IMAGE_STORE\r\nStore resolution = 2048 * 1536\r\n", "");
  const ScaleReport report = read(text);
  ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
  EXPECT_NEAR(report.pixel_size->nm, 12.32605, 1e-9);
  EXPECT_EQ(read(text, 2000, 1500).refusal.code, "scale.resized");
  EXPECT_EQ(read(text, 2048, 1460).refusal.code, "scale.resized");
}

// Oracle: invariant (AP_PIXEL_SIZE belongs to the screen; the header's bare number is confirmed by a label or
// not used).
TEST(ZeissScale, NeverBelievesTheScreensPixelOrTheBareHeader) {
  std::string text = replaced(smart_sem(), "AP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 12.33 nm\r\n", "");
  text = replaced(text, "AP_WIDTH\r\nWidth = 25.24 \xB5m\r\n", "");
  const ScaleReport report = read(text);
  EXPECT_FALSE(report.pixel_size);
  EXPECT_EQ(report.refusal.code, "scale.none");
  EXPECT_NE(report.refusal.message.find("AP_IMAGE_PIXEL_SIZE"), std::string::npos);
}

// Oracle: analytic ("?m" has lost its prefix: um, nm and mm would all fit; the UTF-16 twin has it).
TEST(ZeissScale, TakesALostMicroSignFromTheTwinOrDoesWithout) {
  std::string good = replaced(smart_sem(), "Image Pixel Size = 12.33 nm", "Image Pixel Size = 0.01233 \xB5m");
  std::string damaged = good;
  for (char& c : damaged)
    if (c == '\xB5') c = '?';
  // Without its twin only the unlabelled header is left.
  const ScaleReport alone = read(damaged);
  EXPECT_FALSE(alone.pixel_size);
  EXPECT_EQ(alone.refusal.code, "scale.damaged");
  EXPECT_NE(alone.refusal.message.find("?m"), std::string::npos);

  ImageTags both = picture(2048, 1536, 34118, damaged);
  both.tags[34119] = utf16le(widened(good));
  const ScaleReport report = read_scale(both);
  ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
  EXPECT_DOUBLE_EQ(report.pixel_size->nm, 12.32605);
  EXPECT_TRUE(std::ranges::any_of(report.notes, [](const auto& n) { return n.find("34119") != n.npos; }));

  both.tags.erase(34118);
  EXPECT_TRUE(read_scale(both).pixel_size);
  both.tags[34119] = utf16le(widened(replaced(good, "0.01233", "0.02466")));
  both.tags[34118] = bytes_of(good);
  EXPECT_EQ(read_scale(both).refusal.code, "scale.disagree");
}

// Oracle: invariant (a cut text gives the true pixel size or none).
TEST(ZeissScale, ACutTextNeverGivesAnotherPixelSize) {
  const std::string text = smart_sem();
  for (std::size_t n = 0; n < text.size(); ++n) {
    const ScaleReport report = read(text.substr(0, n));
    if (report.pixel_size) {
      EXPECT_NEAR(report.pixel_size->nm / 12.32605, 1, 0.005) << n;
    }
  }
}

// Oracle: invariant (the one label that means the stored pixel is enough, and that nothing confirms it is
// noted).
TEST(ZeissScale, BelievesALoneImagePixelAndSaysThatItIsAlone) {
  const ScaleReport report = read("0\r\nAP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 558.2 pm\r\n", 320, 240);
  ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
  EXPECT_NEAR(report.pixel_size->nm, 0.5582, 1e-12);
  EXPECT_TRUE(
      std::ranges::any_of(report.notes, [](const auto& n) { return n.find("nothing confirms") != n.npos; }));
}

// Oracle: analytic.
TEST(ZeissScale, RefusesAbsurdPixels) {
  std::string text = replaced(smart_sem(), "2.465210e-008", "0");
  text = replaced(text, "AP_WIDTH\r\nWidth = 25.24 \xB5m\r\n", "");
  for (const char* absurd : {"-12.33 nm", "0.000 nm", "12.33 m", "0.0001 pm"}) {
    const ScaleReport report = read(replaced(text, "12.33 nm", absurd));
    EXPECT_FALSE(report.pixel_size) << absurd;
    EXPECT_EQ(report.refusal.code, "scale.implausible") << absurd;
  }
  EXPECT_EQ(read(replaced(text, "12.33 nm", "12,33 nm")).refusal.code, "scale.damaged");
  EXPECT_EQ(read(replaced(text, "12.33 nm", "12.33")).refusal.code, "scale.damaged");
  EXPECT_EQ(read(replaced(text, "12.33 nm", "1e400 nm")).refusal.code, "scale.damaged");
}

}  // namespace
}  // namespace litho
