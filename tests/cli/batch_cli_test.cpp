#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "modules/io/tiff/kernel.hpp"
#include "modules/io/workbook/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"
#include "tests/cli/program.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

/// Six small drawn micrographs of three samples with their sheet.
const Scratch& drawn() {
  static const Scratch scratch;
  static const bool once = [] {
    EXPECT_EQ(scratch.run("sample sem -n 6 --seed 21 --level clean --width 320 --height 256 -o sem").code, 0);
    std::string sheet = "file,sample,role,condition,time_h,replicate\n";
    for (int i = 0; i < 6; ++i)
      sheet += "sem/sem_000" + std::to_string(i) + ".tif,S" + std::to_string(i / 2) + ",," +
               (i < 4 ? "cold" : "hot") + "," + std::to_string(10 * (i / 2 + 1)) + "," +
               std::to_string(i % 2) + "\n";
    scratch.write("sheet.csv", sheet);
    return true;
  }();
  static_cast<void>(once);
  return scratch;
}

// Invariant: shards joined one after another, then merged, give the bytes of one run; each ends 0.
TEST(BatchCommands, ShardsAndMerge) {
  const Scratch& scratch = drawn();
  ASSERT_EQ(scratch.run("interphase sheet.csv -o whole --force").code, 0) << scratch.read("stderr.txt");
  for (const char* shard : {"2/2", "1/2"}) {
    EXPECT_FALSE(fs::exists(scratch / "sharded/interphase.csv"));
    ASSERT_EQ(scratch.run("interphase sheet.csv -o sharded --shard " + std::string(shard)).code, 0);
  }
  for (const char* table : {"interphase.csv", "group_summary.csv", "growth_law.csv", "results.xlsx"})
    EXPECT_EQ(scratch.read("sharded/" + std::string(table)), scratch.read("whole/" + std::string(table)))
        << table;
  EXPECT_FALSE(scratch.read("whole/group_summary.csv").empty());
  EXPECT_FALSE(scratch.read("whole/growth_law.csv").empty());
  const std::string before = scratch.read("whole/interphase.csv");
  fs::remove(scratch / "whole/interphase.csv");
  EXPECT_EQ(scratch.run("merge whole").code, 0);
  EXPECT_EQ(scratch.read("whole/interphase.csv"), before);
  fs::remove_all(scratch / "whole/items/000002-sem_0001");
  const Ran part = scratch.run("merge whole");
  EXPECT_EQ(part.code, 3);
  EXPECT_NE(part.err.find("missing: sem/sem_0001.tif"), std::string::npos) << part.err;
  EXPECT_EQ(scratch.run("interphase sheet.csv -o whole --resume").code, 0);
  EXPECT_EQ(scratch.read("whole/interphase.csv"), before);
  EXPECT_EQ(scratch.run("merge nowhere").code, 2);
  for (const char* wrong : {"0/2", "3/2", "x", "1/2/3"})
    EXPECT_EQ(scratch.run("interphase sheet.csv -o none --shard " + std::string(wrong)).code, 2);
  EXPECT_EQ(scratch.run("interphase sheet.csv -o whole --shard 1/2 --force").code, 2);
  EXPECT_FALSE(fs::exists(scratch / "none"));
}

// Invariant: --resume on a folder that is absent or empty is a whole run.
TEST(BatchCommands, ResumeStartsWhatWasNotStarted) {
  const Scratch& scratch = drawn();
  EXPECT_EQ(scratch.run("interphase sem/sem_0000.tif -o absent --resume").code, 0);
  fs::create_directories(scratch / "empty");
  EXPECT_EQ(scratch.run("interphase sem/sem_0000.tif -o empty").code, 2);
  EXPECT_EQ(scratch.run("interphase sem/sem_0000.tif -o empty --resume").code, 0);
  EXPECT_EQ(scratch.read("empty/interphase.csv"), scratch.read("absent/interphase.csv"));
}

