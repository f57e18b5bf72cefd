#include "modules/sem/filaments/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "modules/sem/filaments/opening.hpp"

namespace litho {
namespace {

using filaments::Component, filaments::components, filaments::Opening, filaments::Run;

constexpr double kShallowest = 12;  // px: less is roughness of the labels
constexpr double kSlender = 1.3;    // a filament is deeper than this times its width
constexpr double kSameRoot = 1.6;   // roots within this factor are the same root
constexpr double kMostOfDepth = 0.6;
constexpr double kOwnStep =
    0.4;  // of the contrast electrolyte - interphase that a filament must show to its surroundings
constexpr double kTooBright = 0.4;  // of the step from layer to electrolyte: texture
constexpr double kTooDark = 0.4;    // of that step below the layer's grey: a crack
constexpr double kDarkCore = 0.15;  // of that step: a filament's middle is not darker than the layer
constexpr double kSlimmest = 30;    // times its width: a longer one is a crack
constexpr double kEvident = 4;  // standard deviations of the texture, for hundreds of places along a front
constexpr double kDarkShare = 0.05;   // of a part may be crack
constexpr double kLineInLayer = 0.2;  // of that step: a crack runs on into the layer, a filament ends in it

/// The layer and all that lies above it, upright, cropped to the rows where its lower edge runs; `border`
/// columns on either side repeat the edge so that openings do not eat there.
struct Band {
  cv::Mat filled;
  int first_row = 0;
  int border = 0;
};

Band cut_band(const LayerMap& layers, int border) {
  const auto label = upright(layers.labels, layers.frame);
  const int w = label.width(), h = label.height();
  int top = h, bottom = 0;
  for (int u = 0; u < w; ++u) top = std::min(top, static_cast<int>(layers.outer_v[u]));
  const auto solid = [&](int u, int v) {
    const auto l = static_cast<Label>(label(u, v));
    return l == Label::interphase || l == Label::outside ||
           (v < layers.front_v[u] && l != Label::electrolyte && l != Label::gap);
  };
  for (int v = h - 1; v > top && bottom == 0; --v)
    for (int u = 0; u < w; ++u)
      if (solid(u, v)) {
        bottom = v + 1;
        break;
      }
  Band band;
  band.border = border;
  band.first_row = std::max(0, top - 1);
  const int rows = std::max(1, std::min(h, bottom + 2) - band.first_row);
  band.filled = cv::Mat(rows, w + 2 * border, CV_8U);
  for (int k = 0; k < rows; ++k) {
    auto* row = band.filled.ptr<std::uint8_t>(k);
    for (int u = 0; u < w; ++u) row[u + border] = solid(u, k + band.first_row) ? 255 : 0;
    std::fill(row, row + border, row[border]);
    std::fill(row + border + w, row + 2 * border + w, row[border + w - 1]);
  }
  band.filled.row(0).setTo(255);
  return band;
}

/// What the picture says of a part: its mean grey, that of the electrolyte round it, that of the layer above
/// its root, and how much darker than its neighbourhood the layer's darkest line above the root is.
struct Look {
  double part = 0, around = 0, layer = 0, line = 0;
  double core = 0;  ///< mean grey of its middle half
  double pixels = 0;
  double dark = 0;  ///< pixels labelled crack or pore in or beside the part / its own pixels
  bool known = false;
};

Look look_at(const Restored& picture, const LayerMap& layers, const Band& band, const cv::Mat& part,
             const cv::Rect& box, cv::Point left, cv::Point right) {
  cv::Mat near, far, depth;
  cv::distanceTransform(part, depth, cv::DIST_L2, 3);
  double half_width = 0;
  cv::minMaxLoc(depth, nullptr, &half_width);
  cv::dilate(part, near, cv::getStructuringElement(cv::MORPH_ELLIPSE, {5, 5}));
  cv::dilate(part, far, cv::getStructuringElement(cv::MORPH_ELLIPSE, {13, 13}));
  const auto grey = upright(picture.grey, layers.frame);
  const auto label = upright(layers.labels, layers.frame);
  double dark = 0;
  double in = 0, in_n = 0, core = 0, core_n = 0, out = 0, out_n = 0;
  for (int y = 0; y < part.rows; ++y)
    for (int x = 0; x < part.cols; ++x) {
      const int u = x + box.x - band.border, v = y + box.y + band.first_row;
      if (!grey.contains(u, v)) continue;
      const bool ring = far.at<std::uint8_t>(y, x) && !near.at<std::uint8_t>(y, x) &&
                        !band.filled.at<std::uint8_t>(y + box.y, x + box.x);
      const auto named = static_cast<Label>(label(u, v));
      if (near.at<std::uint8_t>(y, x) && (named == Label::crack || named == Label::pore)) dark += 1;
      if (part.at<std::uint8_t>(y, x)) in += grey(u, v), in_n += 1;
      if (depth.at<float>(y, x) > 0.5 * half_width) core += grey(u, v), core_n += 1;
      if (ring) out += grey(u, v), out_n += 1;
    }
  // Windows as wide as the root in the layer above it, the root's own and two on either side.
  const int width = right.x - left.x + 1, reach = width / 2 + 4, stride = 2 * reach + 4;
  const int u0 = (left.x + right.x) / 2 - band.border;
  int v0 = std::min(left.y, right.y) + band.first_row;
  // Above the front wherever the windows reach: electrolyte in them would pass for a brighter layer.
  for (int u = std::max(0, u0 - 2 * stride - reach); u <= std::min(grey.width() - 1, u0 + 2 * stride + reach);
       ++u)
    v0 = std::min(v0, static_cast<int>(layers.front_v[u]));
  double darkest[5] = {}, mean = 0;
  int rows = 0, count = 0;
  for (int v = v0 - 5; v >= v0 - 17; --v) {
    if (u0 - 2 * stride - reach < 1 || u0 + 2 * stride + reach + 1 >= grey.width() || v < 1 ||
        v <= layers.outer_v[u0] + 3)
      break;
    ++rows;
    for (int k = -2; k <= 2; ++k) {
      double least = 1e30;
      for (int u = u0 + k * stride - reach; u <= u0 + k * stride + reach; ++u) {
        const double three = grey(u - 1, v) + grey(u, v) + grey(u + 1, v) + grey(u, v - 1) + grey(u, v + 1);
        least = std::min(least, three / 5);
        if (k != 0) mean += grey(u, v), ++count;
      }
      darkest[k + 2] += least;
    }
  }
  Look look;
  if (in_n < 1 || out_n < 1) return look;
  look.known = true;
  look.dark = dark / in_n;
  look.part = in / in_n;
  look.core = core / core_n;
  look.pixels = in_n;
  look.around = out / out_n;
  const PointPx place = layers.frame.to_image({std::clamp(u0, 0, grey.width() - 1) + 0.5, v0 + 0.5});
  look.layer = layers.interphase.mean * layers.shade.at(2 * place.x / layers.frame.image_width - 1,
                                                        2 * place.y / layers.frame.image_height - 1);
  if (rows > 0) {
    look.layer = mean / count;
    std::swap(darkest[2], darkest[4]);
    std::sort(darkest, darkest + 4);
    look.line = (0.5 * (darkest[1] + darkest[2]) - darkest[4]) / rows;
  }
  return look;
}

/// Standard deviation that the electrolyte's own texture gives to the mean share of the step over `area_px`
/// pixels of a part `width_px` wide. What is larger than the part darkens its surroundings as well.
double texture_sd(const LayerMap& layers, double area_px, double width_px) {
  const double f = layers.ground.factor;
  const double width = std::max(1.0, width_px / f), pixels = std::max(1.0, area_px / (f * f));
  const std::vector<double>& patch = layers.texture;
  double variance = patch.empty() ? 0 : patch.back();
  for (std::size_t k = 1; k < patch.size(); ++k)
    if (width < kPatchSizes[k]) {
      const double t =
          std::log(width / kPatchSizes[k - 1]) / std::log(double(kPatchSizes[k]) / kPatchSizes[k - 1]);
      variance = patch[k - 1] + t * (patch[k] - patch[k - 1]);
      break;
    }
  return std::sqrt(variance / pixels);
}

/// How far a part stands out of the electrolyte's texture, in its standard deviations; 0 where it does not
/// look like interphase: too bright, darker in its middle than interphase can be (a crack), or with a dark
/// line that runs on into the layer.
double evidence(const Look& look, const LayerMap& layers, double width_px) {
  const double contrast = layers.electrolyte.mean - layers.interphase.mean;
  const double step = look.around - look.layer;
  if (!look.known || step < kOwnStep * contrast || look.dark >= kDarkShare) return 0;
  const double share = (look.part - look.layer) / step, core = (look.core - look.layer) / step;
  const double sd = texture_sd(layers, look.pixels, width_px);
  if (share > kTooBright || share < -kTooDark || look.line > kLineInLayer * step) return 0;
  if (core < -kDarkCore - std::numbers::sqrt2 * sd) return 0;
  return (look.around - look.part) / contrast / std::max(1e-3, sd);
}

struct Candidate {
  Filament filament;   // upright coordinates
  int left = 0;        // band column of the root
  cv::Rect box;        // of the whole, band px
  cv::Point tip;       // band px
  cv::Mat mask;        // of the box
  bool grown = false;  // looks like interphase in electrolyte
  bool real = false;   // and its root lies in the field
};

/// The component alone in a mask of `box`.
cv::Mat paint(const Component& component, const cv::Rect& box) {
  cv::Mat mask(box.height, box.width, CV_8U, cv::Scalar(0));
  for (const Run& r : component.runs) {
    auto* row = mask.ptr<std::uint8_t>(r.y - box.y) - box.x;
    std::fill(row + r.first, row + r.last, std::uint8_t{255});
  }
  return mask;
}

/// The leftmost and rightmost pixel of the component that touch the base; false where none does.
bool find_root(const Component& component, const cv::Mat& base, cv::Point& left, cv::Point& right) {
  bool found = false;
  const auto on_base = [&](int x, int y) {
    return x >= 0 && y >= 0 && x < base.cols && y < base.rows && base.at<std::uint8_t>(y, x) != 0;
  };
  const auto before = [](cv::Point a, cv::Point b) { return a.x < b.x || (a.x == b.x && a.y < b.y); };
  for (const Run& r : component.runs)
    for (int x = r.first; x < r.last; ++x) {
      if (!on_base(x, r.y - 1) && !on_base(x - 1, r.y) && !on_base(x + 1, r.y) && !on_base(x, r.y + 1))
        continue;
      const cv::Point here{x, r.y};
      if (!found || before(here, left)) left = here;
      if (!found || before(right, here)) right = here;
      found = true;
    }
  return found;
}

/// Residue components that hang on the base and are deeper than wide.
std::vector<Candidate> candidates(const Restored& picture, const LayerMap& layers, const Band& band,
                                  const cv::Mat& base, int first_row, double slope) {
  const cv::Mat residue = band.filled & ~base;
  const double norm = std::hypot(1.0, slope);
  std::vector<Candidate> found;
  for (const Component& component : components(residue, first_row)) {
    const cv::Rect& box = component.box;
    if (std::max(box.width, box.height) < kShallowest) continue;
    cv::Point left, right;
    if (!find_root(component, base, left, right)) continue;
    const auto height = [&](double x, double y) { return (y - slope * x) / norm; };
    const double low_left = height(left.x, left.y), low_right = height(right.x, right.y);
    Candidate c;
    c.left = left.x;
    c.box = box;
    c.filament.root_width_px = std::hypot(right.x - left.x, right.y - left.y) + 1;
    for (const Run& r : component.runs)
      for (int x = r.first; x < r.last; ++x) {
        c.filament.area_px += 1;
        const double t =
            right.x > left.x ? std::clamp((x - left.x) / double(right.x - left.x), 0.0, 1.0) : 0.5;
        const double depth = height(x, r.y) - (low_left * (1 - t) + low_right * t) + 0.5;
        if (depth > c.filament.depth_px) {
          c.filament.depth_px = depth;
          c.tip = {x, r.y};
          c.filament.tip = {x + 0.5 - band.border, r.y + 0.5 + band.first_row};
        }
      }
    c.filament.root_left = {left.x + 0.5 - band.border, left.y + 0.5 + band.first_row};
    c.filament.root_right = {right.x + 0.5 - band.border, right.y + 0.5 + band.first_row};
    const bool inside = left.x > band.border && right.x < base.cols - band.border - 1;
    const cv::Rect wide = cv::Rect(box.x - 8, box.y - 8, box.width + 16, box.height + 16) &
                          cv::Rect(0, 0, base.cols, base.rows);
    if (!(c.filament.depth_px > kSlender * c.filament.root_width_px)) continue;
    const double width = c.filament.area_px / c.filament.depth_px;
    if (c.filament.depth_px >= kShallowest && c.filament.depth_px < kSlimmest * width)
      c.filament.evidence =
          evidence(look_at(picture, layers, band, paint(component, wide), wide, left, right), layers, width);
    c.grown = c.filament.evidence > kEvident;
    c.real = c.grown && inside;
    if (c.grown) c.mask = paint(component, box);
    found.push_back(c);
  }
  return found;
}

/// A wider opening may show a filament whole of which a narrower one saw the tip or a branch, or a bump that
/// carries filaments: what is most of the depth by itself stays, else the whole replaces its parts.
void adopt(std::vector<Candidate>& known, const std::vector<Candidate>& wider) {
  for (const Candidate& c : wider) {
    std::vector<std::size_t> parts;
    double deepest = 0;
    bool spoils = false;
    for (std::size_t k = 0; k < known.size(); ++k)
      if (c.box.contains(known[k].tip)) {
        parts.push_back(k);
        spoils |= known[k].grown && !c.grown;
        deepest = std::max(deepest, known[k].filament.depth_px);
      }
    if (spoils) continue;
    if (deepest > kMostOfDepth * c.filament.depth_px &&
        c.filament.root_width_px > kSameRoot * known[parts.front()].filament.root_width_px)
      continue;
    for (auto it = parts.rbegin(); it != parts.rend(); ++it)
      known.erase(known.begin() + static_cast<std::ptrdiff_t>(*it));
    known.push_back(c);
  }
}

/// The base front once more, without what the filaments show.
std::vector<float> trace_base(const LayerMap& layers, const Band& band, const std::vector<Candidate>& known) {
  const Ground& ground = layers.ground;
  if (std::none_of(known.begin(), known.end(), [](const Candidate& c) { return c.grown; }))
    return layers.front_v;
  Ground bare = ground;
  const int w = ground.grey.width(), h = ground.grey.height(), f = ground.factor;
  for (const Candidate& c : known) {
    if (!c.grown) continue;
    for (int y = 0; y < c.mask.rows; ++y)
      for (int x = 0; x < c.mask.cols; ++x) {
        if (!c.mask.at<std::uint8_t>(y, x)) continue;
        const int u = (x + c.box.x - band.border) / f, v = (y + c.box.y + band.first_row) / f;
        for (int dv = -1; dv <= 1; ++dv)
          for (int du = -1; du <= 1; ++du)
            if (u + du >= 0 && u + du < w && v + dv >= 0 && v + dv < h) bare.seen(u + du, v + dv) = 0;
      }
  }
  std::vector<float> start(static_cast<std::size_t>(w)), nearest(start);
  for (int u = 0; u < w; ++u) {
    const int full = std::min(layers.frame.width() - 1, u * f + f / 2);
    start[u] = layers.front_v[full] / static_cast<float>(f);
    nearest[u] = layers.outer_v[full] / static_cast<float>(f) + 2;
  }
  TraceSetup setup = layers.front_setup;
  setup.rounds = 2;
  const Trace base =
      trace_boundary(bare, start, nearest, std::vector<float>(start.size(), static_cast<float>(h)), setup);
  std::vector<float> front = spread_columns(base.v, f, layers.frame.width(), layers.frame.height());
  std::vector<float> outer = layers.outer_v;
  leave_gaps(layers.labels, layers.frame, outer, front);
  return front;
}

}  // namespace

FilamentMap find_filaments(const Restored& picture, const LayerMap& layers) {
  FilamentMap out;
  const int w = layers.frame.width();
  constexpr int kRadii[] = {2, 4, 8, 14, 24};
  const Band band = cut_band(layers, 32);
  const double slope = std::tan(-layers.tilt_deg * 3.14159265358979 / 180);
  std::vector<Candidate> known;
  Opening opening(band.filled, kRadii[std::size(kRadii) - 1]);
  for (const int radius : kRadii)
    adopt(known, candidates(picture, layers, band, opening.base(radius), opening.first_row(), slope));
  std::sort(known.begin(), known.end(),
            [](const Candidate& a, const Candidate& b) { return a.left < b.left; });

  // The base front, straight under the roots.
  out.front_v = trace_base(layers, band, known);
  for (const Candidate& c : known) {
    if (!c.real) continue;
    const PointPx l = c.filament.root_left, r = c.filament.root_right;
    const int a = std::max(0, static_cast<int>(l.x) - 2), b = std::min(w - 1, static_cast<int>(r.x) + 2);
    const double va = out.front_v[a], vb = out.front_v[b];
    for (int u = a; u <= b; ++u)
      out.front_v[u] = static_cast<float>(va + (vb - va) * (u - a) / std::max(1, b - a));
    Filament f = c.filament;
    f.root_left = layers.frame.to_image(f.root_left);
    f.root_right = layers.frame.to_image(f.root_right);
    f.tip = layers.frame.to_image(f.tip);
    out.filaments.push_back(f);
  }
  // Excursions of the base front about its own line.
  double n = 0, mean_u = 0, mean_v = 0, uu = 0, uv = 0;
  for (int u = 0; u < w; ++u)
    if (!std::isnan(out.front_v[u])) n += 1, mean_u += u, mean_v += out.front_v[u];
  if (n > 2) {
    mean_u /= n;
    mean_v /= n;
    for (int u = 0; u < w; ++u)
      if (!std::isnan(out.front_v[u]))
        uu += (u - mean_u) * (u - mean_u), uv += (u - mean_u) * (out.front_v[u] - mean_v);
    std::vector<double> sizes;
    for (int u = 0; u < w; ++u)
      if (!std::isnan(out.front_v[u]))
        sizes.push_back(std::abs(out.front_v[u] - mean_v - uv / uu * (u - mean_u)));
    const auto top =
        sizes.begin() + static_cast<std::ptrdiff_t>(0.98 * static_cast<double>(sizes.size() - 1));
    std::nth_element(sizes.begin(), top, sizes.end());
    out.excursion_px = *top;
  }
  return out;
}

}  // namespace litho
