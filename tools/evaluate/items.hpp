#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/evaluate/figures.hpp"
#include "tools/evaluate/joined.hpp"

namespace litho::evaluate {

/// One image of the truth and what the run said of it.
struct Item {
  std::size_t row;  ///< of the joined tables
  std::string level;
  std::string status;    ///< ok | flagged | failed | "" (not in the run)
  std::string expected;  ///< ok | any | refuse
  bool answered() const { return status == "ok" || status == "flagged"; }
};
using Items = std::vector<const Item*>;

/// Errors: evaluate.status.
Result<std::vector<Item>> read_items(const Joined& joined);

/// Calls `verdicts` with all items under each heading ("all", then each level if there are several), and
/// `numbers` with those of status ok, then with all answered ones; `figures` stands under the heading.
void for_each_heading(const std::vector<Item>& items, Figures& figures,
                      const std::function<void(const Items&)>& verdicts,
                      const std::function<void(const Items&)>& numbers);

struct Pair {
  double found, truth;
};
/// Values of a column that both tables have, where both are numbers.
std::vector<Pair> pairs(const Joined& joined, const Items& items, std::string_view column);
/// 100 (found - truth) / truth where the truth is above 0.
std::vector<double> relative_errors(const std::vector<Pair>& values);
/// Share of intervals [lo, hi] of the run that hold the truth.
void add_coverage(const Joined& joined, const Items& items, Figures& figures, std::string_view name,
                  std::string_view lo, std::string_view hi, std::string_view truth);
/// Shares of failures among what must be measured and of status ok among what must be refused.
void add_refusals(const Items& items, Figures& figures);
/// Number of images, and the shares of ok, flagged and failed among them.
void add_statuses(const Items& items, Figures& figures);

}  // namespace litho::evaluate
