#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "modules/sem/field/components.hpp"
#include "modules/sem/field/parts.hpp"

namespace litho::field {
namespace {

constexpr int kMinLineLength = 32;   // px: chance runs of clipped noise are far shorter
constexpr int kMaxStroke = 12;       // px: thicker is a plate or picture
constexpr double kMaxUnlike = 0.15;  // of white: grey on the two sides of a drawn line

class Marks {
 public:
  Marks(const Image<float>& grey, const Rect& rect, float ink, double white, Image<std::uint8_t>& usable)
      : grey_(grey), rect_(rect), ink_(ink), white_(white), usable_(usable) {}

  void mask() {
    std::vector<InkRun> runs = ink_runs(grey_, rect_, ink_);
    if (runs.empty()) return;
    for (const InkRun& run : runs) mask_line<false>(run.y, run.x0, run.x1);
    mask_vertical_lines(runs);
    std::erase_if(runs, [&](const InkRun& run) { return usable_((run.x0 + run.x1) / 2, run.y) == 0; });
    drop_clipped_noise(runs, rect_);
    const Components components = connect(std::move(runs));
    for (const Component& component : components.list) {
      mask_plate(component);
      mask_oblique_line(component, components);
    }
    mask_text(grey_, rect_, ink_, white_, components, usable_);
  }

 private:
  template <bool kTransposed>
  int lo() const {
    return kTransposed ? rect_.x0 : rect_.y0;
  }
  template <bool kTransposed>
  int hi() const {
    return kTransposed ? rect_.x1 : rect_.y1;
  }

  template <bool kTransposed>
  bool is_ink(int along, int across) const {
    return (kTransposed ? grey_(across, along) : grey_(along, across)) == ink_;
  }

  template <bool kTransposed>
  double ink_share(int from, int to, int across) const {
    int count = 0;
    for (int i = from; i < to; ++i) count += is_ink<kTransposed>(i, across);
    return static_cast<double>(count) / (to - from);
  }

  template <bool kTransposed>
  double contrast(int from, int to, int across) const {
    double sum = 0;
    for (int i = from; i < to; ++i)
      sum += std::abs((kTransposed ? grey_(across, i) : grey_(i, across)) - ink_);
    return sum / (to - from);
  }

  bool is_drawn(double near, double far) const {
    return near >= kMinStep * white_ && near >= kSharpness * far;
  }

  void clear(int x0, int y0, int x1, int y1) {
    for (int y = std::max(y0, rect_.y0); y < std::min(y1, rect_.y1); ++y)
      for (int x = std::max(x0, rect_.x0); x < std::min(x1, rect_.x1); ++x) usable_(x, y) = 0;
  }

  template <bool kTransposed>
  bool any_ink(int from, int to, int across0, int across1) const {
    for (int across = std::max(across0, lo<kTransposed>()); across < std::min(across1, hi<kTransposed>());
         ++across)
      for (int i = std::max(from, lo<!kTransposed>()); i < std::min(to, hi<!kTransposed>()); ++i)
        if (is_ink<kTransposed>(i, across)) return true;
    return false;
  }

  /// A drawn stroke ends at the picture's edge, freely, or in a tick across it; a bright rim of the specimen
  /// frays out.
  template <bool kTransposed>
  bool ends_cleanly(int tip, int beyond, int across, int end) const {
    if (tip <= lo<!kTransposed>() || tip >= hi<!kTransposed>() - 1) return true;
    if (!any_ink<kTransposed>(beyond, beyond + 3, across - 1, end + 1)) return true;
    return any_ink<kTransposed>(tip - 1, tip + 2, across - 4, across - 3) ||
           any_ink<kTransposed>(tip - 1, tip + 2, end + 3, end + 4);
  }

