#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "samples/sem/cracks.hpp"

namespace litho::sem_sample {
namespace {

double distance(PointPx a, PointPx b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

std::optional<PointPx> crossing(PointPx a, PointPx b, PointPx c, PointPx d) {
  const double rx = b.x - a.x, ry = b.y - a.y, sx = d.x - c.x, sy = d.y - c.y, cross = rx * sy - ry * sx;
  if (std::abs(cross) < 1e-12) return std::nullopt;
  const double t = ((c.x - a.x) * sy - (c.y - a.y) * sx) / cross;
  const double w = ((c.x - a.x) * ry - (c.y - a.y) * rx) / cross;
  if (t < 0 || t > 1 || w < 0 || w > 1) return std::nullopt;
  return PointPx{a.x + t * rx, a.y + t * ry};
}

// Where two lines meet: they cross, or one begins or ends on the other (within a tenth of a px).
std::vector<PointPx> meetings(const CrackPiece& a, const CrackPiece& b) {
  std::vector<PointPx> found;
  const auto add = [&](PointPx p) {
    if (std::ranges::none_of(found, [&](PointPx q) { return distance(p, q) < 8; })) found.push_back(p);
  };
  for (std::size_t i = 0; i + 1 < a.points.size(); ++i)
    for (std::size_t j = 0; j + 1 < b.points.size(); ++j) {
      const PointPx p = a.points[i].centre, q = b.points[j].centre;
      if (std::abs(p.x - q.x) > 8 || std::abs(p.y - q.y) > 8) continue;
      if (const auto at = crossing(p, a.points[i + 1].centre, q, b.points[j + 1].centre)) add(*at);
    }
  for (const auto& [from, onto] : {std::pair{&a, &b}, {&b, &a}})
    for (const PointPx end : {from->points.front().centre, from->points.back().centre})
      for (std::size_t j = 0; j + 1 < onto->points.size(); ++j) {
        const PointPx p = onto->points[j].centre, q = onto->points[j + 1].centre;
        const double run = distance(p, q);
        const double t =
            std::clamp(((end.x - p.x) * (q.x - p.x) + (end.y - p.y) * (q.y - p.y)) / run / run, 0.0, 1.0);
        if (distance(end, {p.x + t * (q.x - p.x), p.y + t * (q.y - p.y)}) < 0.1) add(end);
      }
  return found;
}

}  // namespace

double CrackPiece::length() const {
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i) sum += distance(points[i - 1].centre, points[i].centre);
  return sum;
}

CrackNetwork visible_network(const Scene& scene) {
  CrackNetwork network;
  for (std::size_t t = 0; t < scene.cracks.size(); ++t) {
    CrackPiece piece{static_cast<int>(t), {}};
    for (const CrackPoint& point : scene.cracks[t]) {
      if (scene.shows(point.centre)) {
        piece.points.push_back(point);
        continue;
      }
      if (piece.points.size() > 1) network.pieces.push_back(piece);
      piece.points.clear();
    }
    if (piece.points.size() > 1) network.pieces.push_back(piece);
  }
  std::vector<int> parent(network.pieces.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int i) {
    while (parent[static_cast<std::size_t>(i)] != i) i = parent[static_cast<std::size_t>(i)];
    return i;
  };
  for (std::size_t i = 0; i < network.pieces.size(); ++i)
    for (std::size_t j = i + 1; j < network.pieces.size(); ++j)
      for (const PointPx at : meetings(network.pieces[i], network.pieces[j])) {
        network.junctions.push_back(at);
        parent[static_cast<std::size_t>(root(static_cast<int>(i)))] = root(static_cast<int>(j));
      }
  std::vector<int> number(network.pieces.size(), -1);
  for (std::size_t i = 0; i < network.pieces.size(); ++i) {
    int& n = number[static_cast<std::size_t>(root(static_cast<int>(i)))];
    if (n < 0) n = network.cracks++;
    network.pieces[i].crack = n;
  }
  return network;
}

}  // namespace litho::sem_sample
