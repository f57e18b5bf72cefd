#include "pipeline/stage/stage.hpp"

#include <gtest/gtest.h>

#include "pipeline/core/bytes.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {

struct Number {
  double value = 0;
};
template <>
struct PortType<Number> {
  static constexpr std::string_view name = "test.number";
  static std::string save(const Number& number) { return ByteWriter().put(number.value).take(); }
  static std::optional<Number> load(std::string_view bytes) {
    ByteReader in(bytes);
    const Number number{in.get<double>()};
    if (!in.at_end()) return std::nullopt;
    return number;
  }
};
struct Word {
  std::string text;
};
template <>
struct PortType<Word> {
  static constexpr std::string_view name = "test.word";
};

namespace {

struct Options {
  double width_um = 5;
  std::optional<double> limit_ev;
  double share = 0.5;
  int count = 3;
  bool strict = false;
  std::string mode = "fast";
  std::string title;

  static const Schema<Options>& schema() {
    static const Schema<Options> schema = Schema<Options>()
                                              .add("width", &Options::width_um, "of the band")
                                              .unit("um")
                                              .range(0.1, 500)
                                              .add("limit", &Options::limit_ev, "upper end")
                                              .unit("eV")
                                              .range(0, 1500)
                                              .add("share", &Options::share, "of the pixels")
                                              .range(0, 1)
                                              .add("count", &Options::count, "of the rounds")
                                              .range(1, 10)
                                              .add("strict", &Options::strict, "refuse at once")
                                              .add("mode", &Options::mode, "of working")
                                              .choices({"fast", "exact"})
                                              .add("title", &Options::title, "of the figure");
    return schema;
  }
};

Value map_of(const std::vector<std::pair<std::string, std::string>>& options) {
  Value map;
  map.kind = Value::Kind::map;
  int line = 10;
  for (const auto& [name, text] : options) {
    Value value = Value::scalar(text);
    value.line = line;
    value.column = 20;
    map.entries.push_back({name, value, line++, 5});
  }
  return map;
}

std::string errors_of(const std::vector<std::pair<std::string, std::string>>& options) {
  const auto read = Options::schema().read(map_of(options), "g.yaml");
  return read ? "" : to_string(read.errors());
}

TEST(Schema, ReadsValuesInTheirUnits) {  // Oracle: analytic
  const auto read = Options::schema().read(map_of({{"width", "250 nm"},
                                                   {"limit", "1.2 keV"},
                                                   {"share", "0.25"},
                                                   {"count", "7"},
                                                   {"strict", "true"},
                                                   {"mode", "exact"},
                                                   {"title", "010"}}),
                                           "g.yaml");
  ASSERT_TRUE(read) << to_string(read.errors());
  EXPECT_DOUBLE_EQ(read->width_um, 0.25);
  EXPECT_DOUBLE_EQ(read->limit_ev.value(), 1200);
  EXPECT_EQ(read->share, 0.25);
  EXPECT_EQ(read->count, 7);
  EXPECT_TRUE(read->strict);
  EXPECT_EQ(read->mode, "exact");
  EXPECT_EQ(read->title, "010");
}

TEST(Schema, LeavesDefaultsAlone) {  // Oracle: invariant
  for (const Value& with : {Value(), map_of({})}) {
    const auto read = Options::schema().read(with, "g.yaml");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->width_um, 5);
    EXPECT_FALSE(read->limit_ev);
    EXPECT_EQ(read->mode, "fast");
  }
}

TEST(Schema, RangesAreClosedAndInTheOptionsUnit) {  // Oracle: analytic
  EXPECT_EQ(errors_of({{"width", "0.1 um"}}), "");
  EXPECT_EQ(errors_of({{"width", "0.5 mm"}}), "");
  EXPECT_EQ(errors_of({{"count", "10"}, {"share", "0"}}), "");
  for (const char* bad : {"99 nm", "0.501 mm", "-5 um"})
    EXPECT_NE(errors_of({{"width", bad}}).find("[option.range]"), std::string::npos) << bad;
  EXPECT_NE(errors_of({{"count", "0"}}).find("[option.range]"), std::string::npos);
}

TEST(Schema, EveryErrorAtOnceWithPlaceAndRemedy) {  // Oracle: reviewed sample
  EXPECT_EQ(
      errors_of({{"wdth", "1 um"},
                 {"colour", "red"},
                 {"width", "3"},
                 {"limit", "3 um"},
                 {"share", "1,5"},
                 {"count", "2.5"},
                 {"strict", "no"},
                 {"mode", "exakt"}}),
      "g.yaml:10:5: there is no option 'wdth' [option.unknown]; did you mean 'width'?\n"
      "g.yaml:11:5: there is no option 'colour' [option.unknown]; its options: width, limit, share, count, "
      "strict, mode, title\n"
      "g.yaml:12:20: option 'width': a value in 'um' is due, but no unit is given [option.unit]; number in "
      "um, "
      "0.1 to 500; default 5 um\n"
      "g.yaml:13:20: option 'limit': a value in 'eV' is due, but 'um' is given [option.unit]; number in eV, "
      "0 to "
      "1500; not set by default\n"
      "g.yaml:14:20: option 'share': ',5' in '1,5' is not a known unit [option.unit]; number, 0 to 1; "
      "default "
      "0.5\n"
      "g.yaml:15:20: option 'count': '2.5' is not a whole number [option.type]; whole number, 1 to 10; "
      "default "
      "3\n"
      "g.yaml:16:20: option 'strict': 'no' is neither true nor false [option.type]; true or false; default "
      "false\n"
      "g.yaml:17:20: option 'mode': 'exakt' is not one of its choices [option.choice]; did you mean "
      "'exact'?");
}

