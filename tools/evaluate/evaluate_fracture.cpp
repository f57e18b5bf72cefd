#include "tools/evaluate/evaluate_fracture.hpp"

#include <cmath>
#include <optional>
#include <tuple>

#include "tools/evaluate/items.hpp"
#include "tools/evaluate/label_agreement.hpp"

namespace litho {
namespace {

using namespace evaluate;

constexpr double kTolerancePx = 3;  // a crack pixel this near to one of the other image is found

using Agreements = std::vector<std::optional<CrackAgreement>>;  // by row of the joined tables

void add_numbers(const Joined& joined, const Agreements& agreements, const Items& items, Figures& figures) {
  const std::vector<Pair> lengths = pairs(joined, items, "crack_length_um");
  figures.errors("crack length (%)", relative_errors(lengths));
  const auto recovered = [&](const std::vector<std::size_t>& sample) {
    double found = 0, truth = 0;
    for (const std::size_t i : sample) found += lengths[i].found, truth += lengths[i].truth;
    return truth > 0 ? found / truth : kNotMeasured;
  };
  figures.add("crack length found / true", bootstrap(lengths.size(), recovered, figures.stream("found/true")),
              lengths.size());
  std::size_t free = 0, alarms = 0;
  for (const Pair& p : lengths)
    if (p.truth == 0) ++free, alarms += p.found > 0;
  figures.add("crack-free but cracks found rate", rate(alarms, free), free);
  figures.errors("crack density (%)", relative_errors(pairs(joined, items, "crack_density_per_um")));
  add_coverage(joined, items, figures, "crack density interval coverage", "crack_density_lo_per_um",
               "crack_density_hi_per_um", "crack_density_per_um");
  std::vector<double> delamination;
  for (const Pair& p : pairs(joined, items, "delamination_fraction"))
    delamination.push_back(p.found - p.truth);
  figures.errors("delamination fraction", delamination);

  // Pixels are pooled over images: an image without cracks has neither precision nor recall of its own.
  std::vector<CrackAgreement> seen;
  for (const Item* item : items)
    if (agreements[item->row]) seen.push_back(*agreements[item->row]);
  const auto pooled = [&](const std::vector<std::size_t>& sample, bool recall, bool precision) {
    CrackAgreement sum{};
    for (const std::size_t i : sample) {
      sum.found += seen[i].found, sum.found_near_truth += seen[i].found_near_truth;
      sum.truth += seen[i].truth, sum.truth_near_found += seen[i].truth_near_found;
    }
    const double r = sum.truth > 0 ? sum.truth_near_found / sum.truth : kNotMeasured;
    const double p = sum.found > 0 ? sum.found_near_truth / sum.found : kNotMeasured;
    return recall && precision ? (r + p > 0 ? 2 * r * p / (r + p) : r + p) : recall ? r : p;
  };
  for (const auto& [name, recall, precision] : {std::tuple{"crack pixel recall", true, false},
                                                {"crack pixel precision", false, true},
                                                {"crack pixel F1", true, true}})
    figures.add(name,
                bootstrap(
                    seen.size(),
                    [&, r = recall, p = precision](const std::vector<std::size_t>& sample) {
                      return pooled(sample, r, p);
                    },
                    figures.stream(name)),
                seen.size());
}

}  // namespace

Result<EvaluationReport> evaluate_fracture(const std::filesystem::path& run_dir,
                                           const std::filesystem::path& truth_dir) {
  const auto joined = Joined::read(run_dir / "fracture.csv", truth_dir / "truth.csv", "image");
  if (!joined) return joined.errors();
  const std::vector<std::string_view> columns{"crack_length_um", "crack_density_per_um",
                                              "delamination_fraction"};
  std::vector<std::string_view> run_columns = columns;
  run_columns.insert(run_columns.end(), {"crack_density_lo_per_um", "crack_density_hi_per_um"});
  if (Status s = joined->check_numbers(run_columns, columns); !s) return s.errors();
  const auto items = read_items(*joined);
  if (!items) return items.errors();

  Agreements agreements(joined->size());
  std::size_t missing = 0;
  for (const Item& item : *items) {
    if (!item.answered() || item.expected == "refuse") continue;
    const std::string stem = std::filesystem::path(joined->truth(item.row, "image")).stem().string();
    const auto truth = read_labels(truth_dir / "truth" / (stem + "_labels.tif"));
    const auto found = read_labels(run_dir / "cracks" / (stem + ".tif"));
    if (truth && found && truth->width() == found->width() && truth->height() == found->height())
      agreements[item.row] = compare_cracks(*found, *truth, kTolerancePx);
    else
      ++missing;
  }

  Figures figures;
  figures.under("all", "all");
  figures.count("rows without a truth", joined->unknown());
  figures.count("crack images that could not be compared", missing);
  for_each_heading(
      *items, figures, [&](const Items& all) { add_statuses(all, figures); },
      [&](const Items& group) { add_numbers(*joined, agreements, group, figures); });
  return EvaluationReport{figures.table(), Table({"level", "truth", "found", "n"}), figures.text()};
}

}  // namespace litho
