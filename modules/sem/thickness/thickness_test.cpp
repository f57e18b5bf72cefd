#include "modules/sem/thickness/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "modules/sem/thickness/profile.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

struct Made {
  Restored picture;
  LayerMap layers;
  FilamentMap filaments;
  BoundaryPair pair;
};

template <class O, class F>
Made made(O outer, F front, Side side = Side::top) {
  Made m;
  m.pair.frame = m.layers.frame = {side, 1000, 1000};
  for (int u = 0; u < 1000; ++u) {
    m.pair.outer.points.push_back(m.pair.frame.to_image({u + 0.5, outer(u + 0.5)}));
    m.pair.front.points.push_back(m.pair.frame.to_image({u + 0.5, front(u + 0.5)}));
  }
  m.pair.outer.found.assign(1000, 1);
  m.pair.front.found.assign(1000, 1);
  m.pair.outer.blur_px = m.pair.front.blur_px = 1;
  m.pair.segmentation_px = 0.1;
  return m;
}

Interphase figures(const Made& m, ThicknessScale scale = {100, {}, {}}) {
  auto result = measure_interphase(m.picture, m.layers, m.filaments, m.pair, scale, {});
  EXPECT_TRUE(result) << to_string(result.errors());
  return std::move(result).value();
}

TEST(Thickness, IsAreaOverReferenceLengthAtAnyTiltAndSide) {
  // Analytic: a tilted plane layer is as thick as its normal distance.
  for (const Side side : {Side::top, Side::bottom, Side::left, Side::right})
    for (const double degrees : {0.0, 7.0, 15.0}) {
      const double slope = std::tan(degrees * std::numbers::pi / 180), t = 80;
      const auto m = made([&](double u) { return 200 + slope * u; },
                          [&](double u) { return 200 + slope * u + t * std::hypot(1.0, slope); }, side);
      const Interphase i = figures(m);
      EXPECT_NEAR(i.figures.thickness_um.value, 8.0, 0.002);
      EXPECT_NEAR(i.figures.thickness_median_um, 8.0, 0.002);
      EXPECT_NEAR(i.figures.tilt_deg, -degrees, 0.01);
      EXPECT_LT(i.figures.thickness_um.lo, 8.0);
      EXPECT_GT(i.figures.thickness_um.hi, 8.0);
    }
}

TEST(Thickness, AFrontsShapeDoesNotBiasTheMean) {
  // Analytic: a sine about 40 px has mean 40 px; the symmetric normal distance does not.
  const auto m = made([](double) { return 200.0; },
                      [](double u) { return 240 + 10 * std::sin(u * 2 * std::numbers::pi / 40); });
  const Interphase i = figures(m);
  EXPECT_NEAR(i.figures.thickness_um.value, 4.0, 0.005);
  EXPECT_LT(i.figures.thickness_median_um, 3.9);
}

TEST(Thickness, RoughnessOfASine) {
  // Analytic: amplitude A far below the cut-off: Ra = 2A/pi, Rq = A/sqrt 2, Rz = 2A; length excess from the
  // elliptic integral's series.
  const double a = 10, period = 50;
  const auto m = made([](double) { return 200.0; },
                      [&](double u) { return 300 + a * std::sin(u * 2 * std::numbers::pi / period); });
  const auto f = figures(m).figures;
  EXPECT_NEAR(f.front_ra_um, 2 * a / std::numbers::pi * 0.1, 0.01);
  EXPECT_NEAR(f.front_rq_um, a / std::numbers::sqrt2 * 0.1, 0.01);
  EXPECT_NEAR(f.front_rz_um, 2 * a * 0.1, 0.03);
  double length = 0;
  for (int k = 0; k < 10000; ++k)
    length +=
        std::hypot(1.0, 2 * std::numbers::pi * a / period * std::cos(2 * std::numbers::pi * k / 10000.0)) /
        10000;
  EXPECT_NEAR(f.front_excess_length, length - 1, 0.02);
}