TEST(Schema, RefusesWrongShapes) {  // Oracle: reviewed sample
  Value list;
  list.kind = Value::Kind::list;
  list.line = list.column = 4;
  EXPECT_EQ(to_string(Options::schema().read(list, "g.yaml").errors()),
            "g.yaml:4:4: options must be a map of name: value [option.type]; write { name: value }");
  Value with = map_of({{"width", ""}, {"strict", ""}, {"mode", ""}});
  for (Value::Entry& entry : with.entries) entry.value = list;
  const auto read = Options::schema().read(with, "g.yaml");
  ASSERT_EQ(read.errors().size(), 3U);
  for (const Error& error : read.errors()) {
    EXPECT_EQ(error.code, "option.type");
    EXPECT_EQ(error.where, "g.yaml:4:4");
  }
}

TEST(Schema, CanonicalTextIsTheSameForTheSameOptions) {  // Oracle: invariant, and it reads back
  const auto canonical = [](const std::vector<std::pair<std::string, std::string>>& options) {
    return Options::schema().canonical(*Options::schema().read(map_of(options), ""));
  };
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(canonical({}), (Pairs{{"width", "5 um"},
                                  {"limit", ""},
                                  {"share", "0.5"},
                                  {"count", "3"},
                                  {"strict", "false"},
                                  {"mode", "fast"},
                                  {"title", ""}}));
  EXPECT_EQ(canonical({{"width", "0.005 mm"}, {"mode", "fast"}}), canonical({}));
  Pairs written = canonical({{"width", "333.3 nm"}, {"limit", "284.8 eV"}, {"share", "0.1"}});
  EXPECT_EQ(canonical(written), written);
}

TEST(Schema, DescribesItsOptions) {  // Oracle: reviewed sample
  const auto specs = Options::schema().specs();
  ASSERT_EQ(specs.size(), 7U);
  EXPECT_EQ(describe_type(specs[0]), "number in um, 0.1 to 500; default 5 um");
  EXPECT_EQ(describe_type(specs[1]), "number in eV, 0 to 1500; not set by default");
  EXPECT_EQ(describe_type(specs[3]), "whole number, 1 to 10; default 3");
  EXPECT_EQ(describe_type(specs[4]), "true or false; default false");
  EXPECT_EQ(describe_type(specs[5]), "one of fast, exact; default fast");
  EXPECT_EQ(describe_type(specs[6]), "text");
  OptionSpec open;
  open.lo = 2;
  EXPECT_EQ(describe_type(open), "number, at least 2");
  open.lo = -open.hi;
  open.hi = 3;
  EXPECT_EQ(describe_type(open), "number, at most 3");
}

class Join final : public StageWith<Options> {
  In<Number> left_{this, "left"};
  OptionalIn<Word> note_{this, "note"};
  Out<Number> sum_{this, "sum"};
  Out<Word> text_{this, "text"};
  Status run(RunContext& ctx) const override {
    const Word* note = ctx.find(note_);
    ctx.put(sum_, Number{ctx.get(left_).value + options().width_um});
    ctx.put(text_, Word{note != nullptr ? note->text : "none"});
    ctx.flag("test.flag", "said");
    ctx.note("test.note", "remarked");
    ctx.progress(1);
    return {};
  }
};

RunContext context(std::vector<Payload> inputs, std::stop_token stop = {}) {
  return {std::move(inputs), 2, 7, "item/node", std::move(stop), nullptr};
}

TEST(Stage, PortsRegisterInOrderOfDeclaration) {  // Oracle: analytic
  const Join join;
  ASSERT_EQ(join.inputs().size(), 2U);
  EXPECT_EQ(join.inputs()[0].name, "left");
  EXPECT_EQ(join.inputs()[0].type, "test.number");
  EXPECT_FALSE(join.inputs()[0].optional);
  EXPECT_EQ(join.inputs()[1].name, "note");
  EXPECT_TRUE(join.inputs()[1].optional);
  ASSERT_EQ(join.outputs().size(), 2U);
  EXPECT_EQ(join.outputs()[1].name, "text");
  EXPECT_EQ(join.outputs()[1].type, "test.word");
}

TEST(Stage, OnlyTypesWithACodecCanBeKept) {  // Oracle: invariant
  const Join join;
  const Codec codec = join.outputs()[0].codec;
  const Number number{0.1};
  const std::string bytes = codec.save(&number);
  EXPECT_EQ(static_cast<const Number*>(codec.load(bytes).get())->value, 0.1);
  EXPECT_EQ(codec.load("short"), nullptr);
  EXPECT_EQ(join.outputs()[1].codec.save, nullptr);
  EXPECT_EQ(join.outputs()[1].codec.load, nullptr);
}

