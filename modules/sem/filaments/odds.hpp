#pragma once
#include <vector>

namespace litho::filaments {

/// A candidate as far as chance is concerned.
struct Finding {
  double misfit = 0;
  double depth = 0;
};

/// What stands beyond a front, against what stands as well beyond lines through the electrolyte alone.
struct Odds {
  std::vector<double> probability;  ///< of each candidate: one minus the share of chance findings among those
                                    ///< that fit as well and are about as deep
  double any = 0;  ///< that there are more deep ones than chance puts there; 0 where there is none
};

/// `chance`: findings at lines, which are `lines` times as long as the front. Target and decoy [Elias & Gygi
/// 2007, doi:10.1038/nmeth1019]; `any` counts what is deeper than `deep`: Bayes factor of two Poisson rates,
/// the excess log-uniform from 1 to 30, prior odds 2 to 3.
Odds weigh_odds(const std::vector<Finding>& found, const std::vector<Finding>& chance, double lines,
                double deep);

}  // namespace litho::filaments
