#include <fmt/format.h>

#include "samples/sem/sample_sem.hpp"
#include "tools/cli/command.hpp"

namespace litho {
namespace {

int draw(const SemSampleOptions& options, const std::string& folder) {
  const auto written = write_sem_samples(options, folder);
  if (!written) {
    const bool usage = written.errors().front().code.starts_with("sample.");
    return report(written.errors(), usage ? kUsageError : kInternalError);
  }
  fmt::print("{} micrographs, truth.csv, sheet.csv and truth/ in {}\n", options.count, folder);
  return kOk;
}

}  // namespace

void add_sample_command(CLI::App& app, Action& action) {
  static SemSampleOptions options;
  static std::string folder;
  CLI::App* sample = app.add_subcommand("sample", "Draw synthetic inputs with known truth");
  sample->require_subcommand(1);
  CLI::App* sem =
      sample->add_subcommand("sem", "Cross-section micrographs of an interphase, or of a fractured pellet");
  sem->add_option("-n,--count", options.count, "Number of micrographs")->capture_default_str();
  sem->add_option("--seed", options.seed, "Seed; other seeds give other micrographs")->capture_default_str();
  sem->add_option("-o,--output", folder, "Folder to write")->required();
  sem->add_option("--kind", options.kind, "What to draw: interphase or fracture")->capture_default_str();
  sem->add_option("--level", options.level, "Difficulty: clean, medium, rough, hopeless or mix")
      ->capture_default_str();
  sem->add_option("--fields", options.fields, "Fields a specimen: so many images in a row share one")
      ->capture_default_str();
  sem->add_option("--width", options.width_px, "Width, px")->capture_default_str();
  sem->add_option("--height", options.height_px, "Height with databar, px")->capture_default_str();
  sem->add_flag("--compress", options.compress, "Deflate-compressed TIFF");
  sem->footer("Example:\n  lithoscope sample sem -n 24 --seed 7 --level clean -o truth");
  sem->callback([&action] { action = [] { return draw(options, folder); }; });
}

}  // namespace litho
