#include "modules/sem/crack_network/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>

#include "modules/sem/crack_network/joints.hpp"
#include "modules/sem/crack_network/openings.hpp"
#include "modules/sem/crack_network/paint.hpp"

namespace litho {
namespace {

using namespace crack_network;

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kLengthSigma = 4;  // px: a centreline's own unrest is not length
constexpr double kNodeReach = 6;    // px beyond the widths within which lines share a valley
constexpr double kBorder = 8;       // px from the field's border: there a crack leaves it

double median_of(std::vector<float> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
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

/// Where lines meet, a valley belongs to more than one: near a node a line is as open as just beyond it.
void mend_openings_at(const CrackNode& node, std::vector<CrackLine>& lines) {
  double widest = 0;
  for (const int index : node.lines) {
    const CrackLine& line = lines[static_cast<std::size_t>(index)];
    widest = std::max<double>(widest, median_of(line.opening_px));
  }
  const double radius = kNodeReach + 0.7 * widest;
  for (const int index : node.lines) {
    CrackLine& line = lines[static_cast<std::size_t>(index)];
    std::vector<float> beyond;
    const auto away = [&](std::size_t i) {
      return std::hypot(line.line[i].x - node.at.x, line.line[i].y - node.at.y);
    };
    for (std::size_t i = 0; i < line.line.size(); ++i)
      if (away(i) > radius && away(i) < radius + 2 * kNodeReach) beyond.push_back(line.opening_px[i]);
    if (beyond.empty()) continue;
    const auto usual = static_cast<float>(median_of(beyond));
    for (std::size_t i = 0; i < line.line.size(); ++i)
      if (away(i) <= radius) line.opening_px[i] = usual;
  }
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

CrackNetwork build_network(const Image<float>& grey, const std::vector<CrackPath>& paths,
                           const CrackScene& scene, const Pellet& pellet) {
  CrackNetwork network;
  std::vector<std::vector<float>> opening = measure_openings(grey, paths, scene);
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (paths[i].line.size() > 1)
      network.lines.push_back({paths[i].line, std::move(opening[i]), 0, 0, paths[i].evidence.score, 0});
  network.nodes = join_cracks(network.lines);
  for (const CrackNode& node : network.nodes)
    if (node.kind == NodeKind::tee || node.kind == NodeKind::crossing) mend_openings_at(node, network.lines);
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
