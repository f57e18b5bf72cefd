#include "tools/evaluate/evaluate_fracture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>

#include "tools/evaluate/crack_lines.hpp"
#include "tools/evaluate/items.hpp"
#include "tools/evaluate/label_agreement.hpp"

namespace litho {
namespace {

using namespace evaluate;

constexpr double kTolerancePx = 3;  // a centreline this near to one of the other set is found
constexpr double kOrdered = 0.2;    // below this order the mean orientation is chance

const std::vector<std::string_view> kShared{
    "pellet_area_um2",     "crack_count",       "crack_length_um",      "crack_density_per_um",
    "crack_area_fraction", "opening_mean_um",   "opening_p95_um",       "opening_max_um",
    "orientation_deg",     "orientation_order", "junction_count",       "largest_cluster_um",
    "spans_field",         "delamination_um",   "delamination_fraction"};

// What the files of an image give beyond its row.
struct Detail {
  std::optional<LineAgreement> lines;
  std::optional<PixelAgreement> centreline_pixels, gap_pixels;
};
using Details = std::vector<Detail>;  // by row of the joined tables

double f1(double recall, double precision) {
  return recall + precision > 0 ? 2 * recall * precision / (recall + precision) : recall + precision;
}

// Recall, precision and F1, pooled over images: an image without cracks has neither of its own.
void add_f1(Figures& figures, const std::string& name, const std::vector<PixelAgreement>& seen) {
  for (const std::string part : {"recall", "precision", "F1"}) {
    const auto pooled = [&](const std::vector<std::size_t>& sample) {
      PixelAgreement sum{};
      for (const std::size_t i : sample) {
        sum.found += seen[i].found, sum.found_near_truth += seen[i].found_near_truth;
        sum.truth += seen[i].truth, sum.truth_near_found += seen[i].truth_near_found;
      }
      const double r = sum.truth > 0 ? sum.truth_near_found / sum.truth : kNotMeasured;
      const double p = sum.found > 0 ? sum.found_near_truth / sum.found : sum.truth > 0 ? 0 : kNotMeasured;
      return part == "F1" ? f1(r, p) : part == "recall" ? r : p;
    };
    const std::string full = name + " " + part;
    figures.add(full, bootstrap(seen.size(), pooled, figures.stream(full)), seen.size());
  }
}

class Evaluation {
 public:
  Evaluation(const Joined& joined, const Details& details, Figures& figures)
      : joined_(joined), details_(details), figures_(figures) {}

  void numbers(const Items& items) {
    lengths(items);
    lines(items);
    network(items);
    delamination(items);
    std::size_t calls = 0, right = 0;
    for (const Item* item : items) {
      const std::string &truth = joined_.truth(item->row, "verdict"),
                        &found = joined_.run(item->row, "verdict");
      if (truth.empty() || found.empty()) continue;
      ++calls;
      right += truth == found;
    }
    figures_.add("verdict accuracy", rate(right, calls), calls);
  }

 private:
  void lengths(const Items& items);
  void lines(const Items& items);
  void network(const Items& items);
  void delamination(const Items& items);
  // Ratio of the sums over images.
  void ratio(const std::string& name, const std::vector<Pair>& values) {
    const auto of = [&](const std::vector<std::size_t>& sample) {
      double found = 0, truth = 0;
      for (const std::size_t i : sample) found += values[i].found, truth += values[i].truth;
      return truth > 0 ? found / truth : kNotMeasured;
    };
    figures_.add(name, bootstrap(values.size(), of, figures_.stream(name)), values.size());
  }
  void relative(const std::string& name, std::string_view column, const Items& items) {
    figures_.errors(name, relative_errors(pairs(joined_, items, column)));
  }

