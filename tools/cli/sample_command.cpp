#include <fmt/format.h>

#include "samples/sem/sample_sem.hpp"
#include "samples/xps/sample_xps.hpp"
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

int draw_spectra(const XpsSampleOptions& options, const std::string& folder) {
  const auto written = write_xps_samples(options, folder);
  if (!written) {
    const bool usage = written.errors().front().code.starts_with("sample.");
    return report(written.errors(), usage ? kUsageError : kInternalError);
  }
  fmt::print("{} films, sheet.csv and truth.csv in {}\n", options.count, folder);
  return kOk;
}

void add_xps(CLI::App& sample, Action& action) {
  static XpsSampleOptions options;
  static std::string folder;
  CLI::App* xps = sample.add_subcommand("xps", "Spectra of Cr films, bare and after plating Li");
  xps->add_option("-n,--count", options.count, "Number of films")->capture_default_str();
  xps->add_option("--seed", options.seed, "Seed; other seeds give other films")->capture_default_str();
  xps->add_option("-o,--output", folder, "Folder to write")->required();
  xps->add_option("--kind", options.kind, "bare, covered, patchy, thin, nearly, bilayer or mix")
      ->capture_default_str();
  xps->add_option("--sweeps", options.sweeps, "Sweeps of the plated spectra; 0 draws them from 3 to 30")
      ->capture_default_str();
  xps->footer(
      "Example:\n  lithoscope sample xps -n 60 --seed 7 -o truth\n  lithoscope coverage truth/sheet.csv -o "
      "run");
  xps->callback([&action] { action = [] { return draw_spectra(options, folder); }; });
}

}  // namespace

void add_sample_command(CLI::App& app, Action& action) {
  static SemSampleOptions options;
  static std::string folder;
  CLI::App* sample = app.add_subcommand("sample", "Draw synthetic inputs with known truth");
  sample->require_subcommand(1);
  add_xps(*sample, action);
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
  sem->add_option("--jobs", options.jobs, "Images drawn at the same time")->capture_default_str();
  sem->add_flag("--compress", options.compress, "Deflate-compressed TIFF");
  sem->footer("Example:\n  lithoscope sample sem -n 24 --seed 7 --level clean -o truth");
  sem->callback([&action] { action = [] { return draw(options, folder); }; });
}

}  // namespace litho
