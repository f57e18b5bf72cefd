#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "modules/io/spectra/kernel.hpp"
#include "modules/xps/noise/kernel.hpp"
#include "modules/xps/noise/local_polynomial.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/rng.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

/// A line with a step under it, 0.1 eV a point: what counters see on average.
std::vector<double> line_means(double level, double fwhm_ev, int points = 251) {
  std::vector<double> means;
  for (int i = 0; i < points; ++i) {
    const double x = i * 0.1 - 12;
    means.push_back(level * (1 + 10 * std::exp(-4 * std::log(2.0) * x * x / (fwhm_ev * fwhm_ev)) +
                             0.5 / (1 + std::exp(-x * 3))));
  }
  return means;
}

std::vector<double> counted(RandomStream& random, const std::vector<double>& means, double gain = 1) {
  std::vector<double> counts;
  for (const double mean : means) counts.push_back(gain * random.poisson(mean / gain));
  return counts;
}

bool has_flag(const NoiseModel& model, std::string_view flag) {
  return std::ranges::find(model.flags, flag) != model.flags.end();
}

std::string code(const Result<NoiseModel>& result) {
  return result ? "" : result.errors()[0].code;
}

TEST(LocalPolynomial, LeavesNothingOfPolynomialsAndKnowsItsNorm) {
  // Analytic: a filter of degree d removes x^d; its middle value is its squared norm, being a projection.
  for (const auto& [half, degree] : {std::pair{5, 5}, {7, 5}, {4, 2}, {9, 3}}) {
    const auto filter = residual_filter(half, degree);
    for (int power = 0; power <= degree; ++power) {
      double sum = 0;
      for (int x = -half; x <= half; ++x)
        sum += filter[static_cast<std::size_t>(x + half)] * std::pow(x, power);
      EXPECT_NEAR(sum, 0, 1e-9 * std::pow(half, power)) << half << " " << degree << " " << power;
    }
    EXPECT_NEAR(autocorrelation(filter, 0), filter[static_cast<std::size_t>(half)], 1e-12);
  }
  // Published value: Savitzky and Golay's quadratic over 5 points, -3 12 17 12 -3 over 35.
  const auto smooth = residual_filter(2, 2);
  EXPECT_NEAR(smooth[2], 1 - 17.0 / 35, 1e-12);
  EXPECT_NEAR(smooth[1], -12.0 / 35, 1e-12);
  EXPECT_NEAR(smooth[0], 3.0 / 35, 1e-12);
}

TEST(NoiseFromResiduals, IsRightOnAverageAndSoIsItsInterval) {
  // Analytic: Poisson counts times a gain g have a dispersion of g; 95 % intervals hold it 95 times of 100.
  for (const double gain : {1.0, 0.7})
    for (const double level : {3.0, 1000.0, 1e5})
      for (const double fwhm : {0.8, 2.5}) {
        RandomStream random(11, "noise residuals");
        constexpr int kSpectra = 200;
        double sum = 0;
        int held = 0, correlated = 0;
        for (int k = 0; k < kSpectra; ++k) {
          const auto model = noise_from_residuals(counted(random, line_means(level, fwhm), gain));
          ASSERT_TRUE(model);
          sum += model->dispersion;
          held += model->lo <= gain && gain <= model->hi ? 1 : 0;
          correlated += has_flag(*model, "noise.correlated") ? 1 : 0;
        }
        EXPECT_NEAR(sum / kSpectra, gain, 0.04 * gain) << gain << " " << level << " " << fwhm;
        EXPECT_GE(held, 182) << gain << " " << level << " " << fwhm;  // 190 expected, standard deviation 3
        EXPECT_LE(held, 198) << gain << " " << level << " " << fwhm;
        EXPECT_LE(correlated, 3) << gain << " " << level << " " << fwhm;
      }
}

TEST(NoiseFromResiduals, TellsNeighboursThatAreNotIndependent) {
  // Analytic: e_i + e_(i+1) over sqrt 2 has correlation 0.5 and sums scatter with twice the dispersion.
  RandomStream random(5, "noise correlated");
  double dispersion = 0, area = 0;
  int flagged = 0;
  constexpr int kSpectra = 40;
  for (int k = 0; k < kSpectra; ++k) {
    const std::vector<double> means(600, 1000.0), white = counted(random, means);
    std::vector<double> mixed;
    for (std::size_t i = 0; i + 1 < white.size(); ++i)
      mixed.push_back(1000 + (white[i] + white[i + 1] - 2000) / std::sqrt(2.0));
    const auto model = noise_from_residuals(mixed);
    ASSERT_TRUE(model);
    dispersion += model->dispersion / kSpectra;
    area += model->area_dispersion / kSpectra;
    flagged += has_flag(*model, "noise.correlated") ? 1 : 0;
  }
  EXPECT_GE(flagged, kSpectra - 1);
  EXPECT_NEAR(dispersion, 1, 0.1);
  EXPECT_NEAR(area, 2, 0.3);
}

TEST(NoiseFromResiduals, GlitchesDoNotCountAndLowNoiseIsTold) {
  // Analytic: some points of fifty times the counts, and a dispersion of a quarter.
  RandomStream random(9, "noise glitches");
  auto counts = counted(random, line_means(500, 1.5, 800), 0.25);
  for (const std::size_t at : {100U, 333U, 640U}) counts[at] *= 50;
  const auto model = noise_from_residuals(counts);
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->dispersion, 0.25, 0.04);
  EXPECT_LT(model->kept_fraction, 1);
  EXPECT_TRUE(has_flag(*model, "noise.below_poisson"));
}

