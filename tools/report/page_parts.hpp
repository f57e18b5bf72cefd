#pragma once
#include <string_view>

namespace litho::report {

/// Script and style of the page, bundled at build time; empty where the build had no Node.
std::string_view script();
std::string_view style();

}  // namespace litho::report
