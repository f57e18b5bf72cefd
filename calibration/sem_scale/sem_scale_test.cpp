#include "calibration/sem_scale/sem_scale.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "calibration/sem_scale/tags_for_test.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

ImageTags described(const std::string& description, double resolution = 0, int unit = 1, int width = 640,
                    int height = 480) {
  ImageTags tags = picture(width, height, 270, description);
  if (resolution != 0) tags.x_resolution = tags.y_resolution = resolution;
  tags.resolution_unit = unit;
  return tags;
}

std::string ome(const std::string& attributes) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><OME "
         "xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\">"
         "<Image ID=\"Image:0\"><Pixels SizeX=\"640\" SizeY=\"480\" " +
         attributes + "/></Image></OME>";
}

// Oracle: invariant (dots per inch, whatever they say, are a printer's).
TEST(Scale, IsNeverTheResolutionTag) {
  for (const double dpi : {72.0, 96.0, 300.0, 2.54e6, 25400000.0})
    for (const int unit : {0, 1, 2, 3}) {
      ImageTags tags = picture(640, 480);
      tags.x_resolution = tags.y_resolution = dpi;
      tags.resolution_unit = unit;
      const ScaleReport report = read_scale(tags);
      EXPECT_FALSE(report.pixel_size);
      EXPECT_EQ(report.refusal.code, "scale.none");
      EXPECT_NE(report.refusal.message.find("printing"), std::string::npos);
      EXPECT_NE(report.refusal.hint.find("pixel_size_nm"), std::string::npos);
      EXPECT_EQ(report.refusal.where, "picture.tif");
    }
  EXPECT_EQ(read_scale(ImageTags{}).refusal.code, "scale.none");
}

// Oracle: analytic (OME schema: um where no unit is given).
TEST(OmeScale, ReadsEveryLengthUnit) {
  struct Case {
    const char* attributes;
    double nm;
  };
  for (const Case& c : {Case{"PhysicalSizeX=\"0.05\" PhysicalSizeY=\"0.05\"", 50},
                        {"PhysicalSizeX=\"50\" PhysicalSizeXUnit=\"nm\" PhysicalSizeY=\"0.05\"", 50},
                        {"PhysicalSizeX=\"0.05\" PhysicalSizeXUnit=\"\xC2\xB5m\" PhysicalSizeY=\"50\" "
                         "PhysicalSizeYUnit=\"nm\"",
                         50},
                        {"PhysicalSizeX=\"500\" PhysicalSizeXUnit=\"\xC3\x85\"", 50},
                        {"PhysicalSizeX=\"5e-5\" PhysicalSizeXUnit=\"mm\"", 50},
                        {"PhysicalSizeX=\"50000\" PhysicalSizeXUnit=\"pm\"", 50}}) {
    const ScaleReport report = read_scale(described(ome(c.attributes)));
    ASSERT_TRUE(report.pixel_size) << c.attributes << to_string(report.refusal);
    EXPECT_NEAR(report.pixel_size->nm / c.nm, 1, 1e-12) << c.attributes;
    EXPECT_EQ(report.pixel_size->source, "ome:PhysicalSizeX");
  }
}

