#include "tests/engine/toys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <thread>

#include "pipeline/core/bytes.hpp"

namespace litho {

template <>
struct PortType<toys::Number> {
  static constexpr std::string_view name = "toy.number";
  static std::string save(const toys::Number& number) { return ByteWriter().put(number.value).take(); }
  static std::optional<toys::Number> load(std::string_view bytes) {
    ByteReader in(bytes);
    const toys::Number number{in.get<double>()};
    if (!in.at_end()) return std::nullopt;
    return number;
  }
};
template <>
struct PortType<toys::Sealed> {
  static constexpr std::string_view name = "toy.sealed";
};

namespace toys {

Runs runs;

void Runs::reset() {
  source = add = seal = table = waiting = sealed_alive = 0;
}

namespace {

struct ValueOptions {
  double value_um = 1;
  std::string unit_name = "plain";
  static const Schema<ValueOptions>& schema() {
    static const Schema<ValueOptions> schema =
        Schema<ValueOptions>()
            .add("value", &ValueOptions::value_um, "what it gives")
            .unit("um")
            .range(0, 100)
            .add("style", &ValueOptions::unit_name, "how it is written")
            .choices({"plain", "fancy"});
    return schema;
  }
};

class Source final : public StageWith<ValueOptions> {
  In<Item> item_{this, "item"};
  Out<Number> value_{this, "value"};
  Status check(const std::vector<Meta>& in, std::vector<Meta>& out) const override {
    out[0]["from"] = in[0].find("item")->second;
    return {};
  }
  Status run(RunContext& ctx) const override {
    ++runs.source;
    ctx.progress(0.5);
    const auto length = static_cast<double>(ctx.get(item_).name.size());
    ctx.put(value_, Number{options().value_um * length});
    return {};
  }
};

class Add final : public StageWith<NoOptions> {
  In<Number> a_{this, "a"};
  OptionalIn<Number> b_{this, "b"};
  Out<Number> sum_{this, "sum"};
  Status run(RunContext& ctx) const override {
    ++runs.add;
    const Number* b = ctx.find(b_);
    ctx.put(sum_, Number{ctx.get(a_).value + (b != nullptr ? b->value : 1)});
    return {};
  }
};

class Seal final : public StageWith<NoOptions> {
  In<Number> value_{this, "value"};
  Out<Sealed> sealed_{this, "sealed"};
  Status run(RunContext& ctx) const override {
    ++runs.seal;
    runs.sealed_alive = std::max(runs.sealed_alive.load(), Sealed::alive.load());
    ctx.flag("toy.sealed", "a value was sealed");
    ctx.put(sealed_, Sealed(ctx.get(value_).value));
    return {};
  }
};

class Unseal final : public StageWith<NoOptions> {
  In<Sealed> sealed_{this, "sealed"};
  Out<Number> value_{this, "value"};
  Status run(RunContext& ctx) const override {
    ctx.put(value_, Number{ctx.get(sealed_).value});
    return {};
  }
};

class Random final : public StageWith<NoOptions> {
  In<Number> value_{this, "value"};
  Out<Number> noisy_{this, "noisy"};
  Status run(RunContext& ctx) const override {
    ctx.put(noisy_, Number{ctx.get(value_).value + ctx.random("noise").normal()});
    return {};
  }
};

struct TableOptions {
  std::string name = "toys";
  std::string column = "value";
  bool one_row = true;
  int rows = 1;
  static const Schema<TableOptions>& schema() {
    static const Schema<TableOptions> schema =
        Schema<TableOptions>()
            .add("name", &TableOptions::name, "of the table")
            .add("column", &TableOptions::column, "of the table")
            .add("one_row", &TableOptions::one_row, "declared as one row an item")
            .add("rows", &TableOptions::rows, "rows that it gives")
            .range(0, 10);
    return schema;
  }
};

class TableSink final : public StageWith<TableOptions> {
  In<Number> value_{this, "value"};
  Out<Rows> rows_{this, "rows"};
  std::vector<TableSpec> tables() const override {
    return {{options().name, {options().column}, options().one_row}};
  }
  Status run(RunContext& ctx) const override {
    ++runs.table;
    Rows rows{options().name, {}};
    for (int i = 0; i < options().rows; ++i) rows.rows.push_back({ctx.get(value_).value + i});
    ctx.put(rows_, std::move(rows));
    return {};
  }
};

struct FileOptions {
  std::string path = "toys/a.txt";
  static const Schema<FileOptions>& schema() {
    static const Schema<FileOptions> schema =
        Schema<FileOptions>().add("path", &FileOptions::path, "in the run folder");
    return schema;
  }
};

class FileSink final : public StageWith<FileOptions> {
  In<Number> value_{this, "value"};
  Out<Artifact> file_{this, "file"};
  Status run(RunContext& ctx) const override {
    ctx.put(file_, Artifact{options().path, format_exact(ctx.get(value_).value)});
    return {};
  }
};

struct FlagOptions {
  std::string code = "toy.odd";
  static const Schema<FlagOptions>& schema() {
    static const Schema<FlagOptions> schema =
        Schema<FlagOptions>().add("code", &FlagOptions::code, "to raise");
    return schema;
  }
};

class FlagStage final : public StageWith<FlagOptions> {
  In<Number> value_{this, "value"};
  Out<Number> same_{this, "same"};
  Status run(RunContext& ctx) const override {
    ctx.flag(options().code, "the value is " + format_exact(ctx.get(value_).value));
    ctx.note("toy.remark", "seen");
    ctx.put(same_, ctx.get(value_));
    return {};
  }
};

struct FailOptions {
  std::string how = "errors";
  int after_ms = 0;
  static const Schema<FailOptions>& schema() {
    static const Schema<FailOptions> schema =
        Schema<FailOptions>()
            .add("how", &FailOptions::how, "it fails")
            .choices({"errors", "exception", "number", "memory", "silent"})
            .add("after", &FailOptions::after_ms, "waits before")
            .range(0, 1000);
    return schema;
  }
};

class Fail final : public StageWith<FailOptions> {
  In<Number> value_{this, "value"};
  Out<Number> never_{this, "never"};
  Status run(RunContext& ctx) const override {
    std::this_thread::sleep_for(std::chrono::milliseconds(options().after_ms));
    ctx.flag("toy.doomed", "it will fail");
    if (options().how == "exception") throw std::runtime_error("broken\ninside");
    if (options().how == "number") throw 7;
    if (options().how == "memory") throw std::bad_alloc();
    if (options().how == "silent") return {};
    return Errors{{"toy.first", "here", "first reason", "mend it"}, {"toy.second", "", "second reason", ""}};
  }
};

/// Goes round until it is stopped.
class Wait final : public StageWith<NoOptions> {
  In<Number> value_{this, "value"};
  Out<Number> same_{this, "same"};
  Status run(RunContext& ctx) const override {
    ++runs.waiting;
    while (!ctx.stopped()) std::this_thread::yield();
    return {};
  }
};

class Picky final : public StageWith<NoOptions> {
  In<Number> value_{this, "value"};
  Out<Number> same_{this, "same"};
  Status check(const std::vector<Meta>& in, std::vector<Meta>&) const override {
    const auto from = in[0].find("from");
    if (from != in[0].end() && from->second == "micrograph") return {};
    return Error{"toy.picky", "value", "does not come from a micrograph", "feed it from toy.source"};
  }
  Status run(RunContext& ctx) const override {
    ctx.put(same_, ctx.get(value_));
    return {};
  }
};

/// Writes down what it sees.
class Close final : public StageWith<NoOptions> {
  OptionalIn<Number> a_{this, "a"};
  OptionalIn<Number> b_{this, "b"};
  Out<Artifact> file_{this, "file"};
  Out<Number> number_{this, "number"};
  Status run(RunContext& ctx) const override {
    ctx.put(number_, {});
    std::string text;
    for (const Number* number : {ctx.find(a_), ctx.find(b_)})
      text += number == nullptr ? "- " : format_double(number->value) + " ";
    for (const Error& error : ctx.failure()) text += error.code + " ";
    ctx.flag("toy.closed", "");
    ctx.put(file_, {"toys/closed.txt", text});
    return {};
  }
};

std::string graph_text(const std::string& stages) {
  return "lithoscope: 1\nname: toy\nitem: micrograph\nstages:\n" + stages;
}

}  // namespace

Registry registry() {
  Registry all;
  all.add<Source>({"toy.source", 1, "A number from the item", {}, false});
  all.add<Add>({"toy.add", 2, "Adds two numbers", {"doi:10.0000/sum"}, true});
  all.add<Seal>({"toy.seal", 1, "Seals a number", {}, true});
  all.add<Unseal>({"toy.unseal", 1, "Opens a sealed number", {}, true});
  all.add<Random>({"toy.random", 1, "Adds noise", {}, true});
  all.add<TableSink>({"toy.table", 1, "A row of a table", {}, true});
  all.add<FileSink>({"toy.file", 1, "A file", {}, true});
  all.add<FlagStage>({"toy.flag", 1, "Raises a flag", {}, true});
  all.add<Fail>({"toy.fail", 1, "Fails", {}, true});
  all.add<Wait>({"toy.wait", 1, "Waits until stopped", {}, true});
  all.add<Picky>({"toy.picky", 1, "Checks where its input comes from", {}, true});
  all.add<Close>({.name = "toy.close", .doc = "Writes down what it sees", .references = {}, .closing = true});
  return all;
}

Plan plan_of(const std::string& stages) {
  auto graph = read_graph(graph_text(stages), "toy.yaml");
  if (!graph) {
    ADD_FAILURE() << to_string(graph.errors());
    return {};
  }
  auto plan = make_plan(*graph, registry());
  if (!plan) {
    ADD_FAILURE() << to_string(plan.errors());
    return {};
  }
  return *std::move(plan);
}

std::string plan_errors(const std::string& stages) {
  const auto graph = read_graph(graph_text(stages), "toy.yaml");
  if (!graph) return to_string(graph.errors());
  const auto plan = make_plan(*graph, registry());
  return plan ? "" : to_string(plan.errors());
}

Item item_called(const std::string& name) {
  return {name, name, "", {}};
}

ItemResult run(TaskPool& pool, const Plan& plan, const Item& item, RunServices services,
               const std::string& key) {
  ItemResult out;
  run_item(plan, item, key, services, [&out](ItemResult result) { out = std::move(result); });
  pool.wait();
  return out;
}

ItemResult run(TaskPool& pool, const Plan& plan, const std::string& item_name) {
  return run(pool, plan, item_called(item_name), RunServices{pool, 1, {}, nullptr, {}});
}

std::string text_of(const ItemResult& result) {
  ByteWriter out;
  out.put(to_string(result.errors));
  for (const Flag& flag : result.flags) out.put("flag").put(flag.code).put(flag.message);
  for (const Flag& note : result.notes) out.put("note").put(note.code).put(note.message);
  for (const Rows& rows : result.rows) out.put(PortType<Rows>::save(rows));
  for (const Artifact& artifact : result.artifacts) out.put(artifact.path).put(artifact.bytes);
  for (const Artifact& artifact : result.closing_artifacts) out.put(artifact.path).put(artifact.bytes);
  out.put(result.cancelled);
  return out.take();
}

}  // namespace toys
}  // namespace litho
