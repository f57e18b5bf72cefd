#include "pipeline/engine/plan.hpp"

#include <gtest/gtest.h>

#include "tests/engine/toys.hpp"

namespace litho {
namespace {

using toys::plan_errors;
using toys::plan_of;

// Stages start on line 5 of the file.
constexpr const char* kRead = "  read: { use: toy.source, in: { item: $item } }\n";

std::string ids(const Plan& plan) {
  std::string out;
  for (const PlanNode& node : plan.nodes()) out += (out.empty() ? "" : " ") + node.id;
  return out;
}

TEST(MakePlan, OrdersNodesByEdgesThenByFile) {  // Oracle: analytic
  EXPECT_EQ(ids(plan_of("  z: { use: toy.table, in: { value: b.sum } }\n"
                        "  b: { use: toy.add, in: { a: y.value, b: a.value } }\n"
                        "  y: { use: toy.source, in: { item: $item } }\n"
                        "  a: { use: toy.source, in: { item: $item } }\n"
                        "  c: { use: toy.file, in: { value: y.value } }\n")),
            "y a b z c");
}

TEST(MakePlan, ResolvesEdges) {  // Oracle: analytic
  const Plan plan = plan_of(std::string(kRead) +
                            "  sum: { use: toy.add, in: { a: read.value } }\n"
                            "  twice: { use: toy.add, in: { b: sum.sum, a: sum.sum } }\n");
  EXPECT_EQ(plan.nodes()[0].inputs.at(0).node, Source::kItem);
  EXPECT_EQ(plan.nodes()[1].inputs.at(0).node, 0);
  EXPECT_EQ(plan.nodes()[1].inputs.at(1).node, Source::kNothing);
  EXPECT_EQ(plan.nodes()[0].consumers, (std::vector<int>{1}));
  EXPECT_EQ(plan.nodes()[1].consumers, (std::vector<int>{2, 2}));
}

TEST(MakePlan, EveryErrorHasItsPlaceAndRemedyAllAtOnce) {  // Oracle: reviewed sample
  EXPECT_EQ(
      plan_errors("  read: { use: toy.sorce, in: { item: $item } }\n"
                  "  other: { use: sem.front }\n"
                  "  src: { use: toy.source, in: { item: $item }, with: { value: 3 nm/s, stile: fancy } }\n"
                  "  far: { use: toy.source, in: { item: src.value }, with: { value: 1 mm, style: fanci } }\n"
                  "  sum: { use: toy.add, in: { b: scr.value, aa: src.value } }\n"
                  "  tab: { use: toy.table, in: { value: $item } }\n"
                  "  seal: { use: toy.seal, in: { value: src.valu } }\n"
                  "  open: { use: toy.unseal, in: { sealed: src.value } }\n"
                  "  table: { use: toy.table, in: { value: tab.rows } }\n"),
      "toy.yaml:5:3: read: there is no stage 'toy.sorce' [graph.unknown_stage]; did you mean 'toy.source'?\n"
      "toy.yaml:6:3: other: there is no stage 'sem.front' [graph.unknown_stage]; `lithoscope stages` lists "
      "them\n"
      "toy.yaml:7:71: src: there is no option 'stile' [option.unknown]; did you mean 'style'?\n"
      "toy.yaml:7:63: src: option 'value': 'nm/s' in '3 nm/s' is not a known unit [option.unit]; number in "
      "um, 0 "
      "to 100; default 1 um\n"
      "toy.yaml:8:67: far: option 'value': '1 mm' is out of range [option.range]; number in um, 0 to 100; "
      "default 1 um\n"
      "toy.yaml:8:80: far: option 'style': 'fanci' is not one of its choices [option.choice]; did you mean "
      "'fancy'?\n"
      "toy.yaml:8:39: far.item: needs item but 'src.value' gives toy.number [graph.type]\n"
      "toy.yaml:9:48: sum: 'toy.add' has no input 'aa' [graph.unknown_port]; did you mean 'a'?\n"
      "toy.yaml:9:3: sum.a: nothing feeds this input, it needs toy.number [graph.unfed]; connect it: in: { "
      "a: "
      "stage.output }\n"
      "toy.yaml:9:33: sum.b: there is no stage 'scr' here [graph.unknown_node]; did you mean 'src'?\n"
      "toy.yaml:10:39: tab.value: needs toy.number but '$item' gives item [graph.type]\n"
      "toy.yaml:11:39: seal.value: 'src' has no output 'valu' [graph.unknown_port]; did you mean 'value'?\n"
      "toy.yaml:12:42: open.sealed: needs toy.sealed but 'src.value' gives toy.number [graph.type]\n"
      "toy.yaml:13:41: table.value: needs toy.number but 'tab.rows' gives rows [graph.type]");
}

TEST(MakePlan, CyclesAreNamed) {  // Oracle: reviewed sample
  EXPECT_EQ(plan_errors(std::string(kRead) + "  out: { use: toy.table, in: { value: c.sum } }\n"
                                             "  a: { use: toy.add, in: { a: read.value, b: c.sum } }\n"
                                             "  b: { use: toy.add, in: { a: a.sum } }\n"
                                             "  c: { use: toy.add, in: { a: b.sum } }\n"),
            "toy.yaml:7:3: the stages feed each other in a circle: a -> b -> c -> a [graph.cycle]; break one "
            "of these "
            "edges");
  EXPECT_EQ(
      plan_errors("  a: { use: toy.add, in: { a: a.sum } }\n"),
      "toy.yaml:5:3: the stages feed each other in a circle: a -> a [graph.cycle]; break one of these edges");
}

TEST(MakePlan, MetadataIsCheckedInOrder) {  // Oracle: reviewed sample
  EXPECT_EQ(
      plan_errors(std::string(kRead) + "  fine: { use: toy.picky, in: { value: read.value } }\n"
                                       "  lost: { use: toy.picky, in: { value: fine.same } }\n"
                                       "  after: { use: toy.picky, in: { value: lost.same } }\n"),
      "toy.yaml:7:3: lost: value: does not come from a micrograph [toy.picky]; feed it from toy.source");
}

TEST(MakePlan, TablesAreDeclaredOnceAndAlike) {  // Oracle: reviewed sample
  const auto tables = [](const std::string& a, const std::string& b) {
    return std::string(kRead) + "  one: { use: toy.table, in: { value: read.value }, with: { " + a +
           " } }\n" + "  two: { use: toy.table, in: { value: read.value }, with: { " + b + " } }\n";
  };
  const Plan plan = plan_of(tables("name: b", "name: a"));
  ASSERT_EQ(plan.tables().size(), 2U);
  EXPECT_EQ(plan.tables()[0].name, "b");
  EXPECT_EQ(plan_of(tables("one_row: false", "one_row: false")).tables().size(), 1U);
  EXPECT_EQ(plan_errors(tables("one_row: false", "one_row: false, column: v")),
            "toy.yaml:7:3: two: the table 'toys' has other columns here than in an earlier stage "
            "[graph.table]; let "
            "one stage write it");
  EXPECT_NE(plan_errors(tables("one_row: false", "one_row: true")).find("graph.table"), std::string::npos);
  EXPECT_EQ(plan_errors(tables("one_row: true", "one_row: true")),
            "toy.yaml:7:3: two: an earlier stage writes the table 'toys' too, which has one row an item "
            "[graph.table]; let one stage write it");
}

TEST(MakePlan, WarnsOfWorkThatNobodySees) {  // Oracle: reviewed sample
  const Plan plan = plan_of(std::string(kRead) +
                            "  sum: { use: toy.add, in: { a: read.value } }\n"
                            "  table: { use: toy.table, in: { value: read.value } }\n");
  EXPECT_EQ(
      to_string(plan.warnings()),
      "toy.yaml:6:3: sum: nothing uses what 'toy.add' gives [graph.unused]; connect one of its outputs, or "
      "take it out");
}

TEST(MakePlan, NothingReadsAClosingStage) {  // Oracle: reviewed sample
  EXPECT_EQ(plan_errors("  end: { use: toy.close }\n"
                        "  sum: { use: toy.add, in: { a: end.number } }\n"
                        "  table: { use: toy.table, in: { value: sum.sum } }\n"),
            "toy.yaml:6:3: sum.a: 'end' runs after everything else, nothing can read it [graph.closing]; "
            "take out this edge");
}

TEST(MakePlan, SetOptionsAreNamedInErrors) {  // Oracle: reviewed sample
  auto graph = *read_graph("lithoscope: 1\nname: a\nitem: sample\nstages:\n" + std::string(kRead), "g.yaml");
  ASSERT_TRUE(set_option(graph, "read.value=200 um"));
  EXPECT_EQ(to_string(make_plan(graph, toys::registry()).errors()),
            "--set read.value=200 um: read: option 'value': '200 um' is out of range [option.range]; number "
            "in um, 0 "
            "to 100; default 1 um");
  ASSERT_TRUE(set_option(graph, "read.value=50 um"));
  ASSERT_TRUE(set_option(graph, "read.vale=5 um"));
  EXPECT_EQ(to_string(make_plan(graph, toys::registry()).errors()),
            "--set read.value=50 um --set read.vale=5 um: read: there is no option 'vale' [option.unknown]; "
            "did you "
            "mean 'value'?");
}

TEST(Fingerprint, StatesAllThatDecidesResults) {  // Oracle: reviewed sample
  const Plan plan =
      plan_of(std::string(kRead) + "  sum: { use: toy.add, in: { a: read.value }, require: [toy.odd] }\n");
  EXPECT_EQ(plan.fingerprint(),
            "graph 1\n"
            "item micrograph\n"
            "node read = toy.source 1\n"
            "  in item = $item\n"
            "  with value = 1 um\n"
            "  with style = plain\n"
            "node sum = toy.add 2\n"
            "  in a = read.value\n"
            "  in b = -\n"
            "  require toy.odd\n");
}

TEST(Fingerprint, IgnoresLayoutAndSpelledOutDefaults) {  // Oracle: invariant
  const std::string expected = plan_of(kRead).fingerprint();
  EXPECT_EQ(plan_of("  # a remark\n  read:\n    in: {item: $item}\n    use: toy.source\n"
                    "    with: { style: plain, value: 1000 nm }\n")
                .fingerprint(),
            expected);
  EXPECT_NE(
      plan_of("  read: { use: toy.source, in: { item: $item }, with: { value: 2 um } }\n").fingerprint(),
      expected);
}

}  // namespace
}  // namespace litho
