#include "pipeline/engine/run_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/core/file.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kStatusNames[]{"ok", "flagged", "failed"};

Json to_json(const Cell& cell) {
  return std::visit(
      [](const auto& value) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
          return nullptr;
        else
          return value;  // a non-finite number becomes null, and an empty field either way
      },
      cell);
}

Cell cell_from(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_number()) return json.get<std::int64_t>();
  return std::monostate{};
}

Json to_json(const std::vector<Flag>& flags) {
  Json out = Json::array();
  for (const Flag& flag : flags) out.push_back({{"code", flag.code}, {"message", flag.message}});
  return out;
}

std::vector<Flag> flags_from(const Json& json) {
  std::vector<Flag> out;
  for (const Json& flag : json) out.push_back({flag.at("code"), flag.at("message")});
  return out;
}

Json to_json(const ItemRecord& record) {
  Json errors = Json::array();
  for (const Error& e : record.errors)
    errors.push_back({{"code", e.code}, {"where", e.where}, {"message", e.message}, {"hint", e.hint}});
  Json tables = Json::array();
  for (const Rows& rows : record.rows) {
    Json lines = Json::array();
    for (const auto& row : rows.rows) {
      Json line = Json::array();
      for (const Cell& cell : row) line.push_back(to_json(cell));
      lines.push_back(std::move(line));
    }
    tables.push_back({{"table", rows.table}, {"rows", std::move(lines)}});
  }
  Json inputs = Json::array();
  for (const auto& [file, hash] : record.input_sha256) inputs.push_back({{"file", file}, {"sha256", hash}});
  return {{"name", record.name},
          {"sample", record.sample},
          {"status", to_text(record.status)},
          {"errors", std::move(errors)},
          {"flags", to_json(record.flags)},
          {"notes", to_json(record.notes)},
          {"inputs", std::move(inputs)},
          {"sheet_values", record.sheet_values},
          {"artifacts", record.artifacts},
          {"tables", std::move(tables)}};
}

ItemRecord record_from(const Json& json) {
  ItemRecord record;
  record.name = json.at("name");
  record.sample = json.at("sample");
  const auto* status = std::ranges::find(kStatusNames, json.at("status").get<std::string>());
  record.status = static_cast<ItemStatus>(status - std::begin(kStatusNames));
  for (const Json& e : json.at("errors"))
    record.errors.push_back({e.at("code"), e.at("where"), e.at("message"), e.at("hint")});
  record.flags = flags_from(json.at("flags"));
  record.notes = flags_from(json.at("notes"));
  for (const Json& input : json.at("inputs"))
    record.input_sha256.emplace_back(input.at("file"), input.at("sha256"));
  record.sheet_values = json.at("sheet_values").get<std::vector<std::string>>();
  record.artifacts = json.at("artifacts").get<std::vector<std::string>>();
  for (const Json& table : json.at("tables")) {
    Rows& rows = record.rows.emplace_back();
    rows.table = table.at("table");
    for (const Json& line : table.at("rows")) {
      auto& row = rows.rows.emplace_back();
      for (const Json& cell : line) row.push_back(cell_from(cell));
    }
  }
  return record;
}

/// The codes of a failed item's errors count as flags too, so that one column tells everything.
std::string flag_codes(const ItemRecord& record) {
  std::vector<std::string> codes;
  const auto add = [&](const std::string& code) {
    if (std::ranges::find(codes, code) == codes.end()) codes.push_back(code);
  };
  for (const Flag& flag : record.flags) add(flag.code);
  for (const Error& error : record.errors) add(error.code);
  return join(codes, ";");
}

std::string message(const ItemRecord& record) {
  std::vector<std::string> parts;
  for (const Error& error : record.errors) {
    std::string text = error.message;
    if (!error.hint.empty()) text += " (" + error.hint + ")";
    parts.push_back(std::move(text));
  }
  for (const Flag& flag : record.flags) parts.push_back(flag.message);
  return join(parts, "; ");
}

