#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "modules/io/avantage/sheets.hpp"
#include "modules/io/workbook/kernel.hpp"

namespace litho {
namespace {

Table sample_table() {
  Table table({"image", "thickness_um", "count"});
  table.add({std::string("a & <b>.tif"), 1.25, std::int64_t{3}});
  table.add({std::string("=1+2"), std::numeric_limits<double>::quiet_NaN(), std::monostate{}});
  table.add({std::string("b\x01\xff \xC2\xB5m"), -0.5e-9, std::int64_t{-7}});
  return table;
}

// Independent reader: the reader of Thermo's workbooks, written against other files, gets every cell back.
TEST(Workbook, IsReadBack) {
  const Table table = sample_table();
  const auto bytes = write_workbook({{"one", &table}, {"a/b", &table}, {"ONE", &table}});
  ASSERT_TRUE(bytes) << to_string(bytes.errors());
  const auto sheets =
      read_xlsx_sheets({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()}, "test.xlsx");
  ASSERT_TRUE(sheets) << to_string(sheets.errors());
  ASSERT_EQ(sheets->size(), 3U);
  EXPECT_EQ((*sheets)[1].name, "a_b");
  EXPECT_EQ((*sheets)[2].name, "ONE-2");
  auto cells = sheets->front().cells;
  EXPECT_EQ(std::get<std::string>(cells.at({0, 1})), "thickness_um");
  EXPECT_EQ(std::get<std::string>(cells.at({1, 0})), "a & <b>.tif");
  EXPECT_EQ(std::get<double>(cells.at({1, 1})), 1.25);
  EXPECT_EQ(std::get<double>(cells.at({1, 2})), 3);
  EXPECT_EQ(std::get<std::string>(cells.at({2, 0})), "=1+2");
  EXPECT_FALSE(cells.contains({2, 1}));
  EXPECT_EQ(std::get<std::string>(cells.at({3, 0})), "b\xEF\xBF\xBD\xEF\xBF\xBD \xC2\xB5m");
  EXPECT_DOUBLE_EQ(std::get<double>(cells.at({3, 1})), -0.5e-9);
}

// Invariant: the same tables give the same bytes.
TEST(Workbook, IsTheSameEveryTime) {
  const Table table = sample_table();
  EXPECT_EQ(*write_workbook({{"one", &table}}), *write_workbook({{"one", &table}}));
}

// Analytic: what does not fit into a sheet is refused.
TEST(Workbook, RefusesWhatDoesNotFit) {
  Table table({"x"});
  for (int i = 0; i < 1'048'576; ++i) table.add({std::monostate{}});
  EXPECT_FALSE(fits_in_sheet(table));
  EXPECT_EQ(write_workbook({{"x", &table}}).errors().front().code, "workbook.too_large");
}

}  // namespace
}  // namespace litho
