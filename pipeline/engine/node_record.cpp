#include "pipeline/engine/node_record.hpp"

#include <algorithm>
#include <filesystem>

#include "pipeline/core/bytes.hpp"

namespace litho {
namespace {

constexpr const char* kBug = "this is a bug of the stage, please report it";

void put_flags(ByteWriter& out, const std::vector<Flag>& flags) {
  out.put<std::uint64_t>(flags.size());
  for (const Flag& flag : flags) out.put(flag.code).put(flag.message);
}

std::vector<Flag> get_flags(ByteReader& in) {
  std::vector<Flag> flags;
  for (auto n = in.get<std::uint64_t>(); n > 0 && in.ok(); --n) {
    Flag flag{std::string(in.text()), {}};
    flag.message = in.text();
    flags.push_back(std::move(flag));
  }
  return flags;
}

Status check_rows(const Stage& stage, const Rows& rows) {
  const auto tables = stage.tables();
  const auto table = std::ranges::find(tables, rows.table, &TableSpec::name);
  if (table == tables.end())
    return Error{"stage.bad_rows", "",
                 "gives rows for the table '" + rows.table + "', which it does not declare", kBug};
  const auto fits = [&](const auto& row) { return row.size() == table->columns.size(); };
  if (!std::ranges::all_of(rows.rows, fits) || (table->row_per_item && rows.rows.size() != 1))
    return Error{"stage.bad_rows", "", "gives rows that do not fit the table '" + rows.table + "'", kBug};
  return {};
}

Status check_artifact(const Artifact& artifact) {
  const std::filesystem::path path(artifact.path);
  if (!path.has_filename() || path == "." || path.is_absolute() || *path.begin() == ".." ||
      path.lexically_normal().string() != artifact.path)
    return Error{"stage.bad_artifact", "", "'" + artifact.path + "' is no file inside the run folder", kBug};
  return {};
}

}  // namespace

std::string save_record(const NodeRecord& record) {
  ByteWriter out;
  put_flags(out, record.flags);
  put_flags(out, record.notes);
  return out.take();
}

std::optional<NodeRecord> load_record(std::string_view bytes) {
  ByteReader in(bytes);
  NodeRecord record{get_flags(in), {}};
  record.notes = get_flags(in);
  if (!in.at_end()) return std::nullopt;
  return record;
}

bool can_save_outputs(const Stage& stage) {
  return std::ranges::all_of(stage.outputs(), [](const PortSpec& port) {
    return port.codec.save != nullptr && port.codec.load != nullptr;
  });
}

std::string save_outputs(const Stage& stage, const std::vector<Payload>& outputs) {
  ByteWriter out;
  for (std::size_t i = 0; i < outputs.size(); ++i) out.put(stage.outputs()[i].codec.save(outputs[i].get()));
  return out.take();
}

std::optional<std::vector<Payload>> load_outputs(const Stage& stage, std::string_view bytes) {
  ByteReader in(bytes);
  std::vector<Payload> outputs;
  for (const PortSpec& port : stage.outputs()) {
    outputs.push_back(port.codec.load(in.text()));
    if (!in.ok() || outputs.back() == nullptr) return std::nullopt;
  }
  if (!in.at_end()) return std::nullopt;
  return outputs;
}

Status check_outputs(const Stage& stage, const std::vector<Payload>& outputs) {
  Errors errors;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const PortSpec& port = stage.outputs()[i];
    Status status;
    if (outputs[i] == nullptr)
      status = Error{"stage.no_output", "", "succeeded without putting its output '" + port.name + "'", kBug};
    else if (port.type == PortType<Rows>::name)
      status = check_rows(stage, *static_cast<const Rows*>(outputs[i].get()));
    else if (port.type == PortType<Artifact>::name)
      status = check_artifact(*static_cast<const Artifact*>(outputs[i].get()));
    else if (port.type == PortType<Artifacts>::name)
      for (const Artifact& file : static_cast<const Artifacts*>(outputs[i].get())->files)
        if (status) status = check_artifact(file);
    errors.insert(errors.end(), status.errors().begin(), status.errors().end());
  }
  return errors;
}

}  // namespace litho
