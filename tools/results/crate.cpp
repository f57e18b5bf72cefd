#include "tools/results/crate.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

namespace litho {
namespace {

using Json = nlohmann::ordered_json;

Json id(const std::string& text) {
  return {{"@id", text}};
}

/// A path as a relative reference: what a URI cannot hold is percent-encoded.
std::string reference(const std::string& path) {
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte < 0x80 && std::isalnum(byte) != 0) ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

std::string media_type(const std::string& path) {
  const std::pair<const char*, const char*> types[]{
      {".csv", "text/csv"},
      {".json", "application/json"},
      {".tif", "image/tiff"},
      {".png", "image/png"},
      {".svg", "image/svg+xml"},
      {".pdf", "application/pdf"},
      {".html", "text/html"},
      {".zip", "application/zip"},
      {".geojson", "application/geo+json"},
      {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}};
  for (const auto& [ending, type] : types)
    if (path.ends_with(ending)) return type;
  return "application/octet-stream";
}

Json file_entity(const std::string& path) {
  return {{"@id", reference(path)}, {"@type", "File"}, {"name", path}, {"encodingFormat", media_type(path)}};
}

}  // namespace

std::string ro_crate(const std::string& run_json, const std::vector<std::string>& files) {
  const Json run = Json::parse(run_json);
  Json graph = Json::array(), parts = Json::array(), entities = Json::array(), objects = Json::array();
  const auto add_file = [&](const std::string& path) {
    parts.push_back(id(reference(path)));
    entities.push_back(file_entity(path));
  };
  for (const std::string& file : files) add_file(file);
  std::set<std::string> seen;
  for (const Json& item : run.at("items")) {
    for (const Json& artifact : item.at("artifacts")) add_file(artifact.at("file"));
    for (const Json& input : item.at("inputs")) {
      const std::string path = input.at("file"), hash = input.at("sha256");
      const std::string name = "#input-" + (hash.empty() ? reference(path) : hash);
      if (!seen.insert(name).second) continue;
      objects.push_back(id(name));
      entities.push_back(
          {{"@id", name}, {"@type", "CreativeWork"}, {"name", path}, {"identifier", "sha256:" + hash}});
    }
  }
  const Json& processes = run.at("processes");
  const std::string started = processes.empty() ? "" : processes.front().at("started").get<std::string>();
  const std::string version = run.at("version");
  const std::string title = "lithoscope " + run.at("graph").at("name").get<std::string>() + " run";
  graph.push_back({{"@id", "ro-crate-metadata.json"},
                   {"@type", "CreativeWork"},
                   {"conformsTo", id("https://w3id.org/ro/crate/1.1")},
                   {"about", id("./")}});
  graph.push_back(
      {{"@id", "./"},
       {"@type", "Dataset"},
       {"name", title},
       {"description", "Tables and pictures that lithoscope measured from micrographs or spectra"},
       {"datePublished", started},
       {"license", "not stated"},
       {"conformsTo", id("https://w3id.org/ro/wfrun/process/0.5")},
       {"hasPart", parts},
       {"mentions", id("#run")}});
  graph.push_back({{"@id", "https://w3id.org/ro/wfrun/process/0.5"},
                   {"@type", "CreativeWork"},
                   {"name", "Process Run Crate"},
                   {"version", "0.5"}});
  graph.push_back({{"@id", "#lithoscope"},
                   {"@type", "SoftwareApplication"},
                   {"name", "lithoscope"},
                   {"version", version},
                   {"softwareVersion", version}});
  std::string command;
  for (const Json& word : run.at("command_line"))
    command += (command.empty() ? "" : " ") + word.get<std::string>();
  graph.push_back(
      {{"@id", "#run"},
       {"@type", "CreateAction"},
       {"name", title},
       {"description", command},
       {"instrument", id("#lithoscope")},
       {"startTime", started},
       {"object", std::move(objects)},
       {"result", std::move(parts)},
       {"actionStatus", id(run.at("complete").get<bool>() ? "http://schema.org/CompletedActionStatus"
                                                          : "http://schema.org/ActiveActionStatus")}});
  for (Json& entity : entities) graph.push_back(std::move(entity));
  return Json{{"@context", "https://w3id.org/ro/crate/1.1/context"}, {"@graph", std::move(graph)}}.dump(1) +
         "\n";
}

}  // namespace litho