TEST(Thickness, NoiseOfThePlacementIsNoRoughness) {
  // Analytic: a sine with noise that five px share keeps its Rq; noise alone is no roughness.
  RandomStream random(11, "placement");
  std::vector<double> white, noise;
  for (int u = 0; u < 1040; ++u) white.push_back(random.normal());
  for (int u = 0; u < 1000; ++u) {
    double sum = 0;
    for (int k = 0; k < 5; ++k) sum += white[u + k];
    noise.push_back(sum / std::sqrt(5.0));
  }
  const auto front = [&](double amplitude, double sigma) {
    auto m = made([](double) { return 200.0; },
                  [&](double u) {
                    return 300 + amplitude * std::sin(u * 2 * std::numbers::pi / 100) +
                           sigma * noise[static_cast<std::size_t>(u)];
                  });
    m.pair.front.correlation_px = 5;
    return figures(m).figures;
  };
  const double clean = front(3, 0).front_rq_um;
  EXPECT_NEAR(clean, 0.3 / std::numbers::sqrt2 * (1 - 1.0 / 16), 0.004);  // at half the cut-off
  // Left in, noise would add 10 and 22 %.
  EXPECT_NEAR(front(3, 1).front_rq_um, clean, 0.06 * clean);
  EXPECT_NEAR(front(3, 1.5).front_rq_um, clean, 0.11 * clean);
  EXPECT_TRUE(std::isnan(front(0.1, 1.5).front_rq_um));
}

TEST(Thickness, GaussianFilterHalvesAtTheCutoff) {
  // Published value: ISO 16610-21 transmits 50 % at the cut-off wavelength.
  std::vector<double> wave;
  for (int i = 0; i < 2000; ++i) wave.push_back(std::sin(2 * std::numbers::pi * i / 100.0));
  const auto passed = thickness::gaussian_waviness(wave, 100);
  EXPECT_NEAR(passed[1025] / wave[1025], 0.5, 0.01);
}

TEST(Thickness, EffectiveSamplesOfAnAutoregression) {
  // Analytic: the mean of an AR(1) series of coefficient r is worth n (1 - r) / (1 + r) samples.
  RandomStream random(3, "ar1");
  std::vector<double> series;
  double x = 0;
  for (int i = 0; i < 10000; ++i) series.push_back(x = 0.9 * x + random.normal());
  EXPECT_NEAR(thickness::effective_samples(series), 10000 * 0.1 / 1.9, 120);
}

TEST(Thickness, IntervalsOfAFewCorrelationLengthsHoldTheMean) {
  // Analytic: 95 % intervals for the mean of AR(1) series that are worth some 15 samples hold zero in 95 % of
  // series.
  RandomStream random(5, "ar1 coverage");
  int held = 0;
  constexpr int kSeries = 400;
  for (int k = 0; k < kSeries; ++k) {
    std::vector<double> series;
    double x = random.normal(), sum = 0, squares = 0;
    for (int i = 0; i < 1000; ++i) {
      x = 0.97 * x + std::sqrt(1 - 0.97 * 0.97) * random.normal();
      series.push_back(x), sum += x, squares += x * x;
    }
    const double mean = sum / 1000, samples = thickness::effective_samples(series);
    const double u = std::sqrt((squares / 1000 - mean * mean) / (samples - 1));
    held += std::abs(mean) < thickness::t95(samples - 1) * u;
  }
  EXPECT_GT(held, 0.915 * kSeries);
  EXPECT_LT(held, 0.985 * kSeries);
}

TEST(Thickness, StudentsQuantile) {
  // Published value: tables of Student's t, 97.5 %.
  EXPECT_NEAR(thickness::t95(5), 2.571, 0.02);
  EXPECT_NEAR(thickness::t95(10), 2.228, 0.005);
  EXPECT_NEAR(thickness::t95(100), 1.984, 0.001);
}

TEST(Thickness, StatedUncertaintiesWidenTheInterval) {
  // Analytic: 2 % of scale is 3.92 % of half width; nothing stated leaves a note.
  const auto m = made([](double) { return 200.0; }, [](double) { return 300.0; });
  const Interphase plain = figures(m);
  EXPECT_EQ(plain.notes.size(), 2U);
  const Interphase stated = figures(m, {100, 2.0, 10.0});
  EXPECT_NEAR(stated.figures.thickness_um.value, 10 * std::cos(10 * std::numbers::pi / 180), 0.01);
  EXPECT_GT(stated.figures.thickness_um.hi - stated.figures.thickness_um.value,
            0.0392 * stated.figures.thickness_um.value);
  EXPECT_TRUE(stated.notes.empty());
}

TEST(Thickness, NoPixelSizeNoNumber) {
  // Invariant: a missing scale is an error, never a length.
  const auto m = made([](double) { return 200.0; }, [](double) { return 300.0; });
  const auto result = measure_interphase(m.picture, m.layers, m.filaments, m.pair, {}, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.errors().front().code, "sem.scale_missing");
}

}  // namespace
}  // namespace litho