void add_rows(Table& table, const TableSpec& spec, bool by_image, const ItemRecord& record) {
  std::vector<Cell> head{record.name};
  if (spec.row_per_item) {
    if (by_image) head.emplace_back(record.sample);
    head.emplace_back(std::string(to_text(record.status)));
    head.emplace_back(flag_codes(record));
    head.emplace_back(message(record));
  }
  const auto add = [&](const std::vector<Cell>& cells) {
    std::vector<Cell> row = head;
    row.insert(row.end(), cells.begin(), cells.end());
    row.resize(head.size() + spec.columns.size());
    if (spec.row_per_item) row.insert(row.end(), record.sheet_values.begin(), record.sheet_values.end());
    row.resize(table.columns().size());
    table.add(std::move(row));
  };
  bool any = false;
  for (const Rows& rows : record.rows) {
    if (rows.table != spec.name) continue;
    for (const auto& cells : rows.rows) add(cells);
    any = any || !rows.rows.empty();
  }
  if (spec.row_per_item && !any) add({});
}

}  // namespace

std::string_view to_text(ItemStatus status) {
  return kStatusNames[static_cast<int>(status)];
}

std::string RunFolder::item_id(std::size_t index, const std::string& stem) {
  return fmt::format("{:06}-{}", index + 1, stem);
}

Result<RunFolder> RunFolder::open(const fs::path& path, const std::string& plan, ExistingFolder existing) {
  std::error_code error;
  RunFolder folder(path);
  const fs::path plan_file = path / "plan.json";
  if (fs::exists(path, error) && !fs::is_directory(path, error))
    return Error{"run.exists", path.string(), "is a file, not a folder", "choose another folder with -o"};
  if (fs::exists(path, error) && existing == ExistingFolder::refuse)
    return Error{"run.exists", path.string(), "the run folder exists already",
                 "--resume continues it, --force overwrites it, or choose another folder with -o"};
  if (existing == ExistingFolder::resume && fs::exists(plan_file, error)) {
    const auto found = read_text_file(plan_file);
    if (!found) return found.errors();
    if (*found != plan)
      return Error{"run.other_plan", path.string(),
                   "the folder belongs to a run of other inputs, options or version (see plan.json)",
                   "repeat the command line of that run, or choose another folder with -o"};
    return folder;
  }
  if (existing == ExistingFolder::overwrite) {
    fs::remove_all(path / "items", error);
    if (!error) fs::remove(path / "run.json", error);
    if (error)
      return Error{"file.unwritable", path.string(), "cannot be overwritten: " + error.message(), ""};
  }
  if (auto written = folder.write("plan.json", plan); !written) return written.errors();
  return folder;
}

Status RunFolder::write_item(const std::string& id, const ItemRecord& record,
                             const std::vector<Artifact>& artifacts) const {
  for (const Artifact& artifact : artifacts)
    if (auto status = write(artifact.path, artifact.bytes); !status) return status;
  return write("items/" + id + "/item.json", to_json(record).dump(1) + "\n");
}

std::optional<ItemRecord> RunFolder::read_item(const std::string& id) const {
  const auto text = read_text_file(path_ / "items" / id / "item.json");
  if (!text) return std::nullopt;
  try {
    return record_from(Json::parse(*text));
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

Status RunFolder::write(const std::string& relative_path, std::string_view text) const {
  return write_file(path_ / relative_path, text);
}

std::vector<std::pair<std::string, Table>> merge_tables(const std::vector<TableSpec>& specs,
                                                        const std::string& item_column,
                                                        const std::vector<std::string>& sheet_columns,
                                                        const std::vector<ItemRecord>& records) {
  const bool by_image = item_column == "image";
  std::vector<std::pair<std::string, Table>> tables;
  for (const TableSpec& spec : specs) {
    std::vector<std::string> columns{item_column};
    if (spec.row_per_item) {
      if (by_image) columns.emplace_back("sample");
      for (const char* name : {"status", "flags", "message"}) columns.emplace_back(name);
    }
    columns.insert(columns.end(), spec.columns.begin(), spec.columns.end());
    if (spec.row_per_item)
      for (const std::string& name :
           sheet_columns)  // a column that the table has already keeps its own meaning
        columns.push_back(std::ranges::find(columns, name) == columns.end() ? name : "sheet_" + name);
    Table table(std::move(columns));
    for (const ItemRecord& record : records) add_rows(table, spec, by_image, record);
    tables.emplace_back(spec.name, std::move(table));
  }
  return tables;
}

}  // namespace litho
