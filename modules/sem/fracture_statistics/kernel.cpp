#include "modules/sem/fracture_statistics/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace litho {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kZ95 = 1.96;
constexpr double kNoneSeen = 3.689;  // upper 97.5 % limit of a Poisson mean of which none was seen
constexpr double kDoubtful = 1;      // log-odds: where the threshold might as well have been
constexpr double kOpeningU = 0.15;   // px, standard uncertainty of the opening's model

/// Counter-clockwise direction of a boundary's chord line, degrees; least squares over its columns.
std::optional<double> direction_of(const std::vector<float>& v, const Frame& frame) {
  double n = 0, su = 0, sv = 0, suu = 0, suv = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (!std::isfinite(v[i])) continue;
    const double u = static_cast<double>(i) + 0.5;
    n += 1, su += u, sv += v[i], suu += u * u, suv += u * v[i];
  }
  const double det = n * suu - su * su;
  if (n < 16 || !(det > 0)) return {};
  const double slope = (n * suv - su * sv) / det;
  const PointPx a = frame.to_image({0, 0}), b = frame.to_image({1, slope});
  return std::atan2(-(b.y - a.y), b.x - a.x) / kDegree;
}

struct Openings {
  double mean = 0, p95 = 0, max = 0, sd = 0, length = 0, area = 0;
};

Openings openings_of(const CrackNetwork& network) {
  std::vector<std::pair<double, double>> all;  // opening, length
  Openings o;
  double squares = 0;
  for (const CrackLine& crack : network.lines)
    for (std::size_t i = 1; i < crack.line.size(); ++i) {
      const double l =
          std::hypot(crack.line[i].x - crack.line[i - 1].x, crack.line[i].y - crack.line[i - 1].y);
      const double w = 0.5 * (double{crack.opening_px[i]} + crack.opening_px[i - 1]);
      all.emplace_back(w, l);
      o.length += l, o.area += l * w, squares += l * w * w;
      o.max = std::max(o.max, w);
    }
  if (!(o.length > 0)) return o;
  o.mean = o.area / o.length;
  o.sd = std::sqrt(std::max(0.0, squares / o.length - o.mean * o.mean));
  std::ranges::sort(all);
  double sum = 0;
  for (const auto& [w, l] : all) {
    sum += l;
    o.p95 = w;
    if (sum >= 0.95 * o.length) break;
  }
  return o;
}

void orient(const CrackNetwork& network, double reference_deg, double area_px, double um,
            FractureFigures& f) {
  double c = 0, s = 0, length = 0, along = 0, across = 0;
  for (const CrackLine& crack : network.lines)
    for (std::size_t i = 1; i < crack.line.size(); ++i) {
      const double dx = crack.line[i].x - crack.line[i - 1].x, dy = crack.line[i].y - crack.line[i - 1].y;
      const double l = std::hypot(dx, dy), angle = std::atan2(-dy, dx) - reference_deg * kDegree;
      c += l * std::cos(2 * angle), s += l * std::sin(2 * angle), length += l;
      along += l * std::abs(std::cos(angle)), across += l * std::abs(std::sin(angle));
    }
  if (!(length > 0)) return;
  f.orientation_deg = 0.5 * std::atan2(s, c) / kDegree;
  f.orientation_order = std::hypot(c, s) / length;
  if (across > 0) f.spacing_along_um = area_px / across * um;
  if (along > 0) f.spacing_across_um = area_px / along * um;
}

void count_nodes(const CrackNetwork& network, double area_um2, FractureFigures& f) {
  for (const CrackNode& node : network.nodes) {
    f.tip_nodes += node.kind == NodeKind::tip;
    f.border_nodes += node.kind == NodeKind::border;
    f.tee_nodes += node.kind == NodeKind::tee;
    f.crossing_nodes += node.kind == NodeKind::crossing;
  }
  f.junction_count = network.junctions;
  // A crack that leaves the field counts half, as the ends of cracks do: no border bias [associated points].
  double count = 0;
  for (const Crack& crack : network.cracks) count += crack.censored ? 0.5 : 1;
  f.crack_count_corrected = count;
  f.p20_per_um2 = f.crack_count_corrected / area_um2;
  const double arms = 3.0 * f.tee_nodes + 4.0 * f.crossing_nodes,
               branches = 0.5 * (f.tip_nodes + f.border_nodes + arms);
  if (branches > 0) f.connections_per_branch = arms / branches;
}

void place_cracks(const CrackNetwork& network, const Pellet& pellet, FractureFigures& f) {
  for (const Crack& crack : network.cracks) {
    f.cracks_at_interphase += crack.at_interphase;
    if (!pellet.has_interphase) continue;
    double inside = 0, all = 0;
    for (const int line : crack.lines)
      for (const PointPx& p : network.lines[static_cast<std::size_t>(line)].line) {
        const int x = static_cast<int>(std::floor(p.x)), y = static_cast<int>(std::floor(p.y));
        if (!pellet.labels.contains(x, y)) continue;
        all += 1, inside += pellet.labels(x, y) == static_cast<std::uint8_t>(Label::interphase);
      }
    if (all <= 0 || inside <= 0) continue;
    if (inside > 0.9 * all)
      ++f.cracks_within_interphase;
    else if (inside > 0.1 * all)
      ++f.cracks_crossing_interphase;
  }
}

