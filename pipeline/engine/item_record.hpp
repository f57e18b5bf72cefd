#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/error.hpp"
#include "pipeline/stage/context.hpp"
#include "pipeline/stage/products.hpp"

namespace litho {

enum class ItemStatus { ok, flagged, failed };
std::string_view to_text(ItemStatus status);

/// An input file as it was when the item was measured; no hash where it could not be read.
struct InputHash {
  std::string file;
  std::string sha256;
  bool operator==(const InputHash&) const = default;
};

/// A file of the run folder that the item left.
struct ArtifactEntry {
  std::string file;  ///< relative to the run folder
  std::uint64_t bytes = 0;
};

/// What is kept of one item when it has ended, whichever way: all that tables and run.json are rebuilt from.
struct ItemRecord {
  std::string plan;  ///< id of the plan it belongs to
  std::string name;
  std::string sample;
  ItemStatus status = ItemStatus::ok;
  Errors errors;
  std::vector<Flag> flags;
  std::vector<Flag> notes;
  std::vector<Rows> rows;
  std::vector<ArtifactEntry> artifacts;
  std::vector<InputHash> inputs;
  std::vector<std::string> sheet_values;  ///< of the plan's sheet columns
};

/// item.json: read(write(x)) == x; text that is not whole gives nothing.
std::string write_record(const ItemRecord& record);
std::optional<ItemRecord> read_record(std::string_view text);

/// Column `flags`: every code once; those of a failed item's errors count too, so that one column tells
/// everything.
std::string flags_column(const ItemRecord& record);
/// Column `message`: errors with their remedies, then flags.
std::string message_column(const ItemRecord& record);

}  // namespace litho
