#include <fmt/format.h>

#include <filesystem>

#include "tools/cli/command.hpp"
#include "tools/evaluate/evaluate_coverage.hpp"
#include "tools/evaluate/evaluate_fracture.hpp"
#include "tools/evaluate/evaluate_interphase.hpp"
#include "tools/evaluate/markdown.hpp"

namespace litho {
namespace {

enum class Form { text, csv, markdown };

int evaluate(const std::string& run, const std::string& truth, Form form) {
  const auto holds = [&](const char* table) {
    return std::filesystem::exists(std::filesystem::path(run) / table);
  };
  const auto found = holds("fracture.csv")   ? evaluate_fracture(run, truth)
                     : holds("coverage.csv") ? evaluate_coverage(run, truth)
                                             : evaluate_interphase(run, truth);
  if (!found) return report(found.errors(), kUsageError);
  fmt::print("{}", form == Form::csv        ? write_csv(found->figures)
                   : form == Form::markdown ? to_markdown(*found)
                                            : found->text);
  return kOk;
}

}  // namespace

void add_evaluate_command(CLI::App& app, Action& action) {
  static std::string run, truth;
  static bool csv = false, markdown = false;
  CLI::App* command =
      app.add_subcommand("evaluate", "Errors, interval coverage and verdicts of a run against a truth");
  command->add_option("RUN", run, "Run folder")->required();
  command->add_option("--truth", truth, "Folder that `lithoscope sample` wrote")->required();
  command->add_flag("--csv", csv, "The figures as CSV instead of text");
  command->add_flag("--markdown", markdown, "Figures and confusions as Markdown tables")->excludes("--csv");
  command->footer("Example:\n  lithoscope evaluate run --truth truth");
  command->callback([&action] {
    action = [] { return evaluate(run, truth, csv ? Form::csv : markdown ? Form::markdown : Form::text); };
  });
}

}  // namespace litho
