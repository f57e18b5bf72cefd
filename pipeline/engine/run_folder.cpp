#include "pipeline/engine/run_folder.hpp"

#include <unistd.h>

#include <atomic>
#include <system_error>

#include "pipeline/core/file.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

// Bytes of .lock.
constexpr std::uint64_t kInUse = 0;   // shared: a process is in the folder
constexpr std::uint64_t kPlan = 1;    // who reads or writes plan.json
constexpr std::uint64_t kTables = 2;  // who writes tables
constexpr std::uint64_t kItems = 16;  // this + index: who is at the item

constexpr const char* kLockFile = ".lock";
constexpr const char* kPlanFile = "plan.json";
constexpr const char* kPartial = ".partial";
constexpr const char* kPendingRecord = "pending.json";  ///< of an item whose files are being placed

/// Files at the top of a run folder besides the plan's tables.
constexpr const char* kProducts[]{
    "run.json",       "results.xlsx", "group_summary.csv", "group_differences.csv",
    "growth_law.csv", "summary.csv",  "report.html",       "ro-crate-metadata.json"};

Error unwritable(const fs::path& path, const std::error_code& error) {
  return {"file.unwritable", path.string(), "cannot be written: " + error.message(),
          "free space, or choose another folder with -o"};
}

Error exists_already(const fs::path& path) {
  return {"run.exists", path.string(), "the run folder exists already",
          "--resume continues it, --force overwrites it, or choose another folder with -o"};
}

std::string partial_name() {
  static std::atomic<unsigned> serial{0};
  char host[256] = {};
  static_cast<void>(::gethostname(host, sizeof host - 1));
  return std::string(host) + "-" + std::to_string(::getpid()) + "-" + std::to_string(serial++);
}

}  // namespace

Result<RunFolder> RunFolder::open(const fs::path& path, const std::string& plan, ExistingFolder existing) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_directory(path, error))
    return Error{"run.exists", path.string(), "is a file, not a folder", "choose another folder with -o"};
  const fs::path parent = fs::absolute(path, error).lexically_normal().parent_path();
  if (!error) fs::create_directories(parent, error);
  const bool made = !error && fs::create_directory(path, error);
  if (error) return unwritable(path, error);
  if (!made && existing == ExistingFolder::refuse) return exists_already(path);
  const fs::path lock_file = path / kLockFile;
  const bool was_run = fs::exists(lock_file, error) || fs::exists(path / kPlanFile, error);
  auto lock = FolderLock::open(lock_file);
  if (!lock) return lock.errors();
  RunFolder folder(path, *std::move(lock));
  folder.lock_.wait_exclusive(kPlan);
  const Status entered = folder.enter(plan, existing, was_run);
  folder.lock_.release(kPlan);
  if (!entered) return entered.errors();
  return folder;
}

Result<RunFolder> RunFolder::open(const fs::path& path) {
  const fs::path file = path / kPlanFile;
  const auto text = read_text_file(file);
  if (!text)
    return Error{"run.no_plan", path.string(), "is no run folder: it has no readable plan.json",
                 "name a folder that a run was started in"};
  auto plan = read_plan(*text, file.string());
  if (!plan) return plan.errors();
  auto lock = FolderLock::open(path / kLockFile);
  if (!lock) return lock.errors();
  RunFolder folder(path, *std::move(lock));
  folder.lock_.try_shared(kInUse);
  folder.plan_ = *std::move(plan);
  return folder;
}

/// Holding kPlan. Who is alone clears up what killed processes left; a folder that was no run's keeps all.
Status RunFolder::enter(const std::string& plan, ExistingFolder existing, bool was_run) {
  auto mine = read_plan(plan, kPlanFile);
  if (!mine) return mine.errors();
  const fs::path file = path_ / kPlanFile;
  std::error_code error;
  const bool planned = fs::exists(file, error);
  // Two that both start anew at the same moment: the second one finds the first one's plan.
  if (planned && existing == ExistingFolder::refuse) return exists_already(path_);
  const bool alone = lock_.try_exclusive(kInUse);
  if (existing == ExistingFolder::overwrite && !alone)
    return Error{"run.in_use", path_.string(), "another process works in the run folder",
                 "wait for it, or choose another folder with -o"};
  if (planned && existing == ExistingFolder::join) {
    const auto text = read_text_file(file);
    if (!text) return text.errors();
    auto found = read_plan(*text, file.string());
    if (!found) return found.errors();
    if (found->id != mine->id)
      return Error{"run.other_plan", path_.string(),
                   "the folder belongs to another run; it differs in: " + plan_differences(*found, *mine),
                   "repeat the command line of that run, or choose another folder with -o"};
    plan_ = *std::move(found);
    if (alone) fs::remove_all(path_ / kPartial, error);
  } else {
    if (alone && was_run)
      if (const Status cleared = clear(); !cleared) return cleared;
    if (const Status written = write(kPlanFile, plan); !written) return written;
    plan_ = *std::move(mine);
  }
  lock_.try_shared(kInUse);
  return {};
}

