#include "pipeline/engine/cache.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "pipeline/core/bytes.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/sha256.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

/// Raised when keys or entries change their meaning.
constexpr std::string_view kFormat = "lithoscope-cache 1\n";
constexpr std::size_t kHeader = kFormat.size() + 64 + 1;

struct Entry {
  fs::path path;
  fs::file_time_type used;
  std::uint64_t bytes;
};

/// Whatever is in the folder, also what a killed process left; files that vanish meanwhile are left out.
std::vector<Entry> entries_in(const fs::path& folder) {
  std::vector<Entry> out;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    const bool regular = at->is_regular_file(gone);
    const auto used = at->last_write_time(gone);
    const auto bytes = regular && !gone ? at->file_size(gone) : 0;
    if (regular && !gone) out.push_back({at->path(), used, bytes});
  }
  return out;
}

std::uint64_t total(const std::vector<Entry>& entries) {
  std::uint64_t sum = 0;
  for (const Entry& entry : entries) sum += entry.bytes;
  return sum;
}

}  // namespace

std::string item_key(const Item& item, const std::vector<std::string>& file_hashes) {
  ByteWriter out;
  out.put(item.name).put(item.stem).put(item.sample).put<std::uint64_t>(item.files.size());
  for (const ItemFile& file : item.files) {
    out.put(file.path.string()).put(file.where).put<std::uint64_t>(file.fields.size());
    for (const auto& [name, value] : file.fields) out.put(name).put(value);
    out.put<std::uint64_t>(file.sidecars.size());
    for (const auto& sidecar : file.sidecars) out.put(sidecar.string());
  }
  for (const std::string& hash : file_hashes) out.put(hash);
  return sha256_hex(out.take());
}

std::vector<std::string> node_keys(const Plan& plan, const std::string& item_key, std::string_view salt,
                                   std::uint64_t seed, std::string_view stream) {
  std::vector<std::string> keys;
  for (const PlanNode& node : plan.nodes()) {
    ByteWriter out;
    out.put(kFormat).put(salt).put(node.info.name).put<std::int64_t>(node.info.results_version);
    out.put<std::uint64_t>(seed).put(stream).put(node.id);  // what its random streams come from
    for (const auto& [name, value] : node.stage->options_text()) out.put(name).put(value);
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const Source& source = node.inputs[i];
      out.put(node.stage->inputs()[i].name);
      out.put<std::int64_t>(source.port);
      if (source.node == Source::kItem)
        out.put("item").put(item_key);
      else if (source.node == Source::kNothing)
        out.put("nothing");
      else
        out.put(keys[static_cast<std::size_t>(source.node)]);
    }
    keys.push_back(sha256_hex(out.take()));
  }
  return keys;
}

Cache::Cache(fs::path folder, std::uint64_t cap_bytes, std::string salt)
    : folder_(std::move(folder)), cap_bytes_(cap_bytes), salt_(std::move(salt)) {}

Result<std::unique_ptr<Cache>> Cache::open(fs::path folder, std::uint64_t cap_bytes, std::string salt) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return Error{"file.unwritable", folder.string(), "the cache's folder cannot be made: " + error.message(),
                 "choose another folder"};
  std::unique_ptr<Cache> cache(new Cache(std::move(folder), cap_bytes, std::move(salt)));
  cache->bytes_ = total(entries_in(cache->folder_));
  return cache;
}

std::filesystem::path Cache::path_of(const std::string& key) const {
  return folder_ / key.substr(0, 2) / key;
}

std::optional<std::string> Cache::load(const std::string& key) {
  const fs::path path = path_of(key);
  const auto file = read_text_file(path);
  if (!file) {
    const std::lock_guard lock(mutex_);
    ++stats_.misses;
    return std::nullopt;
  }
  const std::string_view bytes = *file;
  const bool whole = bytes.size() >= kHeader && bytes.starts_with(kFormat) && bytes[kHeader - 1] == '\n' &&
                     bytes.substr(kFormat.size(), 64) == sha256_hex(bytes.substr(kHeader));
  std::error_code ignored;
  if (whole)
    fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
  else
    fs::remove(path, ignored);
  const std::lock_guard lock(mutex_);
  ++(whole ? stats_.hits : stats_.corrupt);
  if (!whole) return std::nullopt;
  return std::string(bytes.substr(kHeader));
}

void Cache::store(const std::string& key, std::string_view bytes) {
  std::string file(kFormat);
  file += sha256_hex(bytes) + "\n";
  file += bytes;
  const bool stored = file.size() <= cap_bytes_ && write_file(path_of(key), file);
  const std::lock_guard lock(mutex_);
  ++(stored ? stats_.stored : stats_.not_stored);
  if (stored) bytes_ += file.size();
  if (bytes_ > cap_bytes_) evict();
}

/// Down to nine tenths of the cap, so that not every store has to look through the folder.
void Cache::evict() {
  auto entries = entries_in(folder_);
  bytes_ = total(entries);
  std::ranges::sort(entries, {}, &Entry::used);
  for (const Entry& entry : entries) {
    if (bytes_ <= cap_bytes_ - cap_bytes_ / 10) break;
    std::error_code ignored;
    if (!fs::remove(entry.path, ignored)) continue;
    bytes_ -= entry.bytes;
    ++stats_.evicted;
  }
}

Cache::Stats Cache::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

}  // namespace litho
