#pragma once
#include <string>
#include <string_view>

namespace litho {

/// The graph's text with every line `model: NAME` that names a shipped peak model replaced by that model, so
/// that plan and run.json hold what was fitted, not its name alone.
std::string with_shipped_peaks(std::string_view graph);

/// A peak model as it was written, as the value of a graph's line `model:` that is indented by `indent`; its
/// name and hash stand in a comment.
std::string model_line(const std::string& name, const std::string& text, std::size_t indent);

}  // namespace litho
