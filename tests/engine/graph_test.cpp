#include "pipeline/engine/graph.hpp"

#include <gtest/gtest.h>

#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

constexpr const char* kGood =
    "lithoscope: 1\n"
    "name: interphase\n"
    "doc: how thick it is\n"
    "item: micrograph\n"
    "stages:\n"
    "  read:  { use: io.micrograph, in: { item: $item } }\n"
    "  field: { use: sem.field, in: { micrograph: read.micrograph }, with: { x: 3 px }, require: [sem.dark, "
    "xps.*] }\n";

std::string errors_of(const std::string& text) {
  const auto graph = read_graph(text, "g.yaml");
  return graph ? "" : to_string(graph.errors());
}

TEST(Graph, ReadsWhatIsWritten) {  // Oracle: reviewed sample
  const auto graph = read_graph(kGood, "g.yaml");
  ASSERT_TRUE(graph) << to_string(graph.errors());
  EXPECT_EQ(graph->name, "interphase");
  EXPECT_EQ(graph->doc, "how thick it is");
  EXPECT_EQ(graph->item, "micrograph");
  EXPECT_EQ(graph->text, kGood);
  ASSERT_EQ(graph->nodes.size(), 2U);
  const GraphNode& field = graph->nodes[1];
  EXPECT_EQ(field.id, "field");
  EXPECT_EQ(field.stage, "sem.field");
  EXPECT_EQ(field.inputs.at("micrograph").text, "read.micrograph");
  EXPECT_EQ(field.with.find("x")->text, "3 px");
  EXPECT_EQ(field.require.items.at(1).text, "xps.*");
  EXPECT_EQ(field.place.where(graph->file), "g.yaml:7:3");
}

TEST(Graph, SectionsMayBeEmpty) {  // Oracle: invariant
  EXPECT_EQ(errors_of("lithoscope: 1\nname: a\ndoc:\nitem: sample\nstages:\n"
                      "  x: { use: a.b, in: , with: , require: }\n"),
            "");
}

TEST(Graph, EveryErrorHasItsPlaceAndRemedy) {  // Oracle: reviewed sample
  EXPECT_EQ(
      errors_of("lithoscope: 2\n"
                "nam: x\n"
                "item: micrografh\n"
                "stages:\n"
                "  Read: { use: io.micrograph }\n"
                "  a: { uses: io.x, in: { p: read }, extra: 1 }\n"
                "  b: { use: io.x, in: { p: a.b.c, q: $sheet, r: [a.b] }, with: 3, require: sem.dark }\n"
                "  c: io.x\n"
                "  d: { use: , in: [a.b], require: [sem., '*.x'] }\n"),
      "g.yaml:2:1: a graph has no key 'nam' [graph.unknown_key]; did you mean 'name'?\n"
      "g.yaml:1:13: the format version is '2', this program reads 1 [graph.version]; write `lithoscope: 1`, "
      "or use "
      "the program's version that the graph was written for\n"
      "g.yaml:1:1: the key 'name' is missing [graph.missing_key]; add `name:`\n"
      "g.yaml:3:7: an item cannot be a 'micrografh' [graph.bad_value]; did you mean 'micrograph'?\n"
      "g.yaml:5:3: 'Read' cannot name a stage [graph.bad_value]; use a-z, 0-9 and _, a letter first\n"
      "g.yaml:6:8: a stage has no key 'uses' [graph.unknown_key]; did you mean 'use'?\n"
      "g.yaml:6:37: a stage has no key 'extra' [graph.unknown_key]; its keys: use, in, with, require\n"
      "g.yaml:6:6: the key 'use' is missing [graph.missing_key]; add `use:`\n"
      "g.yaml:6:29: a.p: 'read' does not say where the value comes from [graph.bad_edge]; write "
      "stage.output, or "
      "$item\n"
      "g.yaml:7:28: b.p: 'a.b.c' does not say where the value comes from [graph.bad_edge]; write "
      "stage.output, or "
      "$item\n"
      "g.yaml:7:38: b.q: '$sheet' does not say where the value comes from [graph.bad_edge]; write "
      "stage.output, or "
      "$item\n"
      "g.yaml:7:46: b.r: '' does not say where the value comes from [graph.bad_edge]; write stage.output, or "
      "$item\n"
      "g.yaml:7:64: 'with' must be a map [graph.bad_value]; write with: { name: value }\n"
      "g.yaml:7:76: 'require' must be a list of flag codes [graph.bad_value]; write require: "
      "[sem.saturated], or "
      "sem.* for all of a family\n"
      "g.yaml:8:3: the stage 'c' must be a map [graph.bad_value]; write c: { use: family.stage, in: { ... } "
      "}\n"
      "g.yaml:9:13: 'use' must be a word or a line of text [graph.bad_value]\n"
      "g.yaml:9:19: 'in' must be a map [graph.bad_value]; write in: { name: value }\n"
      "g.yaml:9:35: 'require' must be a list of flag codes [graph.bad_value]; write require: "
      "[sem.saturated], or "
      "sem.* for all of a family");
}