  const Joined& joined_;
  const Details& details_;
  Figures& figures_;
};

void Evaluation::lengths(const Items& items) {
  relative("crack length (%)", "crack_length_um", items);
  ratio("crack length found / true", pairs(joined_, items, "crack_length_um"));
  relative("crack density (%)", "crack_density_per_um", items);
  add_coverage(joined_, items, figures_, "crack density interval coverage", "crack_density_lo_per_um",
               "crack_density_hi_per_um", "crack_density_per_um");
  relative("crack area fraction (%)", "crack_area_fraction", items);

  std::vector<Pair> controls;  // found length, area
  std::size_t alarms = 0;
  for (const Item* item : items) {
    const double length = joined_.run_number(item->row, "crack_length_um"),
                 area = joined_.truth_number(item->row, "pellet_area_um2");
    if (joined_.truth_number(item->row, "crack_length_um") != 0 || !std::isfinite(length)) continue;
    alarms += length > 0;
    if (std::isfinite(area)) controls.push_back({1000 * length, area});
  }
  ratio("crack-free: false length (um per 1000 um2)", controls);
  figures_.add("crack-free but cracks found rate", rate(alarms, controls.size()), controls.size());
}

void Evaluation::lines(const Items& items) {
  std::vector<PixelAgreement> by_length, by_pixel;
  std::vector<const LineAgreement*> seen;
  std::vector<double> openings;
  for (const Item* item : items) {
    const Detail& detail = details_[item->row];
    if (detail.centreline_pixels) by_pixel.push_back(*detail.centreline_pixels);
    if (!detail.lines) continue;
    const LineAgreement& a = *detail.lines;
    by_length.push_back({a.found, a.found_near_truth, a.truth, a.truth_near_found});
    seen.push_back(&a);
    openings.insert(openings.end(), a.opening_errors_px.begin(), a.opening_errors_px.end());
  }
  add_f1(figures_, "centreline", by_length);
  add_f1(figures_, "centreline pixel", by_pixel);
  for (std::size_t k = 0; k < kOpeningClasses; ++k) {
    std::vector<Pair> recalled;
    for (const LineAgreement* a : seen)
      recalled.push_back({a->recalled_by_opening[k], a->truth_by_opening[k]});
    ratio(std::string("centreline recall, opening ") + kOpeningNames[k], recalled);
  }
  figures_.errors("opening of 2-20 px cracks (px)", openings);
  relative("opening mean (%)", "opening_mean_um", items);
  relative("opening p95 (%)", "opening_p95_um", items);
  add_coverage(joined_, items, figures_, "opening mean interval coverage", "opening_mean_lo_um",
               "opening_mean_hi_um", "opening_mean_um");

  // Length of the agreeing parts as found over as true, a direction's against all directions'.
  const auto share = [&](const std::vector<std::size_t>& sample, std::size_t bin) {
    double found = 0, truth = 0, all_found = 0, all_truth = 0;
    for (const std::size_t i : sample)
      for (std::size_t k = 0; k < kAngleBins; ++k) {
        all_found += seen[i]->found_by_angle[k], all_truth += seen[i]->truth_by_angle[k];
        if (k == bin) found += seen[i]->found_by_angle[k], truth += seen[i]->truth_by_angle[k];
      }
    return truth > 0 && all_found > 0 ? 100 * (found / truth * all_truth / all_found - 1) : kNotMeasured;
  };
  for (std::size_t bin = 0; bin < kAngleBins; ++bin) {
    const std::string name = "length bias at " + std::to_string(30 * bin) + "-" +
                             std::to_string(30 * bin + 30) + " deg against the mean (%)";
    figures_.add(name,
                 bootstrap(
                     seen.size(), [&](const std::vector<std::size_t>& sample) { return share(sample, bin); },
                     figures_.stream(name)),
                 seen.size());
  }
}

void Evaluation::network(const Items& items) {
  std::vector<double> orientation, order, count;
  for (const Pair& p : pairs(joined_, items, "crack_count")) count.push_back(p.found - p.truth);
  figures_.errors("crack count", count);
  relative("junction count (%)", "junction_count", items);
  ratio("junctions found / true", pairs(joined_, items, "junction_count"));
  relative("largest cluster (%)", "largest_cluster_um", items);
  for (const Item* item : items) {
    const double found = joined_.run_number(item->row, "orientation_deg"),
                 truth = joined_.truth_number(item->row, "orientation_deg");
    if (!(joined_.truth_number(item->row, "orientation_order") >= kOrdered) || !std::isfinite(found))
      continue;
    orientation.push_back(std::remainder(found - truth, 180.0));
  }
  figures_.errors("orientation (deg)", orientation);
  for (const Pair& p : pairs(joined_, items, "orientation_order")) order.push_back(p.found - p.truth);
  figures_.errors("orientation order", order);
  std::size_t right = 0;
  const std::vector<Pair> spans = pairs(joined_, items, "spans_field");
  for (const Pair& p : spans) right += p.found == p.truth;
  figures_.add("spans the field: accuracy", rate(right, spans.size()), spans.size());
}

void Evaluation::delamination(const Items& items) {
  std::vector<PixelAgreement> seen;
  for (const Item* item : items)
    if (const auto& gaps = details_[item->row].gap_pixels) seen.push_back(*gaps);
  add_f1(figures_, "delamination", seen);
  std::vector<double> share;
  for (const Pair& p : pairs(joined_, items, "delamination_fraction")) share.push_back(p.found - p.truth);
  figures_.errors("delamination fraction", share);
  relative("delamination length (%)", "delamination_um", items);
}

Table confusion_table(const Joined& joined, const std::vector<Item>& items) {
  std::map<std::array<std::string, 3>, std::int64_t> counts;
  for (const Item& item : items) {
    const std::string &truth = joined.truth(item.row, "verdict"), &found = joined.run(item.row, "verdict");
    if (truth.empty() || found.empty()) continue;
    ++counts[{item.level, truth, found}];
    ++counts[{"all", truth, found}];
  }
  Table table({"of", "level", "truth", "found", "n"});
  for (const auto& [key, n] : counts) table.add({std::string("verdict"), key[0], key[1], key[2], n});
  return table;
}

std::vector<CrackLine> of_kind(const std::vector<CrackLine>& lines, std::string_view kind) {
  std::vector<CrackLine> out;
  std::ranges::copy_if(lines, std::back_inserter(out),
                       [&](const CrackLine& line) { return line.kind == kind; });
  return out;
}

}  // namespace

Result<EvaluationReport> evaluate_fracture(const std::filesystem::path& run_dir,
                                           const std::filesystem::path& truth_dir) {
  const auto joined = Joined::read(run_dir / "fracture.csv", truth_dir / "truth.csv", "image");
  if (!joined) return joined.errors();
  std::vector<std::string_view> run_columns = kShared;
  run_columns.insert(run_columns.end(), {"crack_density_lo_per_um", "crack_density_hi_per_um",
                                         "opening_mean_lo_um", "opening_mean_hi_um"});
  if (Status s = joined->check_numbers(run_columns, kShared); !s) return s.errors();
  const auto items = read_items(*joined);
  if (!items) return items.errors();

  Details details(joined->size());
  std::size_t without_lines = 0, without_labels = 0;
  for (const Item& item : *items) {
    if (!item.answered() || item.expected == "refuse") continue;
    Detail& detail = details[item.row];
    const std::string stem = std::filesystem::path(joined->truth(item.row, "image")).stem().string();
    const auto true_lines = read_crack_lines(truth_dir / "truth" / (stem + "_cracks.geojson"));
    const auto lines = read_crack_lines(run_dir / "cracks" / (stem + ".geojson"));
    for (const auto* read : {&true_lines, &lines})
      if (!*read && read->errors().front().code != "file.missing") return read->errors();
    const double um = joined->truth_number(item.row, "pixel_size_nm") / 1000;
    if (true_lines && lines)
      detail.lines = compare_lines(of_kind(*lines, "crack"), of_kind(*true_lines, "crack"), kTolerancePx, um);
    else
      ++without_lines;
    const auto truth = read_labels(truth_dir / "truth" / (stem + "_labels.tif"));
    const auto cracks = read_labels(run_dir / "cracks" / (stem + ".tif"));
    const auto labels = read_labels(run_dir / "labels" / (stem + ".tif"));
    if (true_lines && cracks)
      detail.centreline_pixels = compare_pixels(
          *cracks, 2, draw_lines(of_kind(*true_lines, "crack"), cracks->width(), cracks->height()), 1,
          kTolerancePx);
    if (truth && labels && truth->width() == labels->width() && truth->height() == labels->height())
      detail.gap_pixels = compare_pixels(*labels, 6, *truth, 6, kTolerancePx);
    else
      ++without_labels;
  }

  Figures figures;
  Evaluation evaluation(*joined, details, figures);
  figures.under("all", "all");
  figures.count("rows without a truth", joined->unknown());
  figures.count("crack lines that could not be compared", without_lines);
  figures.count("label images that could not be compared", without_labels);
  for_each_heading(
      *items, figures,
      [&](const Items& all) {
        add_statuses(all, figures);
        add_refusals(all, figures);
      },
      [&](const Items& group) { evaluation.numbers(group); });
  EvaluationReport report{figures.table(), confusion_table(*joined, *items), figures.text()};
  report.text += "\nverdict, truth -> found\n";
  for (const auto& row : report.confusion.rows())
    if (to_text(row[1]) == "all")
      report.text += "  " + to_text(row[2]) + " -> " + to_text(row[3]) + ": " + to_text(row[4]) + "\n";
  return report;
}

}  // namespace litho
