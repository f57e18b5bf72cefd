#include "modules/sem/crack_network/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "modules/sem/crack_network/joints.hpp"
#include "modules/sem/crack_network/paint.hpp"

namespace litho {
namespace {

using namespace crack_network;

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kLengthSigma = 4;  // px: a centreline's own unrest is not length
constexpr double kBorder = 8;       // px from the field's border: there a crack leaves it

double median_of(std::vector<float> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Width of a slot whose image under a Gaussian of sigma 1 is `width` wide at half of its height, > 2.355.
double slot_of_width(double width) {
  if (width > 6) return width;
  const auto phi = [](double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); };
  double lo = 0, hi = width;
  for (int k = 0; k < 24; ++k) {
    const double slot = 0.5 * (lo + hi), x = 0.5 * width;
    const double at_edge = phi(x + 0.5 * slot) - phi(x - 0.5 * slot), peak = 2 * phi(0.5 * slot) - 1;
    // A wider slot is above half of its peak at the same place.
    (at_edge > 0.5 * peak ? hi : lo) = slot;
  }
  return 0.5 * (lo + hi);
}

/// Openings at each point; where no valley was found, between the neighbours.
std::vector<float> openings(const CrackPath& path, const CrackScene& scene) {
  const std::size_t n = path.valley.size();
  std::vector<float> raw(n, std::numeric_limits<float>::quiet_NaN()), out(n);
  for (std::size_t i = 0; i < n; ++i)
    if (path.valley[i].found) raw[i] = static_cast<float>(opening_of(path.valley[i], scene));
  constexpr std::size_t kReach = 3;
  float last = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<float> near;
    for (std::size_t k = i >= kReach ? i - kReach : 0; k <= std::min(n - 1, i + kReach); ++k)
      if (std::isfinite(raw[k])) near.push_back(raw[k]);
    out[i] = last = near.empty() ? last : static_cast<float>(median_of(near));
  }
  return out;
}

void measure(Crack& crack) {
  crack.line = smooth_line(crack.line, kLengthSigma);
  crack.length_px = line_length(crack.line);
  crack.chord_px = std::hypot(crack.line.back().x - crack.line.front().x, crack.line.back().y - crack.line.front().y);
  crack.middle = crack.line[crack.line.size() / 2];
  double c = 0, s = 0, weight = 0, sum = 0;
  for (std::size_t i = 1; i < crack.line.size(); ++i) {
    const double dx = crack.line[i].x - crack.line[i - 1].x, dy = crack.line[i].y - crack.line[i - 1].y;
    const double l = std::hypot(dx, dy), angle = std::atan2(-dy, dx);
    c += l * std::cos(2 * angle), s += l * std::sin(2 * angle);
    const double opening = 0.5 * (double{crack.opening_px[i]} + crack.opening_px[i - 1]);
    weight += l, sum += l * opening;
  }
  crack.orientation_deg = 0.5 * std::atan2(s, c) / kDegree;
  crack.opening_mean_px = weight > 0 ? sum / weight : 0;
  crack.opening_max_px = crack.opening_px.empty() ? 0 : *std::ranges::max_element(crack.opening_px);
}

bool leaves_field(PointPx end, const Pellet& pellet) {
  const auto& labels = pellet.labels;
  for (const auto& [dx, dy] : {std::pair{kBorder, 0.0}, {-kBorder, 0.0}, {0.0, kBorder}, {0.0, -kBorder}}) {
    const int x = static_cast<int>(std::floor(end.x + dx)), y = static_cast<int>(std::floor(end.y + dy));
    if (!labels.contains(x, y) || labels(x, y) == static_cast<std::uint8_t>(Label::none)) return true;
  }
  return false;
}

bool touches_interphase(const Crack& crack, const Pellet& pellet) {
  if (!pellet.has_interphase) return false;
  for (std::size_t i = 0; i < crack.line.size(); i += 2) {
    const int reach = static_cast<int>(6 + 0.5 * crack.opening_px[i]);
    const int x = static_cast<int>(std::floor(crack.line[i].x)), y = static_cast<int>(std::floor(crack.line[i].y));
    for (const auto& [dx, dy] : {std::pair{0, 0}, {reach, 0}, {-reach, 0}, {0, reach}, {0, -reach}})
      if (pellet.labels.contains(x + dx, y + dy) &&
          pellet.labels(x + dx, y + dy) == static_cast<std::uint8_t>(Label::interphase))
        return true;
  }
  return false;
}

void group(CrackNetwork& network) {
  std::vector<int> parent(network.cracks.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int i) {
    while (parent[static_cast<std::size_t>(i)] != i) i = parent[static_cast<std::size_t>(i)];
    return i;
  };
  for (const CrackNode& node : network.nodes)
    for (const int c : node.cracks) parent[static_cast<std::size_t>(std::max(root(c), root(node.cracks[0])))] = std::min(root(c), root(node.cracks[0]));
  std::vector<int> name(network.cracks.size(), -1);
  for (std::size_t i = 0; i < network.cracks.size(); ++i) {
    int& n = name[static_cast<std::size_t>(root(static_cast<int>(i)))];
    if (n < 0) {
      n = static_cast<int>(network.cluster_length_px.size());
      network.cluster_length_px.push_back(0);
    }
    network.cracks[i].cluster = n;
    network.cluster_length_px[static_cast<std::size_t>(n)] += network.cracks[i].length_px;
  }
}

/// Whether a cluster's points come near two opposite sides of the pellet in the field.
void find_extent(const Pellet& pellet, CrackNetwork& network) {
  double x0 = 1e9, x1 = -1e9, y0 = 1e9, y1 = -1e9;
  for (int y = 0; y < pellet.labels.height(); y += 2)
    for (int x = 0; x < pellet.labels.width(); x += 2) {
      const auto label = static_cast<Label>(pellet.labels(x, y));
      if (label == Label::none || label == Label::outside) continue;
      x0 = std::min<double>(x0, x), x1 = std::max<double>(x1, x), y0 = std::min<double>(y0, y), y1 = std::max<double>(y1, y);
    }
  struct Box {
    double x0 = 1e9, x1 = -1e9, y0 = 1e9, y1 = -1e9;
  };
  std::vector<Box> boxes(network.cluster_length_px.size());
  for (const Crack& crack : network.cracks) {
    Box& b = boxes[static_cast<std::size_t>(crack.cluster)];
    for (const PointPx& p : crack.line) {
      b.x0 = std::min(b.x0, p.x), b.x1 = std::max(b.x1, p.x), b.y0 = std::min(b.y0, p.y), b.y1 = std::max(b.y1, p.y);
    }
  }
  for (const Box& b : boxes) {
    network.cluster_extent_px.push_back(std::max(b.x1 - b.x0, b.y1 - b.y0));
    constexpr double kNear = 2 * kBorder;
    network.spans_field = network.spans_field || (b.x0 < x0 + kNear && b.x1 > x1 - kNear) || (b.y0 < y0 + kNear && b.y1 > y1 - kNear);
  }
}

}  // namespace

