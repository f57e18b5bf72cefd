#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "pipeline/core/file.hpp"
#include "pipeline/engine/batch.hpp"
#include "pipeline/engine/merge.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;
constexpr int kSomeFailed = 3;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "lithoscope-batch-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

struct Toy {
  std::string run;
  int items = 60;
  int jobs = 1;
  std::string shard = "1/1";
  bool force = false;
  rlim_t file_limit = RLIM_INFINITY;  ///< writes beyond fail as they do on a full disk
};

pid_t start(const Toy& toy) {
  const std::string items = std::to_string(toy.items), jobs = std::to_string(toy.jobs);
  std::vector<const char*> arguments{LITHOSCOPE_TOY_BATCH, toy.run.c_str(), items.c_str(), jobs.c_str(),
                                     toy.shard.c_str()};
  if (toy.force) arguments.push_back("force");
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{toy.file_limit, toy.file_limit};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::execv(arguments[0], const_cast<char**>(arguments.data()));
    ::_exit(127);
  }
  return child;
}

/// Exit code, or minus the signal.
int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int run(const Toy& toy) {
  return wait_for(start(toy));
}

/// Everything that must not depend on how the run came about: all but timings, locks and leftovers.
std::map<std::string, std::string> products(const std::string& run) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(run)) {
    const std::string name = fs::relative(entry.path(), run).string();
    if (!entry.is_regular_file() || name == "run.json" || name.starts_with("journal/") ||
        name.starts_with("."))
      continue;
    out[name] = *read_text_file(entry.path());
  }
  return out;
}

std::map<std::string, std::string> uninterrupted(const Folder& folder) {
  EXPECT_EQ(run({folder / "whole"}), kSomeFailed);
  auto out = products(folder / "whole");
  EXPECT_TRUE(out.contains("work.csv"));
  EXPECT_GT(out.size(), 100U);
  return out;
}

void kill_fifty_times(int jobs) {
  const Folder folder;
  const auto start_time = std::chrono::steady_clock::now();
  const auto whole = uninterrupted(folder);
  const auto whole_us =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start_time)
          .count();
  std::mt19937 random(static_cast<unsigned>(jobs));
  std::uniform_int_distribution<long> moment(0, whole_us / 2);
  int kills = 0;
  for (int batch = 0; kills < 50; ++batch) {
    const Toy toy{folder / ("killed" + std::to_string(batch)), 60, jobs};
    int code = 0;
    do {
      const pid_t child = start(toy);
      std::this_thread::sleep_for(std::chrono::microseconds(moment(random)));
      ::kill(child, SIGKILL);
      code = wait_for(child);
      kills += code == -SIGKILL;
    } while (code == -SIGKILL);
    ASSERT_EQ(code, kSomeFailed);
    ASSERT_EQ(products(toy.run), whole) << "after " << kills << " kills";
    EXPECT_FALSE(fs::exists(toy.run + "/.partial") && !fs::is_empty(toy.run + "/.partial"));
  }
}

// Invariant: killed at random moments and resumed, a run gives the bytes of one that was not.
TEST(Batch, KilledFiftyTimesGivesTheSameBytes) {
  kill_fifty_times(1);
}
TEST(Batch, KilledFiftyTimesOnTwoThreadsGivesTheSameBytes) {
  kill_fifty_times(2);
}

// Invariant: shards in any order, and at the same time, give the bytes of one run; the last one merges.
TEST(Batch, ShardsInAnyOrderGiveTheSameBytes) {
  const Folder folder;
  const auto whole = uninterrupted(folder);
  std::vector<int> order{1, 2, 3, 4, 5};
  std::mt19937 random(7);
  for (int trial = 0; trial < 4; ++trial) {
    std::ranges::shuffle(order, random);
    const std::string path = folder / ("sharded" + std::to_string(trial));
    for (const int k : order) {
      EXPECT_FALSE(fs::exists(path + "/work.csv"));
      const int code = run({path, 60, 1, std::to_string(k) + "/5"});
      EXPECT_TRUE(code == 0 || code == kSomeFailed);
    }
    ASSERT_EQ(products(path), whole);
  }
  const std::string path = folder / "together";
  std::vector<pid_t> children;
  for (const int k : order) children.push_back(start({path, 60, 2, std::to_string(k) + "/5"}));
  for (const pid_t child : children) EXPECT_GE(wait_for(child), 0);
  ASSERT_EQ(products(path), whole);
}

// Invariant: two processes with the same work on one folder share it: nothing lost, nothing done twice.
TEST(Batch, TwoProcessesShareAFolder) {
  const Folder folder;
  const auto whole = uninterrupted(folder);
  const Toy toy{folder / "both"};
  const pid_t one = start(toy), two = start(toy);
  EXPECT_EQ(wait_for(one), kSomeFailed);
  EXPECT_EQ(wait_for(two), kSomeFailed);
  EXPECT_EQ(products(toy.run), whole);
  int measured = 0;
  for (const auto& entry : fs::directory_iterator(toy.run + "/journal")) {
    const std::string text = *read_text_file(entry.path());
    for (std::size_t at = 0; (at = text.find("\"event\":\"item\"", at)) != std::string::npos; ++at)
      ++measured;
  }
  EXPECT_EQ(measured, 60);
}

