#include "modules/xps/line_detection/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "modules/xps/line_detection/background_space.hpp"
#include "modules/xps/line_detection/look_elsewhere.hpp"
#include "modules/xps/line_detection/profile.hpp"

namespace litho {
namespace {

constexpr int kMixSteps = 5;

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

std::vector<double> weighted(std::span<const double> columns, std::span<const double> root_weight) {
  std::vector<double> out(columns.begin(), columns.end());
  const std::size_t n = root_weight.size();
  for (std::size_t i = 0; i < out.size(); ++i) out[i] *= root_weight[i % n];
  return out;
}

/// Means of the counts over eleven channels: expected counts to start from.
std::vector<double> smooth_counts(std::span<const double> counts) {
  const int n = static_cast<int>(counts.size());
  std::vector<double> out(counts.size());
  for (int i = 0; i < n; ++i) {
    const int lo = std::max(0, i - 5), hi = std::min(n - 1, i + 5);
    double sum = 0;
    for (int k = lo; k <= hi; ++k) sum += counts[k];
    out[i] = std::max(sum / (hi - lo + 1), 0.5);
  }
  return out;
}

class Test {
 public:
  explicit Test(const DetectionProblem& problem)
      : problem_(problem), line_(*problem.line), n_(problem.counts.size()) {
    double sum = 0;
    for (const double c : problem.counts) sum += c;
    departures_.assign(problem.departures.begin(), problem.departures.end());
    for (double& d : departures_) d *= sum / static_cast<double>(n_);
  }

  Result<Detection> run() {
    expected_ = smooth_counts(problem_.counts);
    for (int pass = 0; pass < 2; ++pass) refine_expected();
    if (const Status status = solve(); !status) return status.errors();
    if (!problem_.shape_variance.empty() && out_.amplitude > 0.02) {
      refine_expected();
      if (const Status status = solve(); !status) return status.errors();
    }
    return out_;
  }

 private:
  std::span<const double> shape(std::size_t node, std::size_t part) const {
    return {line_.shapes.data() + (node * line_.parts + part) * n_, n_};
  }
  std::span<const double> shapes_of(std::size_t node) const {
    return {line_.shapes.data() + node * line_.parts * n_, line_.parts * n_};
  }

  std::vector<double> root_weights() const {
    std::vector<double> root(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      double variance = expected_[i];
      if (!problem_.extra_variance.empty()) variance += problem_.extra_variance[i];
      if (!problem_.shape_variance.empty())
        variance += out_.amplitude * out_.amplitude * problem_.shape_variance[i];
      root[i] = 1 / std::sqrt(variance);
    }
    return root;
  }

  /// Expected counts from a fit of background and line at its last node.
  void refine_expected() {
    const auto root = root_weights();
    std::vector<double> columns = weighted(problem_.background, root);
    const std::size_t node = out_.parts.empty() ? line_.nominal : out_.node;
    const auto line = weighted(shapes_of(node), root);
    columns.insert(columns.end(), line.begin(), line.end());
    const BackgroundSpace space(n_, columns, {});
    const auto fit = space.fitted(weighted(problem_.counts, root));
    const auto smooth = smooth_counts(problem_.counts);
    for (std::size_t i = 0; i < n_; ++i) expected_[i] = std::max(fit[i] / root[i], 0.3 * smooth[i]);
  }

  Status solve() {
    const auto root = root_weights();
    BackgroundSpace space(n_, weighted(problem_.background, root), weighted(departures_, root));
    const std::vector<double> raw = weighted(problem_.counts, root);

    // The noise first, at the node that fits best without departures, then all nodes with them.
    auto [node, parts] = best_node(space, raw, root, 1);
    const double* known = problem_.dispersion ? &*problem_.dispersion : nullptr;
    const auto noise =
        space.estimate_noise(raw, weighted(shapes_of(node), root), problem_.typical_departure, known);
    if (!(noise.dispersion > 0))
      return Error{"detection.counts", "", "the counts do not scatter at all",
                   "is this a measured spectrum?"};
    space.set_departures(noise.departure_ratio);
    const double scale = 1 / std::sqrt(noise.dispersion);
    std::tie(node, parts) = best_node(space, raw, root, scale);
    if (profile_.empty())
      return Error{"detection.shape", "", "the background explains the line altogether",
                   "a wider region is needed"};

    out_.dispersion = noise.dispersion;
    out_.departure = std::sqrt(noise.departure_ratio * noise.dispersion);
    out_.node = node;
    out_.parts = parts;
    conclude(noise.degrees_of_freedom);
    fill_curves(space, raw, root);
    return {};
  }

