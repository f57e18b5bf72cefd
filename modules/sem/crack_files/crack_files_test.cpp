#include "modules/sem/crack_files/kernel.hpp"

#include <gtest/gtest.h>
#include <zip.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "modules/io/tiff/kernel.hpp"
#include "pipeline/core/file.hpp"

namespace litho {
namespace {

CrackNetwork one_line() {
  CrackNetwork network;
  CrackLine line;
  for (int k = 0; k <= 30; ++k) {
    line.line.push_back({10.25 + k, 20.75 + 0.5 * k});
    line.opening_px.push_back(4);
  }
  network.lines = {line};
  Crack crack;
  crack.lines = {0};
  network.cracks = {crack};
  network.mask = Image<std::uint8_t>(64, 48);
  network.mask(12, 21) = 1, network.mask(13, 22) = 2;
  return network;
}

// independent library: a JSON reader finds one LineString with one opening a vertex, in px and um.
TEST(CrackFiles, GeoJsonReadsBack) {
  const auto root = nlohmann::json::parse(cracks_geojson(one_line(), {}, 50));
  ASSERT_EQ(root["features"].size(), 1U);
  const auto& feature = root["features"][0];
  EXPECT_EQ(feature["geometry"]["type"], "LineString");
  EXPECT_EQ(feature["properties"]["class"], "crack");
  EXPECT_EQ(feature["properties"]["crack"], 1);
  const auto& points = feature["geometry"]["coordinates"];
  ASSERT_EQ(points.size(), feature["properties"]["opening_um"].size());
  EXPECT_DOUBLE_EQ(points[0][0], 10.25);
  EXPECT_DOUBLE_EQ(points.back()[1], 35.75);
  EXPECT_DOUBLE_EQ(feature["properties"]["opening_um"][0], 0.2);
}

// invariant: the crack TIFF reads back as written.
TEST(CrackFiles, TiffReadsBack) {
  const CrackNetwork network = one_line();
  const auto labels = read_tiff_labels(crack_tiff(network, 50), "cracks.tif");
  ASSERT_TRUE(labels);
  EXPECT_EQ((*labels)(12, 21), 1);
  EXPECT_EQ((*labels)(13, 22), 2);
  EXPECT_EQ((*labels)(0, 0), 0);
}

// analytic: cracks and gaps lie over the pellet's labels; nothing is written where there is no specimen.
TEST(CrackFiles, LabelsOfAFractureRun) {
  CrackNetwork network = one_line();
  network.mask(40, 40) = 1;
  Pellet pellet;
  pellet.labels = Image<std::uint8_t>(64, 48, static_cast<std::uint8_t>(Label::electrolyte));
  pellet.labels(40, 40) = static_cast<std::uint8_t>(Label::none);
  const auto labels = fracture_labels(pellet, network, {});
  EXPECT_EQ(labels(12, 21), static_cast<std::uint8_t>(Label::crack));
  EXPECT_EQ(labels(40, 40), static_cast<std::uint8_t>(Label::none));
  EXPECT_EQ(labels(1, 1), static_cast<std::uint8_t>(Label::electrolyte));
}

// invariant: the ROI set unpacks to one region a line, byte for byte, and two calls give the same bytes.
TEST(CrackFiles, RoiSetUnpacks) {
  const CrackNetwork network = one_line();
  const auto packed = roi_set_zip(network, {});
  ASSERT_TRUE(packed);
  EXPECT_EQ(*packed, *roi_set_zip(network, {}));
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(packed->data(), packed->size(), 0, &error);
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY, &error);
  ASSERT_NE(archive, nullptr);
  ASSERT_EQ(zip_get_num_entries(archive, 0), 1);
  const std::string name = zip_get_name(archive, 0, 0);
  const auto expected = imagej_polyline(network.lines[0].line, name.substr(0, name.size() - 4));
  std::vector<std::uint8_t> bytes(expected.size());
  zip_file_t* file = zip_fopen_index(archive, 0, 0);
  EXPECT_EQ(zip_fread(file, bytes.data(), bytes.size()), static_cast<zip_int64_t>(expected.size()));
  zip_fclose(file);
  zip_discard(archive);
  EXPECT_EQ(bytes, expected);
  EXPECT_EQ(roi_set_zip({}, {})->size(), 22U);
}

// independent library: ImageJ itself reads the set and tells the vertices, to a hundredth of a pixel.
TEST(CrackFiles, ImageJReadsTheRoiSet) {
  const char* jar = "/usr/share/java/ij.jar";
  if (!std::filesystem::exists(jar) || std::system("command -v java javac >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "ImageJ (Debian package imagej) and a JDK are not installed";
  const auto folder = std::filesystem::temp_directory_path() / "lithoscope_crack_files_test";
  std::filesystem::remove_all(folder);
  const CrackNetwork network = one_line();
  ASSERT_TRUE(write_file(folder / "set.roi", imagej_polyline(network.lines[0].line, "crack-0001-1")));
  ASSERT_TRUE(write_file(folder / "Tell.java", std::string_view(R"(
import ij.gui.Roi;
import ij.io.RoiDecoder;
import ij.process.FloatPolygon;
public class Tell {
  public static void main(String[] a) throws Exception {
    Roi roi = new RoiDecoder(a[0]).getRoi();
    FloatPolygon p = roi.getFloatPolygon();
    System.out.println(roi.getTypeAsString() + " " + roi.getName() + " " + p.npoints);
    for (int i = 0; i < p.npoints; i++)
      System.out.println(Math.round(p.xpoints[i] * 100) + " " + Math.round(p.ypoints[i] * 100));
  }
})")));
  const std::string in = "cd '" + folder.string() + "' && ";
  ASSERT_EQ(std::system((in + "javac -cp " + jar + " Tell.java >compiler.txt 2>&1").c_str()), 0);
  ASSERT_EQ(std::system(
                (in + "java -Djava.awt.headless=true -cp " + jar + ":. Tell set.roi >out.txt 2>&1").c_str()),
            0);
  const auto out = read_text_file(folder / "out.txt");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->substr(0, out->find('\n')), "Polyline crack-0001-1 11");
  EXPECT_NE(out->find("\n975 2025\n"), std::string::npos) << *out;  // 10.25 - 0.5, 20.75 - 0.5
  EXPECT_NE(out->find("\n3975 3525\n"), std::string::npos) << *out;
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace litho
