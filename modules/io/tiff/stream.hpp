#pragma once
#include <tiffio.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace litho::tiff {

/// libtiff over memory, silent: what it has to say is kept here, not printed.
class Stream {
 public:
  /// Of bytes that outlive it, no directory read yet.
  static std::unique_ptr<Stream> reading(std::span<const std::uint8_t> bytes);
  /// Into memory, in one of libtiff's modes: "wl" little-endian, "wb" big-endian, "w8l" BigTIFF.
  static std::unique_ptr<Stream> writing(const char* mode);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  TIFF* tiff() const { return tiff_; }  ///< null where libtiff refused to open
  /// First message of each kind since the last forget(), "" = none.
  const std::string& error() const { return error_; }
  const std::string& warning() const { return warning_; }
  void forget();

  /// Closes the file that is written and hands over its bytes.
  std::vector<std::uint8_t> finish();

 private:
  Stream() = default;
  void open(const char* mode);
  static Stream& of(thandle_t handle) { return *static_cast<Stream*>(handle); }
  static tmsize_t read(thandle_t handle, void* to, tmsize_t size);
  static tmsize_t write(thandle_t handle, void* from, tmsize_t size);
  static toff_t seek(thandle_t handle, toff_t offset, int whence);
  static toff_t size(thandle_t handle);
  static int map(thandle_t handle, void** base, toff_t* size);
  static int keep(TIFF* tiff, void* message, const char* module, const char* format, va_list arguments);

  TIFF* tiff_ = nullptr;
  std::span<const std::uint8_t> in_;
  std::vector<std::uint8_t> out_;
  bool writes_ = false;
  std::uint64_t position_ = 0;
  std::string error_, warning_;
};

}  // namespace litho::tiff
