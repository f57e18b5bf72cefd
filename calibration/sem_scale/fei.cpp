// FEI / Thermo Fisher: tags 34680 (SFEG), 34682 (Helios), 34683 (Titan). Each may hold INI text, XML, or
// base64 of XML, several may be present, some empty. INI lengths are in m, voltages in V.
#include <algorithm>

#include "calibration/sem_scale/findings.hpp"
#include "calibration/sem_scale/ini.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho::sem_scale {
namespace {

/// Empty where `text` is not base64.
std::vector<std::uint8_t> from_base64(std::string_view text) {
  std::vector<std::uint8_t> out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    if (c == '\r' || c == '\n' || c == ' ' || c == '=') continue;
    std::uint32_t six = 0;
    if (c >= 'A' && c <= 'Z')
      six = static_cast<std::uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      six = static_cast<std::uint32_t>(c - 'a' + 26);
    else if (c >= '0' && c <= '9')
      six = static_cast<std::uint32_t>(c - '0' + 52);
    else if (c == '+')
      six = 62;
    else if (c == '/')
      six = 63;
    else
      return {};
    bits = (bits << 6) | six;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> held));
    }
  }
  return out;
}

class IniReader {
 public:
  IniReader(const ImageTags& tags, const std::string& text, std::string where, Findings& found)
      : tags_(tags), ini_(text), where_(std::move(where)), found_(found) {}

  void read() {
    const std::string beam = ini_.find("Beam", "Beam").value_or("");
    const std::string scan = ini_.find("Beam", "Scan").value_or("");
    found_.looked.push_back(where_ + " ([Scan] PixelWidth, HorFieldsize, [" +
                            (beam.empty() ? "EBeam" : beam) + "] HFW)");
    read_acquisition(beam);
    if (ini_.has_section("Vector") && !ini_.has_section("Scan")) {
      found_.notes.push_back(where_ + ": [Vector] gives a magnification only, which is not a scale");
      return;
    }

    const Reading zoom = number("Image", "ZoomFactor");
    if (zoom.state == Reading::good && !agree(zoom.value, 1)) {
      found_.refuse("scale.not_sem", where_ + " [Image] ZoomFactor",
                    "the picture has a digital zoom of " + zoom.text +
                        ", for which the scan's pixel size need not hold");
      return;
    }
    const Reading columns = number("Image", "ResolutionX"), rows = number("Image", "ResolutionY");
    if (columns.state == Reading::good) {
      const double h = rows.state == Reading::good ? rows.value : tags_.height_px;
      if (!size_unchanged(tags_, columns.value, h, where_ + " [Image] ResolutionX", found_)) return;
    } else {
      found_.notes.push_back(
          where_ + ": no readable [Image] ResolutionX, so only the field of view can betray a resize");
    }
    if (columns.state == Reading::good && rows.state == Reading::good && rows.value >= 1 &&
        rows.value < tags_.height_px)
      found_.acquisition.picture_rows = static_cast<int>(rows.value);

    const double w = tags_.width_px;
    const double h = rows.state == Reading::good && rows.value >= 1 ? rows.value : 0;
    std::vector<std::string> scans{"Scan"};
    if (!scan.empty() && lower(scan) != "scan") scans.push_back(scan);
    for (const std::string& s : scans) {
      add(s, "PixelWidth", 1, "PixelHeight", 1);
      add(s, "HorFieldsize", w, "VerFieldsize", h);
    }
    if (!beam.empty()) add(beam, "HFW", w, "VFW", h);
    if (beam.empty() && ini_.has_section("EBeam") && !ini_.has_section("IBeam"))
      add("EBeam", "HFW", w, "VFW", h);
    if (lower(ini_.find(beam, "TiltCorrectionIsOn").value_or("")) == "yes")
      found_.notes.push_back(where_ + ": tilt correction was on (" +
                             ini_.find(beam, "TiltCorrectionAngle").value_or("angle unknown") +
                             " rad): the picture's rows are already stretched, no view tilt is assumed");
  }

 private:
  Reading number(const std::string& section, const std::string& key) const {
    return read_number(ini_.find(section, key));
  }

  /// A length in m spread over a count of pixels; `rows` 0: the rows are unknown. A field's width is a
  /// statement only where the file says over how many columns it was stored.
  void add(const std::string& section, const char* x_key, double columns, const char* y_key, double rows) {
    const Reading x = number(section, x_key), y = number(section, y_key);
    for (const auto& [reading, key] : {std::pair{x, x_key}, std::pair{y, y_key}})
      if (reading.state == Reading::bad) {
        found_.refuse("scale.damaged", where_ + " [" + section + "] " + key,
                      "'" + reading.text + "' is not a number");
        return;
      }
    if (x.state != Reading::good) return;
    if (columns > 1 && number("Image", "ResolutionX").state != Reading::good) {
      const Reading pixel = number("Scan", "PixelWidth");
      if (pixel.state == Reading::good && !agree(x.value, pixel.value * columns))
        found_.refuse("scale.resized", where_ + " [" + section + "] " + x_key,
                      "the field of " + x.text + " m is not " + std::to_string(tags_.width_px) +
                          " pixels of " + pixel.text +
                          " m wide: cropped or resampled since, which cannot be told");
      return;
    }
    std::optional<double> y_nm;
    if (y.state == Reading::good && rows > 0) y_nm = y.value * 1e9 / rows;
    add_square(found_,
               {x.value * 1e9 / columns,
                "fei:[" + section + "] " + x_key + (columns == 1 ? "" : "/ResolutionX"), Trust::vendor_tag},
               y_nm);
  }

  void read_acquisition(const std::string& beam) {
    Acquisition& a = found_.acquisition;
    a.instrument = std::string(trim("FEI " + ini_.find("System", "SystemType").value_or("")));
    for (const std::string& section : {beam, std::string("Beam")}) {
      for (const char* key : {"HV", "WD"})
        if (const Reading r = number(section, key); r.state == Reading::bad)
          found_.notes.push_back(where_ + " [" + section + "] " + key + ": '" + r.text + "' is not a number");
      if (const Reading volt = number(section, "HV");
          volt.state == Reading::good && volt.value > 0 && !a.accelerating_kv)
        a.accelerating_kv = volt.value / 1e3;
      if (const Reading wd = number(section, "WD");
          wd.state == Reading::good && wd.value > 0 && !a.working_distance_mm)
        a.working_distance_mm = wd.value * 1e3;
    }
    a.detector = ini_.find("Detectors", "Name").value_or("");
  }

  const ImageTags& tags_;
  Ini ini_;
  std::string where_;
  Findings& found_;
};

}  // namespace

void read_fei(const ImageTags& tags, Findings& found) {
  for (const std::uint16_t tag : {34682, 34680, 34683}) {
    if (!has_bytes(tags, tag)) continue;
    const std::string where = "FEI tag " + std::to_string(tag);
    std::string text = tag_text(tags, tag);
    if (const auto decoded = from_base64(trim(text)); decoded.size() > 16) text = decode_text(decoded);
    const std::string_view body = trim(text);
    if (body.starts_with('<')) {
      read_fei_xml(tags, std::string(body), where, found);
    } else if (body.find('[') != std::string_view::npos && body.find('=') != std::string_view::npos) {
      IniReader(tags, text, where, found).read();
    } else {
      found.looked.push_back(where);
      found.refuse("scale.damaged", where, "the FEI text is neither key=value lines nor XML");
    }
  }
}

}  // namespace litho::sem_scale
