#include "pipeline/core/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace litho {
namespace {

std::string reason(int number) {
  return std::generic_category().message(number);
}

Error unwritable(const std::filesystem::path& path, const std::string& why) {
  return {"file.unwritable", path.string(), "cannot be written: " + why,
          "free space, or choose another folder with -o"};
}

/// Closes and, unless kept, removes.
struct TemporaryFile {
  std::filesystem::path path;
  int handle = -1;
  bool kept = false;
  ~TemporaryFile() {
    if (handle >= 0) ::close(handle);
    if (!kept) ::unlink(path.c_str());
  }
};

}  // namespace

Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    return Error{"file.missing", path.string(), "there is no such file", "check the path and its spelling"};
  if (!std::filesystem::is_regular_file(status))
    return Error{"file.not_a_file", path.string(), "is not a regular file", "name a file"};
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  // The size of the opened file: the name may mean another one by now.
  const auto size = in ? static_cast<std::streamoff>(in.tellg()) : -1;
  if (size >= 0 && static_cast<std::uint64_t>(size) > limit)
    return Error{"file.too_large", path.string(),
                 std::to_string(size) + " bytes, at most " + std::to_string(limit) + " are read", ""};
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(std::max<std::streamoff>(size, 0)));
  if (size < 0 || (size > 0 && !in.seekg(0).read(reinterpret_cast<char*>(bytes.data()), size)))
    return Error{"file.unreadable", path.string(), "cannot be read: " + reason(errno),
                 "check its permissions"};
  return bytes;
}

Result<std::string> read_text_file(const std::filesystem::path& path) {
  auto bytes = read_file(path);
  if (!bytes) return bytes.errors();
  return std::string(bytes->begin(), bytes->end());
}

Status write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
  static std::atomic<unsigned> serial{0};
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) return unwritable(path, error.message());
  TemporaryFile file{path.string() + ".tmp" + std::to_string(::getpid()) + "-" + std::to_string(serial++)};
  file.handle = ::open(file.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file.handle < 0) {
    file.kept = true;  // nothing was made, so nothing is to be removed
    return unwritable(path, reason(errno));
  }
  while (!bytes.empty()) {
    const auto n = ::write(file.handle, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return unwritable(path, reason(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  if (::close(std::exchange(file.handle, -1)) != 0) return unwritable(path, reason(errno));
  if (::rename(file.path.c_str(), path.c_str()) != 0) return unwritable(path, reason(errno));
  file.kept = true;
  return {};
}

Status write_file(const std::filesystem::path& path, std::string_view text) {
  return write_file(path, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

}  // namespace litho
