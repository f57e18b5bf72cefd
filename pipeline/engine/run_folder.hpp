#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/item.hpp"
#include "pipeline/core/table.hpp"
#include "pipeline/engine/run_item.hpp"
#include "pipeline/stage/products.hpp"

namespace litho {

enum class ItemStatus { ok, flagged, failed };
std::string_view to_text(ItemStatus status);

/// What is kept of one item when it has ended, whichever way: all that tables and run.json are rebuilt from.
struct ItemRecord {
  std::string name;
  std::string sample;
  ItemStatus status = ItemStatus::ok;
  Errors errors;
  std::vector<Flag> flags;
  std::vector<Flag> notes;
  std::vector<Rows> rows;
  std::vector<std::string> artifacts;                             ///< paths in the run folder
  std::vector<std::pair<std::string, std::string>> input_sha256;  ///< path as given, hash
  std::vector<std::string> sheet_values;                          ///< of the plan's sheet columns
};

enum class ExistingFolder { refuse, resume, overwrite };

/// The folder of one run: `plan.json` (what will be done, never changed), `items/<id>/item.json` (one ended
/// item; its appearance makes the item done), the tables and files that users read. Every file appears whole
/// or not at all.
class RunFolder {
 public:
  /// Makes or opens the folder. `plan` is the text of plan.json. Errors: run.exists, run.other_plan,
  /// file.unwritable.
  static Result<RunFolder> open(const std::filesystem::path& path, const std::string& plan,
                                ExistingFolder existing);

  const std::filesystem::path& path() const { return path_; }
  /// "000001-<stem>" for the first item.
  static std::string item_id(std::size_t index, const std::string& stem);

  /// Artifacts first, the record last.
  Status write_item(const std::string& id, const ItemRecord& record,
                    const std::vector<Artifact>& artifacts) const;
  /// Nothing where the item has not ended yet, or its record does not read back.
  std::optional<ItemRecord> read_item(const std::string& id) const;
  Status write(const std::string& relative_path, std::string_view text) const;

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

/// The tables of a run from its items in input order: one a TableSpec, item columns in front (image or
/// sample, status, flags, message), sheet columns behind those of one-row-an-item tables. `item_column` is
/// "image" or "sample".
std::vector<std::pair<std::string, Table>> merge_tables(const std::vector<TableSpec>& specs,
                                                        const std::string& item_column,
                                                        const std::vector<std::string>& sheet_columns,
                                                        const std::vector<ItemRecord>& records);

}  // namespace litho
