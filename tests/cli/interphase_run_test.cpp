#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "modules/io/tiff/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

/// Synthetic micrographs drawn once for all tests of this file.
const Scratch& drawn() {
  static const Scratch scratch;
  static const bool once = [] {
    const Ran ran = scratch.run("sample sem -n 3 --seed 11 --level clean --width 1024 --height 768 -o truth");
    EXPECT_EQ(ran.code, 0) << ran.err;
    return true;
  }();
  static_cast<void>(once);
  return scratch;
}

// Analytic: the thickness of drawn layers is known; files that the run must leave are there and fit together.
TEST(InterphaseRun, MeasuresDrawnLayersAndLeavesEveryFile) {
  const Scratch& scratch = drawn();
  const Ran ran = scratch.run("interphase truth -o run --force");
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Csv found = scratch.table("run/interphase.csv"), truth = scratch.table("truth/truth.csv");
  ASSERT_EQ(found.rows.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string image = cell(truth, i, "image"), stem = fs::path(image).stem().string();
    EXPECT_EQ(fs::path(cell(found, i, "image")).filename(), image);
    const double t = *parse_double(cell(truth, i, "thickness_um"));
    EXPECT_NEAR(*parse_double(cell(found, i, "thickness_um")) / t, 1, 0.05) << image;
    EXPECT_EQ(cell(found, i, "side"), cell(truth, i, "side"));
    EXPECT_LT(*parse_double(cell(found, i, "thickness_lo_um")),
              *parse_double(cell(found, i, "thickness_hi_um")));
    EXPECT_TRUE(fs::exists(scratch / ("run/overlays/" + stem + ".png")));
    EXPECT_FALSE(scratch.table("run/profiles/" + stem + ".csv").rows.empty());
    const auto bytes = read_file(scratch / ("run/labels/" + stem + ".tif"));
    ASSERT_TRUE(bytes);
    const auto labels = read_tiff_labels(*bytes, stem);
    ASSERT_TRUE(labels);
    EXPECT_EQ(labels->width(), 1024);
    EXPECT_EQ(labels->height(), 768);
  }
  const auto run = nlohmann::json::parse(scratch.read("run/run.json"));
  EXPECT_EQ(run.at("items").size(), 3U);
  ASSERT_EQ(run.at("command_line").size(), 6U);  // program, interphase truth -o run --force
  EXPECT_EQ(run.at("command_line")[2], "truth");
  EXPECT_EQ(run.at("items")[0].at("inputs")[0].at("sha256").get<std::string>().size(), 64U);
  EXPECT_EQ(run.at("stages").at("layers").at("options").at("side"), "auto");
  const Ran evaluated = scratch.run("evaluate run --truth truth");
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
}

// Invariant: one bad file among good ones costs itself alone: exit 3, a named message, results for the rest.
TEST(InterphaseRun, OneBadFileCostsOnlyItself) {
  const Scratch& scratch = drawn();
  const std::string good = scratch.read("truth/sem_0000.tif");
  scratch.write("mixed/a_good.tif", good);
  scratch.write("mixed/b_cut.tif", good.substr(0, good.size() / 3));
  scratch.write("mixed/c_empty.tif", "");
  const auto dot = write_tiff(Image<std::uint8_t>(1, 1, 7));
  scratch.write("mixed/d_dot.tif", {dot.begin(), dot.end()});
  scratch.write("mixed/e_good.tif", good);
  scratch.write("mixed/notes.txt", "not measured");
  const Ran ran = scratch.run("interphase mixed -o mixed_run --force --pixel-size '50 nm'");
  EXPECT_EQ(ran.code, 3) << ran.err;
  const Csv table = scratch.table("mixed_run/interphase.csv");
  ASSERT_EQ(table.rows.size(), 5U);
  const std::vector<std::string> status{"ok", "failed", "failed", "failed", "ok"};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(cell(table, i, "status"), status[i]) << i;
    EXPECT_EQ(cell(table, i, "thickness_um").empty(), status[i] == "failed");
    EXPECT_EQ(cell(table, i, "message").empty(), status[i] == "ok");
  }
  EXPECT_EQ(cell(table, 0, "pixel_size_source"), "--pixel-size");
  EXPECT_EQ(cell(table, 0, "thickness_um"), cell(table, 4, "thickness_um"));
}

