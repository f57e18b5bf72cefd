#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "modules/xps/lines/shapes.hpp"

namespace litho {
namespace {

constexpr int kOwn = 4;         // most parameters of a profile beside height, centre and Gaussian width
constexpr double kReach = 7.5;  // Gaussian tails are cut at 6e-13 of their height
constexpr double kPanelSigma = 1.5;

/// A profile of height 1 at distance s = energy - centre, with derivatives by s and by its own parameters.
struct Profile {
  double value = 0, by_distance = 0;
  std::array<double, kOwn>
      by_own{};  ///< la: width, alpha, beta; lf: and damping; doniach_sunjic: width, asymmetry
};

/// [1 / (1 + 4 s^2/F^2)]^e, e = alpha towards higher binding energy, beta towards lower; lf lets e grow as
/// 1 + s^2/w^2, so that tails end.
Profile asymmetric_lorentzian(double s, double width, double alpha, double beta, double damping_ev) {
  const double q = 1 + 4 * s * s / (width * width), log_q = std::log(q);
  const double exponent = s > 0 ? alpha : beta;
  const bool damped = damping_ev > 0;
  const double growth = damped ? 1 + s * s / (damping_ev * damping_ev) : 1;
  const double value = std::exp(-exponent * growth * log_q);
  Profile result;
  result.value = value;
  const double common = value * exponent * growth * 8 * s / (width * width * q);
  result.by_distance = -common;
  result.by_own[0] = common * s / width;
  result.by_own[s > 0 ? 1 : 2] = -value * growth * log_q;
  if (damped) {
    const double by_growth = -value * exponent * log_q;
    result.by_distance += by_growth * 2 * s / (damping_ev * damping_ev);
    result.by_own[3] = -by_growth * 2 * s * s / (damping_ev * damping_ev * damping_ev);
  }
  return result;
}

/// cos(pi a/2 + (1-a) atan(e/g)) / (e^2 + g^2)^((1-a)/2) over its value at e = 0, with e = -s.
Profile doniach_sunjic(double s, double width, double asymmetry) {
  const double g = 0.5 * width, e = -s, rest = 1 - asymmetry, half_pi = 0.5 * std::numbers::pi;
  const double theta = std::atan(e / g), phase = half_pi * asymmetry + rest * theta;
  const double size2 = e * e + g * g, log_size = 0.5 * std::log(size2 / (g * g));
  const double scale = std::exp(-rest * log_size) / std::cos(half_pi * asymmetry);
  const double value = std::cos(phase) * scale, turned = std::sin(phase) * scale;
  Profile result;
  result.value = value;
  result.by_distance = rest * (turned * g + value * e) / size2;
  const double by_g = rest * (turned * e + value * e * e / g) / size2;
  result.by_own[0] = 0.5 * by_g;
  result.by_own[1] =
      -turned * (half_pi - theta) + value * (log_size + half_pi * std::tan(half_pi * asymmetry));
  return result;
}

/// A shape's profile with its parameters, and where they stand in the line's list.
struct Family {
  LineShape shape;
  std::span<const double> p;

  Profile at(double s) const {
    if (shape == LineShape::doniach_sunjic) return doniach_sunjic(s, p[2], p[3]);
    return asymmetric_lorentzian(s, p[2], p[3], p[4], shape == LineShape::lf ? p[6] : 0);
  }
  int gaussian() const { return shape == LineShape::doniach_sunjic ? 4 : 5; }
  int own_count() const { return shape == LineShape::doniach_sunjic ? 2 : shape == LineShape::la ? 3 : 4; }
  int own(int k) const { return k < 3 ? 2 + k : 6; }
};

struct Node {
  double s, weight;
  Profile profile;
};

/// Gauss-Legendre panels over [low, high], short where the profile is sharp and never across s = 0, where la
/// has a break in its second derivative; never longer than the Gaussian can bear.
std::vector<Node> nodes_over(double low, double high, double sigma, const Family& family) {
  std::vector<Node> nodes;
  const double half_width = 0.5 * family.p[2];
  const auto panels = [&](double from, double to, double sign) {  // 0 <= from < to, mirrored by sign
    while (from < to) {
      const double end = std::min(to, from + std::min(kPanelSigma * sigma, std::max(half_width, from)));
      for (int k = 0; k < 8; ++k) {
        const double s = sign * (0.5 * (from + end) + 0.5 * (end - from) * kRuleNodes[k]);
        nodes.push_back({s, 0.5 * (end - from) * kRuleWeights[k], {}});
      }
      from = end;
    }
  };
  if (low < 0) panels(std::max(0.0, -high), -low, -1);
  if (high > 0) panels(std::max(0.0, low), high, 1);
  std::sort(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) { return a.s < b.s; });
  for (auto& node : nodes) node.profile = family.at(node.s);
  return nodes;
}

void plain(const Family& family, std::span<const double> energy_ev, std::span<double> values,
           std::span<double> jacobian) {
  const std::size_t n = energy_ev.size();
  for (std::size_t i = 0; i < n; ++i) {
    const Profile profile = family.at(energy_ev[i] - family.p[1]);
    values[i] = family.p[0] * profile.value;
    if (jacobian.empty()) continue;
    jacobian[i] = profile.value;
    jacobian[n + i] = -family.p[0] * profile.by_distance;
    for (int k = 0; k < family.own_count(); ++k)
      jacobian[family.own(k) * n + i] = family.p[0] * profile.by_own[k];
    jacobian[family.gaussian() * n + i] = 0;  // even in the width
  }
}

}  // namespace

void evaluate_convolved(LineShape shape, std::span<const double> p, std::span<const double> energy_ev,
                        std::span<double> values, std::span<double> jacobian) {
  const Family family{shape, p};
  const double sigma = p[family.gaussian()] / kFwhmPerSigma;
  if (sigma == 0) return plain(family, energy_ev, values, jacobian);

  const std::size_t n = energy_ev.size();
  const double reach = kReach * sigma;
  const auto nodes =
      nodes_over(energy_ev.front() - p[1] - reach, energy_ev.back() - p[1] + reach, sigma, family);
  const double front = 1 / (sigma * std::sqrt(2 * std::numbers::pi));
  std::size_t first = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double d = energy_ev[i] - p[1];
    while (first < nodes.size() && nodes[first].s < d - reach) ++first;
    double sum = 0, by_centre = 0, by_sigma = 0;
    std::array<double, kOwn> by_own{};
    for (std::size_t j = first; j < nodes.size() && nodes[j].s <= d + reach; ++j) {
      const auto& [s, weight, profile] = nodes[j];
      const double t = (d - s) / sigma;
      const double bell = weight * front * std::exp(-0.5 * t * t);
      sum += bell * profile.value;
      by_centre += bell * profile.value * t / sigma;
      by_sigma += bell * profile.value * (t * t - 1) / sigma;
      for (int k = 0; k < family.own_count(); ++k) by_own[k] += bell * profile.by_own[k];
    }
    values[i] = p[0] * sum;
    if (jacobian.empty()) continue;
    jacobian[i] = sum;
    jacobian[n + i] = p[0] * by_centre;
    for (int k = 0; k < family.own_count(); ++k) jacobian[family.own(k) * n + i] = p[0] * by_own[k];
    jacobian[family.gaussian() * n + i] = p[0] * by_sigma / kFwhmPerSigma;
  }
}

}  // namespace litho
