#include "pipeline/engine/item_record.hpp"

#include <algorithm>

#include "pipeline/core/text.hpp"
#include "pipeline/engine/record_json.hpp"

namespace litho {
namespace {

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

std::vector<Flag> flags_from(const Json& json) {
  std::vector<Flag> out;
  for (const Json& flag : json) out.push_back({flag.at("code"), flag.at("message")});
  return out;
}

ItemRecord record_from(const Json& json) {
  ItemRecord record;
  record.plan = json.at("plan");
  record.name = json.at("name");
  record.sample = json.at("sample");
  const auto* status = std::ranges::find(kStatusNames, json.at("status").get<std::string>());
  if (status == std::end(kStatusNames)) throw Json::other_error::create(501, "status", nullptr);
  record.status = static_cast<ItemStatus>(status - std::begin(kStatusNames));
  for (const Json& e : json.at("errors"))
    record.errors.push_back({e.at("code"), e.at("where"), e.at("message"), e.at("hint")});
  record.flags = flags_from(json.at("flags"));
  record.notes = flags_from(json.at("notes"));
  for (const Json& input : json.at("inputs")) record.inputs.push_back({input.at("file"), input.at("sha256")});
  record.sheet_values = json.at("sheet_values").get<std::vector<std::string>>();
  for (const Json& file : json.at("artifacts"))
    record.artifacts.push_back({file.at("file"), file.at("bytes")});
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

}  // namespace

std::string_view to_text(ItemStatus status) {
  return kStatusNames[static_cast<int>(status)];
}

Json to_json(const std::vector<Flag>& flags) {
  Json out = Json::array();
  for (const Flag& flag : flags) out.push_back({{"code", flag.code}, {"message", flag.message}});
  return out;
}

Json outcome_json(const ItemRecord& record) {
  Json errors = Json::array(), inputs = Json::array(), artifacts = Json::array();
  for (const Error& e : record.errors)
    errors.push_back({{"code", e.code}, {"where", e.where}, {"message", e.message}, {"hint", e.hint}});
  for (const InputHash& input : record.inputs)
    inputs.push_back({{"file", input.file}, {"sha256", input.sha256}});
  for (const ArtifactEntry& a : record.artifacts) artifacts.push_back({{"file", a.file}, {"bytes", a.bytes}});
  return {{"plan", record.plan},
          {"name", record.name},
          {"sample", record.sample},
          {"status", to_text(record.status)},
          {"errors", std::move(errors)},
          {"flags", to_json(record.flags)},
          {"notes", to_json(record.notes)},
          {"inputs", std::move(inputs)},
          {"sheet_values", record.sheet_values},
          {"artifacts", std::move(artifacts)}};
}

std::string write_record(const ItemRecord& record) {
  Json json = outcome_json(record);
  Json& tables = json["tables"] = Json::array();
  for (const Rows& rows : record.rows) {
    Json lines = Json::array();
    for (const auto& row : rows.rows) {
      Json line = Json::array();
      for (const Cell& cell : row) line.push_back(to_json(cell));
      lines.push_back(std::move(line));
    }
    tables.push_back({{"table", rows.table}, {"rows", std::move(lines)}});
  }
  // Text of files may be anything; what is not UTF-8 must not stop the record.
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<ItemRecord> read_record(std::string_view text) {
  try {
    return record_from(Json::parse(text));
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::string flags_column(const ItemRecord& record) {
  std::vector<std::string> codes;
  const auto add = [&](const std::string& code) {
    if (std::ranges::find(codes, code) == codes.end()) codes.push_back(code);
  };
  for (const Flag& flag : record.flags) add(flag.code);
  for (const Error& error : record.errors) add(error.code);
  return join(codes, ";");
}

std::string message_column(const ItemRecord& record) {
  std::vector<std::string> parts;
  for (const Error& error : record.errors) {
    std::string text = error.message;
    if (!error.hint.empty()) text += " (" + error.hint + ")";
    parts.push_back(std::move(text));
  }
  for (const Flag& flag : record.flags) parts.push_back(flag.message);
  return join(parts, "; ");
}

}  // namespace litho
