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

  bool boxed() const { return shape == LineShape::casaxps_lf; }
  Profile at(double s) const {
    if (shape == LineShape::doniach_sunjic) return doniach_sunjic(s, p[2], p[3]);
    return asymmetric_lorentzian(s, p[2], p[3], p[4], boxed() ? p[5] : shape == LineShape::lf ? p[6] : 0);
  }
  /// The width of what it is convolved with.
  int smoothing() const { return shape == LineShape::doniach_sunjic ? 4 : boxed() ? 6 : 5; }
  /// Panels as long as this resolve the profile at its centre: large exponents narrow it.
  double sharp() const { return 0.5 * p[2] / (boxed() ? std::sqrt(std::max({1.0, p[3], p[4]})) : 1.0); }
  int own_count() const { return shape == LineShape::doniach_sunjic ? 2 : shape == LineShape::la ? 3 : 4; }
  int own(int k) const { return k < 3 || boxed() ? 2 + k : 6; }
};

struct Node {
  double s, weight;
  Profile profile;
};

/// Gauss-Legendre panels over [low, high], short where the profile is sharp and never across s = 0, where la
/// has a break in its second derivative; never longer than `longest`.
std::vector<Node> nodes_over(double low, double high, double longest, const Family& family) {
  std::vector<Node> nodes;
  const double sharp = family.sharp();
  const auto panels = [&](double from, double to, double sign) {  // 0 <= from < to, mirrored by sign
    while (from < to) {
      const double end = std::min(to, from + std::min(longest, std::max(sharp, from)));
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
    jacobian[family.smoothing() * n + i] = 0;  // even in the width
  }
}

/// Sums of a convolution at one energy.
struct Sums {
  double value = 0, by_centre = 0, by_width = 0;
  std::array<double, kOwn> by_own{};
};

void store(const Sums& sums, const Family& family, std::size_t i, std::size_t n, std::span<double> values,
           std::span<double> jacobian) {
  const double amplitude = family.p[0];
  values[i] = amplitude * sums.value;
  if (jacobian.empty()) return;
  jacobian[i] = sums.value;
  jacobian[n + i] = amplitude * sums.by_centre;
  for (int k = 0; k < family.own_count(); ++k) jacobian[family.own(k) * n + i] = amplitude * sums.by_own[k];
  jacobian[family.smoothing() * n + i] = amplitude * sums.by_width;
}

/// Step of energies that are evenly spaced to within rounding, else 0.
double even_step(std::span<const double> energy_ev) {
  constexpr double kRoundingEv = 1e-10;
  if (energy_ev.size() < 3) return 0;
  const double step = (energy_ev.back() - energy_ev.front()) / static_cast<double>(energy_ev.size() - 1);
  for (std::size_t i = 0; i < energy_ev.size(); ++i)
    if (std::abs(energy_ev[i] - energy_ev.front() - static_cast<double>(i) * step) > kRoundingEv) return 0;
  return step;
}

/// Each node adds its bell to the energies it reaches. On even energies a bell's values follow from one
/// another by two multiplications: g(t + d) = g(t) r, where r itself falls by exp(-d^2) a step.
void convolve_gaussian(const Family& family, std::span<const double> energy_ev, std::span<double> values,
                       std::span<double> jacobian) {
  const double centre = family.p[1], sigma = family.p[family.smoothing()] / kFwhmPerSigma;
  const double reach = kReach * sigma, front = 1 / (sigma * std::sqrt(2 * std::numbers::pi));
  const std::size_t n = energy_ev.size();
  const double step = even_step(energy_ev) / sigma, slowing = std::exp(-step * step);
  const int own_count = jacobian.empty() ? 0 : family.own_count();
  std::vector<Sums> all(n);
  std::size_t first = 0;
  for (const auto& [s, weight, profile] :
       nodes_over(energy_ev.front() - centre - reach, energy_ev.back() - centre + reach, kPanelSigma * sigma,
                  family)) {
    while (first < n && energy_ev[first] - centre < s - reach) ++first;
    double bell = 0, ratio = 0;
    for (std::size_t i = first; i < n; ++i) {
      const double t = (energy_ev[i] - centre - s) / sigma;
      if (t > kReach) break;
      if (i == first || step == 0) {
        bell = weight * front * std::exp(-0.5 * t * t);
        ratio = std::exp(-step * (t + 0.5 * step));
      }
      Sums& sums = all[i];
      const double height = bell * profile.value;
      sums.value += height;
      sums.by_centre += height * t;
      sums.by_width += height * (t * t - 1);
      for (int k = 0; k < own_count; ++k) sums.by_own[k] += bell * profile.by_own[k];
      bell *= ratio;
      ratio *= slowing;
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    all[i].by_centre /= sigma;
    all[i].by_width /= sigma * kFwhmPerSigma;
    store(all[i], family, i, n, values, jacobian);
  }
}

/// A box of width 1 convolved with itself `order` - 1 times: the B-spline, by its sum of truncated powers.
double b_spline(int order, double x) {
  double sum = 0, binomial = 1;
  for (int k = 0; k < order; ++k) {
    const double base = 0.5 * order - std::abs(x) - k;
    if (base <= 0) break;
    sum += (k % 2 == 0 ? binomial : -binomial) * std::pow(base, order - 1);
    binomial *= static_cast<double>(order - k) / (k + 1);
  }
  return sum / std::tgamma(order);
}

/// Gauss-Legendre panels between the spline's knots, cut where the profile has its break and is sharp.
void convolve_boxes(const Family& family, std::span<const double> energy_ev, std::span<double> values,
                    std::span<double> jacobian) {
  const double centre = family.p[1], box = family.p[6];
  const double sharp = family.sharp();
  const int count = static_cast<int>(family.p[7]);
  for (std::size_t i = 0; i < energy_ev.size(); ++i) {
    const double d = energy_ev[i] - centre;
    Sums sums;
    const auto panel = [&](double from, double to) {
      for (int node = 0; node < 8; ++node) {
        const double s = 0.5 * (from + to) + 0.5 * (to - from) * kRuleNodes[node];
        const double weight = 0.5 * (to - from) * kRuleWeights[node], x = (d - s) / box;
        const Profile profile = family.at(s);
        const double value = weight * b_spline(count, x) / box;
        sums.value += value * profile.value;
        for (int k = 0; k < family.own_count(); ++k) sums.by_own[k] += value * profile.by_own[k];
        if (jacobian.empty()) continue;
        const double slope = weight / box * (b_spline(count - 1, x + 0.5) - b_spline(count - 1, x - 0.5));
        sums.by_centre -= slope / box * profile.value;
        sums.by_width -= (value + x * slope) / box * profile.value;
      }
    };
    for (int knot = 0; knot < count; ++knot) {
      double from = d + (knot - 0.5 * count) * box;
      const double to = from + box;
      while (from < to) {
        double end = std::min(to, from + std::max(sharp, from > 0 ? from : 0.5 * -from));
        if (from < 0 && end > 0) end = 0;
        panel(from, end);
        from = end;
      }
    }
    store(sums, family, i, energy_ev.size(), values, jacobian);
  }
}

/// From height to area: the profile's own integral, which no convolution changes.
void share_area(const Family& family, std::size_t n, std::span<double> values, std::span<double> jacobian) {
  double far = family.p[2];  // where the profile is below 1e-13
  while (std::max(family.at(far).value, family.at(-far).value) > 1e-13) far *= 1.5;
  Profile integral;
  for (const Node& node : nodes_over(-far, far, 0.25 * family.p[5], family)) {
    integral.value += node.weight * node.profile.value;
    for (int k = 0; k < family.own_count(); ++k) integral.by_own[k] += node.weight * node.profile.by_own[k];
  }
  for (double& value : values) value /= integral.value;
  for (double& slope : jacobian) slope /= integral.value;
  for (int k = 0; k < family.own_count() && !jacobian.empty(); ++k)
    for (std::size_t i = 0; i < n; ++i)
      jacobian[family.own(k) * n + i] -= values[i] * integral.by_own[k] / integral.value;
}

}  // namespace

void evaluate_convolved(LineShape shape, std::span<const double> p, std::span<const double> energy_ev,
                        std::span<double> values, std::span<double> jacobian) {
  const Family family{shape, p};
  if (family.boxed()) {
    if (!jacobian.empty()) std::ranges::fill(jacobian.last(energy_ev.size()), 0);  // of a whole number
    convolve_boxes(family, energy_ev, values, jacobian);
    share_area(family, energy_ev.size(), values, jacobian);
  } else if (p[family.smoothing()] == 0) {
    plain(family, energy_ev, values, jacobian);
  } else {
    convolve_gaussian(family, energy_ev, values, jacobian);
  }
}

}  // namespace litho
