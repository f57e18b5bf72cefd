#include "pipeline/core/spectrum.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace litho {
namespace {

SpectrumData small() {
  SpectrumData data;
  data.region = "Cr 2p";
  data.energy_ev = {570, 571, 572};
  data.intensity = {100, 200, 150};
  return data;
}

std::string codes(SpectrumData data) {
  const auto spectrum = Spectrum::make(std::move(data));
  std::string out;
  if (!spectrum)
    for (const Error& error : spectrum.errors()) out += (out.empty() ? "" : " ") + error.code;
  return out;
}

TEST(Spectrum, TakesRisingAndFallingEnergies) {
  // analytic
  EXPECT_EQ(codes(small()), "");
  SpectrumData data = small();
  data.energy_ev = {572, 571, 570};
  EXPECT_EQ(codes(data), "");
  const auto spectrum = Spectrum::make(data);
  EXPECT_EQ(spectrum->points(), 3u);
  EXPECT_EQ(spectrum->data().energy_ev.front(), 572) << "the order of the file is kept";
}

TEST(Spectrum, RefusesEnergiesThatTurnOrStandStill) {
  // analytic
  SpectrumData data = small();
  data.energy_ev = {570, 572, 571};
  EXPECT_EQ(codes(data), "spectrum.not_monotonic");
  data.energy_ev = {570, 570, 571};
  EXPECT_EQ(codes(data), "spectrum.not_monotonic");
}

TEST(Spectrum, RefusesLengthsThatDiffer) {
  // analytic
  SpectrumData data = small();
  data.intensity.pop_back();
  EXPECT_EQ(codes(data), "spectrum.length");
  data = small();
  data.transmission = {1, 1};
  EXPECT_EQ(codes(data), "spectrum.length");
  data = small();
  data.scans = {{1, 2, 3}, {1, 2}};
  EXPECT_EQ(codes(data), "spectrum.length");
}

TEST(Spectrum, RefusesWhatIsNotFinite) {
  // analytic
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  SpectrumData data = small();
  data.intensity[1] = nan;
  EXPECT_EQ(codes(data), "spectrum.not_finite");
  data = small();
  data.energy_ev[2] = inf;
  EXPECT_EQ(codes(data), "spectrum.not_finite");
  data = small();
  data.scans = {{1, nan, 3}};
  EXPECT_EQ(codes(data), "spectrum.not_finite");
  data = small();
  data.transmission = {1, inf, 1};
  EXPECT_EQ(codes(data), "spectrum.not_finite");
}

TEST(Spectrum, NamesAllFaultsAtOnce) {
  // analytic
  SpectrumData data = small();
  data.energy_ev = {570};
  EXPECT_EQ(codes(data), "spectrum.empty spectrum.length");
}

TEST(Spectrum, RestoresCountsFromRates) {
  // analytic: counts = rate x dwell x scans
  SpectrumData data = small();
  EXPECT_EQ(*Spectrum::make(data)->counts(), data.intensity);
  data.unit = IntensityUnit::counts_per_s;
  data.dwell_s = 0.5;
  data.scan_count = 4;
  EXPECT_EQ(*Spectrum::make(data)->counts(), (std::vector<double>{200, 400, 300}));
}

TEST(Spectrum, GivesNoCountsWhereTheFactorIsUnknown) {
  // analytic: nothing is guessed, and a factor that is not positive is none
  SpectrumData data = small();
  data.unit = IntensityUnit::counts_per_s;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  using Dwell = std::optional<double>;
  using Scans = std::optional<int>;
  for (const auto& [dwell, scans] :
       {std::pair<Dwell, Scans>{{}, {}}, {0.5, {}}, {{}, 4}, {0.0, 4}, {-1.0, 4}, {nan, 4}, {0.5, 0}}) {
    data.dwell_s = dwell;
    data.scan_count = scans;
    const auto counts = Spectrum::make(data)->counts();
    ASSERT_FALSE(counts);
    EXPECT_EQ(counts.errors().front().code, "spectrum.no_counts");
    EXPECT_EQ(counts.errors().front().where, "Cr 2p");
  }
}

TEST(Spectrum, TotalTimeRestoresCountsToo) {
  // analytic: counts = rate x time on the point
  SpectrumData data = small();
  data.unit = IntensityUnit::counts_per_s;
  data.total_s = 0.5;
  EXPECT_EQ(*Spectrum::make(data)->counts(), (std::vector<double>{50, 100, 75}));
  EXPECT_EQ(Spectrum::make(data)->seconds_per_point(), 0.5);
  data.dwell_s = 0.5;
  data.scan_count = 4;
  EXPECT_EQ(Spectrum::make(data)->seconds_per_point(), 2.0) << "what is known apart goes first";
  data.total_s = -1;
  data.scan_count.reset();
  EXPECT_EQ(Spectrum::make(data)->seconds_per_point(), std::nullopt);
}

TEST(Spectrum, UnknownUnitHasNoCounts) {
  // invariant: what the file does not say is not guessed
  SpectrumData data;
  data.energy_ev = {1, 2};
  data.intensity = {10, 20};
  data.unit = IntensityUnit::unknown;
  data.dwell_s = 1;
  data.scan_count = 1;
  const auto spectrum = Spectrum::make(data);
  ASSERT_TRUE(spectrum);
  EXPECT_EQ(spectrum->counts().errors()[0].code, "spectrum.no_counts");
}

TEST(Spectrum, BindingEnergyNeedsThePhotonEnergyOnly) {
  // analytic: 1486.6 - 1000 = 486.6, and the work function plays no part
  SpectrumData data;
  data.energy_ev = {1000, 1001};
  data.intensity = {10, 20};
  data.axis = EnergyAxis::kinetic;
  data.work_function_ev = 4.5;
  EXPECT_EQ(Spectrum::make(data)->binding_ev().errors()[0].code, "spectrum.no_photon_energy");
  data.photon_energy_ev = 1486.6;
  const auto binding = Spectrum::make(data)->binding_ev();
  ASSERT_TRUE(binding);
  EXPECT_NEAR(binding.value()[0], 486.6, 1e-9);
  EXPECT_NEAR(binding.value()[1], 485.6, 1e-9);
  data.axis = EnergyAxis::binding;
  EXPECT_EQ(Spectrum::make(data)->binding_ev().value(), data.energy_ev);
}

}  // namespace
}  // namespace litho
