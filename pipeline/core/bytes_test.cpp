#include "pipeline/core/bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace std::string_literals;

namespace litho {
namespace {

TEST(Bytes, ReadBackInOrder) {
  // invariant: bit for bit, NaN and NULs included
  ByteWriter out;
  out.put(std::uint8_t{7}).put("a\0b"s).put(-0.5).put(std::nan("")).put("literal").put(std::string_view());
  const std::string bytes = out.take();
  ByteReader in(bytes);
  EXPECT_EQ(in.get<std::uint8_t>(), 7);
  EXPECT_EQ(in.text(), "a\0b"s);
  EXPECT_EQ(in.get<double>(), -0.5);
  EXPECT_TRUE(std::isnan(in.get<double>()));
  EXPECT_EQ(in.text(), "literal");
  EXPECT_FALSE(in.at_end());
  EXPECT_EQ(in.text(), "");
  EXPECT_TRUE(in.at_end());
}

TEST(Bytes, EveryCutIsNoticed) {
  // invariant: no prefix of a record reads as the record
  const std::string bytes = ByteWriter().put("name").put(1.5).put(std::uint32_t{9}).take();
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    ByteReader in(std::string_view(bytes).substr(0, n));
    in.text();
    in.get<double>();
    EXPECT_EQ(in.get<std::uint32_t>(), 0u);
    EXPECT_FALSE(in.ok()) << n;
    EXPECT_FALSE(in.at_end()) << n;
  }
}

TEST(Bytes, ALengthOutOfAllProportionIsNoticed) {
  // analytic
  const std::string bytes = ByteWriter().put(~std::uint64_t{0}).put(std::uint8_t{1}).take();
  ByteReader in(bytes);
  EXPECT_EQ(in.text(), "");
  EXPECT_FALSE(in.ok());
}

}  // namespace
}  // namespace litho
