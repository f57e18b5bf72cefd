#include <gtest/gtest.h>

#include <cmath>

#include "modules/statistics/nested_means/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

std::vector<FieldValue> one_each(std::initializer_list<double> values) {
  std::vector<FieldValue> out;
  for (const double v : values) out.push_back({std::to_string(out.size()), v});
  return out;
}

// Analytic: three specimens of means 1, 2, 3; t(0.975, 2) = 4.302653 (any table).
TEST(NestedMeans, CountsSpecimensNotFields) {
  const std::vector<FieldValue> fields{{"a", 0.5}, {"a", 1.5}, {"b", 2}, {"c", 2}, {"c", 3}, {"c", 4}};
  const GroupMean g = nested_mean(fields);
  EXPECT_EQ(g.specimens, 3);
  EXPECT_EQ(g.fields, 6);
  EXPECT_NEAR(g.mean.value, 2, 1e-12);
  EXPECT_NEAR(g.sd_specimens, 1, 1e-12);
  EXPECT_NEAR(g.mean.hi - 2, 4.302653 / std::sqrt(3.0), 1e-6);
  EXPECT_NEAR(2 - g.mean.lo, g.mean.hi - 2, 1e-12);
  EXPECT_NEAR(g.sd_fields, std::sqrt((0.5 + 2) / 3), 1e-12);
}

// Analytic: a single specimen says nothing about others, however many fields it has; nothing gives nothing.
TEST(NestedMeans, OneSpecimenHasNoInterval) {
  const GroupMean one = nested_mean(std::vector<FieldValue>{{"a", 1}, {"a", 3}, {"a", 2}});
  EXPECT_EQ(one.mean.value, 2);
  EXPECT_TRUE(std::isnan(one.mean.lo) && std::isnan(one.mean.hi));
  EXPECT_TRUE(std::isnan(nested_mean({}).mean.value));
  const GroupMean two = nested_mean(one_each({1, 2}));
  EXPECT_EQ(difference(one, two).difference.value, -0.5);
  EXPECT_TRUE(std::isnan(difference(one, two).p));
  const GroupMean same = nested_mean(one_each({1, 1}));
  EXPECT_TRUE(std::isnan(difference(same, same).p));
}

// Published value: Student's sleep data, Welch's test as R prints it: p 0.07939, interval -3.3654832 to
// 0.2054832.
TEST(NestedMeans, WelchAsPublished) {
  const GroupMean a = nested_mean(one_each({0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}));
  const GroupMean b = nested_mean(one_each({1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}));
  const GroupDifference d = difference(b, a);
  EXPECT_NEAR(d.difference.value, -1.58, 1e-9);
  EXPECT_NEAR(d.difference.lo, -3.3654832, 1e-6);
  EXPECT_NEAR(d.difference.hi, 0.2054832, 1e-6);
  EXPECT_NEAR(d.p, 0.07939, 1e-5);
}

// Analytic: Holm's steps by hand; values that are not there do not count.
TEST(NestedMeans, HolmByHand) {
  const std::vector<double> p{0.03, 0.01, kNotMeasured, 0.02, 0.9};
  const auto adjusted = holm(p);
  EXPECT_NEAR(adjusted[1], 0.04, 1e-12);
  EXPECT_NEAR(adjusted[3], 0.06, 1e-12);
  EXPECT_NEAR(adjusted[0], 0.06, 1e-12);
  EXPECT_NEAR(adjusted[4], 0.9, 1e-12);
  EXPECT_TRUE(std::isnan(adjusted[2]));
}

// Analytic: over many drawn groups the 95 % interval holds the truth 95 times in 100 (4 sigma of 4000
// draws: 1.4 %), with fields in unequal numbers; taking fields as specimens would hold it far less often.
TEST(NestedMeans, IntervalHoldsTheTruthAsOftenAsItSays) {
  RandomStream random(5, "nested");
  int nested = 0, pooled = 0;
  constexpr int kDraws = 4000;
  for (int draw = 0; draw < kDraws; ++draw) {
    std::vector<FieldValue> fields, as_specimens;
    for (int s = 0; s < 4; ++s) {
      const double specimen = 10 + random.normal();
      for (int f = 0; f < 3 + 2 * (s % 2); ++f) {
        fields.push_back({std::to_string(s), specimen + 0.3 * random.normal()});
        as_specimens.push_back({std::to_string(as_specimens.size()), fields.back().value});
      }
    }
    const Measured a = nested_mean(fields).mean, b = nested_mean(as_specimens).mean;
    nested += a.lo <= 10 && 10 <= a.hi;
    pooled += b.lo <= 10 && 10 <= b.hi;
  }
  EXPECT_NEAR(static_cast<double>(nested) / kDraws, 0.95, 0.014);
  EXPECT_LT(static_cast<double>(pooled) / kDraws, 0.85);
}

}  // namespace
}  // namespace litho
