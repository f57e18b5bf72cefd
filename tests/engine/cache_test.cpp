#include "pipeline/engine/cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "pipeline/core/file.hpp"
#include "pipeline/engine/node_record.hpp"
#include "tests/engine/pools.hpp"
#include "tests/engine/toys.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;
using toys::plan_of;
using toys::runs;

constexpr std::uint64_t kPlenty = 1 << 30;

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

std::unique_ptr<Cache> open_cache(const fs::path& folder, std::uint64_t cap = kPlenty,
                                  const std::string& salt = "") {
  auto cache = Cache::open(folder, cap, salt);
  return cache ? *std::move(cache) : nullptr;
}

class Folder : public testing::Test {
 protected:
  Folder() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(info->test_suite_name()) + "." + info->name();
    std::ranges::replace(name, '/', '-');
    folder_ = fs::path(testing::TempDir()) / ("litho-cache-" + name);
    fs::remove_all(folder_);
  }
  ~Folder() override { fs::remove_all(folder_); }
  fs::path folder_;
};

using CacheStore = Folder;

TEST_F(CacheStore, GivesBackWhatWasStored) {  // Oracle: invariant
  const std::string bytes("a\0b\n\xFF", 5);
  {
    const auto cache = open_cache(folder_);
    EXPECT_FALSE(cache->load("abc"));
    cache->store("abc", bytes);
    cache->store("abd", "");
    EXPECT_EQ(cache->load("abc"), bytes);
  }
  const auto again = open_cache(folder_);
  EXPECT_EQ(again->load("abc"), bytes);
  EXPECT_EQ(again->load("abd"), "");
  EXPECT_EQ(again->stats().hits, 2);
}

TEST_F(CacheStore, DamagedEntriesAreUnknownAndRemoved) {  // Oracle: invariant, every byte and every length
  const auto cache = open_cache(folder_);
  cache->store("abc", "twelve bytes");
  const auto files = files_in(folder_);
  ASSERT_EQ(files.size(), 1U);
  const fs::path& file = files[0];
  const std::string good = *read_text_file(file);
  int damaged = 0;
  const auto refused = [&](const std::string& bytes) {
    ASSERT_TRUE(write_file(file, bytes));
    EXPECT_FALSE(cache->load("abc"));
    EXPECT_FALSE(fs::exists(file));
    ++damaged;
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x10);
    refused(bytes);
    refused(good.substr(0, i));
  }
  EXPECT_EQ(cache->stats().corrupt, damaged);
  ASSERT_TRUE(write_file(file, good));
  EXPECT_EQ(cache->load("abc"), "twelve bytes");
}

TEST_F(CacheStore, DropsWhatWasNotUsedLongest) {  // Oracle: analytic, whatever order the folder is listed in
  const std::string kilobyte(1000, 'x');
  for (const std::string by_age : {"abcdef", "fedcba", "cafebd"}) {
    fs::remove_all(folder_);
    const auto cache = open_cache(folder_, 6800);  // room for six, and five when it has to make room
    const auto now = fs::file_time_type::clock::now();
    for (const char key : by_age) cache->store(std::string(1, key), kilobyte);
    for (const fs::path& file : files_in(folder_))
      fs::last_write_time(file, now - std::chrono::hours(9 - by_age.find(file.filename().string())));
    EXPECT_TRUE(cache->load(by_age.substr(0, 1)));  // used: not the oldest any more
    cache->store("g", kilobyte);
    EXPECT_EQ(cache->stats().evicted, 2) << by_age;
    std::string left;
    for (const fs::path& file : files_in(folder_)) left += file.filename().string();
    std::string expected = by_age.substr(0, 1) + by_age.substr(3) + "g";
    std::ranges::sort(expected);
    EXPECT_EQ(left, expected);
  }
}

TEST_F(CacheStore, TooLargeEntriesAreNotKept) {  // Oracle: analytic
  const auto cache = open_cache(folder_, 3500);
  cache->store("a", std::string(1000, 'x'));
  cache->store("b", std::string(5000, 'x'));
  EXPECT_EQ(cache->stats().not_stored, 1);
  EXPECT_TRUE(cache->load("a"));
  EXPECT_FALSE(cache->load("b"));
}

