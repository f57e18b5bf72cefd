// ZEISS SmartSEM: tag 34118 (Windows-1252) and, since V07, the same text in UTF-16 in tag 34119. One number a
// line, then pairs of lines "KEY", "Label = value unit".
#include <cmath>
#include <map>

#include "calibration/sem_scale/findings.hpp"
#include "calibration/sem_scale/ini.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/core/units.hpp"

namespace litho::sem_scale {
namespace {

constexpr std::uint16_t kTag = 34118, kUnicodeTag = 34119;
constexpr int kPixelLine = 3;  ///< line of the pixel size in m on a screen of kScreenWidth
constexpr double kScreenWidth = 1024;

class Text {
 public:
  explicit Text(const std::string& text) {
    const auto lines = split_lines(finished_lines(text));
    if (lines.size() > kPixelLine) header_pixel_ = std::string(trim(lines[kPixelLine]));
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      const std::string_view key = trim(lines[i]);
      if (key.size() < 4 || key[2] != '_' ||
          !(key.starts_with("AP") || key.starts_with("DP") || key.starts_with("SV")))
        continue;
      const std::string_view line = lines[i + 1];
      const auto mark = line.find_first_of("=:");
      if (mark == std::string_view::npos) continue;
      const auto [it, added] = values_.emplace(std::string(key), std::string(trim(line.substr(mark + 1))));
      if (!added && it->second != trim(line.substr(mark + 1))) it->second = "<repeated>";
      ++i;
    }
  }

  bool empty() const { return values_.empty(); }
  std::optional<std::string> find(const std::string& key) const {
    const auto it = values_.find(key);
    return it == values_.end() ? std::nullopt : std::optional(it->second);
  }
  const std::optional<std::string>& header_pixel() const { return header_pixel_; }

 private:
  std::optional<std::string> header_pixel_;
  std::map<std::string, std::string> values_;
};

/// Both texts; a length that one of them has lost ("2.615 ?m") is taken from the other.
struct Texts {
  Text ansi, unicode;

  std::string value(const std::string& key) const {
    if (const auto v = ansi.find(key)) return *v;
    return unicode.find(key).value_or("");
  }

  Reading length_nm(const std::string& key, Findings& found) const {
    const Reading first = read_length_nm(ansi.find(key)), second = read_length_nm(unicode.find(key));
    if (first.state == Reading::good && second.state == Reading::good && !agree(first.value, second.value))
      found.refuse("scale.disagree", "zeiss:" + key,
                   "tag 34118 says '" + first.text + "' and its twin 34119 says '" + second.text + "'");
    const Reading& used = first.state == Reading::good || second.state != Reading::good ? first : second;
    if (first.state == Reading::bad)
      found.notes.push_back("zeiss:" + key + ": '" + first.text + "' in tag 34118 is unreadable" +
                            (used.state == Reading::good ? ", taken from its UTF-16 twin 34119" : ""));
    return used.state == Reading::absent ? second : used;
  }

  /// The unlabelled number, nm.
  Reading header_nm() const {
    Reading out = read_number(ansi.header_pixel());
    if (out.state != Reading::good) out = read_number(unicode.header_pixel());
    out.value *= 1e9;
    if (out.state == Reading::good && out.value == 0) out.state = Reading::absent;
    return out;
  }
};

void read_acquisition(const Texts& text, Findings& found) {
  Acquisition& a = found.acquisition;
  // "ULTRA 55-36-06": the model, then digits of the instrument.
  const std::string serial = text.value("SV_SERIAL_NUMBER");
  const auto model_end = serial.find_last_not_of("-0123456789 ");
  auto dash = model_end == std::string::npos ? std::string::npos : serial.find('-', model_end);
  a.instrument = "Zeiss " + std::string(trim(serial.substr(0, dash)));
  a.instrument = std::string(trim(a.instrument));
  for (const char* key : {"AP_ACTUALKV", "AP_MANUALKV"})
    if (const auto kv = parse_in_unit(text.value(key), "kV"); kv && *kv > 0 && !a.accelerating_kv)
      a.accelerating_kv = *kv;
  if (const auto wd = parse_in_unit(text.value("AP_WD"), "mm"); wd && *wd > 0) a.working_distance_mm = *wd;
  a.detector = text.value("DP_DETECTOR_CHANNEL");
  if (a.detector.empty()) a.detector = text.value("DP_DETECTOR_TYPE");
  // A stored angle means nothing while the correction is off, and is undone in the picture while it is on.
  if (lower(text.value("DP_TILT_CORRECTION")) == "on")
    found.notes.push_back("zeiss: tilt correction was on at " + text.value("AP_TILT_ANGLE") +
                          ": the picture's rows are already stretched, no view tilt is assumed");
}

/// Cosine of the angle for which the scan was shortened along y, so that a tilted surface appears in true
/// proportion; 1 where the correction was off.
double tilt_correction_cosine(const Texts& text) {
  if (lower(text.value("DP_TILT_CORRECTION")) != "on") return 1;
  const auto angle = parse_in_unit(text.value("AP_TILT_ANGLE"), "rad");
  return angle ? std::cos(*angle) : 1;
}

/// Files without a stored size: only the sizes that the microscope itself writes can be told from a crop.
bool is_store_size(const ImageTags& tags) {
  return tags.width_px % 512 == 0 && 4 * tags.height_px == 3 * tags.width_px;
}

}  // namespace

