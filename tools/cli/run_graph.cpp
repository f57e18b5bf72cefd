#include "tools/cli/run_graph.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>
#include <chrono>
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
#include "tools/cli/memory_limit.hpp"
#include "tools/cli/progress.hpp"
#include "tools/cli/study.hpp"
#include "tools/cli/xlsx_sheet.hpp"
#include "tools/report/report.hpp"
#include "tools/results/results.hpp"

namespace litho {
namespace {

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
      using Clock = std::chrono::steady_clock;
      const timespec tick{0, 20'000'000};
      Clock::time_point asked;
      while (!stop.stop_requested()) {
        if (sigtimedwait(&signals_, nullptr, &tick) <= 0) continue;
        if (interruption().request_stop())
          asked = Clock::now();
        else if (Clock::now() - asked > std::chrono::milliseconds(500))  // one request may come twice
          ::_exit(kInterrupted);  // asked again: nothing is torn, items in flight are dropped
      }
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

}  // namespace

int RunArguments::default_jobs() {
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

void add_output_options(CLI::App& command, RunArguments& arguments) {
  command.add_option("-o,--output", arguments.run, "Run folder to make")->required();
  command.add_option("--jobs", arguments.jobs, "Items in work at the same time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  auto* resume =
      command.add_flag("--resume", arguments.resume, "Go on with a run folder: items that ended are kept");
  auto* retry = command.add_flag("--retry-failed", arguments.retry_failed,
                                 "As --resume, and items that failed are run again");
  auto* shard = command.add_option("--shard", arguments.shard,
                                   "K/N: every N-th item from the K-th; shards may run at the same time");
  command.add_flag("--force", arguments.force, "Overwrite a run folder")
      ->excludes(resume)
      ->excludes(retry)
      ->excludes(shard);
  command.add_option("--cache", arguments.cache,
                     "Folder that keeps stage results between runs (off by default)");
  command.add_flag("--json", arguments.json, "Progress as JSON lines on stdout");
  command.add_flag("--quiet", arguments.quiet, "No progress");
}

void add_run_options(CLI::App& command, RunArguments& arguments) {
  command.add_option("INPUT", arguments.inputs, "Files, folders of them, or sheets (*.csv, *.xlsx)")
      ->required();
  add_output_options(command, arguments);
  command.add_option("--set", arguments.settings, "STAGE.OPTION=VALUE, may be repeated")
      ->allow_extra_args(false);
  command.add_option("--pixel-size", arguments.pixel_size,
                     "Pixel size of every input, for example \"48.8 nm\"");
  command.add_option("--seed", arguments.seed, "Seed of all random streams")->capture_default_str();
}

Result<Inputs> expand_inputs(const RunArguments& arguments, const std::string& item) {
  auto inputs =
      item == "micrograph"
          ? expand_micrographs(arguments.inputs, sidecar_candidates, xlsx_as_csv)
          : expand_samples(arguments.inputs,
                           item == "sample" ? SampleFiles::own : SampleFiles::with_reference, xlsx_as_csv);
  if (!inputs) return inputs;
  Inputs items = *std::move(inputs);
  if (const Errors errors = apply_pixel_size(arguments.pixel_size, items); !errors.empty()) return errors;
  return items;
}

int report_run(const Errors& errors) {
  const std::string& code = errors.front().code;
  const bool usage = code == "run.exists" || code == "run.other_plan" || code == "run.bad_plan" ||
                     code == "run.no_plan" || code == "run.in_use";
  return report(errors, usage ? kUsageError : kInternalError);
}

Result<Merged> merge_folder(const std::string& run) {
  const auto folder = RunFolder::open(run);
  if (!folder) return folder.errors();
  auto merged = write_results(*folder);
  if (!merged) return merged;
  if (const Status written = write_report(*folder); !written) return written.errors();
  return merged;
}

Status report_folder(const std::string& run) {
  if (is_study_folder(run)) return write_study_report(run, parts_of(run));
  const auto folder = RunFolder::open(run);
  if (!folder) return folder.errors();
  return write_report(*folder);
}

int run_graph(const RunArguments& arguments) {
  const auto loaded = load_graph(arguments.graph, arguments.settings);
  if (!loaded) return report(loaded.errors(), kUsageError);
  return run_graph(arguments, *loaded);
}

int run_graph(const RunArguments& arguments, const LoadedGraph& loaded) {
  const auto inputs = expand_inputs(arguments, loaded.graph.item);
  if (!inputs) return report(inputs.errors(), kUsageError);
  for (const std::string& notice : inputs->notices) fmt::print(stderr, "lithoscope: {}\n", notice);
  return run_items(arguments, loaded, *inputs);
}

int run_items(const RunArguments& arguments, const LoadedGraph& loaded, const Inputs& inputs) {
  use_single_thread_in_libraries();
  limit_memory_to_machine();
  BatchOptions options;
  options.run = arguments.run;
  options.jobs = arguments.jobs;
  options.seed = arguments.seed;
  if (!arguments.shard.empty()) {
    const auto shard = parse_shard(arguments.shard);
    if (!shard) return report(shard.errors(), kUsageError);
    options.shard = *shard;
  }
  const bool join = arguments.resume || arguments.retry_failed || !arguments.shard.empty();
  options.existing = join              ? ExistingFolder::join
                     : arguments.force ? ExistingFolder::overwrite
                                       : ExistingFolder::refuse;
  options.retry_failed = arguments.retry_failed;
  if (!arguments.cache.empty()) options.cache = arguments.cache;
  options.command_line = arguments.command_line;

  const InterruptWatch watch;
  Progress progress(arguments.json, arguments.quiet);
  const auto summary = run_batch(loaded.graph, loaded.plan, inputs, options, interruption().get_token(),
                                 [&](const BatchEvent& event) { progress.show(event); });
  if (!summary) return report_run(summary.errors());
  if (summary->complete)
    if (const auto merged = merge_folder(arguments.run); !merged) return report_run(merged.errors());
  progress.finish(*summary, arguments.run);
  if (summary->interrupted) return kInterrupted;
  return summary->failed > 0 ? kSomeFailed : kOk;
}

}  // namespace litho
