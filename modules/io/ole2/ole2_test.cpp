#include <gtest/gtest.h>

#include "modules/io/ole2/builder.hpp"
#include "modules/io/ole2/kernel.hpp"
#include "tests/support/mutations.hpp"

namespace litho {
namespace {

using test::LittleEndian;
using Data = std::vector<std::uint8_t>;

Data ramp(std::size_t n) {
  Data data(n);
  for (std::size_t i = 0; i < n; ++i) data[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  return data;
}

TEST(Ole2, GivesBackStreamsOfEverySize) {
  // analytic: files written by hand; small streams, the limit, and more than one sector table
  const std::vector<std::pair<std::string, Data>> streams{
      {"empty", {}},        {"one", ramp(1)},     {"64", ramp(64)},         {"65", ramp(65)},
      {"4095", ramp(4095)}, {"4096", ramp(4096)}, {"\x05props", ramp(300)}, {"big", ramp(100000)}};
  const Data bytes = test::compound_file(streams);
  const auto file = CompoundFile::open(bytes, "a.vgd");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->names().size(), streams.size());
  for (const auto& [name, data] : streams) {
    const auto stream = file->stream(name);
    ASSERT_TRUE(stream) << name;
    EXPECT_EQ(*stream, data) << name;
  }
  EXPECT_EQ(file->stream("other").errors()[0].code, "ole2.no_stream");
}

TEST(Ole2, NamesWhatIsWrong) {
  // analytic
  Data bytes = test::compound_file({{"a", ramp(5000)}});
  EXPECT_EQ(CompoundFile::open(ramp(600), "a").errors()[0].code, "ole2.not_compound");
  EXPECT_EQ(CompoundFile::open(std::span(bytes).first(100), "a").errors()[0].code, "ole2.truncated");
  const auto cut = CompoundFile::open(std::span(bytes).first(bytes.size() - 1024), "a");
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->stream("a").errors()[0].code, "ole2.truncated");
  Data loop = bytes;
  const std::uint32_t start = 2;                          // table, directory, then the stream
  std::memcpy(loop.data() + 512 + 4 * start, &start, 4);  // a sector that follows itself
  const auto looped = CompoundFile::open(loop, "a");
  ASSERT_TRUE(looped);
  EXPECT_TRUE(looped->stream("a")) << "the size ends the chain";
  const std::uint32_t directory = 1;
  std::memcpy(loop.data() + 512 + 4 * directory, &directory, 4);
  EXPECT_EQ(CompoundFile::open(loop, "a").errors()[0].code, "ole2.corrupt");
}

TEST(Ole2, ReadsPropertySets) {
  // analytic: every type by hand
  const auto value = [](unsigned type) { return std::move(LittleEndian().u32(type)); };
  const Data set = test::property_set({{"i2", value(2).put<std::int16_t>(-3).bytes()},
                                       {"i4", value(3).put<std::int32_t>(-70000).bytes()},
                                       {"r4", value(4).f32(1486.68F).bytes()},
                                       {"r8", value(5).f64(0.1).bytes()},
                                       {"bstr", value(8).u32(8).utf16("Ag3").u16(0).bytes()},
                                       {"wide", value(31).u32(3).utf16("K-A").bytes()},
                                       {"time", value(64).put<std::int64_t>(134176614150000000).bytes()},
                                       {"odd", value(72).u32(1).bytes()}});
  const auto read = read_property_set(set, "a");
  ASSERT_TRUE(read) << to_string(read.errors());
  EXPECT_EQ(number_of(*read, "i2"), -3);
  EXPECT_EQ(number_of(*read, "i4"), -70000);
  EXPECT_EQ(number_of(*read, "r4"), 1486.68) << "the decimal that was meant, not its single";
  EXPECT_EQ(number_of(*read, "r8"), 0.1);
  EXPECT_EQ(text_of(*read, "bstr"), "Ag3");
  EXPECT_EQ(text_of(*read, "wide"), "K-A");
  EXPECT_EQ(number_of(*read, "time"), std::nullopt);
  EXPECT_TRUE((*read)[6].is_file_time);
  EXPECT_EQ(number_of(*read, "odd"), std::nullopt);
  EXPECT_EQ(read_property_set(ramp(200), "a").errors()[0].code, "ole2.corrupt");
}

TEST(Ole2, SurvivesDamage) {
  // invariant: streams or an error, whatever the bytes
  const Data file = test::compound_file({{"a", ramp(5000)}, {"b", ramp(100)}, {"c", ramp(70)}});
  test::for_each_mutation(file, 3000, [](const Data& bytes) {
    const auto open = CompoundFile::open(bytes, "a");
    if (!open) return;
    for (const std::string& name : open->names()) {
      const auto stream = open->stream(name);
      EXPECT_TRUE(!stream || stream->size() <= bytes.size());
    }
  });
  const Data set = test::property_set({{"name", LittleEndian().u32(31).u32(3).utf16("K-A").bytes()}});
  test::for_each_mutation(set, 3000, [](const Data& bytes) {
    const auto read = read_property_set(bytes, "a");
    EXPECT_TRUE(!read || read->size() < bytes.size());
  });
}

}  // namespace
}  // namespace litho
