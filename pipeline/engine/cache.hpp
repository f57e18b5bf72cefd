#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/item.hpp"
#include "pipeline/engine/plan.hpp"

namespace litho {

/// What a stage can see of an item, and the contents of its files, as 64 hex digits. `file_hashes` are
/// SHA-256 digests of the item's files and sidecars, in order; "" for one that cannot be read.
std::string item_key(const Item& item, const std::vector<std::string>& file_hashes);

/// One key a node: engine format, `salt`, stage and results version, all options, seed and random stream, and
/// the keys of all inputs. Nodes with the same key give the same bytes.
std::vector<std::string> node_keys(const Plan& plan, const std::string& item_key, std::string_view salt,
                                   std::uint64_t seed, std::string_view stream);

/// Results kept in a folder under their keys; may be shared by threads and processes. Best effort: what
/// cannot be kept is not kept, what cannot be read back whole is removed and counts as unknown.
class Cache {
 public:
  struct Stats {
    int hits = 0;
    int misses = 0;
    int corrupt = 0;
    int stored = 0;
    int not_stored = 0;
    int evicted = 0;
  };

  /// Keeps at most `cap_bytes`, dropping what was not used for the longest time. `salt` enters all keys: the
  /// program's version and the digest of data it carries. Errors: file.unwritable.
  static Result<std::unique_ptr<Cache>> open(std::filesystem::path folder, std::uint64_t cap_bytes,
                                             std::string salt);

  std::optional<std::string> load(const std::string& key);
  void store(const std::string& key, std::string_view bytes);
  const std::string& salt() const { return salt_; }
  Stats stats() const;

 private:
  Cache(std::filesystem::path folder, std::uint64_t cap_bytes, std::string salt);
  std::filesystem::path path_of(const std::string& key) const;
  void evict();

  std::filesystem::path folder_;
  std::uint64_t cap_bytes_;
  std::string salt_;
  mutable std::mutex mutex_;
  std::uint64_t bytes_ = 0;  ///< as far as this process knows
  Stats stats_;
};

}  // namespace litho