TEST_F(CacheStore, CountsWhatWasThereBefore) {  // Oracle: analytic
  open_cache(folder_)->store("a", std::string(3000, 'x'));
  const auto cache = open_cache(folder_, 3500);
  cache->store("b", std::string(1000, 'x'));
  EXPECT_EQ(cache->stats().evicted, 1);
}

TEST_F(CacheStore, AnUnusableFolderIsSaid) {  // Oracle: reviewed sample
  ASSERT_TRUE(write_file(folder_, "a file"));
  const auto cache = Cache::open(folder_, kPlenty, "");
  ASSERT_FALSE(cache);
  EXPECT_EQ(cache.errors()[0].code, "file.unwritable");
}

TEST(NodeRecordBytes, ReadBackOrGiveNothing) {  // Oracle: invariant
  const NodeRecord record{{{"a.b", "one"}, {"", ""}}, {{"c", "two"}}};
  const std::string bytes = save_record(record);
  const auto again = load_record(bytes);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->flags, record.flags);
  EXPECT_EQ(again->notes, record.notes);
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(load_record(bytes.substr(0, n))) << n;
  EXPECT_FALSE(load_record(bytes + "x"));
}

TEST(ItemKey, HoldsAllThatAStageCanSee) {  // Oracle: invariant
  const Item base{"a/b.tif", "b", "s1", {{"a/b.tif", {{"side", "top"}}, {"a/b.txt"}, "sheet.csv:2"}}};
  std::vector<Item> others(9, base);
  others[0].name = "c";
  others[1].stem = "c";
  others[2].sample = "c";
  others[3].files[0].path = "c";
  others[4].files[0].fields["side"] = "left";
  others[5].files[0].fields["tilt"] = "1";
  others[6].files[0].where = "c";
  others[7].files.clear();
  others[8].files[0].sidecars.clear();
  const std::string key = item_key(base, {"hash"});
  EXPECT_EQ(key.size(), 64U);
  EXPECT_EQ(item_key(base, {"hash"}), key);
  EXPECT_NE(item_key(base, {"hush"}), key);
  EXPECT_NE(item_key(base, {"hash", "hash"}), key);
  for (std::size_t i = 0; i < others.size(); ++i) EXPECT_NE(item_key(others[i], {"hash"}), key) << i;
}

class NodeKeys : public testing::Test {
 protected:
  static std::vector<std::string> keys(const std::string& stages, const std::string& item = "i",
                                       const std::string& salt = "s", std::uint64_t seed = 1,
                                       const std::string& stream = "t") {
    return node_keys(plan_of(stages), item, salt, seed, stream);
  }
};

TEST_F(NodeKeys, ChangeWithAllThatDecidesAResultDownstreamOnly) {  // Oracle: invariant
  const auto graph = [](const std::string& value, const std::string& edges) {
    return "  one: { use: toy.source, in: { item: $item } }\n"
           "  two: { use: toy.source, in: { item: $item }, with: { value: " +
           value +
           " } }\n"
           "  sum: { use: toy.add, in: { " +
           edges + " } }\n";
  };
  const auto base = keys(graph("2 um", "a: one.value, b: two.value"));
  EXPECT_EQ(keys(graph("2000 nm", "b: two.value, a: one.value")), base);
  const auto option = keys(graph("3 um", "a: one.value, b: two.value"));
  EXPECT_EQ(option[0], base[0]);
  EXPECT_NE(option[1], base[1]);
  EXPECT_NE(option[2], base[2]);
  EXPECT_NE(keys(graph("2 um", "a: two.value, b: one.value"))[2], base[2]);
  EXPECT_NE(keys(graph("2 um", "a: one.value"))[2], base[2]);
  EXPECT_NE(base[0], base[1]);
  const std::string same = graph("2 um", "a: one.value, b: two.value");
  for (const auto& other :
       {keys(same, "j"), keys(same, "i", "z"), keys(same, "i", "s", 2), keys(same, "i", "s", 1, "u")})
    for (std::size_t i = 0; i < base.size(); ++i) EXPECT_NE(other[i], base[i]);
}