/// Removes what earlier runs left, as far as they said so; plan.json first, so that whoever is killed here
/// leaves a folder without a plan. Records of another plan count for nothing even if they stay.
Status RunFolder::clear() const {
  std::vector<fs::path> files{kPlanFile};
  std::error_code ignored, error;
  const auto text = read_text_file(path_ / kPlanFile);
  if (text)
    if (const auto plan = read_plan(*text, kPlanFile))
      for (const TableSpec& table : plan->tables) files.emplace_back(table.name + ".csv");
  files.insert(files.end(), std::begin(kProducts), std::end(kProducts));
  for (const auto& entry : fs::directory_iterator(path_ / "items", ignored))
    for (const char* name : {"item.json", kPendingRecord}) {
      const auto record_text = read_text_file(entry.path() / name);
      if (const auto record = record_text ? read_record(*record_text) : std::nullopt)
        for (const ArtifactEntry& artifact : record->artifacts) files.emplace_back(artifact.file);
    }
  for (const fs::path& file : files)
    if (!error && *file.begin() != ".." && file.is_relative() && file.lexically_normal() == file)
      fs::remove(path_ / file, error);
  for (const char* folder : {"items", "journal", kPartial})
    if (!error) fs::remove_all(path_ / folder, error);
  if (error) return unwritable(path_, error);
  return {};
}

bool RunFolder::claim(std::size_t index) const {
  return lock_.try_exclusive(kItems + index);
}

void RunFolder::release(std::size_t index) const {
  lock_.release(kItems + index);
}

fs::path RunFolder::record_file(std::size_t index) const {
  return path_ / "items" / plan_.items[index].id / "item.json";
}

Status RunFolder::write_item(std::size_t index, ItemRecord& record,
                             const std::vector<Artifact>& artifacts) const {
  record.plan = plan_.id;
  for (const Artifact& artifact : artifacts)
    record.artifacts.push_back({artifact.path, artifact.bytes.size()});
  // The record names the files before the first is there, so that clear() finds those of an item killed
  // midway.
  const std::string folder = "items/" + plan_.items[index].id + "/";
  if (auto status = write(folder + kPendingRecord, write_record(record)); !status) return status;
  std::error_code error, ignored;
  bool any = false;
  for (const Artifact& artifact : artifacts) {
    if (auto status = write(artifact.path, artifact.bytes); !status) {
      if (!any) fs::remove(path_ / (folder + kPendingRecord), ignored);  // it has no files to find
      return status;
    }
    any = true;
  }
  fs::rename(path_ / (folder + kPendingRecord), record_file(index), error);
  return error ? Status(unwritable(record_file(index), error)) : Status();
}

std::optional<ItemRecord> RunFolder::read_item(std::size_t index) const {
  const auto text = read_text_file(record_file(index));
  auto record = text ? read_record(*text) : std::nullopt;
  if (record && record->plan != plan_.id) return std::nullopt;
  return record;
}

bool RunFolder::has_artifacts(const ItemRecord& record) const {
  for (const ArtifactEntry& artifact : record.artifacts) {
    std::error_code error;
    if (fs::file_size(path_ / artifact.file, error) != artifact.bytes || error) return false;
  }
  return true;
}

bool RunFolder::all_ended() const {
  for (std::size_t i = 0; i < plan_.items.size(); ++i)
    if (::access(record_file(i).c_str(), F_OK) != 0) return false;
  return true;
}

Status RunFolder::write(const std::string& relative_path, std::string_view text) const {
  const fs::path partial = path_ / kPartial / partial_name(), final_path = path_ / relative_path;
  const Status written = write_file(partial, text);
  std::error_code error;
  if (written) {
    fs::create_directories(final_path.parent_path(), error);
    if (!error) fs::rename(partial, final_path, error);
    if (!error) return {};
  }
  std::error_code ignored;
  fs::remove(partial, ignored);
  if (error) return unwritable(final_path, error);
  Error first = written.errors().front();
  first.where = final_path.string();
  return first;
}

RunFolder::TableLock::TableLock(const RunFolder& folder) : folder_(folder) {
  folder_.lock_.wait_exclusive(kTables);
}

RunFolder::TableLock::~TableLock() {
  folder_.lock_.release(kTables);
}

}  // namespace litho
