#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "modules/io/tiff/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {

Scratch::Scratch() {
  std::string name = (std::filesystem::temp_directory_path() / "lithoscope-test-XXXXXX").string();
  path_ = ::mkdtemp(name.data());
}

Scratch::~Scratch() {
  std::filesystem::remove_all(path_);
}

Ran Scratch::run(const std::string& arguments) const {
  const std::string command = "cd '" + path_.string() + "' && '" LITHOSCOPE_PROGRAM "' " + arguments +
                              " >stdout.txt 2>stderr.txt </dev/null";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read("stdout.txt"), read("stderr.txt")};
}

void Scratch::write(const std::string& name, const std::string& content) const {
  ASSERT_TRUE(write_file(path_ / name, content));
}

std::string Scratch::read(const std::string& name) const {
  const auto text = read_text_file(path_ / name);
  return text ? *text : "";
}

Csv Scratch::table(const std::string& name) const {
  auto csv = read_csv(read(name));
  if (!csv) ADD_FAILURE() << name << ": " << to_string(csv.errors());
  return csv ? *csv : Csv{};
}

std::string cell(const Csv& table, std::size_t row, const std::string& column) {
  const int index = table.column(column);
  if (index < 0 || row >= table.rows.size()) {
    ADD_FAILURE() << "no cell " << row << ", " << column;
    return "";
  }
  return table.rows[row].fields[static_cast<std::size_t>(index)];
}

namespace {

std::string as_text(const std::vector<std::uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string grey_tiff(int width, int height) {
  return as_text(write_tiff(Image<std::uint8_t>(width, height, 90)));
}

// Invariant: wrong usage is exit 2, says what is wrong, and runs nothing.
TEST(Cli, RefusesWrongUsage) {
  const Scratch scratch;
  EXPECT_EQ(scratch.run("").code, 2);
  EXPECT_EQ(scratch.run("interphse a.tif -o run").code, 2);
  EXPECT_EQ(scratch.run("interphase nowhere.tif -o run").code, 2);
  EXPECT_EQ(scratch.run("interphase . -o run").code, 2);  // an empty folder
  scratch.write("a.tif", grey_tiff(4, 4));
  EXPECT_EQ(scratch.run("interphase a.tif -o run --pixel-size '48.8 eV'").code, 2);
  EXPECT_EQ(scratch.run("interphase a.tif -o run --pixel-size 48.8").code, 2);
  EXPECT_EQ(scratch.run("interphase a.tif -o run --set layers.sidee=left").code, 2);
  EXPECT_NE(scratch.read("stderr.txt").find("did you mean 'side'"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(scratch / "run"));
}

// Invariant: every command answers --help with an example, --version names the libraries.
TEST(Cli, ExplainsItself) {
  const Scratch scratch;
  for (const char* command :
       {"interphase", "fracture", "coverage", "study", "fit", "run", "merge", "report", "replay", "diff",
        "init", "check", "graph", "stages", "describe", "inspect", "sample", "evaluate"})
    EXPECT_EQ(scratch.run(std::string(command) + " --help").code, 0) << command;
  EXPECT_NE(scratch.run("interphase --help").out.find("Example"), std::string::npos);
  EXPECT_NE(scratch.run("--version").out.find("opencv 4.6"), std::string::npos);
  EXPECT_NE(scratch.run("stages").out.find("sem.field"), std::string::npos);
  EXPECT_NE(scratch.run("describe sem.layers").out.find("side"), std::string::npos);
  EXPECT_EQ(scratch.run("describe sem.layer").code, 2);
  EXPECT_NE(scratch.run("graph interphase").out.find("digraph"), std::string::npos);
  EXPECT_EQ(scratch.run("check interphase").code, 0);
}

// Invariant: each hopeless input is its own error; no crash, no number, and inspect goes on to the next file.
TEST(Cli, InspectRefusesByName) {
  const Scratch scratch;
  scratch.write("empty.tif", "");
  scratch.write("text.tif", "this is no picture\n");
  const std::string good = grey_tiff(64, 48);
  scratch.write("cut.tif", good.substr(0, good.size() / 2));
  std::string giant = good;
  for (std::size_t i = 8; i + 12 < giant.size() && i < 400; i += 2)  // ImageWidth and ImageLength to 2^31 - 1
    if (giant[i] == 0 && giant[i + 1] == 1 && giant[i + 2] == 3)
      giant.replace(i + 8, 4, "\xff\xff\xff\x7f", 4);
  scratch.write("giant.tif", giant);
  scratch.write("good.tif", good);
  const Ran ran = scratch.run("inspect --json empty.tif text.tif cut.tif giant.tif missing.tif good.tif");
  EXPECT_EQ(ran.code, 3);
  const auto lines = split_lines(ran.out);
  ASSERT_EQ(lines.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    const auto facts = nlohmann::json::parse(lines[i]);
    EXPECT_EQ(facts.contains("error"), i != 5) << lines[i];
    if (i == 5) {
      EXPECT_EQ(facts.at("width_px"), 64);
      EXPECT_TRUE(facts.at("pixel_size_nm").is_null());
      EXPECT_NE(facts.at("pixel_size_refused").get<std::string>().find("good.tif"), std::string::npos);
    }
  }
}

// Published value: pixel sizes of real vendor files, with the tolerances stated beside them.
TEST(Cli, InspectGivesThePixelSizesOfVendorFiles) {
  const std::filesystem::path folder = std::filesystem::path(LITHOSCOPE_SHARED_DATA) / "sem/vendor";
  LITHO_NEEDS_SHARED_DATA(folder);
  const Scratch scratch;
  const auto list = read_text_file(folder / "pixel_sizes.tsv");
  ASSERT_TRUE(list);
  const auto lines = split_lines(*list);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto fields = split(lines[i], '\t');
    const std::string file(fields[0]);
    const Ran ran = scratch.run("inspect --json '" + std::filesystem::absolute(folder / file).string() + "'");
    const auto facts = nlohmann::json::parse(ran.out);
    const bool has_size = facts.contains("pixel_size_nm") && !facts.at("pixel_size_nm").is_null();
    EXPECT_EQ(has_size, !fields[1].empty()) << file;
    if (!has_size || fields[1].empty()) continue;
    const double truth = *parse_double(fields[1]);
    const double tolerance = file.starts_with("jeol") ? 0.01 : 0.001;
    EXPECT_NEAR(facts.at("pixel_size_nm").get<double>() / truth, 1, tolerance) << file;
  }
}

// Invariant: every problem of a sheet is named with its line, all at once, and nothing runs.
TEST(Cli, ChecksTheWholeSheetFirst) {
  const Scratch scratch;
  scratch.write("a.tif", grey_tiff(8, 8));
  scratch.write("sheet.csv",
                "file,pixel_size_nm,side\n"
                "a.tif,\"48,8\",top\n"
                "b.tif,50,top\n"
                "a.tif,50,up\n");
  const Ran ran = scratch.run("interphase sheet.csv -o run");
  EXPECT_EQ(ran.code, 2);
  for (const char* part : {"sheet.csv:2: pixel_size_nm", "sheet.csv:3: 'b.tif'", "sheet.csv:4: side",
                           "sheet.csv:4: 'a.tif' stands already"})
    EXPECT_NE(ran.err.find(part), std::string::npos) << part << "\n" << ran.err;
  EXPECT_FALSE(std::filesystem::exists(scratch / "run"));
}

}  // namespace
}  // namespace litho
