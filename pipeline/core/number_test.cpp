#include "pipeline/core/number.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

TEST(ParseDouble, ReadsWholeNumbersOfEveryForm) {
  // analytic
  EXPECT_EQ(parse_double("0"), 0.0);
  EXPECT_EQ(parse_double("-1.25"), -1.25);
  EXPECT_EQ(parse_double("+1.25"), 1.25);
  EXPECT_EQ(parse_double("1e-3"), 1e-3);
  EXPECT_EQ(parse_double("1.5E+2"), 150.0);
  EXPECT_EQ(parse_double(".5"), 0.5);
}

TEST(ParseDouble, RefusesAnythingElse) {
  // analytic: the header's list
  for (const char* text : {"", "+", "-", "1,5", "1.5x", " 1", "1 ", "nan", "inf", "-inf", "infinity", "1e400",
                           "0x10", "++1", "+-1", "--1", "1e", "."})
    EXPECT_FALSE(parse_double(text)) << '\'' << text << '\'';
}

TEST(ParseInt, IsWholeAndWithin64Bits) {
  // analytic: the limits of a 64-bit whole number
  EXPECT_EQ(parse_int("+42"), 42);
  EXPECT_EQ(parse_int("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_int("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const char* text : {"", "9223372036854775808", "1.0", "1e3", "+-1", " 1", "0x1"})
    EXPECT_FALSE(parse_int(text)) << '\'' << text << '\'';
}

TEST(FormatDouble, GivesSignificantDigitsWithoutTrailingZeros) {
  // analytic
  EXPECT_EQ(format_double(1.0), "1");
  EXPECT_EQ(format_double(0.1), "0.1");
  EXPECT_EQ(format_double(1.0 / 3), "0.3333333");
  EXPECT_EQ(format_double(2.0 / 3, 3), "0.667");
  EXPECT_EQ(format_double(-1234567.8), "-1234568");
  EXPECT_EQ(format_double(-0.0), "0");
}

TEST(FormatDouble, WritesNoNumberForWhatIsNone) {
  // analytic: a figure that could not be measured is an empty field
  for (const double value :
       {std::nan(""), std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(format_double(value), "");
    EXPECT_EQ(format_exact(value), "");
  }
}

TEST(FormatExact, ReadsBackToTheSameBits) {
  // invariant: parse(format(x)) == x, over doubles of any exponent
  RandomStream random(1, "format_exact");
  int tried = 0;
  while (tried < 10000) {
    const std::uint64_t bits = std::uint64_t{random.bits()} << 32 | random.bits();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    ++tried;
    ASSERT_EQ(parse_double(format_exact(value)), value);
  }
  EXPECT_EQ(format_exact(0.1), "0.1");
  EXPECT_EQ(format_exact(48.8), "48.8");
}

}  // namespace
}  // namespace litho