// Invariant: --force takes away what the earlier run left, and nothing else.
TEST(BatchCommands, ForceRemovesOnlyItsOwn) {
  const Scratch& scratch = drawn();
  ASSERT_EQ(scratch.run("interphase sheet.csv -o forced").code, 0);
  scratch.write("forced/my_notes.txt", "mine");
  ASSERT_EQ(scratch.run("interphase sem/sem_0002.tif -o forced --force").code, 0);
  EXPECT_FALSE(fs::exists(scratch / "forced/overlays/sem_0000.png"));
  EXPECT_TRUE(fs::exists(scratch / "forced/overlays/sem_0002.png"));
  EXPECT_FALSE(fs::exists(scratch / "forced/group_summary.csv"));
  EXPECT_EQ(scratch.read("forced/my_notes.txt"), "mine");
}

// Invariant: an item whose file has changed since is measured again; a failed one only on request.
TEST(BatchCommands, ResumeSeesChangedFilesAndRetriesOnRequest) {
  const Scratch& scratch = drawn();
  scratch.write("change/a.tif", scratch.read("sem/sem_0000.tif"));
  scratch.write("change/b.tif", "broken");
  EXPECT_EQ(scratch.run("interphase change -o changed").code, 3);
  const std::string first = cell(scratch.table("changed/interphase.csv"), 0, "thickness_um");
  scratch.write("change/a.tif", scratch.read("sem/sem_0003.tif"));
  Ran ran = scratch.run("interphase change -o changed --resume");
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("1 item measured again"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("b.tif (kept)"), std::string::npos) << ran.err;
  EXPECT_NE(cell(scratch.table("changed/interphase.csv"), 0, "thickness_um"), first);
  ran = scratch.run("interphase change -o changed --retry-failed");
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err.find("b.tif (kept)"), std::string::npos) << ran.err;
}

// Invariant: interrupted at whatever moment, a run ends 130 without tables, or well; resumed, it ends well.
TEST(BatchCommands, InterruptedGoesOn) {
  const Scratch& scratch = drawn();
  ASSERT_EQ(scratch.run("interphase sheet.csv -o calm --force").code, 0);
  for (const char* seconds : {"0.1", "0.3", "0.6"}) {
    const std::string folder = "interrupted" + std::string(seconds);
    const std::string command = "cd '" + (scratch / "").string() + "' && timeout --preserve-status -s INT " +
                                seconds + " '" LITHOSCOPE_PROGRAM "' interphase sheet.csv --jobs 1 -o " +
                                folder + " 2>interrupted.txt";
    const int status = std::system(command.c_str());
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_TRUE(WEXITSTATUS(status) == 130 || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
    EXPECT_EQ(WEXITSTATUS(status) == 0, fs::exists(scratch / (folder + "/interphase.csv")));
    // `timeout` signals the process and its group, so that one request comes twice: it still ends in words.
    if (WEXITSTATUS(status) == 130 && fs::exists(scratch / (folder + "/plan.json"))) {
      EXPECT_NE(scratch.read("interrupted.txt").find("interrupted: --resume continues"), std::string::npos);
    }
    EXPECT_EQ(scratch.run("interphase sheet.csv --resume -o " + folder).code, 0);
    EXPECT_EQ(scratch.read(folder + "/interphase.csv"), scratch.read("calm/interphase.csv"));
  }
}

// Invariant: a picture that memory does not hold is its own failure; the others are measured.
TEST(BatchCommands, OutOfMemoryFailsItsItem) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer needs more addresses than the test allows";
#endif
  const Scratch& scratch = drawn();
  const auto huge = write_tiff(Image<std::uint8_t>(12000, 9000, 90));
  scratch.write("large/a_huge.tif", {huge.begin(), huge.end()});
  scratch.write("large/b.tif", scratch.read("sem/sem_0000.tif"));
  const std::string command = "cd '" + (scratch / "").string() +
                              "' && ulimit -v 450000 && '" LITHOSCOPE_PROGRAM
                              "' interphase large --quiet --jobs 2 -o large_run --pixel-size '50 nm'";
  const int status = std::system(command.c_str());
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 3);
  const Csv table = scratch.table("large_run/interphase.csv");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(cell(table, 0, "flags"), "tiff.too_large");
  EXPECT_FALSE(cell(table, 1, "thickness_um").empty());
}

