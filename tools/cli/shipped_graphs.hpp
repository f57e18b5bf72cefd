#pragma once
#include <map>
#include <string>

namespace litho {

/// Text of the graphs in samples/graphs by name, as built in.
const std::map<std::string, std::string>& shipped_graphs();

}  // namespace litho
