#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>

#include "modules/io/micrograph/kernel.hpp"
#include "modules/io/png/kernel.hpp"
#include "modules/io/tiff/kernel.hpp"
#include "modules/sem/field/kernel.hpp"
#include "modules/sem/layer_training/kernel.hpp"
#include "modules/sem/layer_training/report.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/sha256.hpp"
#include "pipeline/core/table.hpp"
#include "pipeline/core/version.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/library_threads.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDefaultClasses =
    "0=unlabelled,1=outside,2=interphase,3=electrolyte,4=crack,5=pore,6=gap";

struct TrainArguments {
  std::string sheet, model, classes = kDefaultClasses;
  std::uint64_t seed = 0;
  bool quiet = false;
};

struct SheetRow {
  std::string where;
  fs::path file, labels;
  std::string sample, name;
  std::optional<double> pixel_size_nm;
  std::optional<Side> side;
};

Result<std::vector<SheetRow>> read_rows(const std::string& sheet) {
  const auto text = read_text_file(sheet);
  if (!text) return text.errors();
  const auto table = read_csv(*text);
  if (!table) {
    Errors errors;
    for (const Error& error : table.errors()) errors.push_back(at(sheet, error));
    return errors;
  }
  Errors errors;
  const int file = table->column("file"), labels = table->column("labels");
  for (const auto& [column, name] : {std::pair{file, "file"}, {labels, "labels"}})
    if (column < 0)
      errors.push_back({"train.column", sheet, std::string("the sheet has no column `") + name + "`",
                        "columns: file, labels, and optional sample, pixel_size_nm, side"});
  if (!errors.empty()) return errors;
  if (table->rows.empty())
    return Error{"train.no_images", sheet, "the sheet names no image", "one image a line"};
  std::vector<SheetRow> rows;
  std::set<fs::path> seen;
  for (const CsvRow& line : table->rows) {
    const auto field = [&](int column) {
      return column < 0 ? std::string() : line.fields[static_cast<std::size_t>(column)];
    };
    SheetRow row;
    row.where = sheet + ":" + std::to_string(line.line);
    row.name = field(file);
    row.file = fs::path(sheet).parent_path() / row.name;
    row.labels = fs::path(sheet).parent_path() / field(labels);
    for (const auto& [path, named, what] :
         {std::tuple{row.file, row.name, "image"}, {row.labels, field(labels), "label image"}}) {
      std::error_code ignored;
      if (named.empty())
        errors.push_back(
            {"train.empty_field", row.where, std::string("no ") + what + " is named", "fill the field in"});
      else if (!fs::is_regular_file(path, ignored))
        errors.push_back({"file.missing", row.where,
                          std::string("the ") + what + " " + path.string() + " is not there",
                          "paths are relative to the sheet"});
    }
    if (!row.name.empty() && !seen.insert(row.file.lexically_normal()).second)
      errors.push_back(
          {"train.repeated", row.where, row.name + " is named twice", "keep one of the two lines"});
    row.sample = field(table->column("sample"));
    if (row.sample.empty()) row.sample = row.name;
    if (const std::string size = field(table->column("pixel_size_nm")); !size.empty()) {
      row.pixel_size_nm = parse_double(size);
      if (!row.pixel_size_nm || *row.pixel_size_nm <= 0)
        errors.push_back(
            {"train.number", row.where, "pixel_size_nm '" + size + "' is not a number above zero", ""});
    }
    if (const std::string word = field(table->column("side")); !word.empty()) {
      Side side;
      if (parse_side(word, side))
        row.side = side;
      else
        errors.push_back(
            {"train.side", row.where, "side '" + word + "' is none of top, bottom, left, right", ""});
    }
    rows.push_back(std::move(row));
  }
  if (!errors.empty()) return errors;
  return rows;
}

Result<Image<int>> read_label_values(std::span<const std::uint8_t> bytes, const std::string& name) {
  const bool png = bytes.size() > 3 && bytes[1] == 'P' && bytes[2] == 'N' && bytes[3] == 'G';
  return png ? read_png_labels(bytes, name) : read_tiff_labels(bytes, name);
}