  /// A run of ink is the first line of a drawn stroke where the same span is ink for a few lines and the
  /// lines beyond, past one line of anti-aliasing, show the scene at full contrast.
  template <bool kTransposed>
  void mask_line(int across, int from, int to) {
    if (to - from < kMinLineLength) return;
    if (across > lo<kTransposed>()) {  // a few probes spare most runs of a clipped scene the full look
      int probes = 0;
      for (int i = 0; i < 8; ++i)
        probes += is_ink<kTransposed>(from + (to - from) * (2 * i + 1) / 16, across - 1);
      if (probes > 4) return;
    }
    if (across > lo<kTransposed>() && ink_share<kTransposed>(from, to, across - 1) > 0.9) return;
    int end = across + 1;
    while (end < hi<kTransposed>() && end - across <= kMaxStroke &&
           ink_share<kTransposed>(from, to, end) > 0.9)
      ++end;
    if (end - across > kMaxStroke) return;
    for (const auto& [beside, near, far] :
         {std::array{across - 1, across - 2, across - 6}, std::array{end, end + 1, end + 5}}) {
      if (far < lo<kTransposed>() || far >= hi<kTransposed>()) return;
      if (ink_share<kTransposed>(from, to, beside) > 0.1) return;
      if (!is_drawn(contrast<kTransposed>(from, to, near), contrast<kTransposed>(from, to, far))) return;
    }
    if (!ends_cleanly<kTransposed>(from, from - 3, across, end) ||
        !ends_cleanly<kTransposed>(to - 1, to, across, end))
      return;
    // A line between two unlike regions is rather their boundary.
    if (std::abs(contrast<kTransposed>(from, to, across - 2) - contrast<kTransposed>(from, to, end + 1)) >
        kMaxUnlike * white_)
      return;
    if constexpr (kTransposed)
      clear(across - 1, from - 1, end + 1, to + 1);
    else
      clear(from - 1, across - 1, to + 1, end + 1);
  }

  void mask_vertical_lines(const std::vector<InkRun>& runs) {
    std::vector<int> first(static_cast<std::size_t>(rect_.x1), -1), last(first);
    const auto close = [&](int x) {
      const auto i = static_cast<std::size_t>(x);
      if (first[i] >= 0) mask_line<true>(x, first[i], last[i] + 1);
    };
    for (const InkRun& run : runs) {
      for (int x = run.x0; x < run.x1; ++x) {
        const auto i = static_cast<std::size_t>(x);
        if (first[i] >= 0 && last[i] == run.y - 1) {
          last[i] = run.y;
          continue;
        }
        close(x);
        first[i] = last[i] = run.y;
      }
    }
    for (int x = rect_.x0; x < rect_.x1; ++x) close(x);
  }

  /// Mean contrast of the ring of pixels `distance` px around a box.
  double ring_contrast(const Rect& box, int distance) const {
    double sum = 0;
    int count = 0;
    const auto add = [&](int x, int y) {
      if (x < rect_.x0 || y < rect_.y0 || x >= rect_.x1 || y >= rect_.y1) return;
      sum += std::abs(grey_(x, y) - ink_);
      ++count;
    };
    for (int x = box.x0 - distance; x < box.x1 + distance; ++x) {
      add(x, box.y0 - distance);
      add(x, box.y1 - 1 + distance);
    }
    for (int y = box.y0 - distance + 1; y < box.y1 - 1 + distance; ++y) {
      add(box.x0 - distance, y);
      add(box.x1 - 1 + distance, y);
    }
    return count == 0 ? 0 : sum / count;
  }

