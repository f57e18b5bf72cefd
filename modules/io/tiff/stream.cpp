#include "modules/io/tiff/stream.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <utility>

namespace litho::tiff {

std::unique_ptr<Stream> Stream::reading(std::span<const std::uint8_t> bytes) {
  std::unique_ptr<Stream> stream(new Stream);
  stream->in_ = bytes;
  stream->open("rhc");  // h: no directory yet; c: strips as they are
  return stream;
}

std::unique_ptr<Stream> Stream::writing(const char* mode) {
  std::unique_ptr<Stream> stream(new Stream);
  stream->writes_ = true;
  stream->open(mode);
  return stream;
}

void Stream::open(const char* mode) {
  TIFFOpenOptions* const options = TIFFOpenOptionsAlloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options, keep, &error_);
  TIFFOpenOptionsSetWarningHandlerExtR(options, keep, &warning_);
  tiff_ = TIFFClientOpenExt(
      "memory", mode, this, read, write, seek, [](thandle_t) { return 0; }, size, map,
      [](thandle_t, void*, toff_t) {}, options);
  TIFFOpenOptionsFree(options);
}

Stream::~Stream() {
  if (tiff_) TIFFClose(tiff_);
}

void Stream::forget() {
  error_.clear();
  warning_.clear();
}

std::vector<std::uint8_t> Stream::finish() {
  TIFFClose(std::exchange(tiff_, nullptr));
  return std::move(out_);
}

tmsize_t Stream::read(thandle_t handle, void* to, tmsize_t size) {
  Stream& self = of(handle);
  const auto bytes = self.writes_ ? std::span<const std::uint8_t>(self.out_) : self.in_;
  const std::uint64_t left = bytes.size() - std::min<std::uint64_t>(self.position_, bytes.size());
  const std::uint64_t count = std::min<std::uint64_t>(left, size > 0 ? static_cast<std::uint64_t>(size) : 0);
  if (count > 0) std::memcpy(to, bytes.data() + self.position_, count);
  self.position_ += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t Stream::write(thandle_t handle, void* from, tmsize_t size) {
  Stream& self = of(handle);
  if (!self.writes_ || size <= 0) return 0;
  const std::uint64_t end = self.position_ + static_cast<std::uint64_t>(size);
  if (end > self.out_.size()) self.out_.resize(end);
  std::memcpy(self.out_.data() + self.position_, from, static_cast<std::size_t>(size));
  self.position_ = end;
  return size;
}

toff_t Stream::seek(thandle_t handle, toff_t offset, int whence) {
  Stream& self = of(handle);
  if (whence == SEEK_CUR) offset += self.position_;
  if (whence == SEEK_END) offset += size(handle);
  return self.position_ = offset;
}

toff_t Stream::size(thandle_t handle) {
  const Stream& self = of(handle);
  return self.writes_ ? self.out_.size() : self.in_.size();
}

int Stream::map(thandle_t handle, void** base, toff_t* size) {
  const Stream& self = of(handle);
  if (self.writes_) return 0;
  *base = const_cast<std::uint8_t*>(self.in_.data());  // libtiff only reads what it maps for reading
  *size = self.in_.size();
  return 1;
}

int Stream::keep(TIFF*, void* message, const char*, const char* format, va_list arguments) {
  auto& kept = *static_cast<std::string*>(message);
  if (!kept.empty()) return 1;
  char text[512];
  std::vsnprintf(text, sizeof text, format, arguments);
  kept = text;
  return 1;
}

}  // namespace litho::tiff
