#pragma once
#include "pipeline/core/image.hpp"
#include "pipeline/core/measured.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// Share of pixels at or above `level`, with the 95 % Wilson interval [doi:10.1080/01621459.1927.10502953] of
/// independent pixels. Errors: FAMILY.NAME.empty. Cost: one pass.
Result<Measured> share_above(const Image<float>& grey, double level);

}  // namespace litho
