#include "pipeline/core/file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

namespace litho {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = fs::path(testing::TempDir()) / ("litho-" + name + "-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::size_t entries(const fs::path& path) const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), {}));
  }

  fs::path folder_;
};

template <class T>
std::string code(const Result<T>& result) {
  return result ? "" : result.errors().front().code;
}

TEST_F(FileTest, ReadsBackWhatItWrote) {
  // invariant: every byte value, an empty file, a file of several megabytes
  std::vector<std::uint8_t> bytes(256);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  ASSERT_TRUE(write_file(folder_ / "new" / "deep" / "bytes", bytes));
  EXPECT_EQ(*read_file(folder_ / "new" / "deep" / "bytes"), bytes);
  ASSERT_TRUE(write_file(folder_ / "empty", ""));
  EXPECT_TRUE(read_file(folder_ / "empty")->empty());
  const std::string large(5'000'000, 'x');
  ASSERT_TRUE(write_file(folder_ / "large", large));
  EXPECT_EQ(*read_text_file(folder_ / "large"), large);
}

TEST_F(FileTest, ReplacesAFileAndLeavesNothingElse) {
  // analytic
  ASSERT_TRUE(write_file(folder_ / "a", "a long first text"));
  ASSERT_TRUE(write_file(folder_ / "a", "short"));
  EXPECT_EQ(*read_text_file(folder_ / "a"), "short");
  EXPECT_EQ(entries(folder_), 1u);
}

TEST_F(FileTest, ReadersSeeTheOldOrTheNewFileOnly) {
  // invariant: under two writers every reading is one of the two texts, whole
  const std::string a(200'000, 'a'), b(100'000, 'b');
  ASSERT_TRUE(write_file(folder_ / "x", a));
  std::atomic<int> writing{2};
  const auto write = [&](const std::string& text) {
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(write_file(folder_ / "x", text));
    --writing;
  };
  std::thread first(write, std::cref(a)), second(write, std::cref(b));
  while (writing > 0) {
    const auto text = read_text_file(folder_ / "x");
    EXPECT_TRUE(text && (*text == a || *text == b));
    if (HasFailure()) break;
  }
  first.join();
  second.join();
  EXPECT_EQ(entries(folder_), 1u);
}

TEST_F(FileTest, NamesWhatCannotBeRead) {
  // analytic
  const auto missing = read_file(folder_ / "none");
  EXPECT_EQ(code(missing), "file.missing");
  EXPECT_EQ(missing.errors().front().where, (folder_ / "none").string());
  EXPECT_EQ(code(read_text_file(folder_)), "file.not_a_file");
  ASSERT_TRUE(write_file(folder_ / "nine", "123456789"));
  EXPECT_EQ(code(read_file(folder_ / "nine", 8)), "file.too_large");
  EXPECT_TRUE(read_file(folder_ / "nine", 9));
}

TEST_F(FileTest, NamesWhatCannotBeWritten) {
  // analytic: a file stands where a folder is due, a folder where the file is due
  ASSERT_TRUE(write_file(folder_ / "file", "kept"));
  EXPECT_EQ(code(write_file(folder_ / "file" / "below", "x")), "file.unwritable");
  fs::create_directory(folder_ / "folder");
  EXPECT_EQ(code(write_file(folder_ / "folder", "x")), "file.unwritable");
  EXPECT_EQ(*read_text_file(folder_ / "file"), "kept");
  EXPECT_EQ(entries(folder_), 2u) << "the temporary file stays behind";
}

TEST_F(FileTest, RespectsPermissions) {
  // analytic; root may do anything, so as root the test acts as nobody
  fs::create_directory(folder_ / "locked");
  ASSERT_TRUE(write_file(folder_ / "locked" / "a", "kept"));
  ASSERT_TRUE(write_file(folder_ / "secret", "s"));
  fs::permissions(folder_ / "locked", fs::perms(0555));
  fs::permissions(folder_ / "secret", fs::perms(0));
  const bool root = ::geteuid() == 0;
  if (root && ::seteuid(65534) != 0) GTEST_SKIP() << "root cannot act as nobody here";
  const Status written = write_file(folder_ / "locked" / "a", "changed");
  const auto read = read_file(folder_ / "secret");
  ASSERT_TRUE(!root || ::seteuid(0) == 0);
  EXPECT_EQ(code(written), "file.unwritable");
  EXPECT_EQ(code(read), "file.unreadable");
  EXPECT_EQ(*read_text_file(folder_ / "locked" / "a"), "kept");
  EXPECT_EQ(entries(folder_ / "locked"), 1u);
  fs::permissions(folder_ / "locked", fs::perms(0755));
}

}  // namespace
}  // namespace litho