void measure_gaps(const Delamination& delamination, double um, FractureFigures& f) {
  double outer = 0, front = 0, area = 0;
  for (const Gap& gap : delamination.gaps) {
    const double length = line_length(gap.path.line);
    (gap.place == GapPlace::outer ? outer : front) += length;
    double width = 0, n = 0;
    for (const Valley& v : gap.path.valley)
      if (v.found) width += v.width_px, n += 1;
    if (n > 0) area += length * width / n;
  }
  if (!(delamination.boundary_px > 0)) return;
  f.delamination_outer_um = outer * um;
  f.delamination_front_um = front * um;
  f.delamination_um = (outer + front) * um;
  f.delamination_fraction = std::min(1.0, (outer + front) / delamination.boundary_px);
  if (outer + front > 0) f.delamination_opening_um = area / (outer + front) * um;
}

std::string verdict_of(const FractureFigures& f, const VerdictLimits& limits) {
  const auto reaches = [](double value, const std::optional<double>& limit) {
    return limit && value >= *limit;
  };
  if (reaches(f.crack_density_per_um.value, limits.fractured_density_per_um) ||
      reaches(f.crack_area_fraction, limits.fractured_area_fraction) ||
      (limits.spanning_is_fractured && f.spans_field))
    return "fractured";
  return f.crack_count > 0 && f.crack_density_per_um.value >= limits.cracked_density_per_um ? "cracked"
                                                                                            : "intact";
}

}  // namespace

Fracture measure_fracture(const CrackNetwork& network, const CrackPaths& paths,
                          const Delamination& delamination, const Pellet& pellet, const FractureScale& scale,
                          const VerdictLimits& limits) {
  Fracture out;
  FractureFigures& f = out.figures;
  const double um = scale.pixel_size_nm * 1e-3, area_um2 = pellet.area_px * um * um;
  f.pellet_area_um2 = area_um2;
  f.orientation_reference = "image";
  if (const auto front = direction_of(pellet.front_v, pellet.frame))
    out.reference_deg = *front, f.orientation_reference = "front";
  else if (const auto outer = direction_of(pellet.outer_v, pellet.frame))
    out.reference_deg = *outer, f.orientation_reference = "outer boundary";
  if (f.orientation_reference == "image")
    out.notes.emplace_back("no boundary in the field: orientations are to the picture's x axis");

  f.crack_count = static_cast<int>(network.cracks.size());
  const Openings o = openings_of(network);
  f.crack_length_um = o.length * um;
  f.crack_area_fraction = pellet.area_px > 0 ? o.area / pellet.area_px : kNotMeasured;
  count_nodes(network, area_um2, f);
  orient(network, out.reference_deg, pellet.area_px, um, f);
  place_cracks(network, pellet, f);
  measure_gaps(delamination, um, f);

  double squares = 0, doubtful = 0, missed = 0;
  for (const Crack& crack : network.cracks) squares += crack.length_px * crack.length_px * um * um;
  for (const CrackLine& line : network.lines)
    if (line.score < kDoubtful) doubtful += line.length_px * um;
  for (const CrackPath& path : paths.rejected)
    if (path.evidence.score > -kDoubtful) missed += path.evidence.length_px * um;
  if (!network.cracks.empty()) f.largest_cluster_um = network.cracks.front().length_px * um;
  f.spans_field = network.spans_field;
  const double density = f.crack_length_um / area_um2;
  const double u_scale = density * scale.u_percent.value_or(0) / 100;
  const double counting = kZ95 * std::sqrt(squares) / area_um2;
  const double none = kNoneSeen * 30 * um / area_um2;  // cracks of the least length
  const double below = std::hypot(counting, doubtful / area_um2, kZ95 * u_scale);
  const double above = std::hypot(counting, missed / area_um2, kZ95 * u_scale);
  f.crack_density_per_um = {density, std::max(0.0, density - below),
                            density + std::max(above, f.crack_count ? 0 : none), "1/um"};
  if (f.crack_count > 0) {
    const double independent = std::max(1.0, static_cast<double>(f.crack_count));
    const double half = kZ95 * std::hypot(o.sd / std::sqrt(independent), kOpeningU,
                                          o.mean * scale.u_percent.value_or(0) / 100);
    f.opening_mean_um = {o.mean * um, std::max(0.0, o.mean - half) * um, (o.mean + half) * um, "um"};
    f.opening_p95_um = o.p95 * um;
    f.opening_max_um = o.max * um;
  }
  if (!scale.u_percent)
    out.notes.emplace_back("the scale's uncertainty is not stated and so not in the intervals");
  f.verdict = verdict_of(f, limits);
  return out;
}

}  // namespace litho
