#include "pipeline/engine/reference.hpp"

#include <gtest/gtest.h>

#include "pipeline/engine/diagram.hpp"
#include "tests/engine/toys.hpp"

namespace litho {
namespace {

TEST(DescribeStage, TellsPortsOptionsTablesAndReferences) {  // Oracle: reviewed sample
  const Registry registry = toys::registry();
  EXPECT_EQ(describe_stage(*registry.find("toy.source")),
            "toy.source: A number from the item (results version 1)\n"
            "\ninputs\n"
            "  item  item\n"
            "\noutputs\n"
            "  value  toy.number\n"
            "\noptions\n"
            "  value  number in um, 0 to 100; default 1 um  what it gives\n"
            "  style  one of plain, fancy; default plain    how it is written\n");
  EXPECT_EQ(describe_stage(*registry.find("toy.add")),
            "toy.add: Adds two numbers (results version 2)\n"
            "\ninputs\n"
            "  a  toy.number\n"
            "  b  toy.number, may stay open\n"
            "\noutputs\n"
            "  sum  toy.number\n"
            "\nreferences\n"
            "  doi:10.0000/sum\n");
  EXPECT_NE(
      describe_stage(*registry.find("toy.table")).find("\ntables\n  toys.csv  value  one row an item\n"),
      std::string::npos);
}

TEST(StageReference, HasEveryStageOnceUnderItsFamily) {  // Oracle: invariant
  const Registry registry = toys::registry();
  const std::string pages = stage_reference_markdown(registry);
  EXPECT_EQ(pages.find("\n## toy\n"), pages.rfind("\n## toy\n"));
  for (const auto& [name, entry] : registry.stages()) {
    const std::string title = "\n### " + name + "\n";
    EXPECT_NE(pages.find(title), std::string::npos) << name;
    EXPECT_EQ(pages.find(title), pages.rfind(title)) << name;
  }
  EXPECT_NE(pages.find("| value | number in um, 0 to 100; default 1 um | what it gives |\n"),
            std::string::npos);
  EXPECT_NE(pages.find("\nReferences: doi:10.0000/sum\n"), std::string::npos);
}

class Diagram : public testing::Test {
 protected:
  Graph graph_ = *read_graph(
      "lithoscope: 1\nname: a \"toy\"\nitem: micrograph\nstages:\n"
      "  read: { use: toy.source, in: { item: $item } }\n"
      "  end: { use: toy.add, in: { a: read.value } }\n",
      "g.yaml");
  Plan plan_ = *make_plan(graph_, toys::registry());
};

TEST_F(Diagram, Dot) {  // Oracle: reviewed sample, drawn once with Graphviz
  EXPECT_EQ(to_dot(graph_, plan_),
            "digraph \"a \\\"toy\\\"\" {\n"
            "  rankdir=LR;\n"
            "  node [shape=box];\n"
            "  item [shape=oval, label=\"micrograph\"];\n"
            "  n_read [label=\"read\\ntoy.source\"];\n"
            "  n_end [label=\"end\\ntoy.add\"];\n"
            "  item -> n_read [label=\"item\"];\n"
            "  n_read -> n_end [label=\"toy.number\"];\n"
            "}\n");
}

TEST_F(Diagram, Mermaid) {  // Oracle: reviewed sample; `end` alone would be a word of the language
  EXPECT_EQ(to_mermaid(graph_, plan_),
            "flowchart LR\n"
            "  item([\"micrograph\"])\n"
            "  n_read[\"read<br/>toy.source\"]\n"
            "  n_end[\"end<br/>toy.add\"]\n"
            "  item -- \"item\" --> n_read\n"
            "  n_read -- \"toy.number\" --> n_end\n");
}

}  // namespace
}  // namespace litho