/// One line of the sheet, read; the picture itself as features on the grid of `cell_um`, or only its longer
/// side in um.
struct Opened {
  LabelledPicture picture;
  double longest_um = 0;
  std::string pixels_sha256;
};

/// Features on one grid, and what it was made for.
struct Views {
  std::vector<TrainingView> views;
  double line_um = 0;
};

Result<Opened> open_row(const SheetRow& row) {
  const auto bytes = read_file(row.file);
  if (!bytes) return bytes.errors();
  const auto label_bytes = read_file(row.labels);
  if (!label_bytes) return label_bytes.errors();
  MicrographOverrides overrides;
  overrides.pixel_size_nm = row.pixel_size_nm;
  overrides.pixel_size_source = "sheet";
  auto opened = open_micrograph(*bytes, row.file.filename().string(), {}, overrides);
  if (!opened) return opened.errors();
  if (!opened->scale.pixel_size) return opened->scale.refusal;
  auto micrograph = to_micrograph(*std::move(opened));
  if (!micrograph) return micrograph.errors();
  auto field = find_field(*micrograph);
  if (!field) return field.errors();
  auto restored = restore(micrograph->grey(), field->usable, micrograph->white(), micrograph->bits());
  if (!restored) return restored.errors();
  auto labels = read_label_values(*label_bytes, row.labels.filename().string());
  if (!labels) return labels.errors();
  Opened out;
  out.picture.card.file = row.name;
  out.picture.card.sha256 = sha256_hex(*bytes);
  out.picture.card.labels_sha256 = sha256_hex(*label_bytes);
  out.picture.card.sample = row.sample;
  out.picture.card.pixel_size_nm = micrograph->pixel_size()->nm;
  out.picture.side = row.side;
  out.longest_um = std::max(micrograph->width(), micrograph->height()) * micrograph->pixel_size()->nm / 1e3;
  const auto pixels = micrograph->grey().pixels();
  out.pixels_sha256 =
      sha256_hex(std::string_view(reinterpret_cast<const char*>(pixels.data()), pixels.size_bytes()));
  out.picture.picture = *std::move(restored);
  out.picture.usable = std::move(field->usable);
  out.picture.labels = *std::move(labels);
  return out;
}

/// One picture under two names would be learnt twice, held out against itself, and may say two things.
class Repeats {
 public:
  std::optional<Error> add(const SheetRow& row, const Opened& opened) {
    const auto [known, fresh] = seen_.try_emplace(opened.pixels_sha256, Seen{row, opened.picture.labels});
    if (fresh) return std::nullopt;
    const Seen& first = known->second;
    if (first.labels == opened.picture.labels)
      return Error{"train.repeated", row.where,
                   row.name + " is the same picture as " + first.row.name + " (" + first.row.where + ")",
                   "keep one of the two lines"};
    return Error{"train.contradiction", row.where,
                 row.name + " is the same picture as " + first.row.name + " (" + first.row.where +
                     ") with other labels",
                 "keep the line whose labels are right"};
  }

 private:
  struct Seen {
    SheetRow row;
    Image<int> labels;
  };
  std::map<std::string, Seen> seen_;
};

/// Every problem of every image at once. Pictures are opened twice, for the grid is known only when all pixel
/// sizes are, and holding them all would take more memory than it saves time.
Result<Views> make_views(const std::vector<SheetRow>& rows, const LabelClasses& classes) {
  Errors errors;
  std::vector<double> longest;
  Views out;
  Repeats repeats;
  for (const SheetRow& row : rows) {
    const auto opened = open_row(row);
    if (opened) {
      longest.push_back(opened->longest_um);
      if (const auto error = repeats.add(row, *opened)) errors.push_back(*error);
      out.line_um = std::max(out.line_um, opened->picture.card.pixel_size_nm / 1e3);
    } else
      for (const Error& error : opened.errors()) errors.push_back(at(row.where, error));
  }
  if (longest.empty()) return errors;
  const double cell_um = training_cell_um(longest);
  for (const SheetRow& row : rows) {
    const auto opened = open_row(row);
    if (!opened) continue;
    auto view = make_training_view(opened->picture, classes, cell_um, out.line_um);
    if (view)
      out.views.push_back(*std::move(view));
    else
      for (const Error& error : view.errors()) errors.push_back(at(row.where, error));
  }
  if (!errors.empty()) return errors;
  return out;
}