TEST(NoiseFromReplicates, IsNotFooledByAFadingSource) {
  // Analytic: every scan 3 % weaker than the one before, Poisson: dispersion 1 with the interval's width.
  RandomStream random(2, "noise replicates");
  int held = 0;
  constexpr int kTrials = 100;
  for (int k = 0; k < kTrials; ++k) {
    std::vector<std::vector<double>> scans;
    double strength = 1;
    for (int scan = 0; scan < 10; ++scan, strength *= 0.97) {
      auto means = line_means(200, 1);
      for (double& mean : means) mean *= strength;
      scans.push_back(counted(random, means));
    }
    const auto model = noise_from_replicates(scans);
    ASSERT_TRUE(model);
    EXPECT_NEAR(model->degrees_of_freedom, 250 * 9, 12);
    held += model->lo <= 1 && 1 <= model->hi ? 1 : 0;
  }
  EXPECT_GE(held, 88);  // 95 expected, standard deviation 2.2
}

TEST(NoiseFromReplicates, LeavesOutALineThatMoved) {
  // Analytic: a line of 10 points that drifts, on a flat background of 500 points.
  RandomStream random(4, "noise drift");
  std::vector<std::vector<double>> scans;
  for (int scan = 0; scan < 8; ++scan) {
    std::vector<double> means(500, 400.0);
    for (int i = 0; i < 500; ++i)
      means[static_cast<std::size_t>(i)] += 20000 * std::exp(-std::pow((i - 250 - 0.5 * scan) / 4.0, 2));
    scans.push_back(counted(random, means));
  }
  const auto model = noise_from_replicates(scans);
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->dispersion, 1, 0.1);
  EXPECT_LT(model->kept_fraction, 0.99);
}

TEST(Noise, RefusesWhatIsNoCounts) {
  // Invariant: errors are told apart.
  EXPECT_EQ(code(noise_from_residuals(std::vector<double>(20, 5.0))), "noise.too_few_points");
  EXPECT_EQ(code(noise_from_residuals(std::vector<double>(200, 0.0))), "noise.no_counts");
  EXPECT_EQ(code(noise_from_residuals(std::vector<double>(200, -1.0))), "noise.negative");
  EXPECT_EQ(code(noise_from_replicates(std::vector<std::vector<double>>{{1, 2}})), "noise.too_few_scans");
  EXPECT_EQ(code(noise_from_replicates(std::vector<std::vector<double>>{{1, 2}, {1}})), "noise.length");
  EXPECT_EQ(code(noise_from_replicates(std::vector<std::vector<double>>{{0, 0}, {0, 0}})), "noise.no_counts");
  EXPECT_EQ(code(pooled_noise({})), "noise.no_counts");
}

TEST(Noise, OfASpectrumPrefersItsScansAndRefusesRates) {
  // Invariant: scans win over residuals; counts per second without time have no noise.
  RandomStream random(6, "noise spectrum");
  SpectrumData data;
  data.intensity.assign(100, 0);
  for (int i = 0; i < 100; ++i) data.energy_ev.push_back(100 + 0.1 * i);
  for (int scan = 0; scan < 4; ++scan) {
    data.scans.push_back(counted(random, std::vector<double>(100, 50.0)));
    for (std::size_t i = 0; i < 100; ++i) data.intensity[i] += data.scans.back()[i];
  }
  EXPECT_EQ(noise_of_spectrum(*Spectrum::make(data))->source, NoiseSource::replicates);
  data.scans.clear();
  EXPECT_EQ(noise_of_spectrum(*Spectrum::make(data))->source, NoiseSource::residuals);
  data.unit = IntensityUnit::counts_per_s;
  EXPECT_EQ(code(noise_of_spectrum(*Spectrum::make(data))), "spectrum.no_counts");
}

TEST(Noise, ResidualsAgreeWithReplicatesOfRealScans) {
  // Reviewed sample: raw scans of four regions of an oxidised chromium film; replicates are the truth.
  const std::filesystem::path file = std::filesystem::path(LITHOSCOPE_SHARED_DATA) /
                                     "xps/CINF__PyExpLabSys/tests/functional_test/fileparsers/test_specs/"
                                     "specs_xps_sample.xml";
  LITHO_NEEDS_SHARED_DATA(file);
  const auto bytes = read_file(file);
  ASSERT_TRUE(bytes);
  const auto spectra = read_spectra(*bytes, "specs_xps_sample.xml");
  ASSERT_TRUE(spectra);
  ASSERT_EQ(spectra->size(), 4U);
  for (const Spectrum& spectrum : *spectra) {
    const auto truth = noise_from_replicates(spectrum.data().scans);
    ASSERT_TRUE(truth);
    EXPECT_NEAR(truth->dispersion, 1.015, 0.02) << spectrum.data().region;  // Fano factors of 1.00 to 1.03
    const auto sum = noise_from_residuals(spectrum.data().intensity);
    ASSERT_TRUE(sum);
    EXPECT_NEAR(sum->dispersion, truth->dispersion, 0.1 * truth->dispersion) << spectrum.data().region;
    std::vector<NoiseModel> single;
    for (const auto& scan : spectrum.data().scans) single.push_back(*noise_from_residuals(scan));
    const auto pooled = pooled_noise(single);
    ASSERT_TRUE(pooled);
    EXPECT_NEAR(pooled->dispersion, truth->dispersion, 0.05 * truth->dispersion) << spectrum.data().region;
    EXPECT_FALSE(has_flag(*pooled, "noise.correlated")) << spectrum.data().region;
  }
}

}  // namespace
}  // namespace litho