// Invariant: --json gives one object a line, the last one the sum.
TEST(BatchCommands, JsonLines) {
  const Scratch& scratch = drawn();
  const Ran ran = scratch.run("interphase sem -o json --json");
  ASSERT_EQ(ran.code, 0);
  const auto lines = split_lines(ran.out);
  ASSERT_EQ(lines.size(), 7U);
  for (const auto line : lines) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  const auto end = nlohmann::json::parse(lines.back());
  EXPECT_EQ(end.at("ok").get<int>() + end.at("flagged").get<int>(), 6);
  EXPECT_EQ(end.at("complete"), true);
}

// Invariant: the same sheet as XLSX gives the same numbers; its faults are named with rows of the workbook.
TEST(Sheets, XlsxAsCsv) {
  const Scratch& scratch = drawn();
  Table sheet({"file", "sample", "pixel_size_nm", "condition"});
  for (int i = 0; i < 2; ++i)
    sheet.add({"sem/sem_000" + std::to_string(i) + ".tif", std::string("s"), 50.0, std::string("c")});
  scratch.write("book.xlsx", *write_workbook({{"files", &sheet}}));
  scratch.write("book.csv", write_csv(sheet));
  ASSERT_EQ(scratch.run("interphase book.xlsx -o from_xlsx --force").code, 0) << scratch.read("stderr.txt");
  ASSERT_EQ(scratch.run("interphase book.csv -o from_csv --force").code, 0);
  EXPECT_EQ(scratch.read("from_xlsx/interphase.csv"), scratch.read("from_csv/interphase.csv"));
  Table wrong({"file", "pixel size", "side"});
  wrong.add({std::string("nowhere.tif"), std::string("50"), std::string("up")});
  scratch.write("wrong.xlsx", *write_workbook({{"files", &wrong}}));
  const Ran ran = scratch.run("interphase wrong.xlsx -o none");
  EXPECT_EQ(ran.code, 2);
  for (const char* part : {"wrong.xlsx:2: 'nowhere.tif'", "wrong.xlsx:2: side 'up'"})
    EXPECT_NE(ran.err.find(part), std::string::npos) << part << "\n" << ran.err;
}

// Invariant: what Excel makes of CSV elsewhere is understood or refused by name; near names are told.
TEST(Sheets, EncodingsSeparatorsAndNearNames) {
  const Scratch& scratch = drawn();
  scratch.write("semicolon.csv", "file;sample\nsem/sem_0000.tif;a\n");
  Ran ran = scratch.run("interphase semicolon.csv -o none");
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("sheet.separator"), std::string::npos) << ran.err;
  std::string utf16 = "\xff\xfe";
  for (const char c : std::string("file,sample,time\r\nsem/sem_000[01].tif,a,3\r\n")) utf16 += {c, '\0'};
  scratch.write("utf16.csv", utf16);
  ran = scratch.run("interphase utf16.csv -o utf16 --force");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.err.find("did you mean 'time_h'"), std::string::npos) << ran.err;
  EXPECT_EQ(scratch.table("utf16/interphase.csv").rows.size(), 2U);
  EXPECT_EQ(cell(scratch.table("utf16/interphase.csv"), 1, "time"), "3");
  EXPECT_EQ(scratch.run("interphase 'sem/sem_000[0-2].tif' -o globbed --force").code, 0);
  EXPECT_EQ(scratch.table("globbed/interphase.csv").rows.size(), 3U);
}

