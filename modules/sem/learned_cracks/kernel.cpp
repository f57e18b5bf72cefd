#include "modules/sem/learned_cracks/kernel.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "modules/sem/crack_paths/evidence.hpp"
#include "modules/sem/crack_paths/join.hpp"
#include "modules/sem/crack_paths/skeleton.hpp"
#include "modules/sem/line_features/kernel.hpp"

namespace litho {
namespace {

using namespace crack_paths;

constexpr std::size_t kShortest = 20;  // px of a connected line
constexpr double kNearlyAccepted = 1;  // log-odds below the threshold
constexpr double kLeastPresent = 10;   // px of a valley
constexpr double kReachPx = 4, kFootPx = 4;
constexpr float kLeastShare = 1e-3F;
constexpr int kBeyond = 40;  // px outside of the pellet in which gaps are looked for

double log_odds(double p) {
  const double q = std::clamp<double>(p, kLeastShare, 1 - kLeastShare);
  return std::log(q / (1 - q));
}

/// Leaves connected lines of at least kShortest pixels.
void drop_short(Image<std::uint8_t>& mask) {
  Image<std::uint8_t> seen(mask.width(), mask.height());
  std::vector<Pixel> line;
  for (int y = 0; y < mask.height(); ++y)
    for (int x = 0; x < mask.width(); ++x) {
      if (!mask(x, y) || seen(x, y)) continue;
      line.assign(1, {x, y});
      seen(x, y) = 1;
      for (std::size_t k = 0; k < line.size(); ++k)
        for (int b = line[k].y - 1; b <= line[k].y + 1; ++b)
          for (int a = line[k].x - 1; a <= line[k].x + 1; ++a)
            if (mask.contains(a, b) && mask(a, b) && !seen(a, b)) seen(a, b) = 1, line.push_back({a, b});
      if (line.size() < kShortest)
        for (const Pixel p : line) mask(p.x, p.y) = 0;
    }
}

/// Lines of the mask's pixels, joined where they go on, in px of the scaled upright frame.
std::vector<crack_paths::Trace> lines_of(const Image<std::uint8_t>& mask) {
  std::vector<crack_paths::Trace> traces;
  for (const Chain& chain : cut_into_chains(mask)) {
    crack_paths::Trace trace{{}, 1};
    for (const Pixel p : chain) trace.line.push_back({p.x + 0.5, p.y + 0.5});
    traces.push_back(std::move(trace));
  }
  std::erase_if(traces, [](const crack_paths::Trace& t) { return t.line.size() < 4; });
  traces = join_ends(std::move(traces), {7, 0.7, 4});
  std::erase_if(traces, [](const crack_paths::Trace& t) { return t.line.size() < 8; });
  return traces;
}

}  // namespace

Pellet pellet_of(const LayerMap& layers, const Image<std::uint8_t>& usable) {
  Pellet pellet;
  pellet.frame = layers.frame;
  pellet.has_outside = pellet.has_interphase = true;
  pellet.labels = Image<std::uint8_t>(usable.width(), usable.height());
  pellet.search = usable;
  pellet.outer_v = layers.outer_v;
  pellet.front_v = layers.front_v;
  pellet.interphase_share = layers.interphase.mean / std::max(1e-9, layers.electrolyte.mean);
  pellet.flags = layers.flags;
  const auto label = upright(pellet.labels, pellet.frame), search = upright(pellet.search, pellet.frame);
  const auto use = upright(usable, pellet.frame);
  for (int u = 0; u < label.width(); ++u) {
    const float outer = layers.outer_v[static_cast<std::size_t>(u)],
                front = layers.front_v[static_cast<std::size_t>(u)];
    for (int v = 0; v < label.height(); ++v) {
      if (!use(u, v)) continue;
      const float middle = static_cast<float>(v) + 0.5F;
      const Label l = middle < outer   ? Label::outside
                      : middle < front ? Label::interphase
                                       : Label::electrolyte;
      label(u, v) = static_cast<std::uint8_t>(l);
      pellet.area_px += l != Label::outside;
      if (middle < outer - kBeyond) search(u, v) = 0;
    }
  }
  return pellet;
}

CrackPaths find_learned_cracks(const Image<float>& grey, const Image<std::uint8_t>& usable,
                               const RidgeMap& ridges, const Pellet& pellet, const LearnedModel& model,
                               double pixel_size_nm, const CrackPaths& usual) {
  assert(!model.lines.trees.empty() && pellet.has_interphase);
  const double zoom = line_zoom(model.line_um, pixel_size_nm);
  const Image<float> small = at_line_scale(grey, zoom);
  const Image<std::uint8_t> seen = at_line_scale(usable, zoom);
  const LineArea area{{pellet.frame.side, small.width(), small.height()},
                      at_line_scale(pellet.outer_v, pellet.frame, zoom),
                      at_line_scale(pellet.front_v, pellet.frame, zoom),
                      model.lines_in_electrolyte};
  const LinePixels lines = zoom == 1 ? line_pixels(grey, usable, ridges, area)
                                     : line_pixels(small, seen, find_ridges(small, seen), area);
  std::vector<float> shares(lines.size() * 2);
  predict(model.lines, lines.values, lines.size(), shares);

  CrackPaths out;
  out.void_grey = usual.void_grey;
  out.blur_px = usual.blur_px;
  const double threshold = log_odds(model.line_threshold);
  Image<float> odds(area.frame.width(), area.frame.height());
  for (std::size_t i = 0; i < lines.size(); ++i)
    odds(lines.at[i].x, lines.at[i].y) = static_cast<float>(log_odds(shares[lines.size() + i]) - threshold);
  for (const bool accepted : {true, false}) {
    Image<std::uint8_t> mask(odds.width(), odds.height());
    for (const Pixel p : lines.at)
      mask(p.x, p.y) =
          accepted ? odds(p.x, p.y) >= 0 : odds(p.x, p.y) < 0 && odds(p.x, p.y) > -kNearlyAccepted;
    drop_short(mask);
    for (const crack_paths::Trace& trace : lines_of(mask)) {
      double sum = 0;
      Polyline line;
      for (const PointPx& p : trace.line) {
        sum += odds(static_cast<int>(p.x), static_cast<int>(p.y));
        const PointPx q = area.frame.to_image(p);
        line.push_back({q.x * grey.width() / small.width(), q.y * grey.height() / small.height()});
      }
      const Seen valley = follow_valley(grey, ridges, line, std::max(2.0, kReachPx * zoom), kFootPx);
      // Coarse lines run on beyond their ends.
      for (const Seen& piece : present_stretches(valley, kLeastPresent)) {
        CrackPath path{piece.line, piece.valley, weigh(piece, out)};
        path.evidence.score = sum / static_cast<double>(trace.line.size());
        (accepted ? out.cracks : out.rejected).push_back(std::move(path));
      }
    }
  }
  return out;
}

}  // namespace litho