// Invariant: while one process works in a folder, another may not overwrite it; a dead one's claims are free.
TEST(Batch, OverwritesNothingThatIsInUse) {
  const Folder folder;
  const Toy toy{folder / "used", 2000};
  const pid_t child = start(toy);
  while (!fs::exists(toy.run + "/items")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  Toy other = toy;
  other.force = true;
  EXPECT_EQ(run(other), 2);
  ::kill(child, SIGKILL);
  EXPECT_EQ(wait_for(child), -SIGKILL);
  EXPECT_TRUE(fs::exists(toy.run + "/plan.json"));
  other.items = 3;
  EXPECT_EQ(run(other), 0);
  EXPECT_EQ(std::distance(fs::directory_iterator(toy.run + "/items"), {}), 3);
  EXPECT_EQ(std::distance(fs::directory_iterator(toy.run + "/files"), {}), 3);
}

// Invariant: what cannot be written ends the run with a clear error; what was there before stays whole.
TEST(Batch, FullDiskLeavesEarlierResults) {
  const Folder folder;
  const auto whole = uninterrupted(folder);
  const std::string path = folder / "full";
  // Files of 64 KB do not fit: no item ends.
  EXPECT_EQ(run({path, 60, 2, "1/1", false, 20'000}), 1);
  EXPECT_FALSE(fs::exists(path + "/work.csv"));
  // A part fits, the rest does not.
  ASSERT_EQ(run({path, 60, 1, "1/2"}), kSomeFailed);
  const auto before = products(path);
  EXPECT_EQ(run({path, 60, 1, "2/2", false, 20'000}), 1);
  EXPECT_EQ(products(path), before);
  // The tables do not fit: the old ones stay.
  ASSERT_EQ(run({path}), kSomeFailed);
  ASSERT_EQ(products(path), whole);
  EXPECT_EQ(run({path, 60, 1, "1/1", false, 1'000}), 1);
  EXPECT_EQ(products(path), whole);
}

// Invariant: the same on a file system that is full, and then read-only; with room again, the run goes on.
TEST(Batch, FullAndReadOnlyFileSystems) {
  const Folder folder;
  const auto whole = uninterrupted(folder);
  const std::string disk = folder / "disk", path = disk + "/run";
  fs::create_directory(disk);
  // A mount of this process and its children alone: it goes when they end.
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1500k") != 0)
    GTEST_SKIP() << "no right to mount a small file system";
  EXPECT_EQ(run({path}), 1);
  EXPECT_FALSE(fs::exists(path + "/work.csv"));
  const auto before = products(path);
  EXPECT_GT(before.size(), 10U);
  ::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=1500k");
  EXPECT_EQ(run({path}), 1);
  EXPECT_EQ(run({disk + "/other"}), 1);
  EXPECT_EQ(products(path), before);
  ::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=60m");
  EXPECT_EQ(run({path}), kSomeFailed);
  EXPECT_EQ(products(path), whole);
  ::umount(disk.c_str());
}

// Invariant: a record cut short, a file gone or cut, or a changed plan count as not measured.
TEST(Batch, MeasuresAgainWhatIsNotWhole) {
  const Folder folder;
  const auto whole = uninterrupted(folder);
  const std::string path = folder / "whole";
  const std::string record = path + "/items/000003-i2/item.json", file = path + "/files/i3.txt";
  fs::resize_file(record, fs::file_size(record) / 2);
  fs::resize_file(file, 0);
  fs::remove(path + "/files/i4.txt");
  fs::remove(path + "/parts.csv");
  EXPECT_EQ(run({path}), kSomeFailed);
  EXPECT_EQ(products(path), whole);
  EXPECT_EQ(run({path, 61}), 2);  // another plan
  EXPECT_EQ(products(path), whole);
  // Killed after the plan of an overwritten run had gone, before the new one was written.
  fs::remove(path + "/plan.json");
  EXPECT_EQ(run({path, 12}), kSomeFailed);
  EXPECT_EQ(std::distance(fs::directory_iterator(path + "/items"), {}), 12);
}

// Invariant: merging what has ended so far leaves out the rest, says so, and disturbs nothing.
TEST(Batch, MergesWhatIsThere) {
  const Folder folder;
  const std::string path = folder / "part";
  ASSERT_EQ(run({path, 60, 1, "2/4"}), kSomeFailed);
  {
    const auto opened = RunFolder::open(path);
    ASSERT_TRUE(opened);
    const auto merged = merge_run(*opened);
    ASSERT_TRUE(merged);
    EXPECT_EQ(merged->missing.size(), 45U);
    EXPECT_EQ(merged->tables.front().second.rows().size(), 15U);
  }
  const auto whole = uninterrupted(folder);
  EXPECT_EQ(run({path}), kSomeFailed);
  EXPECT_EQ(products(path), whole);
  EXPECT_FALSE(RunFolder::open(folder / "nowhere"));
}

// Analytic: which strings are shards.
TEST(Batch, ReadsShards) {
  EXPECT_EQ(parse_shard("2/5")->number, 2);
  EXPECT_TRUE(parse_shard("2/5")->has(1) && parse_shard("2/5")->has(6) && !parse_shard("2/5")->has(0));
  for (const char* wrong : {"", "2", "0/5", "6/5", "1/0", "-1/5", "1/5/2", "a/b", "1 /5"})
    EXPECT_FALSE(parse_shard(wrong)) << wrong;
}

}  // namespace
}  // namespace litho