int train(const TrainArguments& arguments) {
  use_single_thread_in_libraries();
  Errors errors;
  const auto classes = parse_label_classes(arguments.classes);
  if (!classes) errors = classes.errors();
  const auto rows = read_rows(arguments.sheet);
  if (!rows) errors.insert(errors.end(), rows.errors().begin(), rows.errors().end());
  if (!errors.empty()) return report(errors, kUsageError);
  if (!arguments.quiet) fmt::print(stderr, "Reading {} images\n", rows->size());
  const auto views = make_views(*rows, *classes);
  if (!views) return report(views.errors(), kUsageError);
  TrainingOptions options;
  options.forest.seed = arguments.seed;
  options.label_classes = arguments.classes;
  options.program = version();
  options.line_um = views->line_um;
  options.lines_in_electrolyte = cracks_in_electrolyte(*classes);
  if (!arguments.quiet) fmt::print(stderr, "Training, each specimen left out once\n");
  const auto trained = train_layers(views->views, options);
  if (!trained) return report(trained.errors(), kUsageError);
  const fs::path model = arguments.model;
  Errors failed;
  const auto write = [&](const std::string& ending, const std::string& text) {
    if (const Status status = write_file(model.string() + ending, text); !status)
      failed.insert(failed.end(), status.errors().begin(), status.errors().end());
  };
  write("", encode_model(trained->model));
  write(".scores.csv", write_csv(trained->scores));
  write(".confusion.csv", write_csv(trained->confusion));
  write(".importance.csv", write_csv(trained->importance));
  write(".suggestions.csv", write_csv(trained->suggestions));
  std::vector<std::string> pictures;
  for (std::size_t k = 0; k < trained->worst.size(); ++k) {
    const std::string ending = ".worst-" + std::to_string(k + 1) + ".png";
    const auto png = write_png(trained->worst[k].picture);
    write(ending, {png.begin(), png.end()});
    pictures.push_back(model.filename().string() + ending);
  }
  write(".report.html", layer_training::training_page(*trained, pictures));
  if (!failed.empty()) return report(failed, kInternalError);
  fmt::print("{}", model_card(trained->model));
  return kOk;
}

}  // namespace

void add_train_command(CLI::App& app, Action& action) {
  static TrainArguments arguments;
  CLI::App* command = app.add_subcommand("train", "Learn a lab's own micrographs from labelled ones");
  command
      ->add_option("SHEET", arguments.sheet,
                   "Sheet with the columns file, labels, and optional sample, pixel_size_nm, side")
      ->required();
  command
      ->add_option("-o,--output", arguments.model,
                   "Model file to write; the report goes to MODEL.report.html, its tables to MODEL.*.csv")
      ->required();
  command->add_option("--classes", arguments.classes, "What the label values mean: value=name,...")
      ->capture_default_str();
  command->add_option("--seed", arguments.seed, "Seed of all random streams")->capture_default_str();
  command->add_flag("--quiet", arguments.quiet, "No progress");
  command->footer(
      "Examples:\n"
      "  lithoscope train labelled.csv -o lab.model\n"
      "  lithoscope train labelled.csv -o lab.model --classes \"0=other,1=interphase,2=crack\"\n"
      "  lithoscope interphase micrographs/ --model lab.model -o run");
  command->callback([&action] { action = [] { return train(arguments); }; });
}

}  // namespace litho
