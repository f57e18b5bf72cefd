#include "tools/results/diff_runs.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kNamesShown = 5;

/// Columns that say where a row comes from and are no result.
bool is_trace(std::string_view column) {
  return column == "input_sha256" || column == "settings_id";
}

std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string some_of(const std::vector<std::string>& names) {
  std::vector<std::string> shown(names.begin(),
                                 names.begin() + static_cast<long>(std::min(names.size(), kNamesShown)));
  std::string out = join(shown, ", ");
  if (names.size() > kNamesShown) out += fmt::format(" and {} more", names.size() - kNamesShown);
  return out;
}

struct Run {
  fs::path folder;
  Json json;
  std::map<std::string, std::string> hashes;  ///< of each item: "file sha256" lines
  std::map<std::string, Json> facts;          ///< of each item: what sheet and command line say
};

Result<Run> load(const fs::path& given) {
  std::error_code error;
  const fs::path file = fs::is_directory(given, error) ? given / "run.json" : given;
  const auto text = read_text_file(file);
  if (!text) return text.errors();
  Run run{file.parent_path(), {}, {}, {}};
  try {
    run.json = Json::parse(*text);
    for (const Json& item : run.json.at("items")) {
      std::string& hashes = run.hashes[item.at("name")];
      for (const Json& input : item.at("inputs")) hashes += input.at("sha256").get<std::string>() + "\n";
    }
    for (const Json& item : run.json.at("plan").at("items")) {
      Json& facts = run.facts[item.at("name")] = Json::array();
      facts.push_back(item.at("sample"));
      for (const Json& entry : item.at("files")) facts.push_back(entry.at("fields"));
    }
  } catch (const Json::exception& exception) {
    return Error{"run.bad_plan", file.string(), exception.what(),
                 "name a run folder or its run.json; of a study, one of its parts"};
  }
  return run;
}

class Comparison {
 public:
  Comparison(const Run& a, const Run& b) : a_(a), b_(b) {}

  Result<std::string> text() {
    causes();
    if (out_.empty()) out_ = "same version, options and inputs\n";
    if (const Status status = tables(); !status) return status.errors();
    return out_;
  }

 private:
  /// A cause that touches every item.
  void everywhere(const std::string& what, const std::string& was, const std::string& is) {
    out_ += fmt::format("{}: {} -> {}\n", what, was.empty() ? "(none)" : was, is.empty() ? "(none)" : is);
    common_.push_back(what);
  }

  void compare_maps(const std::string& kind, const Json& a, const Json& b) {
    std::set<std::string> keys;
    for (const Json* side : {&a, &b})
      for (const auto& [key, value] : side->items()) keys.insert(key);
    for (const std::string& key : keys)
      if (const std::string x = plain(a.value(key, Json(""))), y = plain(b.value(key, Json(""))); x != y)
        everywhere(kind + " " + key, x, y);
  }

  void causes() {
    if (a_.json.at("version") != b_.json.at("version"))
      everywhere("version", plain(a_.json.at("version")), plain(b_.json.at("version")));
    compare_maps("library", a_.json.at("libraries"), b_.json.at("libraries"));
    if (a_.json.at("seed") != b_.json.at("seed"))
      everywhere("seed", plain(a_.json.at("seed")), plain(b_.json.at("seed")));
    compare_stages();
    items();
  }

  void compare_stages() {
    const Json &a = a_.json.at("stages"), &b = b_.json.at("stages");
    std::set<std::string> nodes;
    for (const Json* side : {&a, &b})
      for (const auto& [node, stage] : side->items()) nodes.insert(node);
    bool same_nodes = true;
    for (const std::string& node : nodes) {
      const Json x = a.value(node, Json::object()), y = b.value(node, Json::object());
      const auto name = [](const Json& stage) {
        return stage.empty() ? "" : plain(stage.at("stage")) + " " + plain(stage.at("results_version"));
      };
      if (name(x) != name(y)) {
        same_nodes = false;
        everywhere("stage " + node, name(x), name(y));
      } else {
        Json p = Json::object(), q = Json::object();
        for (const auto& [option, value] : x.at("options").items()) p[node + "." + option] = value;
        for (const auto& [option, value] : y.at("options").items()) q[node + "." + option] = value;
        const std::size_t before = common_.size();
        compare_maps("option", p, q);
        same_nodes = same_nodes && before == common_.size();
      }
    }
    if (same_nodes && a_.json.at("plan").at("resolved") != b_.json.at("plan").at("resolved"))
      everywhere("graph", "its edges or requirements", "others");
  }

  void items() {
    std::vector<std::string> only_a, only_b, content, facts;
    for (const auto& [name, hashes] : a_.hashes) {
      const auto other = b_.hashes.find(name);
      if (other == b_.hashes.end()) {
        only_a.push_back(name);
        continue;
      }
      if (other->second != hashes) {
        content.push_back(name);
        own_[name].emplace_back("its input");
      }
      if (a_.facts.at(name) != b_.facts.at(name)) {
        facts.push_back(name);
        own_[name].emplace_back("what the sheet or --pixel-size says of it");
      }
    }
    for (const auto& [name, hashes] : b_.hashes)
      if (!a_.hashes.contains(name)) only_b.push_back(name);
    const auto tell = [&](const char* what, const std::vector<std::string>& names) {
      if (!names.empty()) out_ += fmt::format("{} ({}): {}\n", what, names.size(), some_of(names));
    };
    tell("items in the first only", only_a);
    tell("items in the second only", only_b);
    tell("inputs of other content", content);
    tell("items of which sheet or command line say something else", facts);
  }

