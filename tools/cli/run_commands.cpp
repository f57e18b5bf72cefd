#include <fmt/format.h>

#include <cmath>
#include <csignal>
#include <stop_token>
#include <thread>

#include "calibration/sem_scale/sem_scale.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/units.hpp"
#include "pipeline/engine/batch.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/library_threads.hpp"
#include "tools/cli/load_graph.hpp"
#include "tools/cli/progress.hpp"

namespace litho {
namespace {

struct RunArguments {
  std::string graph;
  std::vector<std::string> inputs;
  std::string run;
  int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  bool resume = false;
  bool force = false;
  std::vector<std::string> settings;
  std::string pixel_size;
  std::uint64_t seed = 0;
  std::string cache;
  bool json = false;
  bool quiet = false;
  std::vector<std::string> command_line;
};

/// Commands that run a shipped graph of their own name.
struct ShippedCommand {
  const char* name;
  const char* doc;
};
constexpr ShippedCommand kShippedCommands[] = {
    {"interphase", "Thickness and planarity of the interphase"},
    {"fracture", "Cracks in the pellet, delamination"},
};

std::stop_source& interruption() {
  static std::stop_source source;
  return source;
}

/// Stops when the process is interrupted: a thread of its own waits for the signal, so that no handler has to
/// be careful.
class InterruptWatch {
 public:
  InterruptWatch() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      const timespec tick{0, 20'000'000};
      while (!stop.stop_requested())
        if (sigtimedwait(&signals_, nullptr, &tick) > 0) interruption().request_stop();
    });
  }

 private:
  sigset_t signals_{};
  std::jthread thread_;
};

/// --pixel-size goes with every file; a sheet that says otherwise is a contradiction, not a preference.
Errors apply_pixel_size(const std::string& text, Inputs& inputs) {
  if (text.empty()) return {};
  const auto nm = parse_in_unit(text, "nm");
  if (!nm) return {at("--pixel-size", nm.errors().front())};
  if (*nm <= 0) return {{"usage.pixel_size", "--pixel-size", "'" + text + "' is not above zero", ""}};
  Errors errors;
  for (Item& item : inputs.items)
    for (ItemFile& file : item.files) {
      if (const auto it = file.fields.find("pixel_size_nm"); it != file.fields.end()) {
        const double sheet_nm = *parse_double(it->second);
        if (std::abs(sheet_nm / *nm - 1) > 1e-3)
          errors.push_back(
              {"usage.pixel_size", file.where,
               "the sheet says " + it->second + " nm, --pixel-size says " + format_double(*nm) + " nm",
               "keep one of the two"});
      }
      file.fields["--pixel-size"] = format_exact(*nm);
    }
  return errors;
}

int run(const RunArguments& arguments) {
  use_single_thread_in_libraries();
  const auto loaded = load_graph(arguments.graph, arguments.settings);
  if (!loaded) return report(loaded.errors(), kUsageError);
  auto inputs = expand_micrographs(arguments.inputs, sidecar_candidates);
  if (!inputs) return report(inputs.errors(), kUsageError);
  Inputs items = *std::move(inputs);
  if (const Errors errors = apply_pixel_size(arguments.pixel_size, items); !errors.empty())
    return report(errors, kUsageError);
  for (const std::string& notice : items.notices) fmt::print(stderr, "lithoscope: {}\n", notice);

  BatchOptions options;
  options.run = arguments.run;
  options.jobs = arguments.jobs;
  options.seed = arguments.seed;
  options.existing = arguments.resume  ? ExistingFolder::resume
                     : arguments.force ? ExistingFolder::overwrite
                                       : ExistingFolder::refuse;
  if (!arguments.cache.empty()) options.cache = arguments.cache;
  options.command_line = arguments.command_line;

  const InterruptWatch watch;
  Progress progress(arguments.json, arguments.quiet);
  const auto summary = run_batch(loaded->graph, loaded->plan, items, options, interruption().get_token(),
                                 [&](const BatchEvent& event) { progress.show(event); });
  if (!summary) {
    const std::string& code = summary.errors().front().code;
    return report(summary.errors(), code.starts_with("run.") ? kUsageError : kInternalError);
  }
  progress.finish(*summary, arguments.run);
  if (summary->interrupted) return kInterrupted;
  return summary->failed > 0 ? kSomeFailed : kOk;
}

void add_run_options(CLI::App& command, RunArguments& arguments) {
  command.add_option("INPUT", arguments.inputs, "Micrographs, folders of them, or sheets (*.csv)")
      ->required();
  command.add_option("-o,--output", arguments.run, "Run folder to make")->required();
  command.add_option("--jobs", arguments.jobs, "Items in work at the same time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  auto* resume =
      command.add_flag("--resume", arguments.resume, "Go on with a run folder: items that ended are kept");
  command.add_flag("--force", arguments.force, "Overwrite a run folder")->excludes(resume);
  command.add_option("--set", arguments.settings, "STAGE.OPTION=VALUE, may be repeated")
      ->allow_extra_args(false);
  command.add_option("--pixel-size", arguments.pixel_size,
                     "Pixel size of every input, for example \"48.8 nm\"");
  command.add_option("--seed", arguments.seed, "Seed of all random streams")->capture_default_str();
  command.add_option("--cache", arguments.cache,
                     "Folder that keeps stage results between runs (off by default)");
  command.add_flag("--json", arguments.json, "Progress as JSON lines on stdout");
  command.add_flag("--quiet", arguments.quiet, "No progress");
}

}  // namespace

void add_run_commands(CLI::App& app, Action& action, std::vector<std::string> command_line) {
  static RunArguments arguments;
  arguments.command_line = std::move(command_line);
  for (const ShippedCommand& shipped : kShippedCommands) {
    CLI::App* command = app.add_subcommand(shipped.name, shipped.doc);
    add_run_options(*command, arguments);
    command->footer(
        fmt::format("Examples:\n"
                    "  lithoscope {0} micrographs/ -o run\n"
                    "  lithoscope {0} a.tif b.tif --pixel-size \"48.8 nm\" -o run\n"
                    "  lithoscope {0} sheet.csv -o run --jobs 8",
                    shipped.name));
    command->callback([&action, &shipped] {
      arguments.graph = shipped.name;
      action = [] { return run(arguments); };
    });
  }

  CLI::App* any = app.add_subcommand("run", "Run any stage graph over any inputs");
  any->add_option("GRAPH", arguments.graph, "Graph file, or the name of a shipped graph")->required();
  add_run_options(*any, arguments);
  any->footer("Example:\n  lithoscope run my_graph.yaml micrographs/ -o run");
  any->callback([&action] { action = [] { return run(arguments); }; });
}

}  // namespace litho
