#include "modules/sem/layer_training/complete.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "modules/sem/learned_layers/solve.hpp"

namespace litho::layer_training {
namespace {

constexpr double kFewEdges = 0.3;  // of the columns
constexpr float kCertain = 0.997F, kImpossible = 1e-3F;
constexpr float kNoEdge = 0.2F;      // what no edge at all counts as, 1 being a clear one
constexpr double kClearEdge = 0.97;  // quantile of the picture's gradients

bool is_layer(std::uint8_t c) {
  return c == static_cast<std::uint8_t>(LayerClass::interphase) ||
         c == static_cast<std::uint8_t>(LayerClass::crack);
}

/// The picture's gradient across the layer, of either sign, as probability of either boundary.
void set_edges(const TrainingView& view, learned::Evidence& e) {
  const auto& names = pixel_feature_names();
  const auto place =
      static_cast<std::size_t>(std::find(names.begin(), names.end(), "gradient_across_2") - names.begin());
  const std::size_t cells = view.cells.size();
  const std::uint8_t* gradient = &view.features.values[place * cells];
  const auto size = [&](std::size_t i) { return std::abs(static_cast<float>(gradient[i]) - 127.5F); };
  std::vector<float> sizes;
  for (std::size_t i = 0; i < cells; ++i)
    if (view.grid.seen.pixels()[i]) sizes.push_back(size(i));
  if (sizes.empty()) return;
  const auto clear =
      sizes.begin() + static_cast<std::ptrdiff_t>(kClearEdge * static_cast<double>(sizes.size() - 1));
  std::nth_element(sizes.begin(), clear, sizes.end());
  e.edges.assign(3 * cells, 0);
  for (std::size_t i = 0; i < cells; ++i)
    e.edges[cells + i] = e.edges[2 * cells + i] =
        kNoEdge + (1 - kNoEdge) * std::min(1.0F, size(i) / std::max(1.0F, *clear));
}

}  // namespace

Image<std::uint8_t> edge_cells(const Image<std::uint8_t>& cells) {
  constexpr int kBeside = 4;
  Image<std::uint8_t> out(cells.width(), cells.height(), 0);
  for (int u = 0; u < cells.width(); ++u) {
    int first = -1, last = -1;
    for (int v = 0; v < cells.height(); ++v) {
      if (cells(u, v) == kNoClass) out(u, v) = kNoClass;
      if (!is_layer(cells(u, v))) continue;
      if (first < 0) first = v;
      last = v;
    }
    if (first < 0) continue;
    const auto known = [&](int v) { return v >= 0 && v < cells.height() && cells(u, v) != kNoClass; };
    for (const auto& [row, step, edge] : {std::tuple{first, -1, 1}, {last, 1, 2}}) {
      for (int d = -kBeside; d <= kBeside; ++d)
        if (row + d >= 0 && row + d < cells.height()) out(u, row + d) = kNoClass;
      // Blurred labels leave a cell between two regions unnamed.
      if (known(row + step) || known(row + 2 * step))
        out(u, row) = out(u, row + step) = static_cast<std::uint8_t>(edge);
    }
  }
  return out;
}

bool is_scribbled(const Image<std::uint8_t>& cells) {
  const Image<std::uint8_t> edges = edge_cells(cells);
  int both = 0;
  for (int u = 0; u < edges.width(); ++u) {
    bool outer = false, front = false;
    for (int v = 0; v < edges.height(); ++v) outer |= edges(u, v) == 1, front |= edges(u, v) == 2;
    both += outer && front;
  }
  return both < kFewEdges * edges.width();
}

Image<std::uint8_t> complete(const TrainingView& view, const LearnedModel& model) {
  learned::Evidence e = learned::gather(view.grid, view.features, model);
  const std::size_t cells = view.cells.size();
  for (std::size_t i = 0; i < cells; ++i) {
    const std::uint8_t c = view.cells.pixels()[i];
    if (c >= e.classes) continue;
    for (int k = 0; k < e.classes; ++k)
      e.shares[static_cast<std::size_t>(k) * cells + i] = k == c ? kCertain : kImpossible;
  }
  if (e.edges.empty()) set_edges(view, e);
  const auto found = learned::solve(view.grid, e);
  Image<std::uint8_t> out = view.cells;
  for (int u = 0; u < out.width(); ++u)
    for (int v = 0; v < out.height(); ++v) {
      if (out(u, v) != kNoClass || !view.grid.seen(u, v)) continue;
      const auto k = static_cast<std::size_t>(u);
      const LayerClass c = v < found.outer[k]   ? LayerClass::outside
                           : v < found.front[k] ? LayerClass::interphase
                                                : LayerClass::electrolyte;
      out(u, v) = static_cast<std::uint8_t>(c);
    }
  return out;
}

}  // namespace litho::layer_training