void read_zeiss(const ImageTags& tags, Findings& found) {
  if (!has_bytes(tags, kTag) && !has_bytes(tags, kUnicodeTag)) return;
  const Texts text{Text(tag_text(tags, kTag)), Text(tag_text(tags, kUnicodeTag))};
  found.looked.push_back("Zeiss tag 34118 (AP_IMAGE_PIXEL_SIZE, AP_WIDTH)");
  if (text.ansi.empty() && text.unicode.empty()) {
    found.refuse("scale.damaged", "tag 34118", "the Zeiss text holds no readable parameter");
    return;
  }
  read_acquisition(text, found);

  const std::string beam = text.value("DP_FIB_IMAGING");
  if (!beam.empty() && lower(beam).find("sem") == std::string::npos) {
    found.refuse(
        "scale.not_sem", "zeiss:DP_FIB_IMAGING",
        "the picture was made with '" + beam + "', for which the electron beam's pixel size need not hold");
    return;
  }

  if (lower(text.value("DP_ZOOM")) == "on") {
    found.refuse("scale.not_sem", "zeiss:DP_ZOOM",
                 "the picture has a digital zoom, for which the pixel size need not hold");
    return;
  }

  double stored_height = tags.height_px;
  const std::string stored = text.value("DP_IMAGE_STORE");
  const auto cross = stored.find_first_of("*xX");
  const auto store_w = read_number(stored.substr(0, cross));
  const auto store_h = read_number(cross == std::string::npos ? "" : stored.substr(cross + 1));
  const bool store_known = store_w.state == Reading::good && store_h.state == Reading::good;
  if (store_known) {
    stored_height = store_h.value;
    if (!size_unchanged(tags, store_w.value, store_h.value, "zeiss:DP_IMAGE_STORE", found)) return;
  }

  const Reading image = text.length_nm("AP_IMAGE_PIXEL_SIZE", found);
  const Reading width = text.length_nm("AP_WIDTH", found), height = text.length_nm("AP_HEIGHT", found);
  const Reading header = text.header_nm();
  if (header.state == Reading::bad)
    found.notes.push_back("zeiss: the pixel size in the header, '" + header.text.substr(0, 32) +
                          "', is no number");
  const double b = width.value / tags.width_px, c = header.value * kScreenWidth / tags.width_px;
  if (image.state != Reading::good && width.state != Reading::good) {
    found.refuse(image.state == Reading::bad || width.state == Reading::bad ? "scale.damaged" : "scale.none",
                 "tag 34118",
                 "the Zeiss text gives no readable AP_IMAGE_PIXEL_SIZE or AP_WIDTH ('" + image.text + "', '" +
                     width.text + "'); the unlabelled number of its header alone is not believed");
    return;
  }
  if (image.state != Reading::good && !store_known && !is_store_size(tags)) {
    found.refuse("scale.resized", "zeiss:AP_WIDTH",
                 "only the width of the field is stated, and " + std::to_string(tags.width_px) + " x " +
                     std::to_string(tags.height_px) +
                     " px is no size the microscope stores: whether all of the field is in "
                     "the picture cannot be told");
    return;
  }
  if (image.state == Reading::good && width.state != Reading::good && header.state != Reading::good &&
      !store_known)
    found.notes.push_back(
        "zeiss:AP_IMAGE_PIXEL_SIZE: nothing confirms that the picture has the size it was stored with");

  // All that is stated must agree; the header has seven digits, the labelled ones four.
  const bool width_good = width.state == Reading::good;
  std::optional<double> row_pitch;
  if (width_good && height.state == Reading::good) row_pitch = height.value / stored_height;
  const double foreshortening = tilt_correction_cosine(text);
  const bool explained = row_pitch && foreshortening < 1 && agree(b * foreshortening, *row_pitch);
  if (explained)
    found.notes.push_back(
        "zeiss:AP_HEIGHT is that of the tilted scan; the correction made the picture's pixels square");
  if (width_good && row_pitch && !explained && !agree(b, *row_pitch)) {
    found.refuse(
        "scale.not_square", "zeiss:AP_HEIGHT",
        "AP_WIDTH gives " + format_double(b) + " nm per column and AP_HEIGHT " + format_double(*row_pitch) +
            " nm per row: cropped since, or stretched by a tilt correction (" +
            (text.value("DP_TILT_CORRECTION").empty() ? "unknown" : text.value("DP_TILT_CORRECTION")) + ")");
    return;
  }
  if (const Reading screen = read_length_nm(text.ansi.find("AP_PIXEL_SIZE"));
      screen.state == Reading::good && !agree(screen.value, image.state == Reading::good ? image.value : b))
    found.notes.push_back("zeiss:AP_PIXEL_SIZE " + screen.text +
                          " is the pixel of the screen and not believed");
  if (image.state != Reading::good && !store_known)
    found.notes.push_back(
        "zeiss: only the field is stated; a crop to another size the microscope stores would not be noticed");
  if (header.state == Reading::good)
    found.statements.push_back({c, "zeiss:header pixel*1024/width", Trust::vendor_tag});
  if (image.state == Reading::good)
    found.statements.push_back({image.value, "zeiss:AP_IMAGE_PIXEL_SIZE", Trust::vendor_tag});
  if (width_good) found.statements.push_back({b, "zeiss:AP_WIDTH/width", Trust::vendor_tag});
}

}  // namespace litho::sem_scale
