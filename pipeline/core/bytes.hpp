#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace litho {

/// Flat binary encoding for payloads kept on this machine: lengths before contents, native byte order.
class ByteWriter {
 public:
  template <class T>  // literals are text, and an address means nothing in a file
  requires(std::is_trivially_copyable_v<T> && !std::is_array_v<T> &&
           !std::is_pointer_v<T>) ByteWriter& put(const T& value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  ByteWriter& put(std::string_view text) {
    put<std::uint64_t>(text.size());
    out_ += text;
    return *this;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

/// Reads what ByteWriter wrote; past the end every read gives zero or "" and `ok` turns false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  requires std::is_trivially_copyable_v<T> T get() {
    T value{};
    if (const std::string_view raw = chunk(sizeof value); !raw.empty())
      std::memcpy(&value, raw.data(), sizeof value);
    return value;
  }
  std::string_view text() { return chunk(get<std::uint64_t>()); }
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && at_ == bytes_.size(); }

 private:
  std::string_view chunk(std::uint64_t size) {
    if (size > bytes_.size() - at_) ok_ = false;
    if (!ok_) return {};
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace litho
