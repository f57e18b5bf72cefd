#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/engine/folder_lock.hpp"
#include "pipeline/engine/item_record.hpp"
#include "pipeline/engine/run_plan.hpp"

namespace litho {

/// refuse: it must not be there; join: go on with, or start, a run of the same plan; overwrite: remove what
/// an earlier run left (and nothing else).
enum class ExistingFolder { refuse, join, overwrite };

/// The folder of one run: `plan.json` (what will be done, never changed), `items/<id>/item.json` (one ended
/// item; its appearance makes the item done), `journal/`, and the tables and files that users read. Every
/// file is made in `.partial/` and appears whole or not at all, so that a process may be killed, or a disk be
/// full, at any byte. Any number of processes may work in the folder: `.lock` says who is at which item.
class RunFolder {
 public:
  /// Makes or opens the folder. `plan` is the text of plan.json. Errors: run.exists, run.other_plan,
  /// run.bad_plan, run.in_use (overwrite while another process is in it), file.unwritable.
  static Result<RunFolder> open(const std::filesystem::path& path, const std::string& plan,
                                ExistingFolder existing);
  /// A folder that has a plan. Errors: run.no_plan, run.bad_plan, file.unwritable.
  static Result<RunFolder> open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const RunPlan& plan() const { return plan_; }

  /// Takes an item, so that no other process works at it. False where another has it.
  bool claim(std::size_t index) const;
  void release(std::size_t index) const;

  /// The record is there when all artifacts are; fills in the record's plan and artifacts. An item killed
  /// midway leaves a pending record, by which a later overwrite finds its files.
  Status write_item(std::size_t index, ItemRecord& record, const std::vector<Artifact>& artifacts) const;
  /// Nothing where the item has not ended in this plan, or its record is not whole.
  std::optional<ItemRecord> read_item(std::size_t index) const;
  /// Whether the files that the item left are there in full size.
  bool has_artifacts(const ItemRecord& record) const;
  /// Whether every item has a record; quick.
  bool all_ended() const;

  Status write(const std::string& relative_path, std::string_view text) const;

  /// One process at a time writes tables: others wait while this lives.
  class TableLock {
   public:
    explicit TableLock(const RunFolder& folder);
    ~TableLock();
    TableLock(const TableLock&) = delete;
    TableLock& operator=(const TableLock&) = delete;

   private:
    const RunFolder& folder_;
  };

 private:
  RunFolder(std::filesystem::path path, FolderLock lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  Status enter(const std::string& plan, ExistingFolder existing, bool was_run);
  std::filesystem::path record_file(std::size_t index) const;
  Status clear() const;

  std::filesystem::path path_;
  FolderLock lock_;
  RunPlan plan_;
};

}  // namespace litho
