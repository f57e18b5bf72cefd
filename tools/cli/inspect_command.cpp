#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "modules/io/micrograph/kernel.hpp"
#include "modules/io/png/kernel.hpp"
#include "modules/io/spectra/kernel.hpp"
#include "modules/io/tiff/kernel.hpp"
#include "modules/sem/field/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/inspect.hpp"
#include "tools/cli/inspect_spectra.hpp"

namespace litho {
namespace {

using Json = nlohmann::ordered_json;

struct Inspection {
  OpenedMicrograph opened;
  std::optional<Field> field;  ///< nothing where the picture is too small to have one
  int width_px, height_px;
  Acquisition acquisition;
};

Result<Inspection> inspect_micrograph(const std::filesystem::path& path,
                                      std::span<const std::uint8_t> bytes) {
  const std::string name = path.filename().string();
  std::vector<Sidecar> sidecars;
  for (const std::string& beside : sidecar_candidates(name))
    if (auto text = read_file(path.parent_path() / beside)) sidecars.push_back({beside, *std::move(text)});
  auto opened = open_micrograph(bytes, name, std::move(sidecars), {});
  if (!opened) return opened.errors();
  Inspection out{
      *opened, {}, opened->picture.grey.width(), opened->picture.grey.height(), opened->scale.acquisition};
  const auto micrograph = to_micrograph(*std::move(opened));
  if (!micrograph) return micrograph.errors();
  if (auto field = find_field(*micrograph)) out.field = *std::move(field);
  return out;
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json to_json(const Inspection& seen) {
  const ScaleReport& scale = seen.opened.scale;
  Json statements = Json::array();
  for (const ScaleSource& s : scale.statements)
    statements.push_back({{"source", s.source}, {"pixel_size_nm", s.nm_per_px}});
  Json notes = scale.notes;
  if (seen.field)
    for (const std::string& note : seen.field->notes) notes.push_back(note);
  return {
      {"width_px", seen.width_px},
      {"height_px", seen.height_px},
      {"bits", seen.opened.picture.bits},
      {"pages", seen.opened.picture.pages},
      {"pixel_size_nm", scale.pixel_size ? Json(scale.pixel_size->nm) : Json(nullptr)},
      {"pixel_size_source", scale.pixel_size ? Json(scale.pixel_size->source) : Json(nullptr)},
      {"pixel_size_u_percent", scale.pixel_size ? or_null(scale.pixel_size->u_percent) : Json(nullptr)},
      {"pixel_size_refused", scale.pixel_size ? Json(nullptr) : Json(to_string(scale.refusal))},
      {"pixel_size_statements", std::move(statements)},
      {"databar_px", seen.field ? Json(seen.field->databar_px) : Json(nullptr)},
      {"annotation_fraction", seen.field ? Json(seen.field->annotation_fraction) : Json(nullptr)},
      {"saturated_fraction", seen.field ? Json(seen.field->saturated_fraction) : Json(nullptr)},
      {"instrument", seen.acquisition.instrument.empty() ? Json(nullptr) : Json(seen.acquisition.instrument)},
      {"detector", seen.acquisition.detector.empty() ? Json(nullptr) : Json(seen.acquisition.detector)},
      {"accelerating_kv", or_null(seen.acquisition.accelerating_kv)},
      {"working_distance_mm", or_null(seen.acquisition.working_distance_mm)},
      {"view_tilt_deg", or_null(seen.acquisition.view_tilt_deg)},
      {"notes", std::move(notes)}};
}

std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// "name value", an entry of a list a line; what is not known is left out.
void print_text(const Json& facts) {
  for (const auto& [name, value] : facts.items()) {
    if (value.is_null() || name == "file" || name == "kind") continue;
    if (!value.is_array()) {
      fmt::print("  {:<22}{}\n", name, plain(value));
      continue;
    }
    for (const Json& entry : value) {
      std::string line = entry.is_object() ? "" : plain(entry);
      if (entry.is_object())
        for (const auto& [key, part] : entry.items())
          if (!part.is_null() && !(part.is_array() && part.empty()))
            line += (line.empty() ? "" : ", ") + key + " " + plain(part);
      fmt::print("  {:<22}{}\n", name, line);
    }
  }
}

int inspect(const std::vector<std::string>& files, bool json) {
  bool any_refused = false;
  for (const std::string& file : files) {
    const auto facts = inspect_file(file);
    any_refused = any_refused || !facts;
    if (json) {
      fmt::print("{}\n",
                 facts ? facts->dump() : Json{{"file", file}, {"error", to_string(facts.errors())}}.dump());
    } else if (facts) {
      fmt::print("{}\n", file);
      print_text(*facts);
    } else {
      report(facts.errors(), kSomeFailed);
    }
  }
  return any_refused ? kSomeFailed : kOk;
}

}  // namespace

Result<nlohmann::ordered_json> inspect_file(const std::filesystem::path& path) {
  auto bytes = read_file(path);
  if (!bytes) return bytes.errors();
  const std::string name = path.filename().string();
  Json facts{{"file", path.string()}};
  if (bytes->empty() || is_tiff(*bytes) || is_png(*bytes)) {
    const auto seen = inspect_micrograph(path, *bytes);
    if (!seen) return seen.errors();
    facts["kind"] = "micrograph";
    facts.update(to_json(*seen));
    return facts;
  }
  const auto spectra = read_spectra(*bytes, name);
  if (!spectra) return spectra.errors();
  facts["kind"] = "spectra";
  facts.update(spectra_json(*spectra));
  return facts;
}

void add_inspect_command(CLI::App& app, Action& action) {
  static std::vector<std::string> files;
  static bool json = false;
  CLI::App* command = app.add_subcommand(
      "inspect", "What a file says of itself: pixel size, databar; regions, counts, dwell");
  command->add_option("FILE", files, "Micrographs, or files of spectra")->required();
  command->add_flag("--json", json, "One JSON object a line");
  command->footer("Example:\n  lithoscope inspect *.tif --json");
  command->callback([&action] { action = [] { return inspect(files, json); }; });
}

}  // namespace litho
