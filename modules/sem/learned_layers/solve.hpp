#pragma once
#include <algorithm>
#include <vector>

#include "modules/sem/learned_model/kernel.hpp"
#include "modules/sem/pixel_features/kernel.hpp"

namespace litho::learned {

/// Calibrated probabilities of the model's classes in every cell, class by class, row by row.
struct Evidence {
  int width = 0, height = 0, classes = 0;
  std::vector<float> shares;
  std::vector<float>
      edges;  ///< elsewhere, outer boundary, front, the same way; empty where the model knows no edges
  double strangeness = 0;  ///< share of (cell, feature) beyond the range of the training
  float at(int u, int v, LayerClass c) const {
    return shares[(static_cast<std::size_t>(c) * static_cast<std::size_t>(height) +
                   static_cast<std::size_t>(v)) *
                      static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(u)];
  }
  /// Mean probability that boundary 1 (outer) or 2 (front) runs between rows v - 1 and v.
  float edge(int u, int v, int boundary) const {
    const auto cell = [&](int row) {
      return edges[(static_cast<std::size_t>(boundary) * static_cast<std::size_t>(height) +
                    static_cast<std::size_t>(std::clamp(row, 0, height - 1))) *
                       static_cast<std::size_t>(width) +
                   static_cast<std::size_t>(u)];
    };
    return 0.5F * (cell(v - 1) + cell(v));
  }
  /// Interphase, or a crack, which belongs to the layer it lies in.
  float layer(int u, int v) const {
    return at(u, v, LayerClass::interphase) + (classes > 3 ? at(u, v, LayerClass::crack) : 0.0F);
  }
};
Evidence gather(const FeatureGrid& grid, const PixelFeatures& features, const LearnedModel& model);

/// Rows (cells) of both boundaries, a value a column: the region begins there.
struct Boundaries {
  std::vector<int> outer, front;
  double cost = 0;       ///< mean negative log probability of a cell
  double agreement = 0;  ///< IoU of the layer expected from the probabilities themselves
  double support = 1;    ///< mean probability of an edge along the weaker boundary
  double weakest = 1;    ///< the same over the weakest of eight stretches along the layer
};

/// outside | layer | electrolyte with the least summed negative log probability and jumps: the best pair of
/// parallel straight lines first, of all offsets and of slopes up to 20 degrees, then both boundaries in turn
/// by dynamic programming. O(cells).
Boundaries solve(const FeatureGrid& grid, const Evidence& evidence);

}  // namespace litho::learned
