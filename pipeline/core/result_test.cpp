#include "pipeline/core/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace litho {
namespace {

TEST(Result, HoldsAValueOrErrors) {
  // analytic
  const Result<int> good = 7;
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, 7);
  const Result<int> bad = Error{"a.b", "", "no", ""};
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.errors().front().code, "a.b");
  const Result<std::string> worse = Errors{{"a", "", "", ""}, {"b", "", "", ""}};
  ASSERT_FALSE(worse);
  EXPECT_EQ(worse.errors().size(), 2u);
}

TEST(Result, GivesItsValueAway) {
  // analytic: a type that cannot be copied
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 3);
}

TEST(Status, IsSuccessUnlessAnErrorIsNamed) {
  // analytic
  EXPECT_TRUE(Status());
  EXPECT_TRUE(Status(Errors{}));
  EXPECT_FALSE(Status(Error{"a", "", "", ""}));
}

TEST(Error, NamesPlaceCodeAndRemedy) {
  // analytic: the form the header gives
  const Error error{"tiff.truncated", "a.tif@12", "the file ends early", "copy it again"};
  EXPECT_EQ(to_string(error), "a.tif@12: the file ends early [tiff.truncated]; copy it again");
  EXPECT_EQ(to_string(Error{"x.y", "", "bad", ""}), "bad [x.y]");
  EXPECT_EQ(to_string(Errors{{"a", "", "one", ""}, {"b", "", "two", ""}}), "one [a]\ntwo [b]");
}

TEST(Error, TakesAPlaceInFront) {
  // analytic
  EXPECT_EQ(at("sheet.csv", {"a", "line 3", "", ""}).where, "sheet.csv: line 3");
  EXPECT_EQ(at("sheet.csv", {"a", "", "", ""}).where, "sheet.csv");
}

}  // namespace
}  // namespace litho