// Invariant: a row of another length hides no fault of other rows, nor one fault of a row another; columns
// that nearly have a known name are told with them; a study tells the faults of all its parts once.
TEST(Sheets, EveryFaultAtOnce) {
  const Scratch& scratch = drawn();
  scratch.write("faults.csv",
                "file,sample,Role,side\nsem/sem_0000.tif,a,,up,extra\nnowhere.tif,a,,up\n,b,,\n");
  Ran ran = scratch.run("interphase faults.csv -o none");
  EXPECT_EQ(ran.code, 2);
  for (const char* part : {"line 2: 5 fields", "faults.csv:3: side 'up'", "faults.csv:3: 'nowhere.tif'",
                           "faults.csv:4: the column 'file'", "did you mean 'role'"})
    EXPECT_NE(ran.err.find(part), std::string::npos) << part << "\n" << ran.err;
  scratch.write("films.csv", "file,sample,role\nnowhere.vms,,bare\nsem/sem_0000.tif,,\nsem/gone.tif,s,\n");
  ran = scratch.run("study films.csv -o none");
  EXPECT_EQ(ran.code, 2);
  for (const char* part :
       {"films.csv:2: role 'bare'", "films.csv:2: the column 'sample'", "films.csv:2: 'nowhere.vms'",
        "films.csv:3: the column 'sample'", "films.csv:4: 'sem/gone.tif'"}) {
    const std::size_t at = ran.err.find(part);
    ASSERT_NE(at, std::string::npos) << part << "\n" << ran.err;
    EXPECT_EQ(ran.err.find(part, at + 1), std::string::npos) << part << "\n" << ran.err;
  }
  EXPECT_NE(scratch.run("interphase 'sem/*.png' -o none").err.find("no file fits"), std::string::npos);
}

