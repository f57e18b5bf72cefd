#pragma once
#include <string>

#include "pipeline/stage/registry.hpp"

namespace litho {

/// Reference pages of all stages in one Markdown text, families in alphabetical order, made from what the
/// stages declare.
std::string stage_reference_markdown(const Registry& registry);
/// One stage for the terminal.
std::string describe_stage(const StageEntry& entry);

}  // namespace litho
