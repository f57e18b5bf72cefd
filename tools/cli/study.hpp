#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tools/cli/run_graph.hpp"

namespace litho {

/// A study is a folder of run folders, one a shipped graph (interphase, fracture, coverage), and at its top
/// the tables of all of them, summary.csv, results.xlsx and a run.json that names the parts.
bool is_study(const std::string& run_json);
std::vector<std::string> study_parts(const std::string& run_json);
bool is_study_folder(const std::string& folder);
/// The parts that a study folder holds.
std::vector<std::string> parts_of(const std::string& folder);

using RunPart = std::function<int(const std::string& part, const RunArguments& of_part)>;
/// Runs the parts one after another, each into its folder, then joins them; the exit code of the whole.
int run_study(const RunArguments& arguments, const std::vector<std::string>& parts, const RunPart& run_part);
/// Merges every part of a study folder and joins them; the exit code of `merge`.
int merge_study(const std::string& folder);

}  // namespace litho
