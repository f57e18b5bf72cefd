#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace litho {

/// "0.1.0+1a2b3c4" (the commit where the build knows it, "-dirty" where files differ from it).
std::string_view version();
/// Name and version of the libraries that results depend on, as linked.
const std::vector<std::pair<std::string, std::string>>& library_versions();

}  // namespace litho
