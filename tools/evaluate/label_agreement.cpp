#include "tools/evaluate/label_agreement.hpp"

#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "tools/evaluate/statistics.hpp"

namespace litho::evaluate {
namespace {

constexpr std::uint8_t kLayer = 2;

bool judged(std::uint8_t label) {
  return label < 4;
}

// Layer pixels with a neighbour that is something else and is judged; the picture's edge is no boundary.
Image<std::uint8_t> boundary(const Image<std::uint8_t>& labels, const Image<std::uint8_t>& other) {
  Image<std::uint8_t> out(labels.width(), labels.height());
  for (int y = 0; y < labels.height(); ++y)
    for (int x = 0; x < labels.width(); ++x) {
      if (labels(x, y) != kLayer || !judged(other(x, y))) continue;
      for (const auto& [dx, dy] : {std::array{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
        const int i = x + dx, j = y + dy;
        if (labels.contains(i, j) && labels(i, j) != kLayer && labels(i, j) != 0 && judged(labels(i, j)))
          out(x, y) = 1;
      }
    }
  return out;
}

// Lower envelope of the parabolas f(q) + (p - q)^2, along one line.
void envelope(const std::vector<double>& f, std::size_t n, std::vector<double>& d,
              std::vector<std::size_t>& at, std::vector<double>& from) {
  const double inf = std::numeric_limits<double>::infinity();
  std::size_t k = 0;
  at[0] = 0, from[0] = -inf, from[1] = inf;
  for (std::size_t q = 1; q < n; ++q) {
    const auto crossing = [&](std::size_t p) {
      const double a = static_cast<double>(q), b = static_cast<double>(p);
      return (f[q] + a * a - f[p] - b * b) / (2 * (a - b));
    };
    double s = crossing(at[k]);
    while (s <= from[k]) s = crossing(at[--k]);
    at[++k] = q, from[k] = s, from[k + 1] = inf;
  }
  k = 0;
  for (std::size_t q = 0; q < n; ++q) {
    while (from[k + 1] < static_cast<double>(q)) ++k;
    const double step = static_cast<double>(q) - static_cast<double>(at[k]);
    d[q] = step * step + f[at[k]];
  }
}

}  // namespace

Image<float> distance_to(const Image<std::uint8_t>& set) {
  const double far = 1e12;
  const auto w = static_cast<std::size_t>(set.width()), h = static_cast<std::size_t>(set.height());
  const std::size_t n = std::max(w, h);
  std::vector<double> f(n), d(n), from(n + 1);
  std::vector<std::size_t> at(n);
  Image<double> squared(set.width(), set.height());
  for (int x = 0; x < set.width(); ++x) {
    for (std::size_t y = 0; y < h; ++y) f[y] = set(x, static_cast<int>(y)) != 0 ? 0 : far;
    envelope(f, h, d, at, from);
    for (std::size_t y = 0; y < h; ++y) squared(x, static_cast<int>(y)) = d[y];
  }
  Image<float> out(set.width(), set.height());
  for (int y = 0; y < set.height(); ++y) {
    for (std::size_t x = 0; x < w; ++x) f[x] = squared(static_cast<int>(x), y);
    envelope(f, w, d, at, from);
    for (std::size_t x = 0; x < w; ++x) out(static_cast<int>(x), y) = static_cast<float>(std::sqrt(d[x]));
  }
  return out;
}

Result<Image<std::uint8_t>> read_labels(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return Error{"file.missing", path.string(), "no such file", ""};
  const std::unique_ptr<TIFF, void (*)(TIFF*)> tiff(TIFFOpen(path.string().c_str(), "r"), TIFFClose);
  const auto bad = [&](const char* what) {
    return Error{"evaluate.label_tiff", path.string(), what,
                 "label images are 8-bit TIFFs with one sample a pixel"};
  };
  if (!tiff) return bad("not a TIFF");
  std::uint32_t width = 0, height = 0;
  std::uint16_t bits = 1, samples = 1;
  TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_SAMPLESPERPIXEL, &samples);
  if (bits != 8 || samples != 1 || TIFFIsTiled(tiff.get()) || width == 0 || height == 0 || width > 100000 ||
      height > 100000)
    return bad("not 8-bit strips of one sample");
  Image<std::uint8_t> labels(static_cast<int>(width), static_cast<int>(height));
  for (std::uint32_t y = 0; y < height; ++y)
    if (TIFFReadScanline(tiff.get(), labels.row(static_cast<int>(y)).data(), y) < 0)
      return bad("its pixels cannot be read");
  return labels;
}

LabelAgreement compare_labels(const Image<std::uint8_t>& found, const Image<std::uint8_t>& truth) {
  std::size_t both = 0, either = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const std::uint8_t a = found.pixels()[i], b = truth.pixels()[i];
    if (!judged(a) || !judged(b)) continue;
    both += a == kLayer && b == kLayer;
    either += a == kLayer || b == kLayer;
  }
  LabelAgreement agreement{
      either > 0 ? static_cast<double>(both) / static_cast<double>(either) : kNotMeasured, kNotMeasured,
      kNotMeasured};
  const Image<std::uint8_t> edge_found = boundary(found, truth), edge_truth = boundary(truth, found);
  const Image<float> to_found = distance_to(edge_found), to_truth = distance_to(edge_truth);
  std::vector<double> distances;
  std::size_t from_found = 0, from_truth = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (edge_found.pixels()[i]) distances.push_back(to_truth.pixels()[i]), ++from_found;
    if (edge_truth.pixels()[i]) distances.push_back(to_found.pixels()[i]), ++from_truth;
  }
  if (from_found > 0 && from_truth > 0) {
    agreement.boundary_median_px = quantile(distances, 0.5);
    agreement.boundary_p95_px = quantile(distances, 0.95);
  }
  return agreement;
}

PixelAgreement compare_pixels(const Image<std::uint8_t>& found, std::uint8_t found_value,
                              const Image<std::uint8_t>& truth, std::uint8_t truth_value,
                              double tolerance_px) {
  assert(found.width() == truth.width() && found.height() == truth.height());
  const auto select = [](const Image<std::uint8_t>& image, std::uint8_t value) {
    Image<std::uint8_t> set(image.width(), image.height());
    std::ranges::transform(image.pixels(), set.pixels().begin(), [&](std::uint8_t p) { return p == value; });
    return set;
  };
  const Image<std::uint8_t> mine = select(found, found_value), theirs = select(truth, truth_value);
  const Image<float> to_found = distance_to(mine), to_truth = distance_to(theirs);
  PixelAgreement sum{};
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (mine.pixels()[i]) sum.found += 1, sum.found_near_truth += to_truth.pixels()[i] <= tolerance_px;
    if (theirs.pixels()[i]) sum.truth += 1, sum.truth_near_found += to_found.pixels()[i] <= tolerance_px;
  }
  return sum;
}

}  // namespace litho::evaluate
