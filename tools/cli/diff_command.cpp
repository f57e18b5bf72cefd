#include <fmt/format.h>

#include "tools/cli/command.hpp"
#include "tools/results/diff_runs.hpp"

namespace litho {

void add_diff_command(CLI::App& app, Action& action) {
  static std::string first, second;
  CLI::App* command =
      app.add_subcommand("diff", "Which option, input or version made which numbers of two runs differ");
  command->add_option("RUN", first, "Run folder, or its run.json")->required();
  command->add_option("RUN2", second, "The other one")->required();
  command->footer("Example:\n  lithoscope diff run run2");
  command->callback([&action] {
    action = [] {
      const auto text = diff_runs(first, second);
      if (!text) return report(text.errors(), kUsageError);
      fmt::print("{}", *text);
      return static_cast<int>(kOk);
    };
  });
}

}  // namespace litho