// Oracle: invariant.
TEST(OmeScale, Refuses) {
  const auto code = [](const std::string& attributes, int width = 640, int height = 480) {
    const ScaleReport report = read_scale(described(ome(attributes), 0, 1, width, height));
    EXPECT_FALSE(report.pixel_size) << attributes;
    return report.refusal.code;
  };
  EXPECT_EQ(code(""), "scale.none");
  EXPECT_EQ(code("PhysicalSizeX=\"2\" PhysicalSizeXUnit=\"pixel\""), "scale.none");
  EXPECT_EQ(code("PhysicalSizeX=\"2\" PhysicalSizeXUnit=\"reference frame\""), "scale.none");
  EXPECT_EQ(code("PhysicalSizeX=\"1.0\" PhysicalSizeY=\"1.0\""), "scale.none");
  EXPECT_EQ(code("PhysicalSizeX=\"0.05\" PhysicalSizeY=\"0.06\""), "scale.not_square");
  EXPECT_EQ(code("PhysicalSizeX=\"abc\""), "scale.damaged");
  EXPECT_EQ(code("PhysicalSizeX=\"0\""), "scale.implausible");
  EXPECT_EQ(code("PhysicalSizeX=\"-0.05\" PhysicalSizeY=\"-0.05\""), "scale.implausible");
  EXPECT_EQ(code("PhysicalSizeX=\"5000\""), "scale.implausible");
  EXPECT_EQ(code("PhysicalSizeX=\"0.05\"", 320, 240), "scale.resized");
  EXPECT_EQ(read_scale(described(ome("PhysicalSizeX=\"0.05\"").substr(0, 150))).refusal.code,
            "scale.damaged");
}

// Oracle: analytic (ImageJ writes pixels per unit).
TEST(ImageJScale, ReadsEverySpellingOfTheUnit) {
  struct Case {
    const char* unit;
    double per_unit, nm;
  };
  for (const Case& c : {Case{"micron", 20, 50},
                        {"um", 20, 50},
                        {"\xB5m", 20, 50},
                        {"\xC2\xB5m", 20, 50},
                        {"\\u00B5m", 20, 50},
                        {"nm", 0.02, 50},
                        {"mm", 20000, 50},
                        {"cm", 200000, 50},
                        {"Angstrom", 0.002, 50},
                        {"pm", 2e-5, 50},
                        {"microns", 20, 50}}) {
    const ScaleReport report =
        read_scale(described("ImageJ=1.53t\nunit=" + std::string(c.unit) + "\nmin=0\nmax=255\n", c.per_unit));
    ASSERT_TRUE(report.pixel_size) << c.unit << to_string(report.refusal);
    EXPECT_NEAR(report.pixel_size->nm / c.nm, 1, 1e-9) << c.unit;
    EXPECT_EQ(report.pixel_size->source, "imagej:unit/XResolution");
  }
}

// Oracle: invariant (no unit of length, a printer's unit, or a placeholder is no scale).
TEST(ImageJScale, Refuses) {
  const auto code = [](const std::string& line, double resolution = 20, int unit = 1) {
    const ScaleReport report = read_scale(described("ImageJ=1.53t\n" + line + "\nmin=0\n", resolution, unit));
    EXPECT_FALSE(report.pixel_size) << line;
    return report.refusal.code;
  };
  for (const char* line : {"", "unit= ", "unit=pixel", "unit=pixels", "unit=voxel", "unit=\xC3\x82\xC2\xB5m",
                           "unit=V", "unit=micron\nyunit=sec"})
    EXPECT_EQ(code(line), "scale.none") << line;
  EXPECT_EQ(code("unit=inch", 72, 2), "scale.none");
  EXPECT_EQ(code("unit=cm", 28.35, 3), "scale.none");
  EXPECT_EQ(code("unit=micron", 72, 2), "scale.none");
  EXPECT_EQ(code("unit=micron", 1), "scale.none");
  EXPECT_EQ(code("unit=micron", 0), "scale.none");
  EXPECT_EQ(code("unit=micron", -20), "scale.none");
  EXPECT_EQ(code("unit=mm", 1e-3), "scale.implausible");
  EXPECT_EQ(code("unit=micron", std::numeric_limits<double>::infinity()), "scale.implausible");
  ImageTags skewed = described("ImageJ=1.53t\nunit=micron\n", 20);
  skewed.y_resolution = 30;
  EXPECT_EQ(read_scale(skewed).refusal.code, "scale.not_square");
  skewed.y_resolution.reset();
  EXPECT_EQ(read_scale(skewed).refusal.code, "scale.none");
}

