#pragma once
#include <cstdint>

#include "pipeline/core/image.hpp"
#include "pipeline/core/measured.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

/// A grey picture as it flows between stages.
struct TYPEPicture {
  Image<float> grey;
};
template <>
struct PortType<TYPEPicture> {
  static constexpr std::string_view name = "FAMILY.NAME.picture";
};

/// Share of pixels at or above `level`, with the 95 % Wilson interval [doi:10.1080/01621459.1927.10502953] of
/// independent pixels. Errors: FAMILY.NAME.empty. Cost: one pass.
Result<Measured> share_above(const Image<float>& grey, double level);

}  // namespace litho
