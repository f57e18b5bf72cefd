#pragma once
#include <vector>

#include "modules/sem/filaments/evidence.hpp"

namespace litho::filaments {

/// Ground px on a path from the front to a tip.
struct Step {
  int u = 0, v = 0;
};

/// One rooted chain of evidence.
struct Chain {
  std::vector<Step> path;  ///< from the root to the tip
  double score = 0;        ///< nats along the path
  double width = 0;        ///< ground px, weighed by what each px says
  std::vector<std::vector<Step>> branches;
};

/// Geodesic trees over what looks like a filament; keeps its memory from one front to the next.
class ChainFinder {
 public:
  /// `evidence` must outlive this.
  explicit ChainFinder(const Evidence& evidence) : evidence_(evidence), nodes_(evidence.price.size()) {}
  /// Chains from the row below `front` in every column into what lies beyond it, that score at least `least`;
  /// one is given up where it has lost 3 nats since its best [X-drop of Altschul et al. 1990,
  /// doi:10.1016/S0022-2836(05)80360-2]. `reach`: ground px beyond the front.
  std::vector<Chain> find(const std::vector<float>& front, int reach, double least);

 private:
  struct Node {
    float cost = 1e30F, score = 0, peak = 0;
    std::int16_t owner = -1;
    std::int8_t from = -1;
    bool done = false;
    int run = 0;
  };
  const Evidence& evidence_;
  std::vector<Node> nodes_;
  int run_ = 0;
};

/// The front without the stretches, up to `widest` wide, that stand out into the electrolyte by more than
/// they are wide, straight under them. `bumps`: also without those that stand out far more than the rest of
/// the front does, whatever their shape: filaments may hide in them. Ground px.
std::vector<float> without_spikes(const std::vector<float>& front, int widest, bool bumps = false);

}  // namespace litho::filaments