std::string fibsem() {
  return R"({"image": {"beam_type": "ION", "resolution": [640, 480], "hfw": 32e-6, "reduced_area": null},)"
         R"( "version": "v3", "pixel_size": {"x": 5e-08, "y": 5e-08}, "microscope_state": {"ion_beam":)"
         R"( {"working_distance": 0.0165, "voltage": 30000}, "electron_beam": {"voltage": 2000}},)"
         R"( "system": {"info": {"manufacturer": "Thermo", "model": "Hydra"}}, "shape": [480, 640]})";
}

// Oracle: analytic.
TEST(OpenFibsemScale, ReadsJson) {
  const ScaleReport report = read_scale(described(fibsem()));
  ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
  EXPECT_NEAR(report.pixel_size->nm, 50, 1e-9);
  EXPECT_EQ(report.acquisition.accelerating_kv, 30.0);
  EXPECT_EQ(report.acquisition.instrument, "Thermo Hydra");
  const auto code = [](const std::string& text, int w = 640, int h = 480) {
    const ScaleReport r = read_scale(described(text, 0, 1, w, h));
    EXPECT_FALSE(r.pixel_size) << text;
    return r.refusal.code;
  };
  EXPECT_EQ(code(fibsem(), 320, 240), "scale.resized");
  EXPECT_EQ(code(fibsem().substr(0, 200)), "scale.damaged");
  EXPECT_EQ(code(replaced(fibsem(), "\"x\": 5e-08", "\"x\": \"5e-08\"")), "scale.damaged");
  EXPECT_EQ(code(replaced(fibsem(), "\"x\": 5e-08", "\"x\": 6e-08")), "scale.not_square");
  EXPECT_EQ(code(replaced(fibsem(), "32e-6", "64e-6")), "scale.disagree");
  EXPECT_EQ(code("{\"shape\": [480, 640]}"), "scale.none");
  EXPECT_EQ(code("{\"pixel_size\": 5}"), "scale.damaged");
}

// Oracle: analytic.
TEST(AtlasScale, ReadsTheFieldOfView) {
  const std::string xml =
      "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><Fibics "
      "version=\"1.0\"><Image><Width>640</Width><Height>480</Height>"
      "</Image><Scan><FOV_X units=\"um\">32</FOV_X><FOV_Y units=\"um\">24</FOV_Y></Scan></Fibics>";
  EXPECT_NEAR(read_scale(picture(640, 480, 51023, xml)).pixel_size.value().nm, 50, 1e-9);
  EXPECT_EQ(read_scale(picture(320, 240, 51023, xml)).refusal.code, "scale.resized");
  EXPECT_EQ(read_scale(picture(640, 480, 51023, replaced(xml, " units=\"um\"", ""))).refusal.code,
            "scale.damaged");
  EXPECT_EQ(read_scale(picture(640, 480, 51023, replaced(xml, ">24<", ">30<"))).refusal.code,
            "scale.not_square");
}

// Oracle: invariant (what is known to be there and is not read is named, not passed over).
TEST(Scale, NamesMetadataItDoesNotRead) {
  for (const auto& [tag, name] : {std::pair{std::uint16_t{33560}, "Olympus"},
                                  {std::uint16_t{37706}, "TVIPS"},
                                  {std::uint16_t{65003}, "Gatan"},
                                  {std::uint16_t{16250}, "16250"}}) {
    const ScaleReport report = read_scale(picture(640, 480, tag, "something"));
    EXPECT_EQ(report.refusal.code, "scale.none");
    EXPECT_NE(report.refusal.message.find(name), std::string::npos) << report.refusal.message;
  }
}