TEST(Graph, WhatIsNoGraphIsSaid) {  // Oracle: reviewed sample
  EXPECT_EQ(
      errors_of("- a\n"),
      "g.yaml:1:1: is not a graph: it has no `lithoscope: 1` [graph.missing_key]; a graph is a map with "
      "lithoscope, name, item and stages");
  EXPECT_EQ(errors_of("lithoscope: 1\nname: a\nitem: sample\nstages: {}\n"),
            "g.yaml:4:9: there are no stages [graph.no_nodes]; add one");
  EXPECT_NE(errors_of("lithoscope: 1\nname: a\nitem: sample\nstages:\n").find("graph.bad_value"),
            std::string::npos);
  EXPECT_NE(errors_of("").find("graph.missing_key"), std::string::npos);
  EXPECT_NE(errors_of("a: [").find("yaml.syntax"), std::string::npos);
  EXPECT_NE(errors_of("lithoscope: 1\nlithoscope: 1\n").find("yaml.repeated_key"), std::string::npos);
}

TEST(Graph, DamagedTextsGiveErrorsOrGraphsNothingElse) {  // Oracle: invariant
  const std::string good = kGood;
  const std::string marks = "{}[]:,-?!&*#|>'\"%@`~ \n\t\r\\<=.0a$\x80\xFF";
  RandomStream random(1, "graphs");
  int refused = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = good;
    for (std::uint32_t n = 1 + random.below(4); n > 0 && !text.empty(); --n) {
      const std::size_t at = random.below(static_cast<std::uint32_t>(text.size()));
      const char mark = marks[random.below(static_cast<std::uint32_t>(marks.size()))];
      switch (random.below(4)) {
        case 0:
          text[at] = mark;
          break;
        case 1:
          text.insert(at, 1 + random.below(3), mark);
          break;
        case 2:
          text.erase(at, 1 + random.below(9));
          break;
        default:
          text.resize(at + 1);
      }
    }
    const auto graph = read_graph(text, "g.yaml");
    if (graph) continue;
    ++refused;
    for (const Error& error : graph.errors()) ASSERT_TRUE(error.where.starts_with("g.yaml:")) << text;
  }
  EXPECT_GT(refused, 1000);
}

TEST(SetOption, AddsAndReplaces) {  // Oracle: analytic
  auto graph = *read_graph(kGood, "g.yaml");
  ASSERT_TRUE(set_option(graph, "field.x=4 px"));
  ASSERT_TRUE(set_option(graph, "read.path=a=b.c"));
  EXPECT_EQ(graph.nodes[1].with.find("x")->text, "4 px");
  EXPECT_EQ(graph.nodes[1].with.entries.size(), 1U);
  EXPECT_EQ(graph.nodes[0].with.find("path")->text, "a=b.c");
}

TEST(SetOption, SaysWhatIsWrong) {  // Oracle: reviewed sample
  auto graph = *read_graph(kGood, "g.yaml");
  for (const char* text : {"", "field", "field.x", "fieldx=3", ".x=3", "field.=3", "=3", "field=a.b"})
    EXPECT_EQ(set_option(graph, text).errors().at(0).code, "set.syntax") << text;
  EXPECT_EQ(to_string(set_option(graph, "fild.x=3").errors()),
            "--set fild.x=3: the graph has no stage 'fild' [set.unknown_node]; did you mean 'field'?");
  EXPECT_EQ(to_string(set_option(graph, "front.x=3").errors()),
            "--set front.x=3: the graph has no stage 'front' [set.unknown_node]; its stages: read, field");
}

}  // namespace
}  // namespace litho
