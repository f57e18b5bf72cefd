#include "modules/FAMILY/NAME/kernel.hpp"

#include <algorithm>
#include <cmath>

namespace litho {

Result<Measured> share_above(const Image<float>& grey, double level) {
  if (grey.empty()) return Error{"FAMILY.NAME.empty", "", "the picture has no pixels", ""};
  const double n = static_cast<double>(grey.size());
  const double share =
      static_cast<double>(std::ranges::count_if(grey.pixels(), [&](float v) { return v >= level; })) / n;
  constexpr double kZ = 1.959963984540054;  // 97.5 % point of the normal law
  const double middle = (share + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n)) / (1 + kZ * kZ / n);
  return Measured{share, std::max(0.0, middle - half), std::min(1.0, middle + half), ""};
}

}  // namespace litho
