#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "modules/io/spectra/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/text.hpp"
#include "tests/support/mutations.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

Result<std::vector<Spectrum>> read(std::string_view text, const StatedFacts& stated = {}) {
  return read_spectra(std::vector<std::uint8_t>(text.begin(), text.end()), "a.bin", stated);
}

std::string code_of(std::string_view text) {
  const auto spectra = read(text);
  return spectra ? spectra->front().data().format : spectra.errors()[0].code;
}

TEST(Spectra, RefusesByContentAndSaysWhatTheFileIs) {
  // analytic: marks of other formats
  using namespace std::string_view_literals;
  EXPECT_EQ(code_of(""), "spectra.empty");
  for (const auto& [bytes, what] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"SQLite format 3\0"sv, "SQLite"},
           {"\x89PNG\r\n\x1a\n"sv, "PNG"},
           {"II*\0\x08\0\0\0"sv, "TIFF"},
           {"%PDF-1.4"sv, "PDF"},
           {"<Chart PaletteCustomColors=\"Navy\"/>"sv, "XML"},
           {"<?xml version='1.0'?><a/>"sv, "XML"},
           {"{\"a\": 1}"sv, "JSON"},
           {"PK\x03\x04 nothing"sv, "zip"},
           {"\x01\x02\x03 0.5 0.5"sv, "01 02 03"}}) {
    const auto spectra = read(bytes);
    ASSERT_FALSE(spectra) << what;
    EXPECT_EQ(spectra.errors()[0].code, "spectra.unknown") << what;
    EXPECT_NE(spectra.errors()[0].message.find(what), std::string::npos) << spectra.errors()[0].message;
  }
}

TEST(Spectra, TextMayStartLikeAPicture) {
  // analytic: only four bytes make a TIFF
  EXPECT_EQ(code_of("MM sample\nBE,Counts\n1,2\n2,3\n"), "columns");
}

TEST(Spectra, FillsInOnlyWhatTheFileDoesNotSay) {
  // analytic
  StatedFacts stated;
  stated.photon_energy_ev = 1486.6;
  stated.dwell_s = 0.5;
  stated.scan_count = 2;
  stated.unit = IntensityUnit::counts;
  const auto spectra = read("# hv = 1253.6 eV\nKE,CPS\n1,2\n3,4\n", stated);
  ASSERT_TRUE(spectra);
  EXPECT_EQ(spectra->front().data().photon_energy_ev, 1253.6);
  EXPECT_EQ(spectra->front().data().unit, IntensityUnit::counts_per_s);
  EXPECT_EQ(spectra->front().counts().value(), (std::vector<double>{2, 4}));
}

TEST(Spectra, SurvivesDamage) {
  // invariant: spectra or an error, whatever the bytes and whichever reader they look like
  for (const std::string head : {"VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4\n",
                                 "SOFH\n", "[Info]\n[Region 1]\n", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
                                 "PK\x03\x04", "# XY-Serializer Export Settings\n", "Cycle 0:a:b\n"}) {
    const std::string text = head + "Characteristic Energy eV\n1 2\n3 4\n";
    test::for_each_mutation(
        std::vector<std::uint8_t>(text.begin(), text.end()), 500, [](const std::vector<std::uint8_t>& bytes) {
          const auto spectra = read_spectra(bytes, "a");
          EXPECT_TRUE(spectra ? !spectra->empty() : !spectra.errors().front().message.empty());
        });
  }
}

TEST(Spectra, OpensEveryRealFileOrSaysWhy) {
  // reviewed sample: by content, under a name that tells nothing
  const fs::path xps = fs::path(LITHOSCOPE_SHARED_DATA) / "xps";
  LITHO_NEEDS_SHARED_DATA(xps);
  const std::map<std::string, std::string> by_extension{
      {".vms", "vamas"},   {".npl", "vamas"}, {".VGD", "vgd"}, {".xls", "avantage"},
      {".xy", "specs_xy"}, {".spe", "phi"},   {".pro", "phi"}};
  const std::map<std::string, std::string> refused{
      {".md", "columns."}, {".dat", "columns."}, {"", "columns."}};
  std::size_t opened = 0;
  std::map<std::string, int> reasons;
  for (const auto& entry : fs::recursive_directory_iterator(xps)) {
    if (!entry.is_regular_file()) continue;
    const auto bytes = read_file(entry.path());
    ASSERT_TRUE(bytes);
    const auto spectra = read_spectra(*bytes, "file");
    const std::string extension = entry.path().extension();
    if (spectra) ++opened;
    if (const auto format = by_extension.find(extension); format != by_extension.end()) {
      ASSERT_TRUE(spectra) << entry.path() << " " << to_string(spectra.errors());
      EXPECT_EQ(spectra->front().data().format, format->second) << entry.path();
    } else if (refused.contains(extension)) {
      EXPECT_FALSE(spectra) << entry.path();
    } else if (extension == ".xml") {
      const bool specs = entry.path().string().find("specs") != std::string::npos;
      EXPECT_EQ(spectra ? spectra->front().data().format : spectra.errors()[0].code,
                specs ? "specs_xml" : "spectra.unknown")
          << entry.path();
    }
    if (!spectra) {
      EXPECT_FALSE(spectra.errors()[0].message.empty());
      ++reasons[spectra.errors()[0].code];
      continue;
    }
    for (const std::string& note : spectra->front().data().notes)
      if (note.find("left out") != std::string::npos && extension != ".xls" &&
          note.find("does not scan the kinetic") == std::string::npos &&
          note.find("it has one point") == std::string::npos)
        ADD_FAILURE() << entry.path() << ": " << note;
  }
  for (const auto& [reason, count] : reasons) RecordProperty(reason, count);
  EXPECT_GE(opened, 40u);
}

}  // namespace
}  // namespace litho