  /// Whitens data and shapes and solves every node.
  std::pair<std::size_t, std::vector<double>> best_node(const BackgroundSpace& space,
                                                        const std::vector<double>& raw,
                                                        const std::vector<double>& root, double scale) {
    data_ = raw;
    space.whiten(data_);
    for (double& x : data_) x *= scale;
    white_ = weighted(line_.shapes, root);
    profile_.clear();
    const std::size_t nodes = line_.rows * line_.columns;
    for (std::size_t k = 0; k < nodes * line_.parts; ++k) {
      const std::span<double> s{white_.data() + k * n_, n_};
      const double before = dot(s, s);
      space.whiten(s);
      if (!(dot(s, s) > 1e-10 * before)) {
        profile_.clear();
        return {line_.nominal, std::vector<double>(line_.parts, 0)};
      }
      for (double& x : s) x *= scale;
    }
    for (std::size_t node = 0; node < nodes; ++node) {
      NodeFit fit;
      fit.parts = line_.parts;
      if (!line_.penalty.empty()) fit.penalty = line_.penalty[node / line_.columns];
      for (std::size_t p = 0; p < line_.parts; ++p) {
        fit.score[p] = dot(white(node, p), data_);
        for (std::size_t q = 0; q < line_.parts; ++q) fit.gram[p][q] = dot(white(node, p), white(node, q));
      }
      fit.solve();
      profile_.push_back(fit);
    }
    const auto best = std::max_element(profile_.begin(), profile_.end(),
                                       [](const NodeFit& a, const NodeFit& b) { return a.gain < b.gain; });
    // Where no node gains, the nominal one stands for all.
    const std::size_t node =
        best->gain > 0 ? static_cast<std::size_t>(best - profile_.begin()) : line_.nominal;
    const auto& a = profile_[node].amplitude;
    return {node, {a.begin(), a.begin() + static_cast<std::ptrdiff_t>(line_.parts)}};
  }

  std::span<const double> white(std::size_t node, std::size_t part) const {
    return {white_.data() + (node * line_.parts + part) * n_, n_};
  }

  DirectionVolumes volumes() const {
    DirectionGrid grid;
    grid.dimension = n_;
    grid.rows = line_.rows;
    grid.columns = line_.parts == 2 ? kMixSteps : line_.columns;
    grid.unit.reserve(grid.rows * grid.columns * n_);
    std::vector<double> v(n_);
    for (std::size_t row = 0; row < grid.rows; ++row)
      for (std::size_t column = 0; column < grid.columns; ++column) {
        if (line_.parts == 2) {
          const auto first = white(row, 0), second = white(row, 1);
          const double angle = 0.5 * M_PI * static_cast<double>(column) / (kMixSteps - 1);
          const double a = std::cos(angle) / std::sqrt(dot(first, first));
          const double b = std::sin(angle) / std::sqrt(dot(second, second));
          for (std::size_t i = 0; i < n_; ++i) v[i] = a * first[i] + b * second[i];
        } else {
          const auto only = white(row * line_.columns + column, 0);
          v.assign(only.begin(), only.end());
        }
        const double length = std::sqrt(dot(v, v));
        for (const double x : v) grid.unit.push_back(x / length);
      }
    grid.row_penalty = line_.penalty;
    grid.free_row = line_.nominal / line_.columns;
    return direction_volumes(grid);
  }

