#include "samples/sem/vendor_header.hpp"

#include <cstdio>
#include <iterator>
#include <utility>

#include "pipeline/core/number.hpp"

namespace litho::sem_sample {
namespace {

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6e", value);
  std::string s(text);  // old versions write three digits of exponent
  const auto e = s.find('e');
  if (s.size() - e == 4) s.insert(e + 2, "0");
  return s;
}

// A length in the unit the microscope would pick, with four digits as it does.
std::string length_text(double nm) {
  return nm < 1000 ? format_double(nm, 4) + " nm" : format_double(nm / 1000, 4) + " \xB5m";
}

}  // namespace

VendorHeader zeiss_header(const Scene& scene, const Exposure& exposure, const std::string& file_name) {
  const double screen_px_m = scene.pixel_size_nm * 1e-9 * scene.width / 1024;  // of a screen 1024 wide
  std::string text;
  const auto line = [&](const std::string& content) { text += content + "\r\n"; };
  for (int i = 0; i < 3; ++i) line("0");
  for (const std::string& value :
       {scientific(screen_px_m), scientific(exposure.magnification), std::string("6"),
        scientific(exposure.kv * 1000), scientific(2.4), scientific(1e-10),
        scientific(exposure.working_distance_mm * 1e-3), std::string("1")})
    line(value);
  for (int i = 11; i < 34; ++i) line(i == 18 ? "2" : i == 26 ? "3" : "0");
  const std::pair<std::string, std::string> pairs[] = {
      {"DP_DETECTOR_CHANNEL", "Signal A = " + exposure.detector},
      {"DP_TILT_CORRECTION", "Tilt Corrn. = Off"},
      {"DP_SCAN_ROT", "Scan Rotation = Off"},
      {"DP_IMAGE_STORE",
       "Store resolution = " + std::to_string(scene.width) + " * " + std::to_string(scene.height)},
      {"AP_WD", "WD = " + format_double(exposure.working_distance_mm) + " mm"},
      {"AP_MAG", "Mag = " + format_double(exposure.magnification) + " X"},
      {"AP_ACTUALKV", "EHT = " + format_double(exposure.kv) + ".00 kV"},
      {"AP_PIXEL_SIZE", "Pixel Size = " + length_text(screen_px_m * 1e9)},
      {"AP_IMAGE_PIXEL_SIZE", "Image Pixel Size = " + length_text(scene.pixel_size_nm)},
      {"AP_WIDTH", "Width = " + length_text(scene.pixel_size_nm * scene.width)},
      {"AP_HEIGHT", "Height = " + length_text(scene.pixel_size_nm * scene.height)},
      {"AP_TILT_ANGLE", "Tilt Angle = 0.0 \xB0"},
      {"AP_STAGE_AT_T", "Stage at T = 0.0 \xB0"},
      {"SV_VERSION", "Version = synthetic"},
      {"SV_FILE_NAME", "File Name = " + file_name},
      {"AP_DATE", "Date :1 Jan 2020"},
      {"AP_TIME", "Time :0:00:00"},
  };
  line(std::to_string(std::size(pairs)));
  for (const auto& [key, content] : pairs) {
    line(key);
    line(content);
  }
  return {34118, text};
}

VendorHeader fei_header(const Scene& scene, const Exposure& exposure) {
  const double pixel_m = scene.pixel_size_nm * 1e-9;
  std::string text;
  const auto section = [&](const char* name) {
    text += (text.empty() ? "[" : "\r\n[") + std::string(name) + "]\r\n";
  };
  const auto entry = [&](const char* key, const std::string& value) {
    text += std::string(key) + "=" + value + "\r\n";
  };
  section("User");
  entry("Date", "01/01/2020");
  section("System");
  entry("Type", "SEM");
  entry("SystemType", "synthetic");
  section("Beam");
  entry("HV", format_double(exposure.kv * 1000));
  entry("Beam", "EBeam");
  entry("Scan", "EScan");
  section("EBeam");
  entry("HV", format_double(exposure.kv * 1000));
  entry("HFW", format_exact(pixel_m * scene.width));
  entry("VFW", format_exact(pixel_m * scene.picture_rows));
  entry("WD", format_double(exposure.working_distance_mm * 1e-3));
  entry("TiltCorrectionIsOn", "no");
  section("Scan");
  entry("PixelWidth", format_exact(pixel_m));
  entry("PixelHeight", format_exact(pixel_m));
  entry("HorFieldsize", format_exact(pixel_m * scene.width));
  entry("VerFieldsize", format_exact(pixel_m * scene.picture_rows));
  section("Stage");
  entry("StageT", "0");
  section("Image");
  entry("ResolutionX", std::to_string(scene.width));
  entry("ResolutionY", std::to_string(scene.picture_rows));
  section("Detectors");
  entry("Name", exposure.detector);
  section("PrivateFei");
  entry("DatabarHeight", std::to_string(scene.height - scene.picture_rows));
  return {34682, text};
}

}  // namespace litho::sem_sample
