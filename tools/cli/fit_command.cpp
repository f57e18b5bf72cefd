#include "modules/xps/region_model/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/engine/yaml.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/peak_models.hpp"
#include "tools/cli/run_graph.hpp"
#include "tools/cli/shipped_peaks.hpp"

namespace litho {
namespace {

constexpr const char* kGraph = R"(lithoscope: 1
name: fit
doc: Peak fits of XPS regions
item: sample
stages:
  read: { use: io.spectra, in: { item: $item } }
  fit:
    use: xps.fit
    in: { item: $item, spectra: read.spectra }
    with:
)";

Result<LoadedGraph> load(const std::string& name, const std::vector<std::string>& settings) {
  const auto shipped = shipped_peaks().find(name);
  std::string text;
  if (shipped != shipped_peaks().end()) {
    text = shipped->second;
  } else {
    const auto read = read_text_file(name);
    if (!read) {
      std::vector<std::string> known;
      for (const auto& [word, unused] : shipped_peaks()) known.push_back(word);
      Error error = read.errors().front();
      error.hint = "give a peak file, or one of the shipped models: " + join(known, ", ");
      return error;
    }
    text = *read;
  }
  // Read on its own first: its errors then name its own lines.
  const auto tree = read_yaml(text, name);
  if (!tree) return tree.errors();
  const auto model = read_peak_model(*tree, name);
  if (!model) return model.errors();
  return load_graph_text(kGraph + model_line(name, text, 6), "fit " + name, settings);
}

}  // namespace

void add_fit_command(CLI::App& app, Action& action, std::vector<std::string> command_line) {
  static RunArguments arguments;
  static std::string peaks;
  arguments.command_line = std::move(command_line);
  CLI::App* command = app.add_subcommand("fit", "Peak fits of XPS regions: peaks.csv, fits/, casaxps.csv");
  command->add_option("PEAKS", peaks, "Peak file (*.yaml), or the name of a shipped peak model")->required();
  add_run_options(*command, arguments);
  command->footer(
      "Examples:\n"
      "  lithoscope fit cr2p film.vms -o run\n"
      "  lithoscope fit my_peaks.yaml sheet.csv -o run --set fit.interval=bootstrap");
  command->callback([&action] {
    action = [] {
      const auto loaded = load(peaks, arguments.settings);
      if (!loaded) return report(loaded.errors(), kUsageError);
      return run_graph(arguments, *loaded);
    };
  });
}

}  // namespace litho
