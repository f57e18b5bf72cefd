#include "tools/evaluate/evaluate_coverage.hpp"

#include <cmath>
#include <functional>
#include <map>

#include "tools/evaluate/figures.hpp"
#include "tools/evaluate/joined.hpp"

namespace litho {
namespace {

using namespace evaluate;

// Below five sweeps of 0.1 s an honest answer may be `indeterminate`.
constexpr double kClearSweeps = 5, kClearSeconds = 0.5 - 1e-9;
constexpr double kLargestOpen = 0.02;  // the program's default largest open fraction
using Rows = std::vector<std::size_t>;

void add_share(const Joined& joined, const Rows& rows, Figures& figures, const std::string& name,
               const std::function<bool(std::size_t)>& counts, const std::function<bool(std::size_t)>& hit) {
  std::size_t n = 0, hits = 0;
  for (const std::size_t i : rows)
    if (joined.in_run(i) && counts(i)) ++n, hits += hit(i) ? 1U : 0U;
  figures.add(name, rate(hits, n), n);
}

/// Share of the nearly covered films that any test at p < 0.01 finds, by the spread that no unbiased estimate
/// of the ratio falls below.
void add_information_bound(const Joined& joined, const Rows& rows, Figures& figures) {
  constexpr double kThreshold = 2.326348;
  double sum = 0;
  std::size_t n = 0;
  for (const std::size_t i : rows) {
    const double z = joined.truth_number(i, "cr2p_ratio") / joined.truth_number(i, "cr2p_ratio_sd");
    if (joined.truth(i, "kind") != "nearly" || std::isnan(z)) continue;
    sum += 0.5 * std::erfc((kThreshold - z) / std::sqrt(2.0));
    ++n;
  }
  if (n > 0) figures.add("found there at best, by information", {sum / static_cast<double>(n), NAN, NAN}, n);
}

void add_decisions(const Joined& joined, const Rows& rows, Figures& figures) {
  const auto kind = [&](std::size_t i, const char* name) { return joined.truth(i, "kind") == name; };
  const auto found = [&](std::size_t i) { return joined.run(i, "cr2p_detected") == "1"; };
  add_share(
      joined, rows, figures, "clear decisions right",
      [&](std::size_t i) {
        const double seconds = joined.truth_number(i, "seconds");
        return joined.truth(i, "expected") != "any" &&
               (std::isnan(seconds) ? joined.truth_number(i, "sweeps") >= kClearSweeps
                                    : seconds >= kClearSeconds);
      },
      [&](std::size_t i) { return joined.run(i, "decision") == joined.truth(i, "expected"); });
  add_share(
      joined, rows, figures, "Cr found on films with 0.3-5 % open",
      [&](std::size_t i) { return kind(i, "nearly"); }, found);
  add_information_bound(joined, rows, figures);
  add_share(
      joined, rows, figures, "Cr found on covered films", [&](std::size_t i) { return kind(i, "covered"); },
      found);
  add_share(
      joined, rows, figures, "covered beside a limit above 2 %",
      [&](std::size_t i) { return joined.run(i, "decision") == "covered"; },
      [&](std::size_t i) { return !(joined.run_number(i, "cr2p_limit") <= kLargestOpen); });
  add_share(
      joined, rows, figures, "covered where more than 2 % is open",
      [&](std::size_t i) { return joined.truth_number(i, "open_fraction") > kLargestOpen; },
      [&](std::size_t i) { return joined.run(i, "decision") == "covered"; });
  const auto resolved = [&](std::size_t i) {
    const std::string& model = joined.run(i, "layer_model");
    return (model == "patchy" || model == "thin") && !joined.truth(i, "layer_model").empty();
  };
  add_share(joined, rows, figures, "layer model right where told", resolved,
            [&](std::size_t i) { return joined.run(i, "layer_model") == joined.truth(i, "layer_model"); });
}

/// "li_thickness_nm", "lo" -> "li_thickness_lo_nm": the unit stays last.
std::string column_bound(const std::string& column, const std::string& bound) {
  const bool unit = column.ends_with("_nm");
  const std::string stem = unit ? column.substr(0, column.size() - 3) : column;
  return stem + "_" + bound + (unit ? "_nm" : "");
}

/// An empty bound is open: it holds whatever is beyond.
void add_interval(const Joined& joined, const Rows& rows, Figures& figures, const std::string& column) {
  std::size_t n = 0, hits = 0;
  std::vector<double> errors;
  for (const std::size_t i : rows) {
    const double truth = joined.truth_number(i, column), value = joined.run_number(i, column);
    const double lo = joined.run_number(i, column_bound(column, "lo")),
                 hi = joined.run_number(i, column_bound(column, "hi"));
    if (!std::isnan(truth) && !std::isnan(value)) errors.push_back(value - truth);
    if (std::isnan(truth) || (std::isnan(lo) && std::isnan(hi))) continue;
    ++n, hits += !(truth < lo) && !(truth > hi) ? 1U : 0U;
  }
  figures.errors(column, errors);
  figures.add(column + " interval coverage", rate(hits, n), n);
}

}  // namespace

Result<EvaluationReport> evaluate_coverage(const std::filesystem::path& run_dir,
                                           const std::filesystem::path& truth_dir) {
  const auto joined = Joined::read(run_dir / "coverage.csv", truth_dir / "truth.csv", "sample");
  if (!joined) return joined.errors();
  const std::vector<std::string_view> truths{"cr2p_ratio",      "covered_fraction", "li_thickness_nm",
                                             "charge_shift_ev", "open_fraction",    "sweeps",
                                             "seconds",         "cr2p_ratio_sd"};
  if (Status s = joined->check_numbers(
          {"cr2p_ratio", "cr2p_ratio_lo", "cr2p_ratio_hi", "cr2p_limit", "covered_fraction",
           "covered_fraction_lo", "covered_fraction_hi", "li_thickness_nm", "li_thickness_lo_nm",
           "li_thickness_hi_nm", "charge_shift_ev"},
          truths);
      !s)
    return s.errors();
  std::map<std::string, Rows> groups;
  Rows all;
  Table confusion({"of", "level", "truth", "found", "n"});
  std::map<std::pair<std::string, std::string>, std::int64_t> cells;
  for (std::size_t i = 0; i < joined->size(); ++i) {
    all.push_back(i);
    groups[joined->truth(i, "kind")].push_back(i);
    const std::string& decision = joined->run(i, "decision");
    ++cells[{joined->truth(i, "kind"), !joined->in_run(i) ? "not in the run"
                                       : decision.empty() ? "failed"
                                                          : decision}];
  }
  Figures figures;
  figures.under("all", "all");
  figures.count("rows without a truth", joined->unknown());
  const auto add = [&](const Rows& rows) {
    add_decisions(*joined, rows, figures);
    for (const char* column : {"cr2p_ratio", "covered_fraction", "li_thickness_nm"})
      add_interval(*joined, rows, figures, column);
    std::vector<double> shifts;
    for (const std::size_t i : rows)
      if (const double error =
              joined->run_number(i, "charge_shift_ev") - joined->truth_number(i, "charge_shift_ev");
          !std::isnan(error))
        shifts.push_back(error);
    figures.errors("charge shift (eV)", shifts);
  };
  add(all);
  for (const auto& [kind, rows] : groups) {
    figures.under(kind, "all");
    add(rows);
  }
  std::string text = figures.text() + "\nDecisions (kind of film, decision, films)\n";
  for (const auto& [cell, n] : cells) {
    confusion.add({std::string("decision"), std::string("all"), cell.first, cell.second, n});
    text += "  " + cell.first + ", " + cell.second + ", " + std::to_string(n) + "\n";
  }
  return EvaluationReport{figures.table(), confusion, text};
}

}  // namespace litho
