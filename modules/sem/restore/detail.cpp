#include <cmath>

#include "modules/sem/restore/kernel.hpp"

namespace litho {

double detail_over_noise(const Restored& picture, const Image<std::uint8_t>& usable) {
  constexpr int kBlock = 8;
  const auto block_mean = [&](int x0, int y0) {
    double sum = 0;
    for (int y = y0; y < y0 + kBlock; ++y)
      for (int x = x0; x < x0 + kBlock; ++x) {
        if (usable(x, y) == 0) return std::nan("");
        sum += picture.grey(x, y);
      }
    return sum / (kBlock * kBlock);
  };
  double squares = 0, pairs = 0;
  for (int y = 0; y + kBlock <= picture.grey.height(); y += kBlock) {
    double left = std::nan("");
    for (int x = 0; x + kBlock <= picture.grey.width(); x += kBlock) {
      const double here = block_mean(x, y);
      const double step = here - left;
      if (!std::isnan(step)) squares += step * step, ++pairs;
      left = here;
    }
  }
  const double of_noise = 2 * picture.noise_sd * picture.noise_sd / (kBlock * kBlock);
  return of_noise > 0 && pairs > 0 ? squares / pairs / of_noise : INFINITY;
}

}  // namespace litho
