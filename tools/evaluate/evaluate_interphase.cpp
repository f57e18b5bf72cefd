#include "tools/evaluate/evaluate_interphase.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "tools/evaluate/figures.hpp"
#include "tools/evaluate/joined.hpp"
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

struct Item {
  std::size_t row;
  std::string level, status, expected;
  std::optional<LabelAgreement> labels;
};
using Items = std::vector<const Item*>;

Estimate median_of(const std::vector<double>& values, const std::string& stream) {
  return bootstrap(
      values, [](const std::vector<double>& v) { return quantile(v, 0.5); }, stream);
}

class Evaluation {
 public:
  Evaluation(const Joined& joined, Figures& figures) : joined_(joined), figures_(figures) {}

  void verdicts(const Items& items);
  void numbers(const Items& items);
  void labels(const Items& items);

 private:
  struct Pair {
    double found, truth;
  };
  std::vector<Pair> pairs(const Items& items, std::string_view column) const;
  bool gross(const Item& item) const;
  // Median, 90 % quantile and largest of the absolute errors, and their mean with sign.
  void errors(std::string_view name, std::vector<double> signed_errors);
  void coverage(const Items& items, std::string_view name, std::string_view lo, std::string_view hi,
                std::string_view truth);
  void interval_width(const Items& items);
  void morphology(const Items& items);
  void filaments(const Items& items);

  const Joined& joined_;
  Figures& figures_;
};

std::vector<Evaluation::Pair> Evaluation::pairs(const Items& items, std::string_view column) const {
  std::vector<Pair> out;
  for (const Item* item : items) {
    const Pair pair{joined_.run_number(item->row, column), joined_.truth_number(item->row, column)};
    if (std::isfinite(pair.found) && std::isfinite(pair.truth)) out.push_back(pair);
  }
  return out;
}

bool Evaluation::gross(const Item& item) const {
  if (item.expected == "refuse") return true;
  const double found = joined_.run_number(item.row, "thickness_um"),
               truth = joined_.truth_number(item.row, "thickness_um");
  return std::isfinite(truth) && std::isfinite(found) && std::abs(found - truth) > kGrossError * truth;
}

void Evaluation::verdicts(const Items& items) {
  std::size_t ok = 0, flagged = 0, failed = 0, absent = 0, silent = 0, answerable = 0, refused = 0,
              hopeless = 0, accepted = 0;
  for (const Item* item : items) {
    ok += item->status == "ok";
    flagged += item->status == "flagged";
    failed += item->status == "failed";
    absent += item->status.empty();
    silent += item->status == "ok" && gross(*item);
    if (item->expected == "ok") ++answerable, refused += item->status == "failed" || item->status.empty();
    if (item->expected == "refuse") ++hopeless, accepted += item->status == "ok";
  }
  figures_.count("images", items.size());
  figures_.count("absent from the run", absent);
  figures_.add("ok rate", rate(ok, items.size()), items.size());
  figures_.add("flagged rate", rate(flagged, items.size()), items.size());
  figures_.add("failed rate", rate(failed, items.size()), items.size());
  figures_.add("silent failure rate", rate(silent, items.size()), items.size());
  figures_.add("measurable but failed rate", rate(refused, answerable), answerable);
  figures_.add("unmeasurable but ok rate", rate(accepted, hopeless), hopeless);
}

void Evaluation::errors(std::string_view name, std::vector<double> signed_errors) {
  const std::string base(name);
  const std::size_t n = signed_errors.size();
  figures_.add(base + " bias", bootstrap(signed_errors, mean, figures_.stream(base + " bias")), n);
  for (double& e : signed_errors) e = std::abs(e);
  figures_.add(base + " error median", median_of(signed_errors, figures_.stream(base + " median")), n);
  figures_.add(base + " error p90",
               bootstrap(
                   signed_errors, [](const std::vector<double>& v) { return quantile(v, 0.9); },
                   figures_.stream(base + " p90")),
               n);
  figures_.add(base + " error max", {quantile(signed_errors, 1)}, n);
}

void Evaluation::coverage(const Items& items, std::string_view name, std::string_view lo, std::string_view hi,
                          std::string_view truth) {
  std::size_t n = 0, inside = 0;
  for (const Item* item : items) {
    const double a = joined_.run_number(item->row, lo), b = joined_.run_number(item->row, hi);
    const double t = joined_.truth_number(item->row, truth);
    if (!std::isfinite(a) || !std::isfinite(b) || !std::isfinite(t)) continue;
    ++n;
    inside += a <= t && t <= b;
  }
  figures_.add(name, rate(inside, n), n);
}

