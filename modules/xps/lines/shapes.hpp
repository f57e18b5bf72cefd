#pragma once
#include <span>

#include "modules/xps/lines/kernel.hpp"

namespace litho {

// The evaluators behind evaluate_line, which has checked everything they get. `jacobian` may be empty.

void evaluate_closed(LineShape shape, std::span<const double> p, std::span<const double> energy_ev,
                     std::span<double> values, std::span<double> jacobian);
void evaluate_convolved(LineShape shape, std::span<const double> p, std::span<const double> energy_ev,
                        std::span<double> values, std::span<double> jacobian);

/// 8-point Gauss-Legendre rule on [-1, 1].
inline constexpr double kRuleNodes[8] = {-0.96028985649753623, -0.79666647741362674, -0.52553240991632899,
                                         -0.18343464249564980, 0.18343464249564980,  0.52553240991632899,
                                         0.79666647741362674,  0.96028985649753623};
inline constexpr double kRuleWeights[8] = {0.10122853629037626, 0.22238103445337447, 0.31370664587788729,
                                           0.36268378337836198, 0.36268378337836198, 0.31370664587788729,
                                           0.22238103445337447, 0.10122853629037626};
inline constexpr double kFwhmPerSigma = 2.3548200450309494;  // 2 sqrt(2 ln 2)

}  // namespace litho