class CachedRun : public testing::TestWithParam<toys::PoolKind> {
 protected:
  CachedRun() {
    folder_ = fs::path(testing::TempDir()) / ("litho-cached-run-" + GetParam().name);
    fs::remove_all(folder_);
  }
  ~CachedRun() override { fs::remove_all(folder_); }

  ItemResult run(const Plan& plan, Cache* cache, const std::string& item = "abc") {
    return toys::run(*pool_, plan, toys::item_called(item), {*pool_, 1, {}, cache, {}}, "key of " + item);
  }
  static int from_cache(const ItemResult& result) {
    return static_cast<int>(std::ranges::count_if(result.timings, &NodeTime::from_cache));
  }

  fs::path folder_;
  std::unique_ptr<TaskPool> pool_ = GetParam().make();
};
INSTANTIATE_TEST_SUITE_P(, CachedRun, testing::ValuesIn(toys::pool_kinds()), toys::pool_name);

// `seal` speaks up but its output cannot be kept, `read` may not be kept at all.
constexpr const char* kGraph =
    "  read: { use: toy.source, in: { item: $item } }\n"
    "  odd: { use: toy.flag, in: { value: read.value } }\n"
    "  seal: { use: toy.seal, in: { value: odd.same } }\n"
    "  open: { use: toy.unseal, in: { sealed: seal.sealed } }\n"
    "  noisy: { use: toy.random, in: { value: open.value } }\n"
    "  file: { use: toy.file, in: { value: noisy.noisy } }\n"
    "  table: { use: toy.table, in: { value: open.value } }\n";

TEST_P(CachedRun, IsTransparent) {  // Oracle: invariant, cache on = off
  const Plan plan = plan_of(kGraph);
  const std::string expected = toys::text_of(run(plan, nullptr));
  const auto cache = open_cache(folder_);
  runs.reset();
  const ItemResult cold = run(plan, cache.get());
  EXPECT_EQ(toys::text_of(cold), expected);
  EXPECT_EQ(from_cache(cold), 0);
  const ItemResult warm = run(plan, cache.get());
  EXPECT_EQ(toys::text_of(warm), expected);
  EXPECT_EQ(from_cache(warm), 7);  // nobody needs what was not kept
  EXPECT_EQ(runs.source, 1);
  EXPECT_EQ(runs.seal, 1);
  EXPECT_EQ(cache->stats().corrupt, 0);
}

TEST_P(CachedRun, RunsAgainOnlyWhatIsNeeded) {  // Oracle: analytic
  const auto cache = open_cache(folder_);
  run(plan_of(kGraph), cache.get());
  runs.reset();
  // The changed sink needs `open`, which the cache has; the new one needs `seal`, which it cannot have.
  const Plan sink = plan_of(std::string(kGraph) + "  more: { use: toy.add, in: { a: open.value } }\n");
  EXPECT_EQ(from_cache(run(sink, cache.get())), 7);
  EXPECT_EQ(runs.source, 0);
  EXPECT_EQ(runs.add, 1);
  const Plan deep =
      plan_of(std::string(kGraph) + "  more: { use: toy.unseal, in: { sealed: seal.sealed } }\n");
  const ItemResult result = run(deep, cache.get());
  EXPECT_EQ(from_cache(result), 6);
  EXPECT_EQ(runs.source, 0);
  EXPECT_EQ(runs.seal, 1);
  EXPECT_EQ(toys::text_of(result), toys::text_of(run(deep, nullptr)));
}

TEST_P(CachedRun, OtherItemsAndOptionsAreOtherResults) {  // Oracle: invariant
  const auto cache = open_cache(folder_);
  const Plan plan = plan_of(kGraph);
  run(plan, cache.get());
  const ItemResult other = run(plan, cache.get(), "abcd");
  EXPECT_EQ(from_cache(other), 0);
  EXPECT_EQ(toys::text_of(other), toys::text_of(run(plan, nullptr, "abcd")));
}

