#include "tools/evaluate/items.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace litho::evaluate {

Result<std::vector<Item>> read_items(const Joined& joined) {
  std::vector<Item> items;
  Errors errors;
  for (std::size_t i = 0; i < joined.size(); ++i) {
    items.push_back({i, joined.truth(i, "level"), joined.run(i, "status"), joined.truth(i, "expected")});
    const std::string& status = items.back().status;
    if (joined.in_run(i) && status != "ok" && status != "flagged" && status != "failed")
      errors.push_back({"evaluate.status", joined.run(i, "image"), "status is \"" + status + "\"",
                        "a run writes ok, flagged or failed"});
  }
  if (!errors.empty()) return errors;
  return items;
}

void for_each_heading(const std::vector<Item>& items, Figures& figures,
                      const std::function<void(const Items&)>& verdicts,
                      const std::function<void(const Items&)>& numbers) {
  std::set<std::string> levels;
  for (const Item& item : items) levels.insert(item.level);
  std::vector<std::string> headings{"all"};
  if (levels.size() > 1) headings.insert(headings.end(), levels.begin(), levels.end());
  for (const std::string& level : headings) {
    Items all, ok, answered;
    for (const Item& item : items) {
      if (level != "all" && item.level != level) continue;
      all.push_back(&item);
      if (item.status == "ok") ok.push_back(&item);
      if (item.answered()) answered.push_back(&item);
    }
    figures.under(level, "all");
    verdicts(all);
    for (const auto& [over, group] : {std::pair{"ok", &ok}, {"answered", &answered}}) {
      if (group->empty()) continue;
      figures.under(level, over);
      numbers(*group);
    }
  }
}

std::vector<Pair> pairs(const Joined& joined, const Items& items, std::string_view column) {
  std::vector<Pair> out;
  for (const Item* item : items) {
    const Pair pair{joined.run_number(item->row, column), joined.truth_number(item->row, column)};
    if (std::isfinite(pair.found) && std::isfinite(pair.truth)) out.push_back(pair);
  }
  return out;
}

std::vector<double> relative_errors(const std::vector<Pair>& values) {
  std::vector<double> errors;
  for (const Pair& p : values)
    if (p.truth > 0) errors.push_back(100 * (p.found - p.truth) / p.truth);
  return errors;
}

void add_coverage(const Joined& joined, const Items& items, Figures& figures, std::string_view name,
                  std::string_view lo, std::string_view hi, std::string_view truth) {
  std::size_t n = 0, inside = 0;
  for (const Item* item : items) {
    const double a = joined.run_number(item->row, lo), b = joined.run_number(item->row, hi);
    const double t = joined.truth_number(item->row, truth);
    if (!std::isfinite(a) || !std::isfinite(b) || !std::isfinite(t)) continue;
    ++n;
    inside += a <= t && t <= b;
  }
  figures.add(name, rate(inside, n), n);
}

void add_statuses(const Items& items, Figures& figures) {
  figures.count("images", items.size());
  const auto with = [&](std::string_view status) {
    return static_cast<std::size_t>(
        std::ranges::count_if(items, [&](const Item* item) { return item->status == status; }));
  };
  figures.count("absent from the run", with(""));
  for (const char* status : {"ok", "flagged", "failed"})
    figures.add(status + std::string(" rate"), rate(with(status), items.size()), items.size());
}

void add_refusals(const Items& items, Figures& figures) {
  std::size_t answerable = 0, refused = 0, hopeless = 0, accepted = 0;
  for (const Item* item : items) {
    if (item->expected == "ok") ++answerable, refused += !item->answered();
    if (item->expected == "refuse") ++hopeless, accepted += item->status == "ok";
  }
  figures.add("measurable but failed rate", rate(refused, answerable), answerable);
  figures.add("unmeasurable but ok rate", rate(accepted, hopeless), hopeless);
}

}  // namespace litho::evaluate
