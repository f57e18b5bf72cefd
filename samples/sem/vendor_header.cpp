#include "samples/sem/vendor_header.hpp"

#include <cmath>
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

VendorHeader zeiss(const Scene& scene, const Exposure& exposure, const std::string& file_name) {
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
  return {{{34118, true, text}}, ""};
}

VendorHeader fei(const Scene& scene, const Exposure& exposure, const std::string&) {
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
  return {{{34682, true, text}}, ""};
}

std::string utf16le(const std::string& ascii) {
  std::string out;
  for (const char c : ascii) out.append({c, '\0'});
  return out;
}

VendorHeader tescan(const Scene& scene, const Exposure& exposure, const std::string&) {
  std::string bytes;
  const auto block = [&](unsigned type, const std::string& data) {
    const auto length = static_cast<std::uint32_t>(data.size() + 2);  // the type counts
    for (int k = 0; k < 4; ++k) bytes.push_back(static_cast<char>(length >> 8 * k));
    for (unsigned k = 0; k < 2; ++k) bytes.push_back(static_cast<char>(type >> 8 * k));
    bytes += data;
  };
  const std::string pixel = format_exact(scene.pixel_size_nm * 1e-9);
  block(2, "AccFrames=1\r\nDate=2020-01-01\r\nDevice=synthetic\r\nImageStripSize=" +
               std::to_string(scene.height - scene.picture_rows) +
               "\r\nMagnification=" + format_double(exposure.magnification) + "\r\nPixelSizeX=" + pixel +
               "\r\nPixelSizeY=" + pixel + std::string("\r\nVersion=4.2.13.0\r\n\0", 22));
  block(3, "Detector=" + exposure.detector + "\r\nHV=" + format_double(exposure.kv * 1000) +
               "\r\nScanRotation=0.0\r\nStageTilt=0.0\r\nTiltCorrection=0.0\r\nWD=" +
               format_double(exposure.working_distance_mm * 1e-3) + std::string("\r\n\0", 3));
  block(0, "");
  return {{{50431, false, bytes}}, ""};
}

VendorHeader jeol(const Scene& scene, const Exposure& exposure, const std::string&) {
  const double marker_nm = scale_bar_nm(scene), um = scene.pixel_size_nm / 1000;
  const auto field = [&](int px) {
    char fixed[32];
    std::snprintf(fixed, sizeof fixed, "%.3fum", px * um);
    return std::string(fixed);
  };
  std::string text = "$SEM_DATA_VERSION 1\r\n$CM_FORMAT JEOL-SEM\r\n$CM_INSTRUMENT synthetic\r\n";
  text += "$CM_ACCEL_VOLT " + format_double(exposure.kv) + "\r\n$CM_MAG " +
          format_double(exposure.magnification) + "\r\n$CM_SIGNAL_NAME " + exposure.detector + "\r\n";
  text += "$CM_FULL_SIZE " + std::to_string(scene.width) + " " + std::to_string(scene.picture_rows) + "\r\n";
  text += "$CM_FIELD_OF_VIEW " + field(scene.width) + " " + field(scene.picture_rows) + "\r\n";
  text += "$$SM_MICRON_BAR " + std::to_string(std::lround(marker_nm / scene.pixel_size_nm)) + "\r\n";
  text += "$$SM_MICRON_MARKER " +
          (marker_nm < 1000 ? format_double(marker_nm) + "nm" : format_double(marker_nm / 1000) + "um") +
          "\r\n";
  text += "$$SM_WD " + format_double(exposure.working_distance_mm) +
          "\r\n$CM_STAGE_POS 0.0 0.0 10.0 0.0 0.0 0\r\n";
  return {{}, text};
}

VendorHeader hitachi(const Scene& scene, const Exposure& exposure, const std::string& file_name) {
  const std::string pixel = "PixelSize=" + format_exact(scene.pixel_size_nm) + "\r\n";
  const std::string wd = format_double(exposure.working_distance_mm * 1000);
  const std::string text =
      "[SemImageFile]\r\nInstructName=SYNTHETIC\r\nFormat=tif\r\nImageName=" + file_name +
      "\r\nDate=2020/01/01\r\nDataSize=" + std::to_string(scene.width) + "x" + std::to_string(scene.height) +
      "\r\n" + pixel + "SignalName=" + exposure.detector +
      "\r\nAcceleratingVoltage=" + format_double(exposure.kv * 1000) +
      " Volt\r\nMagnification=" + format_double(exposure.magnification) + "\r\nWorkingDistance=" + wd +
      " um\r\nMicronMarker=" + format_double(scale_bar_nm(scene)) +
      "\r\nStagePositionT=0.000\r\nTiltCompensation=0\r\n";
  return {
      {{40092, false, utf16le("SerialNumber=0000\r\n" + pixel + "SignalName=" + exposure.detector + "\r\n")},
       {40093, false, utf16le("SYNTH")}},
      "\xFF\xFE" + utf16le(text)};
}

}  // namespace

const char* vendor_name(Vendor vendor) {
  constexpr const char* kNames[] = {"zeiss", "fei", "tescan", "jeol", "hitachi"};
  return kNames[static_cast<std::size_t>(vendor)];
}

VendorHeader vendor_header(const Scene& scene, const Exposure& exposure, const std::string& file_name) {
  constexpr VendorHeader (*kWriters[])(const Scene&, const Exposure&, const std::string&) = {
      zeiss, fei, tescan, jeol, hitachi};
  return kWriters[static_cast<std::size_t>(scene.vendor)](scene, exposure, file_name);
}

}  // namespace litho::sem_sample
