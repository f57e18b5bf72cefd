#include "pipeline/core/table.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "pipeline/core/measured.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

using Fields = std::vector<std::string>;

Csv read(std::string_view text) {
  auto csv = read_csv(text);
  EXPECT_TRUE(csv) << (csv ? "" : to_string(csv.errors()));
  return csv ? *std::move(csv) : Csv{};
}

/// "code line", one an error.
Fields problems(std::string_view text) {
  const auto csv = read_csv(text);
  Fields out;
  if (!csv)
    for (const Error& error : csv.errors()) out.push_back(error.code + " " + error.where);
  return out;
}

TEST(Cell, WritesWhatWasMeasuredAndNothingElse) {
  // analytic
  EXPECT_EQ(to_text({}), "");
  EXPECT_EQ(to_text(kNotMeasured), "");
  EXPECT_EQ(to_text(std::numeric_limits<double>::infinity()), "");
  EXPECT_EQ(to_text(0.25), "0.25");
  EXPECT_EQ(to_text(std::int64_t{-7}), "-7");
  EXPECT_EQ(to_text(std::string("x, y")), "x, y");
}

TEST(WriteCsv, QuotesOnlyWhatMustBe) {
  // published value: RFC 4180, section 2, rules 5 to 7
  Table table({"name", "note"});
  table.add({std::string("a"), std::string("plain")});
  table.add({std::string("b,c"), std::string("says \"no\"")});
  table.add({std::string("d\ne"), {}});
  EXPECT_EQ(write_csv(table), "name,note\na,plain\n\"b,c\",\"says \"\"no\"\"\"\n\"d\ne\",\n");
}

TEST(ReadCsv, ReadsRfc4180) {
  // published value: RFC 4180, section 2: the examples of its rules 1, 5, 6 and 7
  EXPECT_EQ(read("h1,h2,h3\r\naaa,bbb,ccc\r\nzzz,yyy,xxx").rows[1].fields, (Fields{"zzz", "yyy", "xxx"}));
  EXPECT_EQ(read("h1,h2,h3\r\n\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx\r\n").rows[0].fields,
            (Fields{"aaa", "b\r\nbb", "ccc"}));
  EXPECT_EQ(read("h1,h2,h3\n\"aaa\",\"b\"\"bb\",\"ccc\"\n").rows[0].fields, (Fields{"aaa", "b\"bb", "ccc"}));
}

TEST(ReadCsv, KnowsEveryLineEndAndAMark) {
  // invariant: the line end changes nothing
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const Csv csv = read(
        "\xEF\xBB\xBF"
        "file , sample" +
        end + "a.tif,1" + end + end + "b.tif," + end);
    EXPECT_EQ(csv.columns, (Fields{"file", "sample"}));
    ASSERT_EQ(csv.rows.size(), 2u);
    EXPECT_EQ(csv.rows[1].fields, (Fields{"b.tif", ""}));
    EXPECT_EQ(csv.rows[1].line, 4);
  }
}

TEST(ReadCsv, NumbersTheLineOnWhichARowStarts) {
  // analytic: counted by hand, with comments, blank lines and a field of several lines
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const Csv csv = read("# made by hand" + end + "a,b" + end + end + "1,\"x" + end + end + "y\"" + end +
                         "# no" + end + "2,z" + end);
    ASSERT_EQ(csv.rows.size(), 2u);
    EXPECT_EQ(csv.rows[0].line, 4);
    EXPECT_EQ(csv.rows[1].line, 8);
    EXPECT_EQ(csv.rows[1].fields, (Fields{"2", "z"}));
  }
}

TEST(ReadCsv, FindsColumnsByName) {
  // analytic
  const Csv csv = read("file,pixel_size_nm\na,1\n");
  EXPECT_EQ(csv.column("pixel_size_nm"), 1);
  EXPECT_EQ(csv.column("File"), -1);
}

TEST(ReadCsv, NamesEveryFaultWithItsLine) {
  // analytic: counted by hand
  EXPECT_EQ(problems(""), (Fields{"csv.empty "}));
  EXPECT_EQ(problems("\n# only talk\n"), (Fields{"csv.empty "}));
  EXPECT_EQ(problems("a,b\n1\n1,2\n1,2,3\n"), (Fields{"csv.field_count line 2", "csv.field_count line 4"}));
  EXPECT_EQ(problems("\na,b,a\n1,2,3\n"), (Fields{"csv.repeated_column line 2"}));
  EXPECT_EQ(problems("a,b\n1,\"x\" y\n"), (Fields{"csv.quote line 2"}));
  EXPECT_EQ(problems("a,b\n1,2\n1,\"x\n"), (Fields{"csv.quote line 3"}));
}

TEST(Csv, ReadsBackWhatItWrote) {
  // invariant: read(write(table)) == table, over fields of awkward letters
  RandomStream random(3, "csv");
  constexpr std::string_view kLetters = "ab,\"\n\r # ;\t";
  for (int columns = 1; columns <= 3; ++columns) {
    std::vector<std::string> names;
    for (int i = 0; i < columns; ++i) names.push_back("c" + std::to_string(i));
    Table table(names);
    std::vector<Fields> expected;
    for (int row = 0; row < 500; ++row) {
      Fields fields;
      for (int i = 0; i < columns; ++i) {
        std::string field;
        for (auto n = random.below(5); n > 0; --n) field += kLetters[random.below(kLetters.size())];
        fields.push_back(field);
      }
      expected.push_back(fields);
      table.add({fields.begin(), fields.end()});
    }
    const Csv csv = read(write_csv(table));
    ASSERT_EQ(csv.rows.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
      ASSERT_EQ(csv.rows[i].fields, expected[i]) << "row " << i;
  }
}

}  // namespace
}  // namespace litho