double opening_of(const Valley& valley, const CrackScene& scene) {
  constexpr double kUnresolved = 2.6, kResolved = 3.1;  // half-height width over blur
  const double flank = 0.5 * (valley.left + valley.right), blur = std::max(0.1, scene.blur_px);
  const double ratio = valley.width_px / blur, t = std::clamp((ratio - kUnresolved) / (kResolved - kUnresolved), 0.0, 1.0);
  const double slot = valley.deficit / std::max(1e-9, std::max(flank - scene.void_grey, flank - valley.floor));
  return std::max(0.0, t * blur * slot_of_width(ratio) + (1 - t) * slot);
}

CrackNetwork build_network(const Image<float>& grey, const std::vector<CrackPath>& paths, const CrackScene& scene,
                           const Pellet& pellet) {
  CrackNetwork network;
  for (const CrackPath& path : paths) {
    if (path.line.size() < 2) continue;
    Crack crack;
    crack.line = path.line;
    crack.opening_px = openings(path, scene);
    crack.score = path.evidence.score;
    network.cracks.push_back(std::move(crack));
  }
  network.nodes = join_cracks(network.cracks);
  for (Crack& crack : network.cracks) measure(crack);
  // Longest first, and the nodes' indices with them.
  std::vector<int> order(network.cracks.size()), place(network.cracks.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](int a, int b) {
    return network.cracks[static_cast<std::size_t>(a)].length_px > network.cracks[static_cast<std::size_t>(b)].length_px;
  });
  std::vector<Crack> sorted;
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
    sorted.push_back(std::move(network.cracks[static_cast<std::size_t>(order[i])]));
  }
  network.cracks = std::move(sorted);
  for (CrackNode& node : network.nodes)
    for (int& c : node.cracks) c = place[static_cast<std::size_t>(c)];

  for (CrackNode& node : network.nodes) {
    if (node.kind == NodeKind::tip && leaves_field(node.at, pellet)) {
      node.kind = NodeKind::border;
      network.cracks[static_cast<std::size_t>(node.cracks[0])].censored = true;
    }
    if (node.kind != NodeKind::tee && node.kind != NodeKind::crossing) continue;
    ++network.junctions;
    for (const int c : node.cracks) ++network.cracks[static_cast<std::size_t>(c)].junctions;
  }
  for (Crack& crack : network.cracks) crack.at_interphase = touches_interphase(crack, pellet);
  group(network);
  find_extent(pellet, network);
  network.mask = paint_cracks(network.cracks, grey.width(), grey.height());
  return network;
}

}  // namespace litho
