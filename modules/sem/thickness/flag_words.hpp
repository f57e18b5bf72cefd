#pragma once
#include <string_view>

namespace litho {

/// What a quality flag of the interphase chain means, and what to do, in one sentence; "" for an unknown
/// code.
std::string_view flag_words(std::string_view code);

}  // namespace litho