  /// A rectangle whose sides are wholly ink: a bar of a scale, or the ground of a caption with its text in
  /// it.
  void mask_plate(const Component& component) {
    const Rect& box = component.box;
    if (box.width() < 8 || box.height() < 4) return;
    if (box.width() < 40 && 2 * box.width() < 3 * box.height())
      return;  // rather a letter of straight strokes
    if (box.width() == rect_.width() || box.height() == rect_.height())
      return;  // a clipped band of the scene
    if (component.area < 0.5 * box.width() * box.height()) return;
    if (ink_share<false>(box.x0, box.x1, box.y0) < 0.98 ||
        ink_share<false>(box.x0, box.x1, box.y1 - 1) < 0.98 ||
        ink_share<true>(box.y0, box.y1, box.x0) < 0.98 || ink_share<true>(box.y0, box.y1, box.x1 - 1) < 0.98)
      return;
    if (is_drawn(ring_contrast(box, 2), ring_contrast(box, 6)))
      clear(box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1);
  }

  /// A thin component all of whose pixels lie on one straight line.
  void mask_oblique_line(const Component& component, const Components& components) {
    const double length = std::hypot(component.box.width(), component.box.height());
    if (length < 2 * kMinLineLength || component.area > 4 * length || component.area < 0.5 * length) return;
    const Moments m = component.moments();
    if (m.minor > 1.5 || !has_even_stroke(component, components, std::abs(m.ux) > std::abs(m.uy))) return;
    const double cx = m.x, cy = m.y, half = 0.45 * length;
    std::array<double, 2> near{}, far{};
    int count = 0;
    for (double t = -half; t <= half; t += 2) {
      const auto at = [&](double d) {
        const int x = static_cast<int>(std::lround(cx + t * m.ux - d * m.uy));
        const int y = static_cast<int>(std::lround(cy + t * m.uy + d * m.ux));
        return x < rect_.x0 || y < rect_.y0 || x >= rect_.x1 || y >= rect_.y1 ? std::nan("")
                                                                              : std::abs(grey_(x, y) - ink_);
      };
      const std::array samples{at(4), at(-4), at(9), at(-9)};
      if (std::ranges::any_of(samples, [](double v) { return std::isnan(v); })) continue;
      near[0] += samples[0];
      near[1] += samples[1];
      far[0] += samples[2];
      far[1] += samples[3];
      ++count;
    }
    if (count == 0 || std::abs(near[0] - near[1]) > kMaxUnlike * white_ * count) return;
    if (is_drawn(near[0] / count, far[0] / count) && is_drawn(near[1] / count, far[1] / count))
      clear_ink(component, components, 1);
  }

  /// Pixels of the component per step along its longer axis, all but equal: a rim of the specimen varies in
  /// width.
  static bool has_even_stroke(const Component& component, const Components& components, bool along_x) {
    const Rect& box = component.box;
    std::vector<int> width(static_cast<std::size_t>(along_x ? box.width() : box.height()));
    for (int i = component.first_run; i >= 0; i = components.runs[static_cast<std::size_t>(i)].next) {
      const InkRun& run = components.runs[static_cast<std::size_t>(i)];
      if (!along_x) width[static_cast<std::size_t>(run.y - box.y0)] += run.x1 - run.x0;
      for (int x = run.x0; along_x && x < run.x1; ++x) ++width[static_cast<std::size_t>(x - box.x0)];
    }
    std::vector<int> sorted = width;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    const auto even =
        std::ranges::count_if(width, [&](int w) { return std::abs(w - *middle) <= *middle / 3; });
    return *middle <= 4 && even >= 0.9 * static_cast<double>(width.size());
  }

  void clear_ink(const Component& component, const Components& components, int halo) {
    for (int i = component.first_run; i >= 0; i = components.runs[static_cast<std::size_t>(i)].next) {
      const InkRun& run = components.runs[static_cast<std::size_t>(i)];
      clear(run.x0 - halo, run.y - halo, run.x1 + halo, run.y + 1 + halo);
    }
  }

  const Image<float>& grey_;
  Rect rect_;
  float ink_;
  double white_;
  Image<std::uint8_t>& usable_;
};

}  // namespace

void mask_marks(const Image<float>& grey, const Rect& rect, float ink, double white,
                Image<std::uint8_t>& usable) {
  Marks(grey, rect, ink, white, usable).mask();
}

}  // namespace litho::field
