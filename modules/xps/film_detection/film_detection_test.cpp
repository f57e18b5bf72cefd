#include <gtest/gtest.h>

#include <cmath>

#include "modules/xps/film_detection/measure.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

double bell(double e, double at, double fwhm) {
  return std::exp(-4 * std::log(2.0) * std::pow((e - at) / fwhm, 2));
}

struct Made {
  double chromium = 1, lithium = 0, germanium = 0, shift_ev = 0, seconds = 2;
};

RegionCounts region(const std::string& name, const Made& made, double from, double to, RandomStream& random) {
  RegionCounts r;
  r.seconds = made.seconds;
  r.source = name;
  double sum = 0;
  for (int i = 0; from + 0.1 * i <= to; ++i) {
    const double e = from + 0.1 * i, t = e - made.shift_ev;
    double rate = 1500 + 5 * (e - from), line = 0;
    if (name == "Cr 2p") {
      line = made.chromium * (6000 * bell(t, 574.2, 1.2) + 4000 * bell(t, 576.8, 2.8) +
                              2600 * bell(t, 583.5, 1.7) + 2000 * bell(t, 586.6, 3));
      rate += made.germanium * (900 * bell(t, 581.6, 3.6) + 900 * bell(t, 597.6, 3.6));
    } else if (name == "Li 1s") {
      rate = 500;
      line = made.chromium * 1500 * bell(t, 42.6, 2.6);
      rate += made.lithium * 130 * bell(t, 55.1, 1.6);
    } else {
      line = 2500 * bell(t, 284.8, 1.4) + 500 * bell(t, 286.4, 1.5) + 900 * bell(t, 289.9, 1.4);
    }
    sum += 0.1 * line;
    r.energy_ev.push_back(e);
    r.counts.push_back(random.poisson(r.seconds * (rate + line + 0.03 * sum)));
  }
  return r;
}

FilmSpectra sample(const Made& plated, std::uint64_t seed, bool with_bare = true) {
  RandomStream random(seed, "sample");
  FilmSpectra s;
  s.plated_cr2p = region("Cr 2p", plated, 562, 605, random);
  s.plated_li1s = region("Li 1s", plated, 34, 68, random);
  s.plated_c1s = region("C 1s", plated, 278, 296, random);
  if (with_bare) {
    s.bare_cr2p = region("Cr 2p", {}, 562, 605, random);
    s.bare_li1s = region("Li 1s", {}, 34, 68, random);
    s.bare_c1s = region("C 1s", {}, 278, 296, random);
    s.reference = "bare";
  }
  return s;
}

bool flagged(const FilmMeasurement& m, const std::string& code) {
  for (const auto& flag : m.flags)
    if (flag.first == code) return true;
  return false;
}

TEST(MeasureFilm, FindsTheRatioWhateverDoseAndCharge) {
  // analytic: spectra drawn with a known share of chromium, dose and shift
  for (const double shift : {-1.5, 0.0, 0.7})
    for (const double seconds : {0.5, 4.0}) {
      const auto m = measure_film(sample({0.3, 1, 0, shift, seconds}, 3), {});
      ASSERT_TRUE(m);
      EXPECT_TRUE(m->cr2p->found);
      EXPECT_NEAR(m->cr2p->amplitude, 0.3, 0.03);
      EXPECT_TRUE(m->li->li1s.found);
      ASSERT_TRUE(m->li->cr3p);
      EXPECT_NEAR(m->li->cr3p->amplitude, 0.3, 0.08);
      EXPECT_NEAR(*m->charge_shift_ev, shift, 0.1);
    }
}

TEST(MeasureFilm, AVerdictDoesNotMoveWithTheCharge) {
  // invariant: the same film half an eV off is found, or not found, alike
  for (const double chromium : {0.0, 0.05})
    for (const double shift : {-0.5, 0.0, 0.5}) {
      const auto m = measure_film(sample({chromium, 1, 0, shift, 2}, 4), {});
      ASSERT_TRUE(m);
      EXPECT_EQ(m->cr2p->found, chromium > 0) << shift;
      EXPECT_TRUE(m->li->li1s.found) << shift;
    }
}

TEST(MeasureFilm, GermaniumIsNoChromium) {
  // invariant: Ge LMM of a bare electrolyte near Cr 2p1/2 is named and leaves chromium unfound
  const auto m = measure_film(sample({0, 1, 1, 0, 2}, 5), {});
  ASSERT_TRUE(m);
  EXPECT_TRUE(flagged(*m, "coverage.overlap"));
  EXPECT_FALSE(m->cr2p->found);
}

TEST(MeasureFilm, ReferencesThatCannotBeComparedAreRefused) {
  // invariant: another pass energy gives no ratio but a flag
  FilmSpectra s = sample({0.3, 1, 0, 0, 2}, 6);
  s.plated_cr2p->pass_energy_ev = 20;
  s.bare_cr2p->pass_energy_ev = 50;
  const auto m = measure_film(s, {});
  ASSERT_TRUE(m);
  EXPECT_FALSE(m->with_reference);
  EXPECT_TRUE(flagged(*m, "coverage.pass_energy"));
  EXPECT_TRUE(flagged(*m, "coverage.no_reference"));
}

TEST(MeasureFilm, ATransmissionOfOnlyOneIsNamed) {
  // invariant: it changes no number but raises a flag; that of both raises none
  FilmSpectra s = sample({0.3, 1, 0, 0, 2}, 6);
  const auto without = measure_film(s, {});
  s.plated_cr2p->transmission.assign(s.plated_cr2p->energy_ev.size(), 3);
  const auto one = measure_film(s, {});
  s.bare_cr2p->transmission.assign(s.bare_cr2p->energy_ev.size(), 3);
  const auto both = measure_film(s, {});
  ASSERT_TRUE(without && one && both);
  EXPECT_FALSE(flagged(*without, "coverage.transmission_of_one"));
  EXPECT_TRUE(flagged(*one, "coverage.transmission_of_one"));
  EXPECT_EQ(one->cr2p->amplitude, without->cr2p->amplitude);
  EXPECT_FALSE(flagged(*both, "coverage.transmission_of_one"));
}

TEST(MeasureFilm, SaysWhichRegionIsMissing) {
  // invariant: an error names it
  FilmSpectra s = sample({}, 7);
  s.plated_li1s.reset();
  const auto m = measure_film(s, {});
  ASSERT_FALSE(m);
  EXPECT_EQ(m.errors().front().code, "film.missing");
  EXPECT_NE(m.errors().front().message.find("Li 1s"), std::string::npos);
}

TEST(C1sPosition, TakesTheHydrocarbonBesideCarbonate) {
  // analytic: the line at 284.8 eV plus charge, though carbonate stands higher
  RandomStream random(8, "c1s");
  std::vector<double> e, c;
  for (int i = 0; i < 180; ++i) {
    e.push_back(278 + 0.1 * i);
    c.push_back(random.poisson(500 + 2000 * bell(e.back(), 285.5, 1.4) + 3000 * bell(e.back(), 290.6, 1.4)));
  }
  const auto found = c1s_position(e, c);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->energy_ev, 285.5, 0.1);
  EXPECT_FALSE(c1s_position(e, std::vector<double>(e.size(), 500)));
}

}  // namespace
}  // namespace litho
