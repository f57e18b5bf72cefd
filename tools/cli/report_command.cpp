#include <fmt/format.h>

#include "tools/cli/command.hpp"
#include "tools/cli/run_graph.hpp"
#include "tools/report/report.hpp"

namespace litho {

void add_report_command(CLI::App& app, Action& action) {
  static std::string run;
  CLI::App* command = app.add_subcommand("report", "Rebuild report.html of a run folder from its items");
  command->add_option("RUN", run, "Run folder")->required();
  command->footer("Example:\n  lithoscope report run");
  command->callback([&action] {
    action = [] {
      const Status written = report_folder(run);
      return written ? static_cast<int>(kOk) : report_run(written.errors());
    };
  });
}

}  // namespace litho
