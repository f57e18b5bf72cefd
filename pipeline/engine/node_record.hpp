#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/stage/stage.hpp"

namespace litho {

/// What a node said while it ran.
struct NodeRecord {
  std::vector<Flag> flags;
  std::vector<Flag> notes;
};

/// For the cache: load(save(x)) == x; bytes that are not whole give nothing.
std::string save_record(const NodeRecord& record);
std::optional<NodeRecord> load_record(std::string_view bytes);

/// Whether every output can be saved and read back.
bool can_save_outputs(const Stage& stage);
std::string save_outputs(const Stage& stage, const std::vector<Payload>& outputs);
std::optional<std::vector<Payload>> load_outputs(const Stage& stage, std::string_view bytes);

/// What must hold after a run that succeeded: every output put, rows as declared, artifacts inside the run
/// folder. Errors: stage.no_output, stage.bad_rows, stage.bad_artifact.
Status check_outputs(const Stage& stage, const std::vector<Payload>& outputs);

}  // namespace litho
