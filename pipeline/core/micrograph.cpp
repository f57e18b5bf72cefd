#include "pipeline/core/micrograph.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "pipeline/core/number.hpp"

namespace litho {

Result<Micrograph> Micrograph::make(MicrographData data) {
  if (data.grey.empty()) return Error{"micrograph.empty", "", "the image has no pixels", ""};
  if (!data.annotation.empty() &&
      (data.annotation.width() != data.grey.width() || data.annotation.height() != data.grey.height()))
    return Error{"micrograph.size", "", "annotation mask and image differ in size", ""};
  if (!std::ranges::all_of(data.grey.pixels(), [](float v) { return std::isfinite(v); }))
    return Error{"micrograph.not_finite", "", "the image holds NaN or infinite grey values",
                 "export it as 8 or 16 bit grey"};
  if (data.pixel_size && !(data.pixel_size->nm > 0 && std::isfinite(data.pixel_size->nm)))
    return Error{"micrograph.pixel_size", "",
                 "pixel size " + format_double(data.pixel_size->nm) + " nm is not positive", ""};
  return Micrograph(std::move(data));
}

}  // namespace litho
