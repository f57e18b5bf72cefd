#include "pipeline/engine/yaml.hpp"

#include <gtest/gtest.h>

namespace litho {
namespace {

/// A tree on one line: scalars quoted, null as ~.
std::string shown(const Value& value) {
  std::string out;
  switch (value.kind) {
    case Value::Kind::null:
      return "~";
    case Value::Kind::scalar:
      return "'" + value.text + "'";
    case Value::Kind::list:
      for (const Value& item : value.items) out += (out.empty() ? "" : " ") + shown(item);
      return "[" + out + "]";
    case Value::Kind::map:
      for (const Value::Entry& entry : value.entries)
        out += (out.empty() ? "" : " ") + entry.key + ":" + shown(entry.value);
      return "{" + out + "}";
  }
  return out;
}

std::string read(const std::string& text) {
  const auto value = read_yaml(text, "f");
  return value ? shown(*value) : to_string(value.errors());
}

TEST(Yaml, ReadsPlainData) {  // Oracle: published value, YAML 1.2 block and flow styles
  EXPECT_EQ(read("a: 1\nb:\n  - x\n  - {c: 'd e', f: \"g\\th\"}\n"), "{a:'1' b:['x' {c:'d e' f:'g\th'}]}");
  EXPECT_EQ(read("a: |\n  two\n  lines\nb: >-\n  one\n  line\n"), "{a:'two\nlines\n' b:'one line'}");
  EXPECT_EQ(read("# only a comment\n"), "~");
  EXPECT_EQ(read(""), "~");
  EXPECT_EQ(read("--- {a: 1}\n...\n"), "{a:'1'}");
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a: \xC2\xB5m\r\nb: 2\r\n"),
            "{a:'\xC2\xB5m' b:'2'}");
}

TEST(Yaml, ScalarsKeepTheirText) {  // Oracle: analytic, what stands there
  EXPECT_EQ(read("[no, 010, 1e3, 0.50 um, true, 12:30, .nan, 0x1F, 2026-01-01]"),
            "['no' '010' '1e3' '0.50 um' 'true' '12:30' '.nan' '0x1F' '2026-01-01']");
  EXPECT_EQ(read("[~, null, , '~', \"null\", '']"), "[~ ~ ~ '~' 'null' '']");
}

TEST(Yaml, ReadsJson) {  // Oracle: published value, RFC 8259
  EXPECT_EQ(read("{\"a\": [1, -2.5e3, true, null], \"b\": {\"c\": \"d\\u00b5\\n\"}}"),
            "{a:['1' '-2.5e3' 'true' ~] b:{c:'d\xC2\xB5\n'}}");
}

TEST(Yaml, PlacesAreCountedFromOne) {  // Oracle: analytic
  const auto value = read_yaml("a: 1\nbb:\n  - x\n  - {c: d}\n", "f");
  ASSERT_TRUE(value);
  const Value::Entry& second = value->entries.at(1);
  EXPECT_EQ(second.line, 2);
  EXPECT_EQ(second.column, 1);
  EXPECT_EQ(value->entries.at(0).value.where("f"), "f:1:4");
  EXPECT_EQ(second.value.items.at(0).where("f"), "f:3:5");
  EXPECT_EQ(second.value.items.at(1).entries.at(0).value.where("f"), "f:4:9");
}

TEST(Yaml, RepeatedKeysNameBothLinesAllAtOnce) {  // Oracle: reviewed sample
  EXPECT_EQ(
      read("a: 1\nb: {x: 1, 'x': 2}\na: 3\n"),
      "f:2:11: the key 'x' stands here again, first on line 2 [yaml.repeated_key]; keep one of the two\n"
      "f:3:1: the key 'a' stands here again, first on line 1 [yaml.repeated_key]; keep one of the two");
  EXPECT_EQ(read("{\"a\": 1,\n\"\\u0061\": 2}"),
            "f:2:1: the key 'a' stands here again, first on line 1 [yaml.repeated_key]; keep one of the two");
}

TEST(Yaml, RefusesWhatIsNotPlainData) {  // Oracle: reviewed sample
  const auto starts = [](const std::string& text, const std::string& expected) {
    EXPECT_EQ(read(text).substr(0, expected.size()), expected) << text;
  };
  starts("a: &x 1\n", "f:1:4: anchors (&name) are not read [yaml.not_plain]");
  starts("a: &x\n  b: 1\n", "f:1:4: anchors (&name) are not read [yaml.not_plain]");
  starts("a: [&x ]\n", "f:1:5: anchors");
  starts("a: 1\nb: *a\n", "f:2:4: ");
  starts("<<: {a: 1}\n", "f:1:1: merge keys (<<) are not read [yaml.not_plain]");
  starts("a: !!int 3\n", "f:1:4: tags (tag:yaml.org,2002:int) are not read [yaml.not_plain]");
  starts("a: !x {}\n", "f:1:4: tags (!x) are not read [yaml.not_plain]");
  starts("[a]: 1\n", "f:1:1: a key must be a word, not a list or a map [yaml.not_plain]");
  starts("{a: 1",
         "f:1:1: a key must be a word, not a list or a map [yaml.not_plain]; is a bracket left open?");
  starts("? {a: 1}\n: 1\n", "f:1:3: a key must be a word");
  starts("~: 1\n", "f:1:1: a key is missing here [yaml.not_plain]");
  starts("a: 1\n---\nb: 1\n", "f:2:1: a second document starts here [yaml.not_plain]");
  EXPECT_EQ(read("'<<': 1"), "{<<:'1'}");
}

TEST(Yaml, SyntaxErrorsHaveAPlace) {  // Oracle: analytic, the line that is broken
  for (const auto& [text, place] : std::vector<std::pair<std::string, std::string>>{
           {"a: [1, 2\nb: 3\n", "f:2:"},
           {"a: 1\n b: 2\n", "f:2:"},
           {"a: 'x\nb: 2\n", "f:"},
           {"a: \"x", "f:"},
           {"a: 1\n\tb: 2\n", "f:2:"},
           {"{a: 1} }", "f:1:8: "},
           {std::string("a: 1\nb: \x04 c\nd: 1\n"), "f:2:4: a control character stands here [yaml.syntax]"},
           {std::string("a: \0", 4), "f:1:4: a control character"}}) {
    EXPECT_EQ(read(text).substr(0, place.size()), place) << text;
    EXPECT_NE(read(text).find("[yaml.syntax]"), std::string::npos) << read(text);
  }
}

TEST(Yaml, HasLimits) {  // Oracle: analytic
  EXPECT_EQ(read(std::string(64, '[') + std::string(64, ']')), std::string(64, '[') + std::string(64, ']'));
  EXPECT_EQ(read(std::string(65, '[') + std::string(65, ']')),
            "f:1:65: nested more than 64 levels deep [yaml.too_deep]");
  EXPECT_EQ(read(std::string(100000, '[')).substr(0, 2), "f:");  // refused, and no stack overrun
  EXPECT_EQ(read(std::string(100000, '{')).substr(0, 2), "f:");
  EXPECT_EQ(read("# " + std::string((1 << 20) - 2, 'x')), "~");
  EXPECT_EQ(read("# " + std::string((1 << 20) - 1, 'x')),
            "f: 1048577 bytes, at most 1048576 are read [yaml.too_large]; is this the right file?");
}

}  // namespace
}  // namespace litho