  Status tables() {
    std::set<std::string> names;
    for (const Run* run : {&a_, &b_})
      for (const Json& table : run->json.at("plan").at("tables")) names.insert(table.at("name"));
    bool any = false;
    for (const std::string& name : names) {
      const auto x = read_text_file(a_.folder / (name + ".csv")),
                 y = read_text_file(b_.folder / (name + ".csv"));
      if (!x || !y) {
        out_ += fmt::format("{}.csv is in the {} run only\n", name, x ? "first" : "second");
        continue;
      }
      const auto p = read_csv(*x), q = read_csv(*y);
      if (!p) return p.errors();
      if (!q) return q.errors();
      any = compare_tables(name, *p, *q) || any;
    }
    if (!any)
      out_ += common_.empty() && own_.empty() ? "no number differs\n"
                                              : "no number differs: this made no difference\n";
    return {};
  }

  struct Difference {
    int rows = 0;
    double largest = -1;  ///< relative
    std::string example;
  };

  std::string cause(const std::string& item) const {
    std::vector<std::string> all;
    if (const auto own = own_.find(item); own != own_.end()) all = own->second;
    all.insert(all.end(), common_.begin(), common_.end());
    if (all.empty()) return "nothing that the runs recorded: please report this";
    return all.size() == 1 ? all.front() : "one or more of: " + join(all, ", ");
  }

  /// A failed row has no numbers to compare.
  static bool failed(const Csv& table, const CsvRow& row) {
    const int status = table.column("status");
    return status >= 0 && row.fields[static_cast<std::size_t>(status)] == "failed";
  }

  bool compare_tables(const std::string& name, const Csv& a, const Csv& b) {
    std::map<std::pair<std::string, int>, const CsvRow*> rows;
    std::map<std::string, int> seen_a, seen_b;
    for (const CsvRow& row : b.rows) rows[{row.fields[0], seen_b[row.fields[0]]++}] = &row;
    std::map<std::pair<std::string, std::string>, Difference> found;           // by column and cause
    std::map<std::string, std::vector<std::string>> fails_now, fails_no_more;  // by cause
    int unmatched = 0;
    for (const CsvRow& row : a.rows) {
      const std::string& item = row.fields[0];
      const auto other = rows.find({item, seen_a[item]++});
      if (other == rows.end()) {
        unmatched += b_.hashes.contains(item);
        continue;
      }
      if (failed(a, row) != failed(b, *other->second)) {
        (failed(b, *other->second) ? fails_now : fails_no_more)[cause(item)].push_back(item);
        continue;
      }
      for (std::size_t i = 1; i < a.columns.size(); ++i) {
        const int j = b.column(a.columns[i]);
        if (j < 0 || is_trace(a.columns[i])) continue;
        const std::string &x = row.fields[i], &y = other->second->fields[static_cast<std::size_t>(j)];
        if (x == y) continue;
        Difference& d = found[{a.columns[i], cause(item)}];
        ++d.rows;
        const auto p = parse_double(x), q = parse_double(y);
        const double size = p && q ? std::abs(*q - *p) / std::max(std::abs(*p), 1e-300) : HUGE_VAL;
        if (size <= d.largest) continue;
        d.largest = size;
        d.example = fmt::format("{} '{}' -> '{}'", item, x, y);
        if (p && q && *p != 0) d.example += fmt::format(" ({:+.3g} %)", 100 * (*q - *p) / std::abs(*p));
      }
    }
    for (const auto& [what, items_by_cause] : {std::pair{"fail in the second run only", &fails_now},
                                               {"failed in the first run only", &fails_no_more}})
      for (const auto& [why, items] : *items_by_cause)
        out_ += fmt::format("{}.csv: {} of {} rows {}: {}; by {}\n", name, items.size(), a.rows.size(), what,
                            some_of(items), why);
    for (const std::string& column : a.columns)
      for (const auto& [key, d] : found)
        if (key.first == column)
          out_ += fmt::format("{}.csv {}: {} of {} rows differ, most: {}; by {}\n", name, column, d.rows,
                              a.rows.size(), d.example, key.second);
    for (const auto& [item, n] : seen_b) unmatched += a_.hashes.contains(item) && n > seen_a[item];
    if (unmatched > 0)
      out_ += fmt::format("{}.csv: {} rows or items have no partner in the other run\n", name, unmatched);
    return !found.empty() || !fails_now.empty() || !fails_no_more.empty() || unmatched > 0;
  }

  const Run& a_;
  const Run& b_;
  std::string out_;
  std::vector<std::string> common_;
  std::map<std::string, std::vector<std::string>> own_;  ///< causes of single items
};

}  // namespace

Result<std::string> diff_runs(const fs::path& a, const fs::path& b) {
  const auto first = load(a), second = load(b);
  if (!first) return first.errors();
  if (!second) return second.errors();
  return Comparison(*first, *second).text();
}

}  // namespace litho
