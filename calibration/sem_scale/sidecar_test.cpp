#include <gtest/gtest.h>

#include <algorithm>

#include "calibration/sem_scale/tags_for_test.hpp"

namespace litho {
namespace {

ScaleReport beside(int width, int height, const std::string& name, std::vector<std::uint8_t> bytes) {
  ImageTags tags = picture(width, height);
  tags.sidecars.push_back({name, std::move(bytes)});
  return read_scale(tags);
}
ScaleReport beside_text(int width, int height, const std::string& text) {
  return beside(width, height, "picture.txt", bytes_of(text));
}

std::string jeol() {
  return "$SEM_DATA_VERSION 1\r\n$CM_ACCEL_VOLT 5.00\r\n$CM_MAG 10000\r\n$$SM_WD 8.1\r\n$CM_INSTRUMENT "
         "7600F\r\n"
         "$CM_SIGNAL_NAME LEI\r\n$$SM_MICRON_BAR 100\r\n$$SM_MICRON_MARKER 1um\r\n$CM_FULL_SIZE 1280 960\r\n";
}

// Oracle: analytic (1 um over 100 px, known to half a pixel: 0.5/sqrt(3)/100).
TEST(JeolScale, ReadsTheBarAndItsUncertainty) {
  const ScaleReport report = beside_text(1280, 1024, jeol());
  ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
  EXPECT_DOUBLE_EQ(report.pixel_size->nm, 10);
  EXPECT_NEAR(report.pixel_size->u_percent.value_or(0), 0.288675, 1e-6);
  EXPECT_EQ(report.acquisition.picture_rows, 960);
  EXPECT_EQ(report.acquisition.instrument, "JEOL 7600F");
  EXPECT_EQ(report.acquisition.accelerating_kv, 5.0);
  EXPECT_EQ(report.acquisition.detector, "LEI");
}

// Oracle: analytic.
TEST(JeolScale, ReadsMarkersInEveryUnit) {
  for (const auto& [marker, nm] : {std::pair{"500nm", 5.0},
                                   {"10um", 100.0},
                                   {"1\xB5m", 10.0},
                                   {"1\xC2\xB5m", 10.0},
                                   {"1 \xB5m", 10.0},
                                   {"1mm", 1e4},
                                   {"0.5um", 5.0}}) {
    const ScaleReport report = beside_text(1280, 1024, replaced(jeol(), "1um", marker));
    ASSERT_TRUE(report.pixel_size) << marker << to_string(report.refusal);
    EXPECT_NEAR(report.pixel_size->nm / nm, 1, 1e-12) << marker;
  }
}

// Oracle: analytic (field of view over stored columns has more digits than a short bar, and must agree with
// it).
TEST(JeolScale, PrefersTheFieldOfViewWhereItIsMorePrecise) {
  for (const char* fov : {"12.81um 9.608um", "12.81 9.608um", "12.81\xB5m 9.608\xB5m"}) {
    const ScaleReport report = beside_text(1280, 1024, jeol() + "$CM_FIELD_OF_VIEW " + fov + "\r\n");
    ASSERT_TRUE(report.pixel_size) << fov << to_string(report.refusal);
    EXPECT_NEAR(report.pixel_size->nm, 12810.0 / 1280, 1e-9);
    EXPECT_EQ(report.pixel_size->others.size(), 1u);
  }
  EXPECT_EQ(beside_text(1280, 1024, jeol() + "$CM_FIELD_OF_VIEW 13.2um 9.9um\r\n").refusal.code,
            "scale.disagree");
  EXPECT_EQ(beside_text(1280, 1024, jeol() + "$CM_FIELD_OF_VIEW 12.8um 12.8um\r\n").refusal.code,
            "scale.not_square");
  // No unit at all: not used, the bar stands.
  EXPECT_DOUBLE_EQ(beside_text(1280, 1024, jeol() + "$CM_FIELD_OF_VIEW 128 96\r\n").pixel_size.value().nm,
                   10);
  const std::string no_bar = replaced(jeol(), "$$SM_MICRON_BAR 100\r\n", "");
  EXPECT_EQ(beside_text(1280, 1024, no_bar).refusal.code, "scale.none");
  EXPECT_NEAR(beside_text(1280, 1024, no_bar + "$CM_FIELD_OF_VIEW 12.81um 9.608um\r\n").pixel_size.value().nm,
              10.0078, 1e-4);
}

// Oracle: invariant.
TEST(JeolScale, Refuses) {
  EXPECT_EQ(beside_text(640, 512, jeol()).refusal.code, "scale.resized");
  EXPECT_EQ(beside_text(1280, 960, replaced(jeol(), "1um", "1?m")).refusal.code, "scale.damaged");
  EXPECT_EQ(beside_text(1280, 960, replaced(jeol(), "1um", "1")).refusal.code, "scale.damaged");
  EXPECT_EQ(beside_text(1280, 960, replaced(jeol(), "BAR 100", "BAR 0")).refusal.code, "scale.damaged");
  EXPECT_EQ(beside_text(1280, 960, replaced(jeol(), "BAR 100", "BAR -100")).refusal.code, "scale.damaged");
  EXPECT_EQ(beside_text(1280, 960, replaced(jeol(), "BAR 100", "BAR 5000")).refusal.code, "scale.damaged");
  EXPECT_EQ(beside_text(1280, 960, replaced(jeol(), "BAR 100", "BAR 2")).refusal.code, "scale.damaged");
  EXPECT_EQ(beside_text(1280, 960, jeol() + "$$SM_MICRON_BAR 200\r\n").refusal.code, "scale.damaged");
  EXPECT_EQ(beside_text(1280, 960, jeol() + "$CM_IMAGE_SIZE 2560 1920\r\n").refusal.code, "scale.resized");
}

std::u16string hitachi() {
  return u"[SemImageFile]\r\nInstructName=TM4000\r\nImageName=picture.tif\r\nDataSize=1280x960\r\nPixelSize="
         u"165.3646\r\n"
         u"SignalName=BSE\r\nAcceleratingVoltage=15000 Volt\r\nMagnification=600\r\nWorkingDistance=7892.3 "
         u"um\r\n"
         u"MicronMarker=50000\r\nStagePositionT=0.000\r\n";
}
std::string narrowed(const std::u16string& text) {
  return {text.begin(), text.end()};
}

// Oracle: analytic.
TEST(HitachiScale, ReadsAsciiAndUtf16) {
  for (const auto& bytes : {utf16le(hitachi(), true), utf16le(hitachi()), bytes_of(narrowed(hitachi()))}) {
    const ScaleReport report = beside(1280, 960, "picture.txt", bytes);
    ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
    EXPECT_DOUBLE_EQ(report.pixel_size->nm, 165.3646);
    EXPECT_EQ(report.pixel_size->source, "hitachi:PixelSize");
    EXPECT_EQ(report.acquisition.accelerating_kv, 15.0);
    EXPECT_NEAR(report.acquisition.working_distance_mm.value_or(0), 7.8923, 1e-12);
    EXPECT_EQ(report.acquisition.instrument, "Hitachi TM4000");
    EXPECT_FALSE(report.acquisition.view_tilt_deg);
  }
}

// Oracle: invariant.
TEST(HitachiScale, Refuses) {
  const std::string text = narrowed(hitachi());
  EXPECT_EQ(beside_text(640, 480, text).refusal.code, "scale.resized");
  EXPECT_EQ(beside_text(1280, 960, replaced(text, "165.3646", "165,3646")).refusal.code, "scale.damaged");
  EXPECT_EQ(beside_text(1280, 960, replaced(text, "165.3646", "0")).refusal.code, "scale.damaged");
  EXPECT_EQ(beside_text(1280, 960, replaced(text, "PixelSize=165.3646\r\n", "")).refusal.code, "scale.none");
  // In um by mistake, the ruler would be 300 000 px long.
  EXPECT_EQ(beside_text(1280, 960, replaced(text, "165.3646", "0.1653646")).refusal.code, "scale.disagree");
  EXPECT_EQ(beside_text(1280, 960, text.substr(0, text.find("3646"))).refusal.code, "scale.none");
}

// Oracle: invariant (the tag that newer instruments write must agree with the sidecar; Windows' comments are
// no scale).
TEST(HitachiScale, TagAndSidecarMustAgree) {
  ImageTags tags = picture(1280, 960);
  tags.tags[40092] = utf16le(u"SerialNumber=1\r\nPixelSize=165.3646\r\nSignalName=BSE\r\n");
  tags.tags[40093] = utf16le(u"TM4000");
  EXPECT_DOUBLE_EQ(read_scale(tags).pixel_size.value().nm, 165.3646);
  EXPECT_EQ(read_scale(tags).acquisition.instrument, "Hitachi TM4000");
  tags.sidecars.push_back({"picture.txt", utf16le(hitachi(), true)});
  EXPECT_EQ(read_scale(tags).pixel_size.value().others.size(), 1u);
  tags.tags[40092] = utf16le(u"SerialNumber=1\r\nPixelSize=82.6823\r\nSignalName=BSE\r\n");
  EXPECT_EQ(read_scale(tags).refusal.code, "scale.disagree");
  ImageTags comment = picture(1280, 960);
  comment.tags[40092] = utf16le(u"holiday picture");
  EXPECT_EQ(read_scale(comment).refusal.code, "scale.none");
}

std::string tescan_main() {
  return "AccFrames=1\r\nDevice=MIRA3\r\nImageStripSize=100\r\nMagnification=108\r\nPixelSizeX=2.5e-8\r\n"
         "PixelSizeY=2.5e-8\r\n";
}
std::string tescan_sem() {
  return "Detector=BSE\r\nHV=10.0000e3\r\nStageTilt=12.0\r\nTiltCorrection=0.0\r\nWD=13.250e-3\r\n";
}

std::string block(unsigned type, const std::string& data) {
  const auto length = static_cast<unsigned>(data.size() + 2);
  std::string out;
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(length >> shift & 0xFF);
  out += static_cast<char>(type);
  out += '\0';
  return out + data;
}
std::string tescan_blocks(const std::string& main) {
  return block(1, std::string("\0jP\xFF", 4)) + block(2, main) + block(3, tescan_sem()) + block(0, "");
}

// Oracle: analytic.
TEST(TescanScale, ReadsBlocksAndSidecar) {
  ImageTags tags = picture(1024, 868, 50431, tescan_blocks(tescan_main()));
  const auto check = [](const ScaleReport& report) {
    ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
    EXPECT_DOUBLE_EQ(report.pixel_size->nm, 25);
    EXPECT_EQ(report.acquisition.picture_rows, 768);
    EXPECT_EQ(report.acquisition.accelerating_kv, 10.0);
    EXPECT_EQ(report.acquisition.detector, "BSE");
    EXPECT_FALSE(report.acquisition.view_tilt_deg);
  };
  check(read_scale(tags));
  const std::string header = "[MAIN]\r\n" + tescan_main() + "[SEM]\r\n" + tescan_sem();
  check(beside(1024, 868, "picture-tif.hdr", bytes_of(header)));
  tags.sidecars.push_back({"picture-tif.hdr", bytes_of(header)});
  EXPECT_EQ(read_scale(tags).pixel_size.value().source, "tescan:PixelSizeX");
  tags.sidecars[0].bytes = bytes_of(replaced(replaced(header, "X=2.5e-8", "X=5e-8"), "Y=2.5e-8", "Y=5e-8"));
  EXPECT_EQ(read_scale(tags).refusal.code, "scale.disagree");
}

// Oracle: invariant.
TEST(TescanScale, Refuses) {
  const std::string blocks = tescan_blocks(tescan_main());
  const auto read = [](const std::string& bytes, int w = 1024, int h = 868) {
    return read_scale(picture(w, h, 50431, bytes));
  };
  // Cut inside a block nothing is believed; cut between blocks MAIN is whole.
  const std::size_t main_end = blocks.size() - block(0, "").size() - block(3, tescan_sem()).size();
  for (std::size_t n = 7; n + 8 < blocks.size(); ++n) {
    const ScaleReport report = read(blocks.substr(0, n));
    EXPECT_EQ(report.pixel_size.has_value(), n == main_end) << n;
  }
  EXPECT_EQ(read(blocks, 512, 434).refusal.code, "scale.resized");
  EXPECT_EQ(read(blocks, 1024, 768).refusal.code, "scale.resized");
  EXPECT_EQ(read(blocks, 2048, 1736).refusal.code, "scale.resized");
  EXPECT_EQ(read(tescan_blocks(replaced(tescan_main(), "Y=2.5e-8", "Y=3.5e-8"))).refusal.code,
            "scale.not_square");
  EXPECT_EQ(read(tescan_blocks(replaced(tescan_main(), "X=2.5e-8", "X=2.5f-8"))).refusal.code,
            "scale.damaged");
  EXPECT_EQ(read(tescan_blocks("Device=MIRA3\r\n")).refusal.code, "scale.none");
  // A panorama of two view fields.
  EXPECT_TRUE(read(tescan_blocks(tescan_main() + "ViewFieldsCountX=2\r\n"), 2048, 868).pixel_size);
}

// Oracle: invariant.
TEST(Sidecars, CandidatesCoverEveryVendorsNaming) {
  const auto names = sidecar_candidates("My Image.TIF");
  for (const char* wanted :
       {"My Image.txt", "My Image.TXT", "My Image.hdr", "My Image-tif.hdr", "My Image-TIF.hdr"})
    EXPECT_NE(std::ranges::find(names, wanted), names.end()) << wanted;
  const auto dotted = sidecar_candidates("a.b.png");
  EXPECT_NE(std::ranges::find(dotted, "a.b-png.hdr"), dotted.end());
  EXPECT_TRUE(sidecar_candidates("").empty());
  EXPECT_EQ(sidecar_candidates("plain").front(), "plain.txt");
}

}  // namespace
}  // namespace litho
