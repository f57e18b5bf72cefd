// JEOL: sidecar <stem>.txt of "$CM_KEY value" and "$$SM_KEY value" lines. The scale is a bar of whole pixels
// and what it stands for; some versions add the field of view.
#include <algorithm>
#include <cmath>
#include <map>

#include "calibration/sem_scale/findings.hpp"
#include "calibration/sem_scale/ini.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho::sem_scale {
namespace {

constexpr double kCoarsest = 0.05;  ///< a scale known no better than this is none

using Lines = std::map<std::string, std::string>;

Lines parse(const std::string& text) {
  Lines out;
  for (const std::string_view raw : split_lines(finished_lines(text))) {
    std::string_view line = trim(raw);
    if (!line.starts_with('$')) continue;
    line.remove_prefix(line.find_first_not_of('$') == std::string_view::npos ? line.size()
                                                                             : line.find_first_not_of('$'));
    const auto blank = line.find_first_of(" \t");
    const std::string value(blank == std::string_view::npos ? "" : trim(line.substr(blank)));
    const auto [it, added] = out.emplace(std::string(line.substr(0, blank)), value);
    if (!added && it->second != value) it->second = "<repeated>";
  }
  return out;
}

std::optional<std::string> find(const Lines& lines, const std::string& key) {
  const auto it = lines.find(key);
  return it == lines.end() ? std::nullopt : std::optional(it->second);
}

/// "1280 960" and "1.067mm 0.800mm" in two words.
std::pair<std::string, std::string> two_words(const std::string& text) {
  const auto blank = text.find_first_of(" \t");
  if (blank == std::string::npos) return {text, ""};
  return {text.substr(0, blank), std::string(trim(text.substr(blank)))};
}

/// Relative half width of the last decimal of "1.067mm".
double half_last_digit(const std::string& text) {
  const auto end = text.find_first_not_of("0123456789.");
  const std::string number = text.substr(0, end);
  const auto point = number.find('.');
  const auto value = parse_double(number);
  if (!value || *value <= 0) return 0;
  const auto decimals = point == std::string::npos ? 0 : static_cast<int>(number.size() - point - 1);
  return 0.5 * std::pow(10.0, -decimals) / *value;
}

void read_text(const ImageTags& tags, const Lines& lines, const std::string& where, Findings& found) {
  found.looked.push_back(where + " ($$SM_MICRON_MARKER, $$SM_MICRON_BAR, $CM_FIELD_OF_VIEW)");
  Acquisition& a = found.acquisition;
  if (a.instrument.empty())
    a.instrument = std::string(trim("JEOL " + find(lines, "CM_INSTRUMENT").value_or("")));
  if (const auto kv = read_number(find(lines, "CM_ACCEL_VOLT")); kv.value > 0) a.accelerating_kv = kv.value;
  if (const auto wd = read_number(find(lines, "SM_WD")); wd.value > 0) a.working_distance_mm = wd.value;
  a.detector = find(lines, "CM_SIGNAL_NAME").value_or(find(lines, "CM_SIGNAL").value_or(""));

  const std::string full = find(lines, "CM_FULL_SIZE").value_or(find(lines, "CM_IMAGE_SIZE").value_or(""));
  if (const auto image_size = find(lines, "CM_IMAGE_SIZE"); image_size && *image_size != full) {
    found.refuse("scale.resized", where + " $CM_IMAGE_SIZE",
                 "'" + *image_size + "' and $CM_FULL_SIZE '" + full +
                     "' differ: whose pixel the bar counts is unknown");
    return;
  }
  const auto [full_w, full_h] = two_words(full);
  const Reading columns = read_number(full_w), rows = read_number(full_h);
  const bool size_known =
      columns.state == Reading::good && rows.state == Reading::good && columns.value >= 1 && rows.value >= 1;
  if (size_known) {
    if (!size_unchanged(tags, columns.value, rows.value, where + " $CM_FULL_SIZE", found)) return;
    if (rows.value < tags.height_px) a.picture_rows = static_cast<int>(rows.value);
  } else {
    found.notes.push_back(where +
                          ": $CM_FULL_SIZE or $CM_IMAGE_SIZE is missing, so a resize would not be noticed");
  }

  const auto fov_text = find(lines, "CM_FIELD_OF_VIEW").value_or("");
  auto [fov_w, fov_h] = two_words(fov_text);
  // "1.067 0.800mm": one unit for both.
  if (!fov_w.empty() && fov_w.find_first_not_of("0123456789.") == std::string::npos)
    if (const auto unit = fov_h.find_first_not_of("0123456789."); unit != std::string::npos)
      fov_w += fov_h.substr(unit);
  const Reading fov = read_length_nm(fov_w), fov_rows = read_length_nm(fov_h);
  const Reading bar = read_number(find(lines, "SM_MICRON_BAR"));
  const Reading marker = read_length_nm(find(lines, "SM_MICRON_MARKER"));
  for (const auto& [reading, key] :
       {std::pair{bar, "$$SM_MICRON_BAR"}, std::pair{marker, "$$SM_MICRON_MARKER"}})
    if (reading.state == Reading::bad || (reading.state == Reading::good && reading.value <= 0)) {
      found.refuse("scale.damaged", where + " " + key,
                   "'" + reading.text + "' is nothing above 0 with a unit");
      return;
    }

  std::vector<Statement> statements;
  const auto add = [&](double nm, std::string source, double half) {
    // Within half a digit or pixel, uniform.
    statements.push_back({nm, std::move(source), Trust::vendor_sidecar, half, 100 * half / std::sqrt(3.0)});
  };
  const double half = half_last_digit(fov_w), half_y = half_last_digit(fov_h);
  if (fov.state == Reading::good && size_known && half > 0 && half < kCoarsest) {
    const double x = fov.value / columns.value, y = fov_rows.value / rows.value;
    if (fov_rows.state == Reading::good && !agree(x, y, kScaleAgreement + half + half_y)) {
      found.refuse("scale.not_square", where + " $CM_FIELD_OF_VIEW",
                   "'" + fov_text + "' over " + full + " px gives pixels that are not square");
      return;
    }
    add(x, "jeol:CM_FIELD_OF_VIEW/CM_FULL_SIZE", half);
  } else if (!fov_text.empty()) {
    found.notes.push_back(where + " $CM_FIELD_OF_VIEW: '" + fov_text +
                          "' is not used (no unit, too few digits, or no picture size)");
  }
  if (bar.state == Reading::good && marker.state == Reading::good) {
    if (bar.value > tags.width_px || 0.5 / bar.value > kCoarsest) {
      found.refuse("scale.damaged", where + " $$SM_MICRON_BAR",
                   "a bar of " + bar.text + " px is too short to say a scale or does not fit the picture");
      return;
    }
    add(marker.value / bar.value, "jeol:SM_MICRON_MARKER/SM_MICRON_BAR", 0.5 / bar.value);
  } else if (statements.empty()) {
    found.notes.push_back(where + ": $$SM_MICRON_MARKER needs $$SM_MICRON_BAR; $CM_MAG is not a scale");
  }
  if (const auto pixel = find(lines, "CM_PIXEL_SIZE"))
    found.notes.push_back(where + " $CM_PIXEL_SIZE: '" + *pixel +
                          "' is not used, its unit differs between versions");
  std::ranges::stable_sort(statements, {}, &Statement::rounding);
  found.statements.insert(found.statements.end(), statements.begin(), statements.end());
}

}  // namespace

void read_jeol(const ImageTags& tags, Findings& found) {
  for (const Sidecar& sidecar : tags.sidecars) {
    const Lines lines = parse(decode_text(sidecar.bytes));
    if (lines.contains("CM_FORMAT") || lines.contains("CM_MAG") || lines.contains("SM_MICRON_MARKER") ||
        lines.contains("SM_MICRON_BAR") || lines.contains("SEM_DATA_VERSION"))
      read_text(tags, lines, sidecar.file_name, found);
  }
}

}  // namespace litho::sem_scale
