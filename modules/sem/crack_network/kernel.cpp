#include "modules/sem/crack_network/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
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

void measure(CrackLine& line) {
  line.line = smooth_line(line.line, kLengthSigma);
  line.length_px = line_length(line.line);
  line.chord_px =
      std::hypot(line.line.back().x - line.line.front().x, line.line.back().y - line.line.front().y);
}

/// Sums over the lines of a crack.
void measure(const std::vector<CrackLine>& lines, Crack& crack) {
  const CrackLine& longest = lines[static_cast<std::size_t>(crack.lines.front())];
  crack.chord_px = longest.chord_px;
  crack.tortuosity = longest.chord_px > 0 ? longest.length_px / longest.chord_px : 1;
  crack.middle = longest.line[longest.line.size() / 2];
  double c = 0, s = 0, length = 0, area = 0;
  for (const int index : crack.lines) {
    const CrackLine& line = lines[static_cast<std::size_t>(index)];
    crack.length_px += line.length_px;
    for (std::size_t i = 1; i < line.line.size(); ++i) {
      const double dx = line.line[i].x - line.line[i - 1].x, dy = line.line[i].y - line.line[i - 1].y;
      const double l = std::hypot(dx, dy), angle = std::atan2(-dy, dx);
      c += l * std::cos(2 * angle), s += l * std::sin(2 * angle);
      length += l, area += l * 0.5 * (double{line.opening_px[i]} + line.opening_px[i - 1]);
      crack.opening_max_px = std::max<double>(crack.opening_max_px, line.opening_px[i]);
    }
  }
  crack.orientation_deg = 0.5 * std::atan2(s, c) / kDegree;
  crack.opening_mean_px = length > 0 ? area / length : 0;
}

bool leaves_field(PointPx end, const Pellet& pellet) {
  const auto& labels = pellet.labels;
  for (const auto& [dx, dy] : {std::pair{kBorder, 0.0}, {-kBorder, 0.0}, {0.0, kBorder}, {0.0, -kBorder}}) {
    const int x = static_cast<int>(std::floor(end.x + dx)), y = static_cast<int>(std::floor(end.y + dy));
    if (!labels.contains(x, y) || labels(x, y) == static_cast<std::uint8_t>(Label::none)) return true;
  }
  return false;
}

bool touches_interphase(const CrackLine& crack, const Pellet& pellet) {
  if (!pellet.has_interphase) return false;
  for (std::size_t i = 0; i < crack.line.size(); i += 2) {
    const int reach = static_cast<int>(6 + 0.5 * crack.opening_px[i]);
    const int x = static_cast<int>(std::floor(crack.line[i].x)),
              y = static_cast<int>(std::floor(crack.line[i].y));
    for (const auto& [dx, dy] : {std::pair{0, 0}, {reach, 0}, {-reach, 0}, {0, reach}, {0, -reach}})
      if (pellet.labels.contains(x + dx, y + dy) &&
          pellet.labels(x + dx, y + dy) == static_cast<std::uint8_t>(Label::interphase))
        return true;
  }
  return false;
}

