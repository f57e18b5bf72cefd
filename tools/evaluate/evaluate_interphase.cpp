#include "tools/evaluate/evaluate_interphase.hpp"

#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "tools/evaluate/front_roughness.hpp"
#include "tools/evaluate/items.hpp"
#include "tools/evaluate/label_agreement.hpp"

namespace litho {
namespace {

using namespace evaluate;

constexpr double kGrossError = 0.2;           // a thickness off by more, with status ok, is a silent failure
constexpr double kPixelSizeTolerance = 1e-3;  // scale statements agree to this, or one is wrong

// The columns are numbers of both tables under one name.
const std::vector<std::string_view> kShared{"thickness_um",          "tilt_deg",
                                            "pixel_size_nm",         "front_rq_um",
                                            "filament_count",        "filament_depth_p95_um",
                                            "filament_depth_max_um", "filament_area_fraction"};

// What the files of an image give beyond its row.
struct Detail {
  std::optional<LabelAgreement> labels;
  double front_rq_um = kNotMeasured;  // of the true front, filtered as the run says it filtered its own
};
using Details = std::vector<Detail>;  // by row of the joined tables

bool silent_failure(const Joined& joined, const Item& item) {
  if (item.status != "ok") return false;
  if (item.expected == "refuse") return true;
  const double found = joined.run_number(item.row, "thickness_um"),
               truth = joined.truth_number(item.row, "thickness_um");
  return std::isfinite(truth) && std::isfinite(found) && std::abs(found - truth) > kGrossError * truth;
}

class Evaluation {
 public:
  Evaluation(const Joined& joined, const Details& details, Figures& figures)
      : joined_(joined), details_(details), figures_(figures) {}

  void verdicts(const Items& items);
  void numbers(const Items& items);

 private:
  void interval_width(const Items& items, const std::string& name, std::string_view lo, std::string_view hi,
                      std::string_view truth);
  void morphology(const Items& items);
  void filaments(const Items& items);
  void labels(const Items& items);