  void conclude(double degrees_of_freedom) {
    const DirectionVolumes searched = volumes();
    out_.statistic = std::max(0.0, profile_[out_.node].gain);
    out_.amplitude = 0;
    for (const double a : out_.parts) out_.amplitude += a;
    // The dispersion is estimated: Student's tail instead of the normal one.
    const double z = normal_from_student(std::sqrt(out_.statistic), degrees_of_freedom);
    out_.p = out_.statistic > 0 ? look_elsewhere_tail(z, searched) : 1;
    out_.found = out_.p < problem_.alpha;

    std::vector<double> nominal(n_, 0);
    for (std::size_t p = 0; p < line_.parts; ++p) {
      const auto s = white(line_.nominal, p);
      for (std::size_t i = 0; i < n_; ++i) nominal[i] += line_.mix[p] * s[i];
    }
    const double information = dot(nominal, nominal);
    out_.z_sd = 1 / std::sqrt(information);
    out_.amplitude_at_nominal = dot(nominal, data_) / information;
    out_.z = normal_from_student(out_.amplitude_at_nominal / out_.z_sd, degrees_of_freedom);
    const double threshold = look_elsewhere_threshold(problem_.alpha, searched);
    out_.limit = (threshold + normal_tail_inverse(1 - kDetectionPower)) * out_.z_sd;
    // Student's tail costs the limit what it costs the threshold.
    out_.limit *= threshold / std::max(normal_from_student(threshold, degrees_of_freedom), 1e-9);

    const ProfileInterval interval = profile_interval(profile_, out_.z_sd, out_.found);
    out_.amplitude_lo = interval.lo;
    out_.amplitude_hi = interval.hi;
  }

  void fill_curves(const BackgroundSpace& space, const std::vector<double>& raw,
                   const std::vector<double>& root) {
    out_.signal.assign(n_, 0);
    out_.limit_shape.assign(n_, 0);
    for (std::size_t p = 0; p < line_.parts; ++p)
      for (std::size_t i = 0; i < n_; ++i) out_.limit_shape[i] += line_.mix[p] * shape(line_.nominal, p)[i];
    for (std::size_t p = 0; p < line_.parts; ++p) {
      const auto s = shape(out_.node, p);
      for (std::size_t i = 0; i < n_; ++i) out_.signal[i] += out_.parts[p] * s[i];
    }
    std::vector<double> rest(raw);
    for (std::size_t i = 0; i < n_; ++i) rest[i] -= out_.signal[i] * root[i];
    out_.background = space.fitted(rest);
    for (std::size_t i = 0; i < n_; ++i) out_.background[i] /= root[i];
  }

  const DetectionProblem& problem_;
  const LineFamily& line_;
  std::size_t n_;
  std::vector<double> departures_;  ///< in counts
  std::vector<double> expected_, data_, white_;
  std::vector<NodeFit> profile_;
  Detection out_;
};

Status check(const DetectionProblem& problem) {
  const std::size_t n = problem.counts.size();
  const LineFamily& line = *problem.line;
  const std::size_t nodes = line.rows * line.columns;
  if (n < 20 || problem.background.size() % n != 0 || problem.departures.size() % n != 0 ||
      line.shapes.size() != nodes * line.parts * n || line.mix.size() != line.parts ||
      line.nominal >= nodes || line.parts < 1 || line.parts > 2 ||
      (!line.penalty.empty() && line.penalty.size() != line.rows) || (line.parts == 2 && line.columns != 1) ||
      (!problem.shape_variance.empty() && problem.shape_variance.size() != n) ||
      (!problem.extra_variance.empty() && problem.extra_variance.size() != n) ||
      problem.background.size() / n + problem.departures.size() / n + 10 > n)
    return Error{"detection.length", "", "the arrays of a detection do not fit together or are too short",
                 "a line needs at least 20 channels, and 10 more than its background has columns"};
  for (const double c : problem.counts)
    if (!std::isfinite(c) || c < 0)
      return Error{"detection.counts", "", "counts are negative or not finite", ""};
  for (const double s : line.shapes)
    if (!std::isfinite(s)) return Error{"detection.shape", "", "the line's shape is not finite", ""};
  return {};
}

}  // namespace

Result<Detection> detect_line(const DetectionProblem& problem) {
  if (const Status status = check(problem); !status) return status.errors();
  return Test(problem).run();
}

}  // namespace litho
