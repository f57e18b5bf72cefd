#include "pipeline/core/text.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace std::string_literals;

namespace litho {
namespace {

std::string decoded(const std::string& bytes) {
  return decode_text({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::string utf16(std::u16string_view text, bool big_endian) {
  std::string out;
  for (const char16_t c : text) {
    const char low = static_cast<char>(c & 0xFF), high = static_cast<char>(c >> 8);
    out += big_endian ? std::string{high, low} : std::string{low, high};
  }
  return out;
}

TEST(DecodeText, FollowsAByteOrderMark) {
  // published value: Unicode 15, section 23.8 (the marks) and 3.9 (surrogate pairs)
  const std::u16string text = u"\uFEFF5 \u00b5m at \u03bc, 52\u00b0, \U0001F600";
  const std::string expected = "5 \u00b5m at \u03bc, 52\u00b0, \U0001F600";
  EXPECT_EQ(decoded(utf16(text, false)), expected);
  EXPECT_EQ(decoded(utf16(text, true)), expected);
  EXPECT_EQ(decoded("\xEF\xBB\xBF" + expected), expected);
  EXPECT_EQ(decoded("\xFF\xFE"), "");
}

TEST(DecodeText, SeesUtf16WithoutAMark) {
  // analytic: TIFF tag 34682 and Windows exports hold such text
  EXPECT_EQ(decoded(utf16(u"PixelWidth=4.88e-8\r\n", false)), "PixelWidth=4.88e-8\r\n");
  EXPECT_EQ(decoded(utf16(u"1 \u00b5m", false)), "1 \u00b5m");
  EXPECT_EQ(decoded(utf16(u"PixelWidth=1 \u03bcm", false)), "PixelWidth=1 \u03bcm");
  EXPECT_EQ(decoded("ab\0\0\0\0"s), "ab") << "padding is not UTF-16";
}

TEST(DecodeText, EndsAtTheFirstNul) {
  // analytic: TIFF strings are padded with NULs
  EXPECT_EQ(decoded("ab\0cd"s), "ab");
  EXPECT_EQ(decoded("a\0\0\0"s), "a");
  EXPECT_EQ(decoded("\xEF\xBB\xBF"s + "x\0y"s), "x");
  EXPECT_EQ(decoded(utf16(u"\uFEFFab\0cd"s, false)), "ab");
  EXPECT_EQ(decoded("\xB5m\0\xB0"s), "\u00b5m");
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("\0"s), "");
}

TEST(DecodeText, KeepsValidUtf8) {
  // invariant
  for (const std::string text : {"plain", "\u00b5m \u00b0", "\u2013 \u20ac", "\U0010FFFF"})
    EXPECT_EQ(decoded(text), text);
}

TEST(DecodeText, ReadsAnythingElseAsWindows1252) {
  // published value: index-windows-1252 of the WHATWG Encoding Standard
  EXPECT_EQ(decoded("10 \xB5m"), "10 \u00b5m");
  EXPECT_EQ(decoded("52 \xB0"), "52 \u00b0");
  EXPECT_EQ(decoded("\x80 \x85 \x96 \x99 \x9F \xE9"), "\u20ac \u2026 \u2013 \u2122 \u0178 \u00e9");
  EXPECT_EQ(decoded("cut \xC2"), "cut \u00c2") << "a lead byte at the end is no UTF-8";
}

TEST(DecodeText, RefusesIllFormedUtf8) {
  // published value: Unicode 15, table 3-7: overlong forms, surrogates and code points past U+10FFFF
  EXPECT_EQ(decoded("\xC0\xB5"), "\u00c0\u00b5");
  EXPECT_EQ(decoded("\xE0\x80\xB5"), "\u00e0\u20ac\u00b5");
  EXPECT_EQ(decoded("\xED\xA0\x80"), "\u00ed\u00a0\u20ac");
  EXPECT_EQ(decoded("\xF4\x90\x80\x80"), "\u00f4\u0090\u20ac\u20ac");
  EXPECT_EQ(decoded("\xF0\x80\x80\xB5"), "\u00f0\u20ac\u20ac\u00b5");
}

TEST(DecodeText, ReplacesALoneSurrogate) {
  // published value: Unicode 15, section 3.9: U+FFFD for an unpaired surrogate
  EXPECT_EQ(decoded("\xFF\xFE"s + "\x00\xD8"s + "a\0"s), "\uFFFDa");
  EXPECT_EQ(decoded("\xFF\xFE"s + "\x00\xDC"s), "\uFFFD");
}

TEST(Trim, TakesBlanksLineEndsAndNulsFromBothEnds) {
  // analytic
  EXPECT_EQ(trim(" \t a b\r\n\0"s), "a b");
  EXPECT_EQ(trim(" \0 "s), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Split, KeepsEmptyParts) {
  // analytic
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(SplitLines, KnowsEveryLineEnd) {
  // analytic
  EXPECT_EQ(split_lines("a\nb\r\nc\rd\n\n"), (std::vector<std::string_view>{"a", "b", "c", "d", ""}));
  EXPECT_TRUE(split_lines("").empty());
}

TEST(Join, IsTheInverseOfSplit) {
  // invariant
  EXPECT_EQ(join({"a", "", "b"}, ";"), "a;;b");
  EXPECT_EQ(join({}, ";"), "");
}

TEST(Lower, ChangesAsciiLettersOnly) {
  // analytic
  EXPECT_EQ(lower("AZ az09\u00c4[@`{"), "az az09\u00c4[@`{");
  EXPECT_TRUE(starts_with_nocase("PixelSize", "pIXEL"));
  EXPECT_FALSE(starts_with_nocase("Pix", "pixel"));
}

TEST(DidYouMean, FindsASlipOfThePen) {
  // analytic: edit distances counted by hand
  const std::vector<std::string> names{"thickness", "smooth", "alpha"};
  EXPECT_EQ(did_you_mean("thicknes", names), "thickness");
  EXPECT_EQ(did_you_mean("Smoth", names), "smooth");
  EXPECT_EQ(did_you_mean("dhickmexz", names), std::nullopt) << "four substitutions in nine letters";
  EXPECT_EQ(did_you_mean("hticknses", names), "thickness") << "two swaps of neighbours";
  EXPECT_EQ(did_you_mean("apn", {"pan"}), "pan") << "a swap is one edit: the most that three letters allow";
  EXPECT_EQ(did_you_mean("beta", names), std::nullopt);
  EXPECT_EQ(did_you_mean("alpha", {}), std::nullopt);
  EXPECT_EQ(did_you_mean("alpha1", {"alpha22", "alpha2"}), "alpha2") << "the nearest, not the first";
}

}  // namespace
}  // namespace litho
