#pragma once
#include <map>
#include <string>

namespace litho {

/// Text of each peak model that is part of the program, by name.
const std::map<std::string, std::string>& shipped_peaks();

}  // namespace litho