/// Lines that share a node are one crack.
void group(CrackNetwork& network) {
  std::vector<int> parent(network.lines.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int i) {
    while (parent[static_cast<std::size_t>(i)] != i) i = parent[static_cast<std::size_t>(i)];
    return i;
  };
  for (const CrackNode& node : network.nodes)
    for (const int line : node.lines) {
      const int a = root(line), b = root(node.lines.front());
      parent[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
    }
  std::vector<Crack> found(network.lines.size());
  for (std::size_t i = 0; i < network.lines.size(); ++i)
    found[static_cast<std::size_t>(root(static_cast<int>(i)))].lines.push_back(static_cast<int>(i));
  std::erase_if(found, [](const Crack& crack) { return crack.lines.empty(); });
  for (Crack& crack : found) {
    std::ranges::stable_sort(crack.lines, std::greater<>(),
                             [&](int i) { return network.lines[static_cast<std::size_t>(i)].length_px; });
    measure(network.lines, crack);
  }
  std::ranges::stable_sort(found, std::greater<>(), &Crack::length_px);
  network.cracks = std::move(found);
  for (std::size_t c = 0; c < network.cracks.size(); ++c)
    for (const int i : network.cracks[c].lines)
      network.lines[static_cast<std::size_t>(i)].crack = static_cast<int>(c);
}

/// Borders of the pellet in the field that a crack's points come near to: left, right, top, bottom as bits.
bool spans(const std::vector<CrackLine>& lines, const Crack& crack, const Pellet& pellet) {
  constexpr int kNear = static_cast<int>(2 * kBorder);
  unsigned seen = 0;
  const auto beyond = [&](PointPx p, int dx, int dy) {
    const int x = static_cast<int>(std::floor(p.x)) + dx, y = static_cast<int>(std::floor(p.y)) + dy;
    if (!pellet.labels.contains(x, y)) return true;
    const auto label = static_cast<Label>(pellet.labels(x, y));
    return label == Label::none || label == Label::outside;
  };
  for (const int i : crack.lines) {
    const Polyline& line = lines[static_cast<std::size_t>(i)].line;
    for (const PointPx& p : {line.front(), line.back()}) {
      seen |= beyond(p, -kNear, 0) ? 1U : 0U;
      seen |= beyond(p, kNear, 0) ? 2U : 0U;
      seen |= beyond(p, 0, -kNear) ? 4U : 0U;
      seen |= beyond(p, 0, kNear) ? 8U : 0U;
    }
  }
  return (seen & 3U) == 3U || (seen & 12U) == 12U;
}

}  // namespace

double opening_of(const Valley& valley, const CrackScene& scene) {
  constexpr double kUnresolved = 2.6, kResolved = 3.1, kRimFrom = 2.8,
                   kRimFull = 4;  // half-height width over blur
  const double flank = 0.5 * (valley.left + valley.right), blur = std::max(0.1, scene.blur_px);
  const double ratio = valley.width_px / blur,
               t = std::clamp((ratio - kUnresolved) / (kResolved - kUnresolved), 0.0, 1.0);
  const double slot =
      valley.deficit / std::max(1e-9, std::max(flank - scene.void_grey, flank - valley.floor));
  // Rims are told from noise and the valley's own blur only where it is wide.
  const double r = std::clamp((ratio - kRimFrom) / (kRimFull - kRimFrom), 0.0, 1.0);
  const double wide = blur * slot_of_width(ratio) + r * (valley.rim_width_px - valley.width_px);
  return std::max(0.0, t * wide + (1 - t) * slot);
}

CrackNetwork build_network(const Image<float>& grey, const std::vector<CrackPath>& paths,
                           const CrackScene& scene, const Pellet& pellet) {
  CrackNetwork network;
  for (const CrackPath& path : paths)
    if (path.line.size() > 1)
      network.lines.push_back({path.line, openings(path, scene), 0, 0, path.evidence.score, 0});
  network.nodes = join_cracks(network.lines);
  for (CrackLine& line : network.lines) measure(line);
  group(network);
  const auto crack_of = [&](int line) -> Crack& {
    return network.cracks[static_cast<std::size_t>(network.lines[static_cast<std::size_t>(line)].crack)];
  };
  for (CrackNode& node : network.nodes) {
    if (node.kind == NodeKind::tip && leaves_field(node.at, pellet)) {
      node.kind = NodeKind::border;
      crack_of(node.lines.front()).censored = true;
    }
    if (node.kind != NodeKind::tee && node.kind != NodeKind::crossing) continue;
    ++network.junctions;
    ++crack_of(node.lines.front()).junctions;
  }
  for (Crack& crack : network.cracks) {
    for (const int i : crack.lines)
      crack.at_interphase =
          crack.at_interphase || touches_interphase(network.lines[static_cast<std::size_t>(i)], pellet);
    network.spans_field = network.spans_field || spans(network.lines, crack, pellet);
  }
  network.mask = paint_cracks(network.lines, grey.width(), grey.height());
  return network;
}

}  // namespace litho
