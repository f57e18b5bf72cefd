#include "modules/sem/preview/kernel.hpp"

#include <algorithm>
#include <cmath>

namespace litho {

Image<std::uint8_t> preview(const Image<float>& grey, const Image<std::uint8_t>* usable, int max_width_px) {
  const double scale = overlay_scale(grey.width(), max_width_px);
  const int width = std::max(1, static_cast<int>(std::lround(grey.width() * scale)));
  const int height = std::max(1, static_cast<int>(std::lround(grey.height() * scale)));
  const Image<float> small = shrink(grey, width, height);
  const DisplayRange range = display_range(grey, usable);
  Image<std::uint8_t> out(width, height);
  std::ranges::transform(small.pixels(), out.pixels().begin(), [&](float value) {
    const float shown = (value - range.low) / (range.high - range.low) * 255;
    return static_cast<std::uint8_t>(std::clamp(shown, 0.0F, 255.0F) + 0.5F);
  });
  return out;
}

}  // namespace litho
