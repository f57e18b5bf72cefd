#include <fmt/format.h>

#include "pipeline/core/file.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/study.hpp"
#include "tools/results/diff_runs.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

/// Names of the parts of a study; one nameless part for any other run.
std::vector<std::string> parts_of(const std::string& run) {
  const auto text = read_text_file(fs::path(run) / "run.json");
  return text && is_study(*text) ? study_parts(*text) : std::vector<std::string>{""};
}

int diff(const std::string& first, const std::string& second) {
  const auto parts = parts_of(first);
  if (parts != parts_of(second))
    return report({{"diff.parts", second, "has other parts than " + first, "name two runs of the same kind"}},
                  kUsageError);
  for (const std::string& part : parts) {
    const auto text =
        part.empty() ? diff_runs(first, second) : diff_runs(fs::path(first) / part, fs::path(second) / part);
    if (!text) return report(text.errors(), kUsageError);
    if (!part.empty()) fmt::print("[{}]\n", part);
    fmt::print("{}", *text);
  }
  return kOk;
}

}  // namespace

void add_diff_command(CLI::App& app, Action& action) {
  static std::string first, second;
  CLI::App* command =
      app.add_subcommand("diff", "Which option, input or version made which numbers of two runs differ");
  command->add_option("RUN", first, "Run folder, or its run.json")->required();
  command->add_option("RUN2", second, "The other one")->required();
  command->footer("Example:\n  lithoscope diff run run2");
  command->callback([&action] { action = [] { return diff(first, second); }; });
}

}  // namespace litho