void Evaluation::interval_width(const Items& items) {
  std::vector<double> widths, errors;
  for (const Item* item : items) {
    const double t = joined_.truth_number(item->row, "thickness_um"),
                 found = joined_.run_number(item->row, "thickness_um");
    const double width =
        joined_.run_number(item->row, "thickness_hi_um") - joined_.run_number(item->row, "thickness_lo_um");
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
  figures_.add("field interval width median (%)", median_of(widths, figures_.stream("width")), widths.size());
  figures_.add("field interval width / error p90", bootstrap(widths.size(), ratio, figures_.stream("ratio")),
               widths.size());
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
  std::vector<double> count_errors, shares;
  std::vector<Pair> counts = pairs(items, "filament_count");
  for (const Pair& p : counts) count_errors.push_back(p.found - p.truth);
  errors("filament count", count_errors);
  const auto recovered = [&](const std::vector<std::size_t>& sample) {
    double found = 0, truth = 0;
    for (const std::size_t i : sample) found += counts[i].found, truth += counts[i].truth;
    return truth > 0 ? found / truth : kNotMeasured;
  };
  figures_.add("filaments found / true", bootstrap(counts.size(), recovered, figures_.stream("found/true")),
               counts.size());
  for (const auto& [name, column] :
       {std::pair<std::string_view, std::string_view>{"filament depth p95 (%)", "filament_depth_p95_um"},
        {"filament depth max (%)", "filament_depth_max_um"}}) {
    std::vector<double> relative;
    for (const Pair& p : pairs(items, column))
      if (p.truth > 0) relative.push_back(100 * (p.found - p.truth) / p.truth);
    errors(name, relative);
  }
  for (const Pair& p : pairs(items, "filament_area_fraction")) shares.push_back(p.found - p.truth);
  errors("filament area fraction", shares);
}

void Evaluation::numbers(const Items& items) {
  std::vector<double> thickness, tilt, scale, rq;
  for (const Pair& p : pairs(items, "thickness_um")) thickness.push_back(100 * (p.found - p.truth) / p.truth);
  errors("thickness (%)", thickness);
  coverage(items, "field interval coverage", "thickness_lo_um", "thickness_hi_um", "thickness_um");
  coverage(items, "specimen interval coverage", "specimen_lo_um", "specimen_hi_um", "specimen_thickness_um");
  interval_width(items);

  std::size_t sides = 0, right = 0, wrong_scale = 0;
  for (const Item* item : items) {
    const std::string &truth = joined_.truth(item->row, "side"), &found = joined_.run(item->row, "side");
    if (truth.empty() || found.empty()) continue;
    ++sides;
    right += truth == found;
  }
  figures_.add("side accuracy", rate(right, sides), sides);
  for (const Pair& p : pairs(items, "tilt_deg")) tilt.push_back(p.found - p.truth);
  errors("tilt (deg)", tilt);
  for (const Pair& p : pairs(items, "pixel_size_nm")) {
    scale.push_back(p.found / p.truth - 1);
    wrong_scale += std::abs(scale.back()) > kPixelSizeTolerance;
  }
  figures_.add("pixel size wrong rate", rate(wrong_scale, scale.size()), scale.size());
  for (const Pair& p : pairs(items, "front_rq_um"))
    if (p.truth > 0) rq.push_back(100 * (p.found - p.truth) / p.truth);
  errors("front Rq (%)", rq);
  morphology(items);
  filaments(items);
}

void Evaluation::labels(const Items& items) {
  std::vector<double> iou, median, p95;
  for (const Item* item : items) {
    if (!item->labels) continue;
    const LabelAgreement& a = *item->labels;
    if (std::isfinite(a.iou)) iou.push_back(a.iou);
    if (std::isfinite(a.boundary_median_px))
      median.push_back(a.boundary_median_px), p95.push_back(a.boundary_p95_px);
  }
  figures_.add("layer IoU mean", bootstrap(iou, mean, figures_.stream("iou mean")), iou.size());
  figures_.add("layer IoU median", median_of(iou, figures_.stream("iou median")), iou.size());
  figures_.add("layer IoU min", {quantile(iou, 0)}, iou.size());
  figures_.add("layer boundary distance median (px)", median_of(median, figures_.stream("distance")),
               median.size());
  figures_.add("layer boundary distance p95 (px)", median_of(p95, figures_.stream("distance p95")),
               p95.size());
}

Table confusion_table(const Joined& joined, const std::vector<Item>& items) {
  std::map<std::array<std::string, 3>, std::int64_t> counts;
  for (const Item& item : items) {
    const std::string &truth = joined.truth(item.row, "morphology"),
                      &found = joined.run(item.row, "morphology");
    if (truth.empty() || found.empty()) continue;
    ++counts[{item.level, truth, found}];
    ++counts[{"all", truth, found}];
  }
  Table table({"level", "truth", "found", "n"});
  for (const auto& [key, n] : counts) table.add({key[0], key[1], key[2], n});
  return table;
}

Result<std::vector<Item>> read_items(const Joined& joined, const std::filesystem::path& run_dir,
                                     const std::filesystem::path& truth_dir, std::size_t& unread) {
  std::vector<Item> items;
  Errors errors;
  for (std::size_t i = 0; i < joined.size(); ++i) {
    Item item{i, joined.truth(i, "level"), joined.run(i, "status"), joined.truth(i, "expected"), {}};
    if (joined.in_run(i) && item.status != "ok" && item.status != "flagged" && item.status != "failed")
      errors.push_back({"evaluate.status", joined.run(i, "image"), "status is \"" + item.status + "\"",
                        "a run writes ok, flagged or failed"});
    const std::string stem = std::filesystem::path(joined.truth(i, "image")).stem().string();
    const auto truth_path = truth_dir / "truth" / (stem + "_labels.tif"),
               found_path = run_dir / "labels" / (stem + ".tif");
    if ((item.status == "ok" || item.status == "flagged") && item.expected != "refuse") {
      const auto truth = read_labels(truth_path), found = read_labels(found_path);
      if (truth && found && truth->width() == found->width() && truth->height() == found->height())
        item.labels = compare_labels(*found, *truth);
      else
        ++unread;
    }
    items.push_back(std::move(item));
  }
  if (!errors.empty()) return errors;
  return items;
}

}  // namespace