// Invariant: number of jobs, a cold and a warm cache, and a resumed run all give the same bytes.
TEST(InterphaseRun, GivesTheSameBytesHoweverItRuns) {
  const Scratch& scratch = drawn();
  ASSERT_EQ(scratch.run("interphase truth -o one --force --jobs 1").code, 0);
  ASSERT_EQ(scratch.run("interphase truth -o two --force --jobs 2").code, 0);
  ASSERT_EQ(scratch.run("interphase truth -o cold --force --cache kept").code, 0);
  ASSERT_EQ(scratch.run("interphase truth -o warm --force --cache kept").code, 0);
  fs::copy(scratch / "one", scratch / "resumed",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  fs::remove_all(scratch / "resumed/items/000002-sem_0001");
  fs::remove(scratch / "resumed/interphase.csv");
  ASSERT_EQ(scratch.run("interphase truth -o resumed --resume").code, 0) << scratch.read("stderr.txt");
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(scratch / "one")) {
    const std::string name = fs::relative(entry.path(), scratch / "one").string();
    if (!entry.is_regular_file() || name == "run.json" || name == "ro-crate-metadata.json" ||
        name.starts_with("journal/"))
      continue;  // these tell times
    ++files;
    for (const char* other : {"two/", "cold/", "warm/", "resumed/"})
      EXPECT_EQ(scratch.read(other + name), scratch.read("one/" + name)) << other << name;
  }
  EXPECT_GE(files, 14U);
}

// Invariant: an existing run folder is refused, and another run's folder is not continued.
TEST(InterphaseRun, GuardsAnExistingRunFolder) {
  const Scratch& scratch = drawn();
  ASSERT_EQ(scratch.run("interphase truth/sem_0000.tif -o guarded --force").code, 0);
  const std::string before = scratch.read("guarded/interphase.csv");
  EXPECT_EQ(scratch.run("interphase truth/sem_0001.tif -o guarded").code, 2);
  EXPECT_EQ(scratch.run("interphase truth/sem_0001.tif -o guarded --resume").code, 2);
  EXPECT_EQ(scratch.read("guarded/interphase.csv"), before);
}

// Invariant: the sheet's words on scale and side are taken and its columns come out again.
TEST(InterphaseRun, TakesASheet) {
  const Scratch& scratch = drawn();
  const Csv truth = scratch.table("truth/truth.csv");
  scratch.write("sheet.csv",
                "file,sample,pixel_size_nm,scale_u_percent,side,condition\n"
                "truth/sem_0000.tif,S1,100,2," +
                    cell(truth, 0, "side") + ",bare\n");
  const Ran ran = scratch.run("interphase sheet.csv -o sheet_run --force");
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Csv table = scratch.table("sheet_run/interphase.csv");
  EXPECT_EQ(cell(table, 0, "sample"), "S1");
  EXPECT_EQ(cell(table, 0, "pixel_size_nm"), "100");
  EXPECT_EQ(cell(table, 0, "pixel_size_source"), "sheet");
  EXPECT_EQ(cell(table, 0, "condition"), "bare");
  const double t = *parse_double(cell(table, 0, "thickness_um"));
  // 2 % of scale, k = 1.96, is the least that the interval can be wide.
  EXPECT_GT(*parse_double(cell(table, 0, "thickness_hi_um")) - t, 0.03 * t);
}

// Invariant: real cross-sections give a figure or a flag each, never a crash.
TEST(InterphaseRun, RunsThroughRealCoatings) {
  const fs::path folder = fs::path(LITHOSCOPE_SHARED_DATA) / "sem/coating_layers/images";
  LITHO_NEEDS_SHARED_DATA(folder);
  const Scratch& scratch = drawn();
  const Ran ran = scratch.run("interphase '" + fs::absolute(folder).string() +
                              "' --pixel-size '100 nm' -o coatings --force");
  EXPECT_TRUE(ran.code == 0 || ran.code == 3) << ran.err;
  const Csv table = scratch.table("coatings/interphase.csv");
  ASSERT_EQ(table.rows.size(), 15U);
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    EXPECT_EQ(cell(table, i, "thickness_um").empty(), cell(table, i, "status") == "failed");
}

}  // namespace
}  // namespace litho