TEST(Stage, RunsOnItsInputs) {  // Oracle: analytic, 2 + 5
  const Stage& join = Join();
  auto ctx = context({std::make_shared<const Number>(Number{2}), nullptr});
  ASSERT_TRUE(join.run(ctx));
  EXPECT_EQ(static_cast<const Number*>(ctx.outputs()[0].get())->value, 7);
  EXPECT_EQ(static_cast<const Word*>(ctx.outputs()[1].get())->text, "none");
  EXPECT_EQ(ctx.flags(), (std::vector<Flag>{{"test.flag", "said"}}));
  EXPECT_EQ(ctx.notes(), (std::vector<Flag>{{"test.note", "remarked"}}));
  auto noted = context({std::make_shared<const Number>(), std::make_shared<const Word>(Word{"hello"})});
  ASSERT_TRUE(join.run(noted));
  EXPECT_EQ(static_cast<const Word*>(noted.outputs()[1].get())->text, "hello");
}

TEST(Stage, IsConfiguredOnceAndSaysSo) {  // Oracle: analytic
  Join join;
  ASSERT_TRUE(join.configure(map_of({{"width", "1 mm"}}), "").errors().size() == 1);
  EXPECT_EQ(join.options_text()[0].second, "5 um");  // refused: nothing changed
  ASSERT_TRUE(join.configure(map_of({{"width", "8 um"}}), ""));
  EXPECT_EQ(join.options_text()[0].second, "8 um");
}

TEST(Context, StreamsDependOnSeedStreamAndName) {  // Oracle: invariant
  const auto first = [](const RunContext& ctx, const char* name) { return ctx.random(name).bits(); };
  const auto one = context({});
  EXPECT_EQ(first(one, "a"), first(context({}), "a"));
  EXPECT_NE(first(one, "a"), first(one, "b"));
  EXPECT_NE(first(one, "a"), first(RunContext({}, 0, 8, "item/node", {}, nullptr), "a"));
  EXPECT_NE(first(one, "a"), first(RunContext({}, 0, 7, "item/other", {}, nullptr), "a"));
}

TEST(Context, HearsTheStop) {  // Oracle: invariant
  std::stop_source stop;
  const auto ctx = context({}, stop.get_token());
  EXPECT_FALSE(ctx.stopped());
  stop.request_stop();
  EXPECT_TRUE(ctx.stopped());
}

TEST(Registry, FindsStagesByName) {  // Oracle: analytic
  Registry registry;
  registry.add<Join>({"test.join", 4, "Joins", {}, true});
  ASSERT_NE(registry.find("test.join"), nullptr);
  EXPECT_EQ(registry.find("test.join")->info.results_version, 4);
  EXPECT_EQ(registry.find("test.join")->options.size(), 7U);
  EXPECT_EQ(registry.find("test.join")->make()->outputs().size(), 2U);
  EXPECT_EQ(registry.find("test"), nullptr);
}

TEST(RegistryDeathTest, NamesAreUnique) {  // Oracle: invariant
#ifndef NDEBUG
  Registry registry;
  registry.add<Join>({"test.join", 1, "", {}, true});
  EXPECT_DEATH(registry.add<Join>({"test.join", 1, "", {}, true}), "two stages of one name");
#endif
}

TEST(Products, ReadBackBitForBitOrGiveNothing) {  // Oracle: invariant
  const Rows rows{"t", {{std::monostate(), std::string("a,\"b"), std::int64_t{-3}, 0.1}, {}}};
  const std::string row_bytes = PortType<Rows>::save(rows);
  EXPECT_EQ(PortType<Rows>::load(row_bytes), rows);
  const Artifact file{"a/b.png", std::string("\0\xFF", 2)};
  const std::string file_bytes = PortType<Artifact>::save(file);
  EXPECT_EQ(PortType<Artifact>::load(file_bytes), file);
  for (std::size_t n = 0; n < row_bytes.size(); ++n)
    EXPECT_FALSE(PortType<Rows>::load(row_bytes.substr(0, n))) << n;
  for (std::size_t n = 0; n < file_bytes.size(); ++n)
    EXPECT_FALSE(PortType<Artifact>::load(file_bytes.substr(0, n))) << n;
  const Artifacts files{{file, {"c", ""}}};
  const std::string files_bytes = PortType<Artifacts>::save(files);
  EXPECT_EQ(PortType<Artifacts>::load(files_bytes), files);
  for (std::size_t n = 0; n < files_bytes.size(); ++n)
    EXPECT_FALSE(PortType<Artifacts>::load(files_bytes.substr(0, n))) << n;
  std::string odd = row_bytes;
  odd[8 + 1 + 8 + 8] = 9;  // the kind of the first cell
  EXPECT_FALSE(PortType<Rows>::load(odd));
}

}  // namespace
}  // namespace litho
