#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline/core/item.hpp"
#include "pipeline/engine/item_record.hpp"

namespace litho {

/// SHA-256 of input files. A file that many items are made from is read once as long as its size and time
/// stay. Safe from any thread.
class InputHashes {
 public:
  /// Path and hash of every file and sidecar of an item, in order.
  std::vector<InputHash> of(const Item& item);

 private:
  struct Known {
    std::uintmax_t size = 0;
    std::filesystem::file_time_type written;
    std::string sha256;
  };
  std::string hash(const std::filesystem::path& path);

  std::mutex mutex_;
  std::map<std::string, Known> known_;
};

}  // namespace litho