// Invariant: init writes a sheet that the program reads back, with kinds told by content and nothing
// overwritten.
TEST(Sheets, InitWritesOneToEdit) {
  const Scratch& scratch = drawn();
  for (const char* file : {"data/S1/sem/a.tif", "data/S1/sem/b.tif", "data/S2/c.tif"})
    scratch.write(file, scratch.read("sem/sem_0001.tif"));
  scratch.write("data/S1/notes.txt", "words, no spectrum");
  scratch.write("data/S1/sem/a.txt",
                "[SemImageFile]\n");  // says more of a picture: no file that was left out
  scratch.write("data/S1/xps/plated.csv",
                "Binding Energy (eV),Counts\n580,100\n579,120\n578,150\n577,130\n576,110\n");
  scratch.write("data/S1/xps/cr.csv",
                "Binding Energy (eV),Counts\n580,100\n579,120\n578,150\n577,130\n576,110\n");
  Ran ran = scratch.run("init data");
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Csv sheet = scratch.table("data/sheet.csv");
  ASSERT_EQ(sheet.rows.size(), 5U) << scratch.read("data/sheet.csv");
  EXPECT_EQ(cell(sheet, 3, "role"), "plated");
  EXPECT_EQ(ran.err.find("a.txt"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("notes.txt"), std::string::npos) << ran.err;
  EXPECT_EQ(cell(sheet, 0, "file"), "S1/sem/a.tif");
  EXPECT_EQ(cell(sheet, 0, "sample"), "S1");
  EXPECT_NE(cell(sheet, 0, "note").find("pixel size"), std::string::npos);
  EXPECT_EQ(cell(sheet, 2, "file"), "S1/xps/cr.csv");
  EXPECT_EQ(scratch.run("init data").code, 2);
  EXPECT_EQ(scratch.run("init nowhere").code, 2);
  EXPECT_EQ(scratch.run("init sem -o only_sem.csv").code, 0);
  EXPECT_EQ(scratch.run("interphase only_sem.csv -o from_init --force").code, 0)
      << scratch.read("stderr.txt");
}

// Invariant: a replayed run differs in nothing; a changed option, a changed input and a changed sheet are
// each told as the cause of the numbers that they changed.
TEST(ReplayAndDiff, NameTheCause) {
  const Scratch& scratch = drawn();
  scratch.write("rd/a.tif", scratch.read("sem/sem_0000.tif"));
  scratch.write("rd/b.tif", scratch.read("sem/sem_0001.tif"));
  ASSERT_EQ(scratch.run("interphase rd -o rd_a --seed 4 --set layers.side=auto").code, 0);
  ASSERT_EQ(scratch.run("replay rd_a/run.json -o rd_b").code, 0) << scratch.read("stderr.txt");
  EXPECT_EQ(scratch.read("rd_a/interphase.csv"), scratch.read("rd_b/interphase.csv"));
  EXPECT_EQ(scratch.read("rd_a/plan.json"), scratch.read("rd_b/plan.json"));
  Ran ran = scratch.run("diff rd_a rd_b");
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "same version, options and inputs\nno number differs\n");

  ASSERT_EQ(scratch.run("interphase rd -o rd_c --seed 4 --pixel-size '100 nm'").code, 0);
  ran = scratch.run("diff rd_a rd_c");
  EXPECT_NE(ran.out.find("interphase.csv thickness_um: 2 of 2 rows differ"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("by what the sheet or --pixel-size says of it"), std::string::npos) << ran.out;

  scratch.write("rd/b.tif", scratch.read("sem/sem_0002.tif"));
  ASSERT_EQ(scratch.run("replay rd_a/run.json -o rd_d").code, 0);
  EXPECT_NE(scratch.read("stderr.txt").find("rd/b.tif is not what was measured then"), std::string::npos);
  ran = scratch.run("diff rd_a/run.json rd_d/run.json");
  EXPECT_NE(ran.out.find("inputs of other content (1): rd/b.tif"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("interphase.csv thickness_um: 1 of 2 rows differ"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("by its input"), std::string::npos) << ran.out;
  scratch.write("rd/b.tif", "no picture any more");
  ASSERT_EQ(scratch.run("replay rd_a/run.json -o rd_e").code, 3);
  ran = scratch.run("diff rd_a rd_e");
  EXPECT_NE(ran.out.find("interphase.csv: 1 of 2 rows fail in the second run only: rd/b.tif; by its input"),
            std::string::npos)
      << ran.out;
  EXPECT_EQ(ran.out.find("thickness_um"), std::string::npos) << ran.out;
  EXPECT_EQ(scratch.run("diff rd_a nowhere").code, 2);
  EXPECT_EQ(scratch.run("replay rd_a/interphase.csv -o none").code, 2);
}

// Invariant: a study of micrographs alone runs every graph for them and joins one row a sample; merge and
// replay know its folder.
TEST(Study, JoinsItsParts) {
  const Scratch& scratch = drawn();
  Ran ran = scratch.run("study sheet.csv -o study");
  ASSERT_TRUE(ran.code == 0 || ran.code == 3) << ran.err;
  const Csv summary = scratch.table("study/summary.csv");
  ASSERT_EQ(summary.rows.size(), 3U);
  EXPECT_EQ(cell(summary, 0, "sample"), "S0");
  EXPECT_EQ(cell(summary, 0, "condition"), "cold");
  for (const char* table :
       {"interphase.csv", "fracture.csv", "cracks.csv", "group_summary.csv", "results.xlsx", "report.html",
        "ro-crate-metadata.json", "overlays/sem_0000.png", "overlays/sem_0000-fracture.png",
        "labels/sem_0000.tif", "profiles/sem_0000.pdf", "cracks/sem_0000.tif"})
    EXPECT_TRUE(fs::exists(scratch / ("study/" + std::string(table)))) << table;
  EXPECT_EQ(scratch.read("study/interphase.csv"), scratch.read("study/interphase/interphase.csv"));
  EXPECT_EQ(scratch.read("study/overlays/sem_0000-fracture.png"),
            scratch.read("study/fracture/overlays/sem_0000.png"));
  EXPECT_NE(scratch.read("study/report.html").find("lithoscope: study"), std::string::npos);
  EXPECT_EQ(scratch.run("study sheet.csv -o study").code, 2);
  EXPECT_EQ(scratch.run("study sheet.csv -o study --resume").code, ran.code);
  const std::string before = scratch.read("study/summary.csv");
  fs::remove(scratch / "study/summary.csv");
  EXPECT_EQ(scratch.run("merge study").code, ran.code);
  EXPECT_EQ(scratch.read("study/summary.csv"), before);
  EXPECT_EQ(scratch.run("replay study/run.json -o study2").code, ran.code) << scratch.read("stderr.txt");
  EXPECT_EQ(scratch.read("study2/summary.csv"), before);
  const Ran same = scratch.run("diff study study2");
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_NE(same.out.find("[fracture]\nsame version, options and inputs\nno number differs\n"),
            std::string::npos)
      << same.out;
  EXPECT_EQ(scratch.run("diff study study/interphase").code, 2);
  // With spectra of films, one of which is a sample of the micrographs.
  ASSERT_EQ(scratch.run("sample xps -n 2 --seed 5 -o xps").code, 0);
  const Csv films = scratch.table("xps/sheet.csv");
  std::string mixed = "sample,role,file,region\nS0,,../sem/sem_0000.tif,\nS9,,../sem/sem_0002.tif,\n";
  for (std::size_t i = 0; i < films.rows.size(); ++i) {
    const std::string sample = cell(films, i, "sample") == "xps_0000" ? "S0" : "S7";
    mixed += sample + "," + cell(films, i, "role") + "," + cell(films, i, "file") + "," +
             cell(films, i, "region") + "\n";
  }
  scratch.write("xps/mixed.csv", mixed);
  ran = scratch.run("study xps/mixed.csv -o mixed");
  ASSERT_TRUE(ran.code == 0 || ran.code == 3) << ran.err;
  const Csv joined = scratch.table("mixed/summary.csv");
  ASSERT_EQ(joined.rows.size(), 3U);
  EXPECT_EQ(cell(joined, 0, "sample"), "S0");
  EXPECT_FALSE(cell(joined, 0, "thickness_um").empty());
  EXPECT_FALSE(cell(joined, 0, "decision").empty());
  EXPECT_TRUE(cell(joined, 1, "decision").empty());
  EXPECT_EQ(cell(joined, 2, "sample"), "S7");
  EXPECT_TRUE(cell(joined, 2, "thickness_um").empty());
  // Overwritten by a study without films: nothing of theirs is left or joined.
  scratch.write("xps/no_films.csv", "sample,file\nS0,../sem/sem_0000.tif\n");
  ran = scratch.run("study xps/no_films.csv -o mixed --force");
  ASSERT_TRUE(ran.code == 0 || ran.code == 3) << ran.err;
  ASSERT_EQ(scratch.run("merge mixed").code, ran.code);
  EXPECT_EQ(scratch.table("mixed/summary.csv").rows.size(), 1U);
  for (const char* gone :
       {"mixed/coverage", "mixed/coverage.csv", "mixed/plots", "mixed/overlays/sem_0002.png"})
    EXPECT_FALSE(fs::exists(scratch / gone)) << gone;
  fs::remove(scratch / "mixed/report.html");
  EXPECT_EQ(scratch.run("report mixed").code, 0);
  EXPECT_TRUE(fs::exists(scratch / "mixed/report.html"));
  scratch.write("nosample.csv", "file\nsem/sem_0000.tif\n");
  EXPECT_EQ(scratch.run("study nosample.csv -o none").code, 2);
  EXPECT_FALSE(fs::exists(scratch / "none"));
}

}  // namespace
}  // namespace litho
