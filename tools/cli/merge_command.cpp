#include <fmt/format.h>

#include "tools/cli/command.hpp"
#include "tools/cli/run_graph.hpp"
#include "tools/cli/study.hpp"

namespace litho {
namespace {

constexpr std::size_t kMissingShown = 20;

int merge(const std::string& run) {
  if (is_study_folder(run)) return merge_study(run);
  const auto merged = merge_folder(run);
  if (!merged) return report_run(merged.errors());
  fmt::print(stderr, "{} ok, {} flagged, {} failed in {}\n", merged->ok, merged->flagged, merged->failed,
             run);
  for (std::size_t i = 0; i < std::min(merged->missing.size(), kMissingShown); ++i)
    fmt::print(stderr, "missing: {}\n", merged->missing[i]);
  if (!merged->missing.empty())
    fmt::print(stderr,
               "{} items have not ended: the tables are of the others; --resume or the missing shards "
               "measure them\n",
               merged->missing.size());
  return merged->failed > 0 || !merged->missing.empty() ? kSomeFailed : kOk;
}

}  // namespace

void add_merge_command(CLI::App& app, Action& action) {
  static std::string run;
  CLI::App* command = app.add_subcommand("merge", "Rebuild the tables of a run folder from its items");
  command->add_option("RUN", run, "Run folder")->required();
  command->footer("Example:\n  lithoscope merge run");
  command->callback([&action] { action = [] { return merge(run); }; });
}

}  // namespace litho
