#include "modules/sem/field/components.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace litho::field {
namespace {

constexpr int kMaxLetterHeight = 96;
constexpr std::size_t kManyRuns = 60000;  // more than any caption; then clipped noise is at work
constexpr int kBlock = 64;                // px
constexpr int kTile = 32;                 // px
constexpr int kCrowd = 90;                // runs in a tile: specks every few pixels

class Sets {
 public:
  explicit Sets(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0); }
  int find(int i) {
    while (parent_[at(i)] != i) {
      parent_[at(i)] = parent_[at(parent_[at(i)])];
      i = parent_[at(i)];
    }
    return i;
  }
  void join(int a, int b) {
    a = find(a);
    b = find(b);
    parent_[at(std::max(a, b))] = std::min(a, b);
  }

 private:
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  std::vector<int> parent_;
};

void add_run(Component& component, const InkRun& run) {
  if (component.area == 0) {
    component.box = {run.x0, run.y, run.x1, run.y + 1};
    component.ox = run.x0;
    component.oy = run.y;
  }
  Rect& box = component.box;
  box = {std::min(box.x0, run.x0), std::min(box.y0, run.y), std::max(box.x1, run.x1),
         std::max(box.y1, run.y + 1)};
  component.area += run.x1 - run.x0;
  // Sums over x0..x1-1 in closed form, relative to the first pixel so that they stay exact.
  const double n = run.x1 - run.x0, y = run.y - component.oy;
  const double first = run.x0 - component.ox, last = run.x1 - 1 - component.ox;
  const double sum = 0.5 * n * (first + last);
  component.sx += sum;
  component.sy += n * y;
  component.sxx += n * first * first + first * n * (n - 1) + (n - 1) * n * (2 * n - 1) / 6;
  component.sxy += sum * y;
  component.syy += n * y * y;
}

bool could_be_letter(const Component& c) {
  return c.area >= 3 && c.box.height() <= kMaxLetterHeight && c.box.width() <= 2 * kMaxLetterHeight;
}

}  // namespace

Moments Component::moments() const {
  const double n = area, mx = sx / n, my = sy / n;
  const double xx = sxx / n - mx * mx, xy = sxy / n - mx * my, yy = syy / n - my * my;
  const double root = std::hypot(0.5 * (xx - yy), xy);
  const double angle = 0.5 * std::atan2(2 * xy, xx - yy);
  return {ox + mx, oy + my, std::cos(angle), std::sin(angle), 0.5 * (xx + yy) - root};
}

std::vector<InkRun> ink_runs(const Image<float>& grey, const Rect& rect, float ink) {
  std::vector<InkRun> runs;
  for (int y = rect.y0; y < rect.y1; ++y) {
    const float* row = grey.row(y).data();
    int start = -1;
    for (int x0 = rect.x0; x0 < rect.x1; x0 += kBlock) {
      const int x1 = std::min(rect.x1, x0 + kBlock);
      int hits = 0;  // a plain count that the compiler vectorises: most blocks hold no ink
      for (int x = x0; x < x1; ++x) hits += row[x] == ink ? 1 : 0;
      if (hits == (start < 0 ? 0 : x1 - x0)) continue;
      for (int x = x0; x < x1; ++x) {
        const bool is_ink = row[x] == ink;
        if (is_ink && start < 0) start = x;
        if (!is_ink && start >= 0) {
          runs.push_back({y, start, x});
          start = -1;
        }
      }
    }
    if (start >= 0) runs.push_back({y, start, rect.x1});
  }
  return runs;
}

void drop_clipped_noise(std::vector<InkRun>& runs, const Rect& rect) {
  if (runs.size() < kManyRuns) return;
  const int columns = rect.x1 / kTile + 1;
  std::vector<int> crowd(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rect.y1 / kTile + 1));
  const auto tile_of = [columns](const InkRun& run) {
    return static_cast<std::size_t>(run.y / kTile * columns + run.x0 / kTile);
  };
  for (const InkRun& run : runs) ++crowd[tile_of(run)];
  std::erase_if(runs, [&](const InkRun& run) { return crowd[tile_of(run)] > kCrowd; });
}

Components connect(std::vector<InkRun> runs) {
  Sets sets(runs.size());
  std::size_t above = 0;  // first run of the previous row that may still touch
  for (std::size_t i = 0; i < runs.size(); ++i) {
    while (above < i &&
           (runs[above].y < runs[i].y - 1 || (runs[above].y == runs[i].y - 1 && runs[above].x1 < runs[i].x0)))
      ++above;
    for (std::size_t j = above; j < i && runs[j].y == runs[i].y - 1 && runs[j].x0 <= runs[i].x1; ++j)
      sets.join(static_cast<int>(i), static_cast<int>(j));
  }
  Components out;
  std::vector<int> last;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto root = static_cast<std::size_t>(sets.find(static_cast<int>(i)));
    if (root == i) {  // roots are the smallest index of their set
      runs[i].component = static_cast<int>(out.list.size());
      out.list.emplace_back().first_run = static_cast<int>(i);
      last.push_back(static_cast<int>(i));
    } else {
      runs[i].component = runs[root].component;
      runs[static_cast<std::size_t>(last[static_cast<std::size_t>(runs[i].component)])].next =
          static_cast<int>(i);
      last[static_cast<std::size_t>(runs[i].component)] = static_cast<int>(i);
    }
    add_run(out.list[static_cast<std::size_t>(runs[i].component)], runs[i]);
  }
  out.runs = std::move(runs);
  return out;
}

std::vector<Group> neighbours(const std::vector<Component>& components) {
  std::vector<const Component*> letters;
  for (const Component& c : components)
    if (could_be_letter(c)) letters.push_back(&c);
  std::ranges::stable_sort(letters, {}, [](const Component* c) { return c->box.x0; });
  std::map<int, std::vector<int>> bands;  // indices in order of x0
  for (std::size_t i = 0; i < letters.size(); ++i)
    for (int band = letters[i]->box.y0 / kTile; band <= (letters[i]->box.y1 - 1) / kTile; ++band)
      bands[band].push_back(static_cast<int>(i));

  Sets sets(letters.size());
  for (const auto& [band, members] : bands)
    for (auto i = members.begin(); i != members.end(); ++i) {
      const Rect& a = letters[static_cast<std::size_t>(*i)]->box;
      for (auto j = i + 1; j != members.end(); ++j) {
        const Rect& b = letters[static_cast<std::size_t>(*j)]->box;
        if (b.x0 > a.x1 + kMaxLetterHeight) break;
        const int reach = 2 + std::max(6, std::max(a.height(), b.height())) * 3 / 4;
        const int overlap = std::min(a.y1, b.y1) - std::max(a.y0, b.y0);
        if (b.x0 <= a.x1 + reach && 3 * overlap >= std::min(a.height(), b.height())) sets.join(*i, *j);
      }
    }
  std::map<int, Group> groups;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const Rect& c = letters[i]->box;
    auto& [box, count, area] =
        groups.try_emplace(sets.find(static_cast<int>(i)), Group{c, 0, 0}).first->second;
    box = {std::min(box.x0, c.x0), std::min(box.y0, c.y0), std::max(box.x1, c.x1), std::max(box.y1, c.y1)};
    ++count;
    area += letters[i]->area;
  }
  std::vector<Group> out;
  for (const auto& [root, group] : groups) out.push_back(group);
  return out;
}

}  // namespace litho::field