// Oracle: invariant (trust order where they agree; a contradiction between any two is refused, naming both).
TEST(Scale, VendorsComeBeforeOmeAndAllMustAgree) {
  ImageTags tags = described(ome("PhysicalSizeX=\"0.05\" PhysicalSizeY=\"0.05\""));
  tags.sidecars.push_back(
      {"picture.txt", bytes_of("[SemImageFile]\r\nDataSize=640x480\r\nPixelSize=50.1\r\n")});
  const ScaleReport report = read_scale(tags);
  ASSERT_TRUE(report.pixel_size) << to_string(report.refusal);
  EXPECT_EQ(report.pixel_size->source, "hitachi:PixelSize");
  EXPECT_DOUBLE_EQ(report.pixel_size->nm, 50.1);
  ASSERT_EQ(report.pixel_size->others.size(), 1u);
  EXPECT_EQ(report.pixel_size->others[0].source, "ome:PhysicalSizeX");
  tags.sidecars[0].bytes = bytes_of("[SemImageFile]\r\nDataSize=640x480\r\nPixelSize=51\r\n");
  const ScaleReport contradiction = read_scale(tags);
  EXPECT_EQ(contradiction.refusal.code, "scale.disagree");
  EXPECT_NE(contradiction.refusal.message.find("ome:PhysicalSizeX 50 nm"), std::string::npos);
  EXPECT_NE(contradiction.refusal.message.find("hitachi:PixelSize 51 nm"), std::string::npos);
}

// Oracle: invariant.
TEST(ScaleOverride, KeepsWhatTheFileSaysAndNotesAContradiction) {
  const ScaleReport file = read_scale(described("ImageJ=1.53t\nunit=micron\n", 20));
  const ScaleReport same = with_override(file, 50.1, "sheet");
  EXPECT_EQ(same.pixel_size.value().nm, 50.1);
  EXPECT_EQ(same.pixel_size->source, "sheet");
  ASSERT_EQ(same.pixel_size->others.size(), 1u);
  EXPECT_EQ(same.notes.size(), file.notes.size());
  const ScaleReport other = with_override(file, 100, "--pixel-size");
  EXPECT_EQ(other.pixel_size.value().nm, 100);
  ASSERT_EQ(other.notes.size(), file.notes.size() + 1);
  EXPECT_NE(other.notes.back().find("imagej:unit/XResolution 50 nm"), std::string::npos);
  const ScaleReport none = with_override(read_scale(picture(640, 480)), 48.8, "sheet");
  EXPECT_EQ(none.pixel_size.value().nm, 48.8);
  EXPECT_EQ(none.refusal.code, "");
  for (const double bad : {0.0, -1.0, 1e-4, 1e7, std::numeric_limits<double>::quiet_NaN()}) {
    const ScaleReport refused = with_override(file, bad, "sheet");
    EXPECT_FALSE(refused.pixel_size);
    EXPECT_EQ(refused.refusal.code, "scale.implausible");
  }
}

// Oracle: invariant (bytes of no meaning crash nothing and state nothing).
TEST(Scale, SurvivesNoiseInEveryTag) {
  RandomStream random(7, "noise");
  for (int run = 0; run < 300; ++run) {
    ImageTags tags = picture(640, 480);
    for (const std::uint16_t tag :
         {270, 271, 34118, 34119, 34680, 34682, 34683, 40092, 40093, 50431, 51023}) {
      std::vector<std::uint8_t> bytes(random.below(400));
      for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random.bits());
      tags.tags[tag] = bytes;
    }
    tags.sidecars.push_back({"picture.txt", tags.tags[270]});
    EXPECT_FALSE(read_scale(tags).pixel_size);
  }
}

// Oracle: invariant (depth and length are no way to bring the readers down).
TEST(Scale, SurvivesDeepAndLongTexts) {
  std::string xml, json = "{\"pixel_size\":";
  for (int i = 0; i < 200000; ++i) {
    xml += "<OME>";
    json += "[";
  }
  EXPECT_FALSE(read_scale(described(xml)).pixel_size);
  EXPECT_FALSE(read_scale(described(json)).pixel_size);
  EXPECT_FALSE(read_scale(picture(640, 480, 34683, xml)).pixel_size);
  EXPECT_FALSE(
      read_scale(picture(640, 480, 34118, "AP_WIDTH\r\nWidth = " + std::string(1 << 20, '9') + " nm\r\n"))
          .pixel_size);
}

}  // namespace
}  // namespace litho
