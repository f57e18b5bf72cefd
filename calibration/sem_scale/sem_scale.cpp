#include "calibration/sem_scale/sem_scale.hpp"

#include <algorithm>
#include <cmath>

#include "calibration/sem_scale/findings.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

using sem_scale::Findings;
using sem_scale::Statement;

constexpr const char* kHint =
    "if you know it, give the pixel size with --pixel-size \"48.8 nm\" or in the sheet's column "
    "pixel_size_nm";

bool plausible(double nm) {
  return std::isfinite(nm) && nm >= kSmallestPixelNm && nm <= kLargestPixelNm;
}

std::string as_text(const ScaleSource& s) {
  return s.source + " " + format_double(s.nm_per_px) + " nm";
}

std::string listed(const std::vector<ScaleSource>& statements) {
  std::vector<std::string> parts;
  for (const ScaleSource& s : statements) parts.push_back(as_text(s));
  return join(parts, "; ");
}

Error decide(const Findings& found, const ImageTags& tags, const std::vector<ScaleSource>& statements) {
  if (!found.refusals.empty()) {
    Error first = found.refusals.front();
    for (std::size_t i = 1; i < found.refusals.size(); ++i)
      first.message += "; also " + found.refusals[i].message;
    return first;
  }
  if (found.statements.empty()) {
    const std::string looked = found.looked.empty()
                                   ? "no microscope's tag or sidecar, OME-XML or ImageJ unit is there"
                                   : "looked in " + join(found.looked, ", ");
    const std::string why = found.notes.empty() ? "" : " (" + join(found.notes, "; ") + ")";
    const std::string dpi =
        tags.x_resolution ? "; TIFF resolution tags speak of printing and are not a scale" : "";
    return {"scale.none", tags.file_name, "nothing in the file states the pixel size: " + looked + why + dpi,
            ""};
  }
  for (const Statement& s : found.statements)
    if (!plausible(s.nm))
      return {"scale.implausible", s.source,
              format_double(s.nm) + " nm per pixel lies outside " + format_double(kSmallestPixelNm) +
                  " nm to " + format_double(kLargestPixelNm) + " nm",
              ""};
  for (const Statement& a : found.statements)
    for (const Statement& b : found.statements)
      if (!sem_scale::agree(a.nm, b.nm, kScaleAgreement + a.rounding + b.rounding))
        return {"scale.disagree", tags.file_name,
                "statements about the pixel size contradict each other: " + listed(statements), ""};
  return {};
}

}  // namespace

ScaleReport read_scale(const ImageTags& tags) {
  Findings found;
  if (tags.width_px > 0 && tags.height_px > 0) {
    sem_scale::read_zeiss(tags, found);
    sem_scale::read_fei(tags, found);
    sem_scale::read_tescan(tags, found);
    sem_scale::read_jeol(tags, found);
    sem_scale::read_hitachi(tags, found);
    sem_scale::read_atlas(tags, found);
    sem_scale::read_openfibsem(tags, found);
    sem_scale::read_ome(tags, found);
    sem_scale::read_imagej(tags, found);
    sem_scale::name_unread(tags, found);
  }
  std::ranges::stable_sort(found.statements, {}, &Statement::trust);

  ScaleReport report;
  for (const Statement& s : found.statements) report.statements.push_back({s.nm, s.source});
  report.refusal = decide(found, tags, report.statements);
  report.acquisition = std::move(found.acquisition);
  report.notes = std::move(found.notes);
  if (!report.refusal.code.empty()) {
    if (report.refusal.where.empty()) report.refusal.where = tags.file_name;
    report.refusal.hint = kHint;
    return report;
  }
  const Statement& best = found.statements.front();
  report.pixel_size = PixelSize{
      best.nm, best.source, {report.statements.begin() + 1, report.statements.end()}, best.u_percent};
  return report;
}

ScaleReport with_override(ScaleReport report, double nm, const std::string& source) {
  if (!plausible(nm)) {
    report.pixel_size.reset();
    report.refusal = {"scale.implausible", source,
                      "a pixel size of " + format_double(nm) + " nm lies outside " +
                          format_double(kSmallestPixelNm) + " nm to " + format_double(kLargestPixelNm) +
                          " nm",
                      "give the size of one pixel in nm, for example 48.8"};
    return report;
  }
  for (const ScaleSource& s : report.statements)
    if (!sem_scale::agree(s.nm_per_px, nm))
      report.notes.push_back(source + " " + format_double(nm) + " nm is believed although " + as_text(s) +
                             " is stated");
  if (!report.refusal.code.empty())
    report.notes.push_back("without " + source + ": " + report.refusal.message);
  report.pixel_size = PixelSize{nm, source, report.statements, std::nullopt};
  report.refusal = {};
  return report;
}

std::vector<std::string> sidecar_candidates(const std::string& file_name) {
  const auto dot = file_name.rfind('.');
  const std::string stem = file_name.substr(0, dot);
  const std::string ending = dot == std::string::npos ? "" : file_name.substr(dot + 1);
  if (stem.empty()) return {};
  std::vector<std::string> names{stem + ".txt", stem + ".TXT", stem + ".hdr", stem + ".HDR"};
  const auto add = [&](const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  if (!ending.empty()) {
    for (const std::string& e : {ending, lower(ending)})
      for (const char* last : {".hdr", ".HDR"}) add(stem + "-" + e + last);
    for (const char* last : {".txt", ".TXT", ".hdr", ".HDR"}) add(file_name + last);
  }
  return names;
}

}  // namespace litho
