// How a run agrees with hand labels, one image a line, as a table in Markdown: real_layers RUN LABELS
// LABELS holds TIFFs named as the images: 0 other, 1 layer, 2 crack in the layer. Cracks, pores and gaps of
// either side are not judged (see compare_labels).
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/file.hpp"
#include "pipeline/core/measured.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"
#include "tools/evaluate/label_agreement.hpp"
#include "tools/evaluate/statistics.hpp"

namespace {

namespace fs = std::filesystem;
using litho::Image;
using litho::evaluate::LabelAgreement;

constexpr double kPoor = 0.6;

/// Hand labels with the values of a run's labels.
Image<std::uint8_t> as_run(Image<std::uint8_t> labels) {
  constexpr std::uint8_t kElectrolyte = 3, kInterphase = 2, kCrack = 4;
  for (std::uint8_t& label : labels.pixels())
    label = label == 0 ? kElectrolyte : label == 1 ? kInterphase : kCrack;
  return labels;
}

litho::Result<LabelAgreement> agreement(const fs::path& found, const fs::path& truth) {
  const auto hand = litho::evaluate::read_labels(truth);
  if (!hand) return hand.errors();
  const auto labels = litho::evaluate::read_labels(found);
  if (!labels) return labels.errors();
  if (labels->width() != hand->width() || labels->height() != hand->height())
    return litho::Error{"evaluate.size", found.string(), "differs in size from " + truth.string(), ""};
  return litho::evaluate::compare_labels(*labels, as_run(*hand));
}

/// Mean thickness of a hand-labelled layer, px: its area over the length of the line through its upper edge.
double labelled_thickness_px(const Image<std::uint8_t>& labels) {
  double area = 0, n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (int x = 0; x < labels.width(); ++x) {
    int first = -1, last = -1;
    for (int y = 0; y < labels.height(); ++y)
      if (labels(x, y) > 0) first = first < 0 ? y : first, last = y;
    if (first < 0) continue;
    area += last + 1 - first;
    n += 1, sx += x, sy += first, sxx += static_cast<double>(x) * x, sxy += static_cast<double>(x) * first;
  }
  const double slope = (sxy - sx * sy / n) / (sxx - sx * sx / n);
  return area / (n * std::hypot(1, slope));
}

int refuse(const litho::Errors& errors) {
  fmt::print(stderr, "{}\n", litho::to_string(errors));
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return refuse({{"usage", "", "real_layers RUN LABELS", ""}});
  const fs::path run = argv[1], truth = argv[2];
  const auto text = litho::read_text_file(run / "interphase.csv");
  if (!text) return refuse(text.errors());
  const auto table = litho::read_csv(*text);
  if (!table) return refuse(table.errors());
  const int image = table->column("image"), status = table->column("status"), flags = table->column("flags"),
            thickness = table->column("thickness_um"), pixel = table->column("pixel_size_nm");
  if (image < 0 || status < 0 || flags < 0 || thickness < 0 || pixel < 0)
    return refuse({{"evaluate.columns", (run / "interphase.csv").string(),
                    "has no image, status, flags, thickness_um and pixel_size_nm", ""}});

  fmt::print(
      "| image | status | flags | IoU | boundary error, median px | P95 px | thickness error, % "
      "|\n|---|---|---|---|---|---|---|\n");
  std::vector<double> ious, medians, thicknesses;
  int refused = 0, poor = 0, silent = 0, ok = 0;
  const auto cell = [](double value, int decimals) {
    return std::isfinite(value) ? fmt::format("{:.{}f}", value, decimals) : std::string();
  };
  for (const litho::CsvRow& row : table->rows) {
    const auto field = [&](int column) { return row.fields[static_cast<std::size_t>(column)]; };
    const fs::path stem = fs::path(field(image)).stem();
    LabelAgreement found{litho::kNotMeasured, litho::kNotMeasured, litho::kNotMeasured};
    double off_percent = litho::kNotMeasured;
    if (field(status) == "failed") {
      ++refused;
    } else {
      const auto compared =
          agreement(run / "labels" / (stem.string() + ".tif"), truth / (stem.string() + ".tif"));
      if (!compared) return refuse(compared.errors());
      found = *compared;
      const auto hand = litho::evaluate::read_labels(truth / (stem.string() + ".tif"));
      const auto um = litho::parse_double(field(thickness)), nm = litho::parse_double(field(pixel));
      if (hand && um && nm) {
        off_percent = 100 * (1e3 * *um / *nm / labelled_thickness_px(*hand) - 1);
        thicknesses.push_back(std::abs(off_percent));
      }
      ok += field(status) == "ok";
      ious.push_back(found.iou);
      if (std::isfinite(found.boundary_median_px)) medians.push_back(found.boundary_median_px);
      poor += found.iou < kPoor;
      silent += found.iou < kPoor && field(status) == "ok";
    }
    fmt::print("| {} | {} | {} | {} | {} | {} | {} |\n", stem.string(), field(status), field(flags),
               cell(found.iou, 3), cell(found.boundary_median_px, 1), cell(found.boundary_p95_px, 1),
               cell(off_percent, 1));
  }
  double sum = 0;
  for (const double iou : ious) sum += iou;
  const auto all = static_cast<double>(table->rows.size());
  fmt::print(
      "\nMean IoU over all {} images, refused ones as 0: {:.3f}; over the {} answered: {}. Median boundary "
      "error: {} "
      "px; thickness error: {} %. Answered {}, {} of them ok. Refused: {}. IoU below {}: {}, of them without "
      "a "
      "flag: {}.\n",
      table->rows.size(), all > 0 ? sum / all : 0, ious.size(),
      cell(sum / static_cast<double>(ious.size()), 3), cell(litho::evaluate::quantile(medians, 0.5), 1),
      cell(litho::evaluate::quantile(thicknesses, 0.5), 1), ious.size(), ok, refused, kPoor, poor, silent);
  return 0;
}
