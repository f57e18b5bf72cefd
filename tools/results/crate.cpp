#include "tools/results/crate.hpp"

#include <fmt/format.h>

#include <filesystem>
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

/// What one run did, in the words of a CreateAction, and the entities it speaks of.
class RunAction {
 public:
  RunAction(const CratePart& part, Json& entities, std::set<std::string>& seen)
      : part_(part), run_(Json::parse(part.run_json)), entities_(entities), seen_(seen) {}

  const Json& run() const { return run_; }
  std::string name() const { return "lithoscope " + run_.at("graph").at("name").get<std::string>() + " run"; }
  std::string started() const {
    const Json& processes = run_.at("processes");
    return processes.empty() ? "" : processes.front().at("started").get<std::string>();
  }
  std::string action_id() const { return part_.folder.empty() ? "#run" : "#run-" + part_.folder; }

  /// The action, `own` among its results; its items' files are added to `files`.
  Json action(const std::vector<std::string>& own, Json& files) {
    Json objects = Json::array(), results = Json::array();
    for (const std::string& file : own) results.push_back(id(reference(file)));
    for (const Json& item : run_.at("items")) {
      for (const Json& artifact : item.at("artifacts")) {
        const std::filesystem::path file = artifact.at("file").get<std::string>();
        const std::string path = (part_.folder / file).generic_string();
        results.push_back(id(reference(path)));
        files.push_back(results.back());
        entities_.push_back(file_entity(path));
      }
      for (const Json& input : item.at("inputs"))
        if (const Json entity = input_entity(input); inputs_.insert(entity.at("@id")).second)
          objects.push_back(entity);
    }
    std::string command;
    for (const Json& word : run_.at("command_line"))
      command += (command.empty() ? "" : " ") + word.get<std::string>();
    return {{"@id", action_id()},
            {"@type", "CreateAction"},
            {"name", name()},
            {"description", command},
            {"instrument", id("#lithoscope")},
            {"startTime", started()},
            {"object", std::move(objects)},
            {"result", std::move(results)},
            {"actionStatus", id(run_.at("complete").get<bool>() ? "http://schema.org/CompletedActionStatus"
                                                                : "http://schema.org/ActiveActionStatus")}};
  }

 private:
  Json input_entity(const Json& input) {
    const std::string path = input.at("file"), hash = input.at("sha256");
    const std::string name = "#input-" + (hash.empty() ? reference(path) : hash);
    if (seen_.insert(name).second)
      entities_.push_back(
          {{"@id", name}, {"@type", "CreativeWork"}, {"name", path}, {"identifier", "sha256:" + hash}});
    return id(name);
  }

  const CratePart& part_;
  Json run_;
  Json& entities_;
  std::set<std::string>& seen_;   ///< inputs of all runs
  std::set<std::string> inputs_;  ///< of this one
};

}  // namespace

std::string ro_crate(const std::vector<CratePart>& parts, const std::vector<std::string>& files) {
  Json entities = Json::array(), has_part = Json::array(), actions = Json::array(), mentions = Json::array();
  for (const std::string& file : files) {
    has_part.push_back(id(reference(file)));
    entities.push_back(file_entity(file));
  }
  std::set<std::string> seen;
  std::string title, started, version;
  for (const CratePart& part : parts) {
    RunAction run(part, entities, seen);
    actions.push_back(run.action(files, has_part));
    mentions.push_back(id(run.action_id()));
    title += (title.empty() ? "" : ", ") + run.name();
    if (started.empty()) started = run.started();
    version = run.run().at("version");
  }
  Json graph = Json::array();
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
       {"hasPart", std::move(has_part)},
       {"mentions", std::move(mentions)}});
  graph.push_back({{"@id", "https://w3id.org/ro/wfrun/process/0.5"},
                   {"@type", "CreativeWork"},
                   {"name", "Process Run Crate"},
                   {"version", "0.5"}});
  graph.push_back({{"@id", "#lithoscope"},
                   {"@type", "SoftwareApplication"},
                   {"name", "lithoscope"},
                   {"version", version},
                   {"softwareVersion", version}});
  for (Json* list : {&actions, &entities})
    for (Json& entity : *list) graph.push_back(std::move(entity));
  return Json{{"@context", "https://w3id.org/ro/crate/1.1/context"}, {"@graph", std::move(graph)}}.dump(1) +
         "\n";
}

}  // namespace litho
