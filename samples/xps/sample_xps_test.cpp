#include "samples/xps/sample_xps.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "modules/io/vamas/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "samples/xps/files.hpp"

namespace litho {
namespace {

using namespace xps_sample;

double sum(const std::vector<double>& counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0);
}

TEST(XpsSample, RatiosFollowBeerLambert) {
  // analytic: patches of thick Li leave the open share, an even film attenuates by its thickness
  Film film;
  film.open_fraction = 0.3, film.li_nm = 1000;
  EXPECT_NEAR(film.cr2p_ratio(), 0.3, 1e-12);
  EXPECT_NEAR(film.li1s_share(), 0.7, 1e-12);
  film.open_fraction = 0, film.li_nm = film.lambda_cr2p_nm;
  EXPECT_NEAR(film.cr2p_ratio(), std::exp(-1), 1e-12);
  EXPECT_GT(film.cr3p_ratio(), film.cr2p_ratio());
}

TEST(XpsSample, CountsScaleWithTheTimeMeasured) {
  // analytic: the sum of counts of k sweeps is k times that of one, within 5 sigma
  Film film;
  film.sweeps = 1;
  const double one = sum(draw_regions(film, true, 3, 0)[0].counts);
  film.sweeps = 16;
  const double many = sum(draw_regions(film, true, 3, 0)[0].counts);
  EXPECT_NEAR(many / 16, one, 5 * std::sqrt(one));
}

TEST(XpsSample, TheCrLineIsThereAndGoes) {
  // analytic: what a bare film has more than a buried one, near the line, is its area but for the losses
  Film film;
  film.sweeps = 1000, film.cr_oxide = 0, film.shift_ev = 0;
  const auto bare = draw_regions(film, true, 3, 0)[0];
  film.open_fraction = 0, film.li_nm = 1000;
  const auto buried = draw_regions(film, true, 3, 0)[0];
  double net = 0;
  for (std::size_t i = 0; i < bare.counts.size(); ++i)
    if (bare.binding_ev[i] > 571 && bare.binding_ev[i] < 579) net += bare.counts[i] - buried.counts[i];
  net *= 0.1 / (film.sweeps * film.dwell_s);
  EXPECT_NEAR(net, 0.66 * film.cr2p_cps_ev, 0.12 * film.cr2p_cps_ev);
}

TEST(XpsSample, VamasReadsBack) {
  // independent library: the reader knows the standard, the writer here is another's
  Film film;
  for (const bool kinetic : {true, false}) {
    film.kinetic_axis = kinetic;
    const auto regions = draw_regions(film, true, 5, 1);
    const std::string text = vamas_text(regions, film, "film 1");
    const auto read =
        read_vamas({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "film.vms");
    ASSERT_TRUE(read) << read.errors().front().message;
    ASSERT_EQ(read->size(), regions.size());
    for (std::size_t r = 0; r < regions.size(); ++r) {
      EXPECT_EQ(*(*read)[r].counts(), regions[r].counts);
      EXPECT_NEAR((*read)[r].binding_ev()->back(), regions[r].binding_ev.back(), 1e-6);
      EXPECT_NEAR(*(*read)[r].seconds_per_point(), film.dwell_s * regions[r].sweeps, 1e-12);
    }
  }
}

TEST(XpsSample, AFilmDependsOnSeedIndexAndKindAlone) {
  // invariant: a longer series holds the shorter one
  const Film a = draw_film("patchy", 7, 2, 0), b = draw_film("patchy", 7, 2, 0),
             c = draw_film("patchy", 8, 2, 0);
  EXPECT_EQ(a.open_fraction, b.open_fraction);
  EXPECT_NE(a.open_fraction, c.open_fraction);
  EXPECT_EQ(draw_regions(a, true, 7, 2)[1].counts, draw_regions(b, true, 7, 2)[1].counts);
}

TEST(XpsSample, WrongOptionsAreNamed) {
  // invariant: nothing is drawn from an option that is not understood
  EXPECT_EQ(write_xps_samples({1, 1, "pachy", 0}, "nowhere").errors().front().code, "sample.kind");
  EXPECT_EQ(write_xps_samples({0, 1, "mix", 0}, "nowhere").errors().front().code, "sample.count");
}

}  // namespace
}  // namespace litho
