#include "pipeline/engine/input_hashes.hpp"

#include "pipeline/core/file.hpp"
#include "pipeline/core/sha256.hpp"

namespace litho {

std::vector<InputHash> InputHashes::of(const Item& item) {
  std::vector<InputHash> out;
  for (const ItemFile& file : item.files) {
    out.push_back({file.path.string(), hash(file.path)});
    for (const auto& sidecar : file.sidecars) out.push_back({sidecar.string(), hash(sidecar)});
  }
  return out;
}

std::string InputHashes::hash(const std::filesystem::path& path) {
  std::error_code error;
  Known now{std::filesystem::file_size(path, error), std::filesystem::last_write_time(path, error), ""};
  {
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(path.string());
    if (known != known_.end() && !error && known->second.size == now.size &&
        known->second.written == now.written)
      return known->second.sha256;
  }
  const auto bytes = read_file(path);
  if (!bytes) return "";
  now.sha256 = sha256_hex(*bytes);
  const std::lock_guard lock(mutex_);
  return (known_[path.string()] = now).sha256;
}

}  // namespace litho
