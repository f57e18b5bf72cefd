#pragma once
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace litho {

/// Row-major grid of `width` x `height` pixels; (x, y) from the top left. Pixel (x, y) covers [x, x+1) x [y,
/// y+1), so its centre lies at (x + 0.5, y + 0.5). Rows are contiguous without padding.
template <class T>
class Image {
 public:
  Image() = default;
  Image(int width, int height, T fill = T{})
      : width_(width), height_(height), pixels_(static_cast<std::size_t>(width) * height, fill) {
    assert(width >= 0 && height >= 0);
  }

  int width() const { return width_; }
  int height() const { return height_; }
  std::size_t size() const { return pixels_.size(); }
  bool empty() const { return pixels_.empty(); }
  bool contains(int x, int y) const { return x >= 0 && y >= 0 && x < width_ && y < height_; }

  T& operator()(int x, int y) { return pixels_[index(x, y)]; }
  const T& operator()(int x, int y) const { return pixels_[index(x, y)]; }
  std::span<T> row(int y) {
    return std::span(pixels_).subspan(index(0, y), static_cast<std::size_t>(width_));
  }
  std::span<const T> row(int y) const {
    return std::span(pixels_).subspan(index(0, y), static_cast<std::size_t>(width_));
  }
  std::span<T> pixels() { return pixels_; }
  std::span<const T> pixels() const { return pixels_; }

  bool operator==(const Image&) const = default;

 private:
  std::size_t index(int x, int y) const { return static_cast<std::size_t>(y) * width_ + x; }

  int width_ = 0;
  int height_ = 0;
  std::vector<T> pixels_;
};

/// A place in image coordinates, px: origin at the top left corner of the top left pixel, x to the right, y
/// down.
struct PointPx {
  double x = 0;
  double y = 0;
  bool operator==(const PointPx&) const = default;
};

}  // namespace litho
