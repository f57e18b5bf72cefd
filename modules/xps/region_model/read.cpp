#include <algorithm>
#include <cmath>

#include "modules/xps/region_model/kernel.hpp"
#include "modules/xps/region_model/reading.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

/// Letters and digits in lower case.
std::string bare(std::string_view text) {
  std::string out;
  for (const char c : lower(text))
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  return out;
}

std::vector<std::string> read_texts(ModelReading& in, const Value* value) {
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (value->kind == Value::Kind::scalar) return {value->text};
  if (value->kind != Value::Kind::list) {
    in.fail("peaks.bad_value", *value, "a text or a list of texts is due here", "");
    return out;
  }
  for (const Value& item : value->items) out.push_back(in.text(&item));
  return out;
}

void read_window(ModelReading& in, const Value& region, PeakRegion& out) {
  const Value* window = in.needed(region, "window_ev");
  if (window == nullptr) return;
  if (window->kind != Value::Kind::list || window->items.size() != 2)
    return in.fail("peaks.bad_value", *window, "the window is a list of two binding energies in eV",
                   "write window_ev: [570, 592]");
  const auto low = in.number(&window->items[0]), high = in.number(&window->items[1]);
  if (!low || !high) return;
  out.low_ev = std::min(*low, *high), out.high_ev = std::max(*low, *high);
  if (!(out.high_ev - out.low_ev >= 1))
    in.fail("peaks.range", *window, "the window is narrower than 1 eV", "");
}

PeakRegion read_region(ModelReading& in, const Value& value) {
  PeakRegion region;
  in.check_keys(value, "a region",
                {"name", "match", "window_ev", "sources", "parameters", "background", "components",
                 "alternatives", "choose"});
  region.name = in.text(in.needed(value, "name"));
  region.match = read_texts(in, value.find("match"));
  region.sources = join(read_texts(in, value.find("sources")), "; ");
  read_window(in, value, region);
  if (const Value* choose = value.find("choose")) {
    const auto word = in.choice(choose, {"aicc", "bic"});
    region.choose = word == "bic" ? Criterion::bic : Criterion::aicc;
  }
  region.models.push_back(build_region_model(in, value, nullptr));
  if (const Value* alternatives = value.find("alternatives")) {
    if (alternatives->kind != Value::Kind::list)
      in.fail("peaks.bad_value", *alternatives, "alternatives are a list", "");
    for (const Value& alternative : alternatives->items) {
      in.check_keys(alternative, "an alternative", {"name", "without", "background", "set"});
      // What the declared model itself has wrong was said already.
      region.models.push_back(build_region_model(in, value, &alternative));
    }
  }
  std::vector<std::string> names;
  for (const RegionModel& model : region.models) {
    if (std::find(names.begin(), names.end(), model.name) != names.end())
      in.fail("peaks.repeated_name", value, "two alternatives are called '" + model.name + "'", "");
    names.push_back(model.name);
  }
  return region;
}

}  // namespace

Result<PeakModel> read_peak_model(const Value& root, std::string_view file) {
  ModelReading in(file);
  PeakModel model;
  if (root.kind != Value::Kind::map)
    return Error{"peaks.bad_value", std::string(file), "this is not a peak file",
                 "a peak file is a map with peaks, name and regions"};
  in.check_keys(root, "a peak file", {"peaks", "name", "doc", "regions"});
  if (const Value* version = in.needed(root, "peaks"); version != nullptr && version->text != "1")
    in.fail("peaks.version", *version, "version '" + version->text + "' is not known", "write peaks: 1");
  model.name = in.text(in.needed(root, "name"));
  if (const Value* doc = root.find("doc")) model.doc = in.text(doc);
  const Value* regions = in.needed(root, "regions");
  if (regions != nullptr && (regions->kind != Value::Kind::list || regions->items.empty()))
    in.fail("peaks.bad_value", *regions, "regions are a list with at least one entry", "");
  else if (regions != nullptr)
    for (const Value& value : regions->items) {
      if (value.kind != Value::Kind::map) {
        in.fail("peaks.bad_value", value, "a region is a map", "");
        continue;
      }
      model.regions.push_back(read_region(in, value));
      for (std::size_t k = 0; k + 1 < model.regions.size(); ++k)
        if (bare(model.regions[k].name) == bare(model.regions.back().name))
          in.fail("peaks.repeated_name", value, "the region '" + model.regions.back().name + "' stands twice",
                  "");
    }
  if (!in.errors().empty()) return in.errors();
  return model;
}

bool region_matches(const PeakRegion& region, std::string_view name) {
  const std::string word = bare(name);
  const auto means = [&](const std::string& known) {
    const std::string start = bare(known);
    if (start.empty() || !word.starts_with(start)) return false;
    // "Cr 2p" is also "Cr2p Scan", "Cr2p_1", "Cr 2p3/2" but never "Cr 2p" of "Cr2pX".
    std::string rest = word.substr(start.size());
    for (const std::string_view tail : {"scan", "region", "narrow", "32", "12", "52", "72"})
      if (const auto at = rest.find(tail); at != std::string::npos) rest.erase(at, tail.size());
    return std::all_of(rest.begin(), rest.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return means(region.name) || std::any_of(region.match.begin(), region.match.end(), means);
}

}  // namespace litho
