#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "modules/sem/crack_profiles/kernel.hpp"
#include "modules/sem/ridges/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho {

struct CrackPathOptions {
  double false_per_mpx = 0.5;  ///< false cracks expected among the accepted ones, per 10^6 px
  double min_length_px = 30;
};

/// Something else than cracks that is darker than its surroundings: filaments of interphase in the
/// electrolyte.
struct Filling {
  const Image<std::uint8_t>* labels = nullptr;  ///< Label values; null: nothing of the kind
  double share = 1;                             ///< its grey / the grey of what is round it
};

/// What speaks for and against a path being a crack; medians along it.
struct PathEvidence {
  double length_px = 0, chord_px = 0;
  double strength = 0;    ///< valley over noise along 15 px, mean, in sigma
  double darkness = 0;    ///< depth / (flank - void), 1 = as dark as a void
  double width_px = 0;    ///< between half heights
  double depth = 0;       ///< grey
  double imbalance = 0;   ///< |left - right flank| / depth
  double continuity = 0;  ///< share of the points that are valleys of at least a third of the median depth
  double unevenness = 0;  ///< median deviation of the width / width
  bool filled = false;    ///< not empty: wide, but not dark
  double score = 0;       ///< log-odds of a crack
};

struct CrackPath {
  Polyline line;               ///< about 1 px apart, in the valley's middle
  std::vector<Valley> valley;  ///< across each point
  PathEvidence evidence;
};

struct CrackPaths {
  std::vector<CrackPath> cracks;
  std::vector<CrackPath> rejected;
  double void_grey = 0;  ///< grey of a hole so wide that blur does not matter, here
  Filling filling;
  double threshold = 0;  ///< score from which a path counts: at least even odds
  double blur_px = 0;    ///< sigma of the picture's blur as the narrowest valleys show it
};

CrackPaths find_crack_paths(const Image<float>& grey, const RidgeMap& ridges, const Filling& filling,
                            const CrackPathOptions& options);

}  // namespace litho