TEST_P(CachedRun, DamageCostsTimeNotTruth) {  // Oracle: invariant
  const Plan plan = plan_of(kGraph);
  const std::string expected = toys::text_of(run(plan, nullptr));
  const auto cache = open_cache(folder_);
  run(plan, cache.get());
  for (const fs::path& file : files_in(folder_)) {
    std::string bytes = *read_text_file(file);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    ASSERT_TRUE(write_file(file, bytes));
  }
  const ItemResult result = run(plan, cache.get());
  EXPECT_EQ(toys::text_of(result), expected);
  EXPECT_EQ(from_cache(result), 0);
  EXPECT_GT(cache->stats().corrupt, 0);
  EXPECT_EQ(from_cache(run(plan, cache.get())), 7);
}

TEST_P(CachedRun, EntriesThatDoNotDecodeAreRunAgain) {  // Oracle: invariant
  const Plan plan = plan_of(kGraph);
  const std::string expected = toys::text_of(run(plan, nullptr));
  const auto cache = open_cache(folder_);
  run(plan, cache.get());
  for (const fs::path& file : files_in(folder_))
    cache->store(file.filename().string(), "whole, but nonsense");
  EXPECT_EQ(toys::text_of(run(plan, cache.get())), expected);
}

TEST_P(CachedRun, FailuresAreNotKeptAndRequireSpeaksEachTime) {  // Oracle: invariant
  const auto cache = open_cache(folder_);
  const Plan fails = plan_of(
      "  read: { use: toy.source, in: { item: $item } }\n"
      "  bad: { use: toy.fail, in: { value: read.value } }\n");
  const std::string expected = toys::text_of(run(fails, cache.get()));
  EXPECT_EQ(toys::text_of(run(fails, cache.get())), expected);

  const std::string odd = "  odd: { use: toy.flag, in: { value: read.value } ";
  const std::string read = "  read: { use: toy.source, in: { item: $item } }\n";
  const std::string table = "  table: { use: toy.table, in: { value: odd.same } }\n";
  const Plan mild = plan_of(read + odd + "}\n" + table);
  const Plan strict = plan_of(read + odd + ", require: [toy.odd] }\n" + table);
  EXPECT_TRUE(run(mild, cache.get()).errors.empty());
  const ItemResult refused = run(strict, cache.get());
  EXPECT_EQ(refused.errors.at(0).code, "require.flag");
  EXPECT_TRUE(refused.rows.empty());
  EXPECT_EQ(toys::text_of(refused), toys::text_of(run(strict, nullptr)));
  EXPECT_EQ(from_cache(refused), 2);
}

TEST_P(CachedRun, CancelledRunsLeaveNothingFalse) {  // Oracle: invariant
  const Plan plan = plan_of(
      "  read: { use: toy.source, in: { item: $item } }\n"
      "  wait: { use: toy.wait, in: { value: read.value } }\n");
  const auto cache = open_cache(folder_);
  runs.reset();
  for (int i = 0; i < 2; ++i) {
    std::stop_source stop;
    std::jthread stopper([&, i] {
      while (runs.waiting <= i) std::this_thread::yield();
      stop.request_stop();
    });
    const RunServices services{*pool_, 1, stop.get_token(), cache.get(), {}};
    EXPECT_TRUE(toys::run(*pool_, plan, toys::item_called("abc"), services, "key").cancelled);
  }
}

TEST_P(CachedRun, ItemsMayShareItAtTheSameTime) {  // Oracle: invariant
  const Plan plan = plan_of(kGraph);
  const std::string expected = toys::text_of(run(plan, nullptr));
  const auto cache = open_cache(folder_, 20000);  // small: entries go while others come
  std::vector<ItemResult> results(100);
  const RunServices services{*pool_, 1, {}, cache.get(), {}};
  for (std::size_t i = 0; i < results.size(); ++i)
    run_item(plan, toys::item_called("abc"), i % 2 == 0 ? "key of abc" : "k" + std::to_string(i), services,
             [&results, i](ItemResult result) { results[i] = std::move(result); });
  pool_->wait();
  for (const ItemResult& result : results) EXPECT_EQ(toys::text_of(result), expected);
}

}  // namespace
}  // namespace litho