Result<EvaluationReport> evaluate_interphase(const std::filesystem::path& run_dir,
                                             const std::filesystem::path& truth_dir) {
  const auto joined = Joined::read(run_dir / "interphase.csv", truth_dir / "truth.csv", "image");
  if (!joined) return joined.errors();
  std::vector<std::string_view> run_columns = kShared, truth_columns = kShared;
  run_columns.insert(run_columns.end(),
                     {"thickness_lo_um", "thickness_hi_um", "specimen_lo_um", "specimen_hi_um"});
  truth_columns.push_back("specimen_thickness_um");
  if (Status s = joined->check_numbers(run_columns, truth_columns); !s) return s.errors();
  std::size_t unread = 0;
  const auto items = read_items(*joined, run_dir, truth_dir, unread);
  if (!items) return items.errors();

  std::set<std::string> levels;
  for (const Item& item : *items) levels.insert(item.level);
  std::vector<std::string> headings{"all"};
  if (levels.size() > 1) headings.insert(headings.end(), levels.begin(), levels.end());

  Figures figures;
  Evaluation evaluation(*joined, figures);
  for (const std::string& level : headings) {
    Items all, ok, answered;
    for (const Item& item : *items) {
      if (level != "all" && item.level != level) continue;
      all.push_back(&item);
      if (item.status == "ok") ok.push_back(&item);
      if (item.status == "ok" || item.status == "flagged") answered.push_back(&item);
    }
    figures.under(level, "all");
    evaluation.verdicts(all);
    if (level == "all") {
      figures.count("rows without a truth", joined->unknown());
      figures.count("label images that could not be compared", unread);
    }
    for (const auto& [over, group] : {std::pair{"ok", &ok}, {"answered", &answered}}) {
      if (group->empty()) continue;
      figures.under(level, over);
      evaluation.numbers(*group);
      evaluation.labels(*group);
    }
  }
  EvaluationReport report{figures.table(), confusion_table(*joined, *items), figures.text()};
  report.text += "\nmorphology, truth -> found\n";
  for (const auto& row : report.confusion.rows())
    if (to_text(row[0]) == "all")
      report.text += "  " + to_text(row[1]) + " -> " + to_text(row[2]) + ": " + to_text(row[3]) + "\n";
  return report;
}

}  // namespace litho
