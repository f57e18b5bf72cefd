#include <gtest/gtest.h>

#include <fstream>

#include "pipeline/engine/inputs.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

class SampleInputs : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("lithoscope_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    for (const char* name : {"bare.vms", "a_cr.vms", "a_li.vms", "b.vms"}) write(name, "x");
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  Result<Inputs> expand(const std::string& sheet, SampleFiles files) {
    return expand_samples({write("sheet.csv", sheet)}, files);
  }
  std::vector<std::string> codes(const Result<Inputs>& result) {
    std::vector<std::string> out;
    if (!result)
      for (const Error& error : result.errors()) out.push_back(error.code);
    return out;
  }
  fs::path folder_;
};

constexpr const char* kSheet =
    "sample,role,file,region,reference,condition\n"
    "film,reference,bare.vms,,,\n"
    "A,plated,a_cr.vms,,film,with Cr\n"
    "A,plated,a_li.vms,,film,with Cr\n"
    "B,reference,bare.vms,,,without\n"
    "B,plated,b.vms,Cr 2p,,without\n";

TEST_F(SampleInputs, RowsGatherBySample) {
  // invariant: every row is in one item, in order of first appearance
  const auto inputs = expand(kSheet, SampleFiles::own);
  ASSERT_TRUE(inputs);
  ASSERT_EQ(inputs->items.size(), 3U);
  EXPECT_EQ(inputs->items[1].name, "A");
  EXPECT_EQ(inputs->items[1].files.size(), 2U);
  EXPECT_EQ(inputs->sheet_columns, std::vector<std::string>{"condition"});
}

TEST_F(SampleInputs, TheNamedReferenceJoinsThePlatedSample) {
  // invariant: a plated sample has its bare film beside it, and the film alone is no item
  const auto inputs = expand(kSheet, SampleFiles::with_reference);
  ASSERT_TRUE(inputs);
  ASSERT_EQ(inputs->items.size(), 2U);
  ASSERT_EQ(inputs->items[0].files.size(), 3U);
  EXPECT_EQ(inputs->items[0].files[2].fields.at("role"), "reference");
  EXPECT_EQ(inputs->items[0].files[2].fields.at("sample"), "film");
  EXPECT_EQ(inputs->items[1].files[0].fields.at("role"), "plated");
}

TEST_F(SampleInputs, AFilmNotPlatedYetMayBeAnItem) {
  // invariant: the same items and the bare film, each with its own and its reference's files
  const auto inputs = expand(kSheet, SampleFiles::with_bare_films);
  ASSERT_TRUE(inputs);
  ASSERT_EQ(inputs->items.size(), 3U);
  EXPECT_EQ(inputs->items[0].name, "film");
  EXPECT_EQ(inputs->items[1].files.size(), 3U);
}

TEST_F(SampleInputs, AllMistakesOfASheetAtOnce) {
  // invariant: one reading names them all, each with its line
  const auto inputs = expand(
      "sample,role,file,region,reference\n"
      "A,plated,a_cr.vms,Cr 2p,nobody\n"
      "A,plated,a_li.vms,Cr 2p,\n"
      "A,plated,gone.vms,,\n"
      "A,platd,b.vms,,\n"
      ",plated,b.vms,,\n"
      "A,plated,a_cr.vms,Cr 2p,\n",
      SampleFiles::with_reference);
  EXPECT_EQ(codes(inputs),
            (std::vector<std::string>{"sheet.repeated_region", "sheet.missing_file", "sheet.bad_role",
                                      "sheet.missing_sample", "sheet.repeated_file", "sheet.no_reference"}));
  EXPECT_TRUE(inputs.errors()[0].where.ends_with("sheet.csv:3"));
}

TEST_F(SampleInputs, FilesAndTablesWithoutASheet) {
  // invariant: a table that is no sheet is a spectrum; two files of one name stay apart
  const std::string table = write("scan.csv", "energy,counts\n1,2\n");
  for (const char* text : {"energy;counts\n1;2\n", "sample,energy,counts\na,1,2\n"}) {
    const auto one = expand_samples({write("one.csv", text)}, SampleFiles::own);
    ASSERT_TRUE(one) << text;
    EXPECT_EQ(one->items[0].name, "one");
  }
  // a sheet that cannot be read is not taken for a spectrum
  for (const char* text :
       {"file;sample\na.vms;A\n", "sample\tfile\nA\ta.vms\n", "Sample;\"File\"\nA;a.vms\n"})
    EXPECT_EQ(codes(expand_samples({write("two.csv", text)}, SampleFiles::own)),
              std::vector<std::string>{"sheet.separator"})
        << text;
  fs::create_directory(folder_ / "more");
  const std::string other = write("more/b.vms", "x");
  const auto inputs = expand_samples({table, (folder_ / "b.vms").string(), other}, SampleFiles::own);
  ASSERT_TRUE(inputs);
  ASSERT_EQ(inputs->items.size(), 3U);
  EXPECT_EQ(inputs->items[0].name, "scan");
  EXPECT_EQ(inputs->items[2].name, "b-2");
  EXPECT_EQ(codes(expand_samples({table}, SampleFiles::with_reference)),
            std::vector<std::string>(3, "sheet.no_column"));
}

TEST_F(SampleInputs, AMixedSheetGivesEachCommandItsRows) {
  // invariant: a row with a role is spectra, a picture without one is a micrograph
  write("p.tif", "x");
  const std::string sheet = write("mixed.csv", "file,sample,role\np.tif,A,\nb.vms,A,plated\n");
  const auto spectra = expand_samples({sheet}, SampleFiles::with_reference);
  ASSERT_TRUE(spectra);
  EXPECT_EQ(spectra->items.size(), 1U);
  const auto pictures =
      expand_micrographs({sheet}, [](const std::string&) { return std::vector<std::string>(); });
  ASSERT_TRUE(pictures);
  ASSERT_EQ(pictures->items.size(), 1U);
  EXPECT_EQ(pictures->items[0].name, "p.tif");
}

}  // namespace
}  // namespace litho
