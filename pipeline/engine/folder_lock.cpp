#include "pipeline/engine/folder_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace litho {
namespace {

bool set(int handle, int command, short kind, std::uint64_t byte) {
  struct flock lock {};
  lock.l_type = kind;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(byte);
  lock.l_len = 1;
  while (::fcntl(handle, command, &lock) != 0) {
    if (errno == EINTR) continue;
    return errno != EAGAIN && errno != EACCES;  // the rest says that there are no locks here
  }
  return true;
}

}  // namespace

Result<FolderLock> FolderLock::open(const std::filesystem::path& file) {
  const int handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (handle < 0)
    return Error{"file.unwritable", file.string(),
                 "cannot be written: " + std::generic_category().message(errno),
                 "free space, or choose another folder with -o"};
  return FolderLock(handle);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

FolderLock::~FolderLock() {
  if (handle_ >= 0) ::close(handle_);
}

bool FolderLock::try_exclusive(std::uint64_t byte) const {
  return set(handle_, F_OFD_SETLK, F_WRLCK, byte);
}

bool FolderLock::try_shared(std::uint64_t byte) const {
  return set(handle_, F_OFD_SETLK, F_RDLCK, byte);
}

void FolderLock::wait_exclusive(std::uint64_t byte) const {
  set(handle_, F_OFD_SETLKW, F_WRLCK, byte);
}

void FolderLock::release(std::uint64_t byte) const {
  set(handle_, F_OFD_SETLK, F_UNLCK, byte);
}

}  // namespace litho
