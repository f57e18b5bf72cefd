#include <gtest/gtest.h>

#include "calibration/sem_scale/tags_for_test.hpp"

namespace litho {
namespace {

/// 1024 x 884 px at 50 nm, and a databar of 59 rows.
std::string ini() {
  return "[System]\r\nSystemType=Quanta 650\r\n\r\n[Beam]\r\nHV=10000\r\nBeam=EBeam\r\nScan=EScan\r\n\r\n"
         "[EBeam]\r\nHFW=5.12e-005\r\nVFW=4.42e-005\r\nWD=0.0102\r\nHV=10000\r\nTiltCorrectionIsOn=\r\n\r\n"
         "[IBeam]\r\nHFW=0.0001\r\n\r\n"
         "[Scan]\r\nPixelWidth=5e-008\r\nPixelHeight=5e-008\r\nHorFieldsize=5.12e-005\r\nVerFieldsize=4.42e-"
         "005\r\n\r\n"
         "[Stage]\r\nStageT=0.9076\r\n\r\n[Image]\r\nResolutionX=1024\r\nResolutionY=884\r\nZoomFactor="
         "1\r\n\r\n"
         "[Detectors]\r\nName=ETD\r\n\r\n[PrivateFei]\r\nDatabarHeight=59\r\n";
}

ScaleReport read(const std::string& text, int width = 1024, int height = 943, std::uint16_t tag = 34682) {
  ImageTags tags = picture(width, height, tag, text);
  tags.x_resolution = tags.y_resolution = 96;
  tags.resolution_unit = 2;
  return read_scale(tags);
}

std::string metadata_xml() {
  return "<?xml version=\"1.0\"?><Metadata><Instrument><Manufacturer>FEI</Manufacturer>"
         "<InstrumentClass>Apreo</InstrumentClass></Instrument>"
         "<Optics><AccelerationVoltage>2000</AccelerationVoltage><WorkingDistance>0.004</WorkingDistance></"
         "Optics>"
         "<BinaryResult><ImageSize><X>1024</X><Y>884</Y></ImageSize><PixelSize><X unit=\"m\">5.0E-08</X>"
         "<Y unit=\"m\">5.0E-08</Y></PixelSize><Detector>T1</Detector></BinaryResult></Metadata>";
}

std::string base64(const std::string& text) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k <= text.size() ? kDigits[bits >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

// Oracle: analytic (the text was written for this pixel size).
TEST(FeiScale, ReadsTheScansPixelTheConditionsAndThePicturesRows) {
  const ScaleReport report = read(ini());
  ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
  EXPECT_DOUBLE_EQ(report.pixel_size->nm, 50);
  EXPECT_EQ(report.pixel_size->source, "fei:[Scan] PixelWidth");
  EXPECT_EQ(report.acquisition.instrument, "FEI Quanta 650");
  EXPECT_EQ(report.acquisition.accelerating_kv, 10.0);
  EXPECT_NEAR(report.acquisition.working_distance_mm.value_or(0), 10.2, 1e-12);
  EXPECT_EQ(report.acquisition.detector, "ETD");
  EXPECT_EQ(report.acquisition.picture_rows, 884);
  EXPECT_FALSE(report.acquisition.view_tilt_deg);
}

// Oracle: analytic (field width over stored columns; the inactive beam has another field).
TEST(FeiScale, FallsBackToTheActiveBeamsField) {
  std::string text = ini();
  text = replaced(
      text, "PixelWidth=5e-008\r\nPixelHeight=5e-008\r\nHorFieldsize=5.12e-005\r\nVerFieldsize=4.42e-005\r\n",
      "");
  EXPECT_NEAR(read(text).pixel_size.value().nm, 50, 1e-9);
  const ScaleReport ion = read(replaced(text, "Beam=EBeam", "Beam=IBeam"));
  EXPECT_NEAR(ion.pixel_size.value().nm, 1e5 / 1024, 1e-9);
  // Without the stored columns the field says nothing: the picture may be a part of it.
  EXPECT_FALSE(read(replaced(text, "ResolutionX=1024\r\n", "")).pixel_size);
}

// Oracle: invariant (contradictions, crops, zooms and stretched rows are refused by name).
TEST(FeiScale, Refuses) {
  EXPECT_EQ(read(ini(), 512, 471).refusal.code, "scale.resized");
  EXPECT_EQ(read(replaced(ini(), "HFW=5.12e-005", "HFW=5.12e-004")).refusal.code, "scale.not_square");
  EXPECT_EQ(read(replaced(ini(), "PixelWidth=5e-008\r\nPixelHeight=5e-008",
                          "PixelWidth=6e-008\r\nPixelHeight=6e-008"))
                .refusal.code,
            "scale.disagree");
  EXPECT_EQ(read(replaced(ini(), "PixelHeight=5e-008", "PixelHeight=7.78e-008")).refusal.code,
            "scale.not_square");
  EXPECT_EQ(read(replaced(ini(), "ZoomFactor=1", "ZoomFactor=2.0")).refusal.code, "scale.not_sem");
  const ScaleReport bad = read(replaced(ini(), "PixelWidth=5e-008", "PixelWidth=notafloat"));
  EXPECT_EQ(bad.refusal.code, "scale.damaged");
  EXPECT_NE(bad.refusal.message.find("notafloat"), std::string::npos);
  EXPECT_EQ(read(std::string(600, '\x01')).refusal.code, "scale.none");
  EXPECT_EQ(read("<<<< garbage >>>>").refusal.code, "scale.damaged");
}

// Oracle: invariant (a magnification is not a scale, nor are dots per inch).
TEST(FeiScale, NeverUsesMagnificationOrResolutionTags) {
  const ScaleReport old =
      read("[DatabarData]\nImageName=a\n[Vector]\nMagnification=5000\n[Vector.Sysscan]\nPositionX=1\n", 712,
           484, 34680);
  EXPECT_FALSE(old.pixel_size);
  EXPECT_EQ(old.refusal.code, "scale.none");
  EXPECT_NE(old.refusal.message.find("printing"), std::string::npos);
}

// Oracle: analytic.
TEST(FeiScale, ReadsXmlPlainInBase64AndWithAByteOrderMark) {
  for (const std::string& text :
       {metadata_xml(), "\xEF\xBB\xBF" + metadata_xml(), base64("\xEF\xBB\xBF" + metadata_xml())}) {
    for (const std::uint16_t tag : {34680, 34683}) {
      const ScaleReport report = read(text, 1024, 943, tag);
      ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
      EXPECT_NEAR(report.pixel_size->nm, 50, 1e-9);
      EXPECT_EQ(report.acquisition.picture_rows, 884);
      EXPECT_EQ(report.acquisition.instrument, "FEI Apreo");
    }
  }
  EXPECT_EQ(read(metadata_xml().substr(0, 300), 1024, 943, 34680).refusal.code, "scale.damaged");
  EXPECT_EQ(read(replaced(metadata_xml(), "unit=\"m\"", "unit=\"1/m\""), 1024, 943, 34683).refusal.code,
            "scale.damaged");
  EXPECT_EQ(read(replaced(metadata_xml(), "unit=\"m\"", "unit=\"s\""), 1024, 943, 34683).refusal.code,
            "scale.damaged");
  EXPECT_EQ(
      read(replaced(metadata_xml(), "unit=\"m\"", "unit=\"m\" unitPrefixPower=\"-9\""), 1024, 943, 34683)
          .refusal.code,
      "scale.damaged");
  EXPECT_EQ(read(metadata_xml(), 2048, 1768, 34683).refusal.code, "scale.resized");
}

std::string memento(const std::string& name, const std::string& width, const std::string& height) {
  const auto item = [](const std::string& key, const std::string& unit, const std::string& value) {
    return "<item><key><string>" + key + "</string></key><value><MementoItem><Name>" + key +
           "</Name><MementoItemUnit>" + unit + "</MementoItemUnit>" + value + "</MementoItem></value></item>";
  };
  const auto metres = [&](const std::string& key, const std::string& value) {
    return item(key, "MementoItemUnitMeter", "<anyType>" + value + "\n </anyType>");
  };
  return item(
      name, "MementoSection",
      "<MementoItemSection>" + metres("Width", width) + metres("Height", height) + "</MementoItemSection>");
}

// Oracle: analytic.
TEST(FeiScale, ReadsSerialisedSettings) {
  const auto text = [](const std::string& field, const std::string& x, const std::string& y) {
    return "<?xml version=\"1.0\"?><ImageTags><MementoItemSection>" +
           memento("FieldSize", field, "4.42E-05") + memento("PixelSize", x, y) +
           "</MementoItemSection></ImageTags>";
  };
  const ScaleReport report =
      read(base64("\xEF\xBB\xBF" + text("5.12E-05", "5E-08", "5E-08")), 1024, 884, 34680);
  ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
  EXPECT_NEAR(report.pixel_size->nm, 50, 1e-9);
  EXPECT_EQ(read(text("5.12E-05", "5E-08", "5E-08"), 512, 442, 34680).refusal.code, "scale.resized");
  EXPECT_EQ(read(text("5.12E-05", "5E-08", "6E-08"), 1024, 884, 34680).refusal.code, "scale.not_square");
  EXPECT_EQ(read(text("5.12E-05", "5E-08", "none"), 1024, 884, 34680).refusal.code, "scale.damaged");
}

// Oracle: invariant (the scan's field over its pixel is the number of stored columns).
TEST(FeiScale, TheFieldOfViewBetraysAResizeWhereTheColumnsAreNotStated) {
  const std::string text = replaced(ini(), "ResolutionX=1024\r\n", "");
  EXPECT_NEAR(read(text).pixel_size.value().nm, 50, 1e-9);
  EXPECT_EQ(read(text, 512, 471).refusal.code, "scale.resized");
}

// Oracle: invariant (empty tags are passed over, two that contradict each other are refused).
TEST(FeiScale, SeveralTagsMustAgree) {
  ImageTags tags = picture(1024, 943, 34682, ini());
  tags.tags[34683] = bytes_of(std::string(64, '\0'));
  tags.tags[34680] = bytes_of("  ");
  EXPECT_TRUE(read_scale(tags).pixel_size);
  tags.tags[34683] = bytes_of(metadata_xml());
  EXPECT_EQ(read_scale(tags).pixel_size.value().others.size(), 3u);
  std::string other = replaced(metadata_xml(), "5.0E-08", "2.5E-08");
  tags.tags[34683] = bytes_of(replaced(other, "5.0E-08", "2.5E-08"));
  EXPECT_EQ(read_scale(tags).refusal.code, "scale.disagree");
}

// Oracle: analytic.
TEST(PhenomScale, ReadsPixelsWithTheirUnit) {
  const std::string xml =
      "<?xml version=\"1.0\"?><FeiImage><databarHeight>64</databarHeight><pixelWidth "
      "unit=\"um\">0.694952</pixelWidth>"
      "<pixelHeight "
      "unit=\"um\">0.694952</pixelHeight><instrument><edition>ProX</edition></instrument></FeiImage>";
  const ScaleReport report = read(xml, 1024, 1088, 34683);
  ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
  EXPECT_NEAR(report.pixel_size->nm, 694.952, 1e-9);
  EXPECT_EQ(report.acquisition.picture_rows, 1024);
  EXPECT_EQ(read(replaced(xml, "unit=\"um\"", "unit=\"px\""), 1024, 1088, 34683).refusal.code,
            "scale.damaged");
  EXPECT_EQ(read(replaced(xml, " unit=\"um\"", ""), 1024, 1088, 34683).refusal.code, "scale.damaged");
}

}  // namespace
}  // namespace litho
