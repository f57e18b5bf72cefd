#pragma once
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/engine/item_record.hpp"

namespace litho {

struct NodeTime;

/// What one process did in a run folder, a JSON object a line, in a file of its own under journal/: its start
/// (command line, host, jobs), every item that it ended with the seconds of its nodes, its end. For people
/// and for the timings in run.json; results never depend on it, so a line that cannot be written is left out.
class Journal {
 public:
  struct Start {
    std::vector<std::string> command_line;
    int jobs = 1;
    std::string shard;  ///< "2/5", or ""
  };

  Journal(const std::filesystem::path& folder, const Start& start);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  /// By one thread at a time.
  void item(const std::string& id, ItemStatus status, const std::vector<NodeTime>& times);
  /// `how`: "complete", "interrupted", "stopped".
  void end(std::string_view how);

 private:
  void write(std::string line) const;
  double elapsed_s() const;

  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  int handle_ = -1;
};

struct NodeSeconds {
  std::string node;
  double seconds = 0;
};
/// One process as its journal tells it.
struct ProcessRecord {
  std::string started;  ///< UTC, ISO 8601
  std::string host;
  std::vector<std::string> command_line;
  int jobs = 1;
  std::string shard;
  std::string end;  ///< "" where it was killed or is still at it
  int items = 0;
  double wall_s = 0;  ///< to its end, or to the last item that it ended
  std::vector<NodeSeconds> nodes;
};
/// All journals of a run folder in the order of their starts; torn lines are left out.
std::vector<ProcessRecord> read_journals(const std::filesystem::path& folder);

}  // namespace litho
