#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "modules/xps/film_detection/measure.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"
#include "pipeline/core/table.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

double bell(double e, double at, double fwhm) {
  return std::exp(-4 * std::log(2.0) * std::pow((e - at) / fwhm, 2));
}

struct Made {
  double chromium = 1, lithium = 0, germanium = 0, shift_ev = 0, seconds = 2, lithium_ev = 55.1;
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
      rate += made.lithium * 130 * bell(t, made.lithium_ev, 1.6);
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

TEST(MeasureFilm, StrongLithiumOfAnyStateIsNoChromium3p) {
  // analytic: a hundredth of the bare film's Cr 3p beside Li 1s far higher; counting alone leaves 0.003
  for (const double at : {52.4, 53.7, 55.1, 57.0}) {
    const auto m = measure_film(sample({0.01, 30, 0, 0, 30, at}, 5), {});
    ASSERT_TRUE(m && m->li->cr3p) << at;
    const Detection& cr3p = *m->li->cr3p;
    EXPECT_NEAR(cr3p.found ? cr3p.amplitude : cr3p.amplitude_at_nominal, 0.01, 4 * cr3p.z_sd) << at;
    EXPECT_LT(cr3p.z_sd, 0.012) << at;
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

TEST(MeasureFilm, WithoutABareFilmTheLimitIsAbsoluteAndFlagged) {
  // invariant: the model's line is looked for, lithium is not seen in the chromium's tail, a flag says so
  for (const double lithium : {0.0, 3.0}) {
    const auto m = measure_film(sample({1, lithium, 0, 0, 2}, 9, false), {});
    ASSERT_TRUE(m);
    EXPECT_TRUE(flagged(*m, "coverage.no_reference"));
    EXPECT_TRUE(m->cr2p->found);
    EXPECT_EQ(m->li->li1s.found, lithium > 0);
    EXPECT_GT(m->cr2p->limit, 0);
  }
}

TEST(MeasureFilm, IronIsNoLithium) {
  // invariant: a broad Fe 3p line on a bare film is named and no cover
  FilmSpectra s = sample({}, 10);
  RandomStream random(10, "iron");
  for (std::size_t i = 0; i < s.plated_li1s->counts.size(); ++i)
    s.plated_li1s->counts[i] += random.poisson(2 * 400 * bell(s.plated_li1s->energy_ev[i], 55.0, 3.6));
  const auto m = measure_film(s, {});
  ASSERT_TRUE(m);
  EXPECT_TRUE(flagged(*m, "coverage.overlap"));
  EXPECT_FALSE(m->li->li1s.found);
}

/// Counts of `scans` scans of the real Cr 2p region between two energies, ascending.
RegionCounts real_stretch(const Csv& csv, double from_ev, double to_ev, std::size_t scans) {
  RegionCounts out;
  for (const auto& row : csv.rows) {
    const double e = *parse_double(row.fields[1]);
    if (e < from_ev || e > to_ev) continue;
    double sum = 0;
    for (std::size_t k = 0; k < scans; ++k) sum += *parse_double(row.fields[3 + k]);
    out.energy_ev.push_back(e);
    out.counts.push_back(sum);
  }
  std::reverse(out.energy_ev.begin(), out.energy_ev.end());
  std::reverse(out.counts.begin(), out.counts.end());
  return out;
}

TEST(DetectCr2p, ChromiumLaidOnARealBackgroundIsFoundAtItsLimit) {
  // analytic: real Cr-2p-free stretches hold none; 1.5 times the limit, drawn on them, is found
  const std::string path =
      std::string(LITHOSCOPE_SHARED_DATA) + "/xps/CINF__PyExpLabSys/derived/CrO_2p_Mg_anode_scans.csv";
  LITHO_NEEDS_SHARED_DATA(path);
  const auto text = read_text_file(path);
  ASSERT_TRUE(text);
  const auto csv = read_csv(text->substr(text->find('\n') + 1));  // behind a line of comment
  ASSERT_TRUE(csv);
  const RegionCounts own = real_stretch(*csv, 572, 604, 30);
  const auto film = cr2p_template(own.energy_ev, own.counts);
  ASSERT_TRUE(film);
  int found_without = 0, found_with = 0, stretches = 0;
  for (const double from : {606.0, 614.0, 622.0, 630.0, 638.0, 646.0}) {
    RegionCounts r = real_stretch(*csv, from, from + 32, 5);
    Cr2pOptions options;
    options.centre_shift_ev = from + 8 - (574.3 + film->shift_ev);
    options.scale = 5.0 / 30;
    const auto without = detect_cr2p(r.energy_ev, r.counts, *film, options);
    ASSERT_TRUE(without);
    found_without += without->line.found;
    RandomStream random(11, std::to_string(from));
    const PlacedTemplate placed =
        place_template(*film, r.energy_ev, options.centre_shift_ev, 0, 0.1, options.scale);
    for (std::size_t i = 0; i < r.counts.size(); ++i) {
      const double net = placed.line.mix[0] * placed.line.shapes[i] +
                         placed.line.mix[1] * placed.line.shapes[r.counts.size() + i];
      r.counts[i] += random.poisson(std::max(0.0, 1.5 * without->line.limit * net));
    }
    const auto with = detect_cr2p(r.energy_ev, r.counts, *film, options);
    ASSERT_TRUE(with);
    found_with += with->line.found;
    ++stretches;
  }
  EXPECT_EQ(found_without, 0);
  EXPECT_EQ(found_with, stretches);
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
