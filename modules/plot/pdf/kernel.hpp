#pragma once
#include <string>
#include <string_view>

#include "pipeline/core/result.hpp"

namespace litho::plot {

/// The PDF of a figure whose SVG this program wrote, 1 px = 0.75 pt, fonts embedded, without a date. Same
/// SVG, fonts and cairo: same bytes. About 4 ms. Errors: plot.not_svg (not whole XML, no size),
/// plot.unknown_svg (an element, colour or path command that this does not draw), plot.pdf (cairo's own).
Result<std::string> pdf_of_svg(std::string_view svg);

}  // namespace litho::plot