  const Joined& joined_;
  const Details& details_;
  Figures& figures_;
};

void Evaluation::verdicts(const Items& items) {
  std::size_t silent = 0;
  for (const Item* item : items) silent += silent_failure(joined_, *item);
  add_statuses(items, figures_);
  figures_.add("silent failure rate", rate(silent, items.size()), items.size());
  add_refusals(items, figures_);
}

void Evaluation::interval_width(const Items& items, const std::string& name, std::string_view lo,
                                std::string_view hi, std::string_view truth) {
  std::vector<double> widths, errors;
  for (const Item* item : items) {
    const double t = joined_.truth_number(item->row, truth),
                 found = joined_.run_number(item->row, "thickness_um");
    const double width = joined_.run_number(item->row, hi) - joined_.run_number(item->row, lo);
    if (!std::isfinite(t) || !std::isfinite(found) || !std::isfinite(width)) continue;
    widths.push_back(100 * width / t);
    errors.push_back(100 * std::abs(found - t) / t);
  }
  const auto ratio = [&](const std::vector<std::size_t>& sample) {
    std::vector<double> w, e;
    for (const std::size_t i : sample) w.push_back(widths[i]), e.push_back(errors[i]);
    const double p90 = quantile(e, 0.9);
    return p90 > 0 ? quantile(w, 0.5) / p90 : kNotMeasured;
  };
  figures_.median(name + " interval width median (%)", widths);
  figures_.add(name + " interval width / error p90",
               bootstrap(widths.size(), ratio, figures_.stream(name + " ratio")), widths.size());
}

void Evaluation::morphology(const Items& items) {
  std::vector<std::pair<bool, bool>> calls;  // truth, found: filamentary
  std::size_t exact = 0;
  for (const Item* item : items) {
    const std::string &truth = joined_.truth(item->row, "morphology"),
                      &found = joined_.run(item->row, "morphology");
    if (truth.empty() || found.empty()) continue;
    exact += truth == found;
    calls.emplace_back(truth == "filamentary", found == "filamentary");
  }
  // Mean of sensitivity and specificity: chance is 0.5 whatever the shares.
  const auto balanced = [&](const std::vector<std::size_t>& sample) {
    double n[2] = {}, right[2] = {};
    for (const std::size_t i : sample) {
      n[calls[i].first] += 1;
      right[calls[i].first] += calls[i].first == calls[i].second;
    }
    return n[0] > 0 && n[1] > 0 ? (right[0] / n[0] + right[1] / n[1]) / 2 : kNotMeasured;
  };
  figures_.add("morphology accuracy", rate(exact, calls.size()), calls.size());
  figures_.add("filamentary balanced accuracy",
               bootstrap(calls.size(), balanced, figures_.stream("balanced")), calls.size());
}

void Evaluation::filaments(const Items& items) {
  std::vector<double> count_errors, share_errors;
  const std::vector<Pair> counts = pairs(joined_, items, "filament_count");
  for (const Pair& p : counts) count_errors.push_back(p.found - p.truth);
  figures_.errors("filament count", count_errors);
  const auto recovered = [&](const std::vector<std::size_t>& sample) {
    double found = 0, truth = 0;
    for (const std::size_t i : sample) found += counts[i].found, truth += counts[i].truth;
    return truth > 0 ? found / truth : kNotMeasured;
  };
  figures_.add("filaments found / true", bootstrap(counts.size(), recovered, figures_.stream("found/true")),
               counts.size());
  figures_.errors("filament depth p95 (%)", relative_errors(pairs(joined_, items, "filament_depth_p95_um")));
  figures_.errors("filament depth max (%)", relative_errors(pairs(joined_, items, "filament_depth_max_um")));
  for (const Pair& p : pairs(joined_, items, "filament_area_fraction"))
    share_errors.push_back(p.found - p.truth);
  figures_.errors("filament area fraction", share_errors);
}

void Evaluation::numbers(const Items& items) {
  figures_.errors("thickness (%)", relative_errors(pairs(joined_, items, "thickness_um")));
  add_coverage(joined_, items, figures_, "field interval coverage", "thickness_lo_um", "thickness_hi_um",
               "thickness_um");
  add_coverage(joined_, items, figures_, "specimen interval coverage", "specimen_lo_um", "specimen_hi_um",
               "specimen_thickness_um");
  interval_width(items, "field", "thickness_lo_um", "thickness_hi_um", "thickness_um");
  interval_width(items, "specimen", "specimen_lo_um", "specimen_hi_um", "specimen_thickness_um");

  std::size_t sides = 0, right = 0, wrong_scale = 0;
  for (const Item* item : items) {
    const std::string &truth = joined_.truth(item->row, "side"), &found = joined_.run(item->row, "side");
    if (truth.empty() || found.empty()) continue;
    ++sides;
    right += truth == found;
  }
  figures_.add("side accuracy", rate(right, sides), sides);
  std::vector<double> tilt;
  for (const Pair& p : pairs(joined_, items, "tilt_deg")) tilt.push_back(p.found - p.truth);
  figures_.errors("tilt (deg)", tilt);
  const std::vector<Pair> scales = pairs(joined_, items, "pixel_size_nm");
  for (const Pair& p : scales) wrong_scale += std::abs(p.found / p.truth - 1) > kPixelSizeTolerance;
  figures_.add("pixel size wrong rate", rate(wrong_scale, scales.size()), scales.size());
  std::vector<Pair> roughness;
  std::size_t fronts = 0;
  for (const Item* item : items) {
    const Pair pair{joined_.run_number(item->row, "front_rq_um"), details_[item->row].front_rq_um};
    fronts += std::isfinite(pair.truth);
    if (std::isfinite(pair.found) && std::isfinite(pair.truth)) roughness.push_back(pair);
  }
  figures_.add("front Rq given rate", rate(roughness.size(), fronts), fronts);
  figures_.errors("front Rq (%)", relative_errors(roughness));
  morphology(items);
  filaments(items);
  labels(items);
}

void Evaluation::labels(const Items& items) {
  std::vector<double> iou, middle, p95;
  for (const Item* item : items) {
    const auto& agreement = details_[item->row].labels;
    if (!agreement) continue;
    if (std::isfinite(agreement->iou)) iou.push_back(agreement->iou);
    if (!std::isfinite(agreement->boundary_median_px)) continue;
    middle.push_back(agreement->boundary_median_px);
    p95.push_back(agreement->boundary_p95_px);
  }
  figures_.add("layer IoU mean", bootstrap(iou, mean, figures_.stream("iou mean")), iou.size());
  figures_.median("layer IoU median", iou);
  figures_.add("layer IoU min", {quantile(iou, 0)}, iou.size());
  figures_.median("layer boundary distance median (px)", middle);
  figures_.median("layer boundary distance p95 (px)", p95);
}

// How often each true word was answered with each found one.
Table confusion_table(const Joined& joined, const std::vector<Item>& items) {
  std::map<std::array<std::string, 4>, std::int64_t> counts;
  for (const Item& item : items)
    for (const auto& [of, truth_column, run_column] :
         {std::array<std::string, 3>{"morphology", "morphology", "morphology"},
          {"side", "side", "side"},
          {"status", "expected", "status"}}) {
      const std::string &truth = joined.truth(item.row, truth_column),
                        &found = joined.run(item.row, run_column);
      if (truth.empty() || found.empty()) continue;
      ++counts[{of, item.level, truth, found}];
      ++counts[{of, "all", truth, found}];
    }
  Table table({"of", "level", "truth", "found", "n"});
  for (const auto& [key, n] : counts) table.add({key[0], key[1], key[2], key[3], n});
  return table;
}

// Details of answered items; `missing` counts those whose label images could not be compared.
Details compare_all(const Joined& joined, const std::vector<Item>& items,
                    const std::filesystem::path& run_dir, const std::filesystem::path& truth_dir,
                    std::size_t& missing) {
  Details details(joined.size());
  for (const Item& item : items) {
    if (!item.answered() || item.expected == "refuse") continue;
    const std::string stem = std::filesystem::path(joined.truth(item.row, "image")).stem().string();
    const auto truth = read_labels(truth_dir / "truth" / (stem + "_labels.tif"));
    const auto found = read_labels(run_dir / "labels" / (stem + ".tif"));
    if (truth && found && truth->width() == found->width() && truth->height() == found->height())
      details[item.row].labels = compare_labels(*found, *truth);
    else
      ++missing;
    const double cutoff_um = joined.run_number(item.row, "roughness_cutoff_um"),
                 um = joined.truth_number(item.row, "pixel_size_nm") / 1000;
    const auto front = read_boundary(truth_dir / "truth" / (stem + "_boundaries.csv"), "base_front");
    if (front && cutoff_um > 0 && um > 0)
      details[item.row].front_rq_um = um * filtered_rq(*front, cutoff_um / um);
  }
  return details;
}

}  // namespace

Result<EvaluationReport> evaluate_interphase(const std::filesystem::path& run_dir,
                                             const std::filesystem::path& truth_dir) {
  const auto joined = Joined::read(run_dir / "interphase.csv", truth_dir / "truth.csv", "image");
  if (!joined) return joined.errors();
  std::vector<std::string_view> run_columns = kShared, truth_columns = kShared;
  run_columns.insert(run_columns.end(), {"thickness_lo_um", "thickness_hi_um", "specimen_lo_um",
                                         "specimen_hi_um", "roughness_cutoff_um"});
  truth_columns.push_back("specimen_thickness_um");
  if (Status s = joined->check_numbers(run_columns, truth_columns); !s) return s.errors();
  const auto items = read_items(*joined);
  if (!items) return items.errors();
  std::size_t missing = 0;
  const Details details = compare_all(*joined, *items, run_dir, truth_dir, missing);

  Figures figures;
  Evaluation evaluation(*joined, details, figures);
  figures.under("all", "all");
  figures.count("rows without a truth", joined->unknown());
  figures.count("label images that could not be compared", missing);
  for_each_heading(
      *items, figures, [&](const Items& all) { evaluation.verdicts(all); },
      [&](const Items& group) { evaluation.numbers(group); });

  EvaluationReport report{figures.table(), confusion_table(*joined, *items), figures.text()};
  for (const Item& item : *items)
    if (silent_failure(*joined, item))
      report.text +=
          "\nsilent failure: " + joined->run(item.row, "image") + ", found " +
          joined->run(item.row, "thickness_um") + " um, true " +
          (item.expected == "refuse" ? "not measurable" : joined->truth(item.row, "thickness_um") + " um");
  report.text += "\n";
  std::string heading;
  for (const auto& row : report.confusion.rows()) {
    if (to_text(row[1]) != "all") continue;
    if (to_text(row[0]) != heading) report.text += "\n" + to_text(row[0]) + ", truth -> found\n";
    heading = to_text(row[0]);
    report.text += "  " + to_text(row[2]) + " -> " + to_text(row[3]) + ": " + to_text(row[4]) + "\n";
  }
  return report;
}

}  // namespace litho
