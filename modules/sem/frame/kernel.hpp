#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/image.hpp"

namespace litho {

/// Where the outside (lithium, vacuum, mount) lies in the picture.
enum class Side : std::uint8_t { top, bottom, left, right };
std::string_view to_string(Side side);
/// "top", "bottom", "left", "right"; false where the word is none of them.
bool parse_side(std::string_view word, Side& side);

/// Values of labels/*.tif.
enum class Label : std::uint8_t {
  none = 0,
  outside = 1,
  interphase = 2,
  electrolyte = 3,
  crack = 4,
  pore = 5,
  gap = 6
};

/// The upright frame: the picture turned by a multiple of 90 degrees so that the outside is up. (u, v) in px,
/// pixel centres at +0.5, v grows into the specimen. A turn, never a mirror, so angles keep their sign.
struct Frame {
  Side side = Side::top;
  int image_width = 0;
  int image_height = 0;

  bool sideways() const { return side == Side::left || side == Side::right; }
  int width() const { return sideways() ? image_height : image_width; }
  int height() const { return sideways() ? image_width : image_height; }
  PointPx to_upright(PointPx p) const;
  PointPx to_image(PointPx p) const;
};

/// Reads (or writes) an image as if it stood upright, without copying it. Lives as long as the image does.
template <class T>
class Upright {
 public:
  Upright(T* pixels, const Frame& frame) : width_(frame.width()), height_(frame.height()) {
    const std::ptrdiff_t w = frame.image_width;
    const std::ptrdiff_t h = frame.image_height;
    switch (frame.side) {
      case Side::top:
        origin_ = pixels, du_ = 1, dv_ = w;
        break;
      case Side::bottom:
        origin_ = pixels + w * h - 1, du_ = -1, dv_ = -w;
        break;
      case Side::left:
        origin_ = pixels + w * (h - 1), du_ = -w, dv_ = 1;
        break;
      case Side::right:
        origin_ = pixels + w - 1, du_ = w, dv_ = -1;
        break;
    }
  }
  int width() const { return width_; }
  int height() const { return height_; }
  bool contains(int u, int v) const { return u >= 0 && v >= 0 && u < width_ && v < height_; }
  T& operator()(int u, int v) const { return origin_[u * du_ + v * dv_]; }

 private:
  int width_, height_;
  T* origin_ = nullptr;
  std::ptrdiff_t du_ = 1, dv_ = 1;
};

template <class T>
Upright<const T> upright(const Image<T>& image, const Frame& frame) {
  return {image.pixels().data(), frame};
}
template <class T>
Upright<T> upright(Image<T>& image, const Frame& frame) {
  return {image.pixels().data(), frame};
}

/// Quality flags: stable dotted codes, each once, in the order raised.
using Flags = std::vector<std::string>;
void raise(Flags& flags, std::string_view code);
bool raised(const Flags& flags, std::string_view code);

}  // namespace litho
