#pragma once
#include <cstdint>
#include <filesystem>

#include "pipeline/core/result.hpp"

namespace litho {

/// Locks on single bytes of one file, held by this opening of it. Other openings, in this process or others,
/// are kept out; the system lets go when the process ends, whichever way. A file system that knows no locks
/// grants them all.
class FolderLock {
 public:
  /// Makes the file where there is none. Errors: file.unwritable.
  static Result<FolderLock> open(const std::filesystem::path& file);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

  /// False where another holds the byte. Turns a lock held already into one of the other kind.
  bool try_exclusive(std::uint64_t byte) const;
  bool try_shared(std::uint64_t byte) const;
  void wait_exclusive(std::uint64_t byte) const;
  void release(std::uint64_t byte) const;

 private:
  explicit FolderLock(int handle) : handle_(handle) {}
  int handle_ = -1;
};

}  // namespace litho
