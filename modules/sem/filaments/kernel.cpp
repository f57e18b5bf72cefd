#include "modules/sem/filaments/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "modules/sem/filaments/evidence.hpp"
#include "modules/sem/filaments/look.hpp"
#include "modules/sem/filaments/odds.hpp"
#include "modules/sem/filaments/paths.hpp"
#include "modules/sem/filaments/shape.hpp"

namespace litho {
namespace {

using filaments::Chain, filaments::Extent, filaments::Look, filaments::Shape;

constexpr int kReach = 220;        // ground px beyond the front that are searched
constexpr int kLineSpacing = 60;   // ground px between lines through the electrolyte
constexpr int kMostLines = 6;      // of them
constexpr int kWidestRoot = 60;    // ground px that a spike of the front may be wide
constexpr double kLeastScore = 5;  // nats of a chain
constexpr double kCrossing = 35;   // degrees by which a chain turns where it leaves a filament for a crack
constexpr double kShallow = 6;     // ground px: less deep is roughness whatever it looks like
constexpr double kLikely = 0.6;    // probability that makes a candidate a filament
constexpr double kCalm = 6.0;      // contrast / noise wanted after smoothing, as for the labels
constexpr float kHem = 2;          // px about the front whose labels stay as they are
constexpr int kEdge = 3;           // px: a root as near to the picture's side may be cut

struct Candidate {
  Chain chain;
  Look look;
  double misfit = 0;
};

/// A chain may run on from a filament into a crack that crosses it: then what leads up to the crossing, or
/// from there along a branch, is looked at too.
std::vector<Candidate> candidates(const filaments::Shares& shares, const LayerMap& layers,
                                  filaments::ChainFinder& finder, const std::vector<float>& line, int reach,
                                  double slope) {
  std::vector<Candidate> out;
  const int f = layers.ground.factor;
  const auto consider = [&](const Chain& chain, std::initializer_list<double> parts) {
    const filaments::Strip strip(shares, layers, chain);
    for (const double share : parts) {
      const auto nodes = static_cast<std::size_t>(share * static_cast<double>(chain.path.size()));
      if (nodes < 4) return false;
      // A line that goes straight on is what its rest is.
      if (share < 1 && strip.turn(nodes - 1) < kCrossing) continue;
      const Look look = strip.look(nodes, slope);
      if (!filaments::may_be_filament(look, f) || strip.runs_on()) continue;
      Candidate c{chain, look, filaments::misfit(look, chain.width * f)};
      c.chain.path.resize(nodes);
      out.push_back(std::move(c));
      return true;
    }
    return false;
  };
  for (const Chain& chain : finder.find(line, reach, kLeastScore)) {
    if (consider(chain, {1.0})) continue;
    bool branched = false;
    for (std::size_t k = 0; k < std::min<std::size_t>(2, chain.branches.size()) && !branched; ++k) {
      Chain other = chain;
      other.branches.clear();
      const filaments::Step join = chain.branches[k].front();
      const auto nearest =
          std::min_element(other.path.begin(), other.path.end(), [&](const auto& a, const auto& b) {
            return std::hypot(a.u - join.u, a.v - join.v) < std::hypot(b.u - join.u, b.v - join.v);
          });
      other.path.erase(nearest, other.path.end());
      other.path.insert(other.path.end(), chain.branches[k].begin(), chain.branches[k].end());
      branched = consider(other, {1.0});
    }
    if (branched) continue;
    Chain stem = chain;
    stem.branches.clear();
    consider(stem, {0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3});
  }
  return out;
}

/// Rows of the front on ground columns.
std::vector<float> on_ground(const LayerMap& layers, const std::vector<float>& full) {
  const int w = layers.ground.grey.width(), f = layers.ground.factor;
  std::vector<float> out(static_cast<std::size_t>(w));
  float last = 0;
  for (int u = 0; u < w; ++u) {
    const float v = full[static_cast<std::size_t>(std::min(layers.frame.width() - 1, u * f + f / 2))];
    if (!std::isnan(v)) last = v / static_cast<float>(f);
    out[u] = last;
  }
  return out;
}

/// Of the front about its line, ground px: 98th percentile of the deviations.
double excursion(const std::vector<float>& front) {
  const auto n = static_cast<double>(front.size());
  double mu = 0, mv = 0, uu = 0, uv = 0;
  for (std::size_t u = 0; u < front.size(); ++u) mu += static_cast<double>(u) / n, mv += front[u] / n;
  for (std::size_t u = 0; u < front.size(); ++u) {
    const double d = static_cast<double>(u) - mu;
    uu += d * d, uv += d * (front[u] - mv);
  }
  std::vector<double> off;
  for (std::size_t u = 0; u < front.size(); ++u)
    off.push_back(std::abs(front[u] - mv - uv / uu * (static_cast<double>(u) - mu)));
  const auto top = off.begin() + static_cast<std::ptrdiff_t>(0.98 * (n - 1));
  std::nth_element(off.begin(), top, off.end());
  return *top;
}

/// `without_spikes` between the field's sides; beyond them the rows are those at the sides.
std::vector<float> bare_front(const std::vector<float>& front, filaments::Columns field, bool bumps) {
  std::vector<float> out = front;
  const auto inside = filaments::without_spikes({front.begin() + field.first, front.begin() + field.last},
                                                kWidestRoot, bumps);
  for (std::size_t u = 0; u < out.size(); ++u)
    out[u] = inside[static_cast<std::size_t>(std::clamp(static_cast<int>(u), field.first, field.last - 1) -
                                             field.first)];
  return out;
}

/// The base front once more, without what the filaments show.
std::vector<float> trace_base(const LayerMap& layers, const std::vector<float>& base,
                              const std::vector<Shape>& shapes) {
  Ground bare = layers.ground;
  const int w = bare.grey.width(), h = bare.grey.height(), f = bare.factor;
  for (const Shape& shape : shapes)
    for (int y = 0; y < shape.mask.rows; ++y)
      for (int x = 0; x < shape.mask.cols; ++x) {
        if (!shape.mask.at<std::uint8_t>(y, x)) continue;
        const int u = (x + shape.at.x) / f, v = (y + shape.at.y) / f;
        for (int dv = -1; dv <= 1; ++dv)
          for (int du = -1; du <= 1; ++du)
            if (u + du >= 0 && u + du < w && v + dv >= 0 && v + dv < h) bare.seen(u + du, v + dv) = 0;
      }
  std::vector<float> nearest(static_cast<std::size_t>(w));
  for (int u = 0; u < w; ++u) {
    const int full = std::min(layers.frame.width() - 1, u * f + f / 2);
    nearest[u] = layers.outer_v[static_cast<std::size_t>(full)] / static_cast<float>(f) + 2;
  }
  TraceSetup setup = layers.front_setup;
  setup.rounds = 2;
  return trace_boundary(bare, base, nearest, std::vector<float>(base.size(), static_cast<float>(h)), setup).v;
}

/// Beyond the front only filaments are interphase; what the front encloses is.
void draw_labels(const LayerMap& layers, const std::vector<Shape>& shapes, FilamentMap& map) {
  map.labels = layers.labels;
  const Frame& frame = layers.frame;
  const auto electrolyte = static_cast<std::uint8_t>(Label::electrolyte),
             interphase = static_cast<std::uint8_t>(Label::interphase);
  const int width = map.labels.width(), height = map.labels.height();
  for (int y = 0; y < height; ++y) {
    const auto row = map.labels.row(y);
    const PointPx start = frame.to_upright({0.5, y + 0.5}), next = frame.to_upright({1.5, y + 0.5});
    const int du = static_cast<int>(next.x - start.x), dv = static_cast<int>(next.y - start.y);
    int u = static_cast<int>(start.x), v = static_cast<int>(start.y);
    for (int x = 0; x < width; ++x, u += du, v += dv) {
      if (row[x] != electrolyte && row[x] != interphase) continue;
      const float below = static_cast<float>(v) + 0.5F - map.front_v[static_cast<std::size_t>(u)];
      if (below > kHem) row[x] = electrolyte;
      if (below < -kHem) row[x] = interphase;
    }
  }
  const auto label = upright(map.labels, frame);
  for (const Shape& shape : shapes)
    for (int y = 0; y < shape.mask.rows; ++y)
      for (int x = 0; x < shape.mask.cols; ++x)
        if (shape.mask.at<std::uint8_t>(y, x) && label(x + shape.at.x, y + shape.at.y) == electrolyte)
          label(x + shape.at.x, y + shape.at.y) = interphase;
}

}  // namespace

FilamentMap find_filaments(const Restored& picture, const LayerMap& layers) {
  FilamentMap out;
  if (layers.by_edges) {
    out.front_v = layers.front_v;
    out.labels = layers.labels;
    return out;
  }
  const int w = layers.ground.grey.width(), h = layers.ground.grey.height(), f = layers.ground.factor;
  const int full_w = layers.frame.width();
  const double slope = std::tan(-layers.tilt_deg * std::numbers::pi / 180);
  const std::vector<float> coarse = on_ground(layers, layers.front_v);
  const filaments::Columns field = filaments::field_columns(layers.ground);
  const std::vector<float> base = bare_front(coarse, field, true);
  std::vector<float> room;
  for (int u = 0; u < w; ++u) room.push_back(static_cast<float>(h) - base[u]);
  std::nth_element(room.begin(), room.begin() + w / 2, room.end());
  const double space = room[static_cast<std::size_t>(w / 2)];
  const int clear = static_cast<int>(std::min<double>(kReach, 0.5 * space));
  std::vector<float> line(base.size());
  for (int u = 0; u < w; ++u) line[u] = base[u] + static_cast<float>(clear);

  const auto evidence = filaments::weigh_evidence(layers, base, line);
  const filaments::Shares shares(picture, layers);
  filaments::ChainFinder finder(evidence);
  std::vector<Candidate> found = candidates(shares, layers, finder, base, kReach, slope);
  std::vector<filaments::Finding> chance, fits;
  int lines = 0;
  for (; !found.empty() && lines < kMostLines && clear + (lines + 1) * kLineSpacing <= space; ++lines) {
    for (const Candidate& c : candidates(shares, layers, finder, line, kReach, slope))
      chance.push_back({c.misfit, c.look.depth});
    for (float& v : line) v += kLineSpacing;
  }
  for (const Candidate& c : found) fits.push_back({c.misfit, c.look.depth});
  const filaments::Odds odds =
      filaments::weigh_odds(fits, chance, lines, std::max(excursion(base) * f, kShallow * f));
  out.any = odds.any;

  const double contrast = layers.electrolyte.mean - layers.interphase.mean;
  const double sigma = std::clamp(kCalm * picture.noise_sd / (3.54 * contrast), 0.7, 3.0);
  std::vector<Shape> shapes;
  std::vector<double> probability;
  for (std::size_t k = 0; k < found.size(); ++k) {
    if (odds.any < 0.5 || odds.probability[k] < kLikely) continue;
    shapes.push_back(filaments::cut_out(shares, layers, found[k].chain, found[k].look, sigma));
    probability.push_back(odds.probability[k]);
  }

  // The base front: traced anew without the filaments, else as it was but for its spikes.
  out.front_v = layers.front_v;
  if (!shapes.empty()) {
    const auto traced = bare_front(trace_base(layers, base, shapes), field, false);
    out.front_v = spread_columns(traced, f, full_w, layers.frame.height());
    std::vector<float> outer = layers.outer_v;
    leave_gaps(layers.labels, layers.frame, outer, out.front_v);
  } else {
    const std::vector<float> bare = bare_front(coarse, field, false);
    const std::vector<float> bridged = spread_columns(bare, f, full_w, layers.frame.height());
    for (int u = 0; u < full_w; ++u) {
      const auto g = static_cast<std::size_t>(std::min(w - 1, u / f));
      if (std::abs(bare[g] - coarse[g]) > 0.5F) out.front_v[u] = bridged[u];
    }
  }
  std::vector<bool> cut(static_cast<std::size_t>(full_w), false);
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    const Extent e = filaments::measure_shape(shapes[k], out.front_v, slope);
    if (e.right < e.left || e.area < 1) continue;
    const int a = std::max(0, e.left - 2), b = std::min(full_w - 1, e.right + 2);
    const bool inside = e.left > f * field.first + kEdge && e.right < f * field.last - 1 - kEdge;
    const float va = out.front_v[a], vb = out.front_v[b];
    for (int u = a; u <= b; ++u) {
      out.front_v[u] = va + (vb - va) * static_cast<float>(u - a) / static_cast<float>(std::max(1, b - a));
      cut[u] = cut[u] || !inside;
    }
    if (!inside) continue;
    Filament one;
    one.root_left = layers.frame.to_image({e.left + 0.0, va});
    one.root_right = layers.frame.to_image({e.right + 1.0, vb});
    one.root_width_px = std::hypot(e.right + 1 - e.left, vb - va);
    one.tip = layers.frame.to_image(e.tip);
    one.depth_px = e.depth;
    one.area_px = e.area;
    one.probability = probability[k];
    out.filaments.push_back(one);
  }
  std::sort(out.filaments.begin(), out.filaments.end(), [&](const Filament& a, const Filament& b) {
    return layers.frame.to_upright(a.root_left).x < layers.frame.to_upright(b.root_left).x;
  });
  draw_labels(layers, shapes, out);
  // Under a root that the picture's side cuts the base front is not seen.
  for (int u = 0; u < full_w; ++u)
    if (cut[u]) out.front_v[u] = std::numeric_limits<float>::quiet_NaN();
  return out;
}

}  // namespace litho
