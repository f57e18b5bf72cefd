#include "tools/evaluate/joined.hpp"

#include <limits>
#include <map>

#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"

namespace litho::evaluate {
namespace {

const std::string kEmpty;

const std::string& field(const Csv& csv, int row, std::string_view name) {
  const int column = csv.column(name);
  return row < 0 || column < 0
             ? kEmpty
             : csv.rows[static_cast<std::size_t>(row)].fields[static_cast<std::size_t>(column)];
}

double number(const std::string& text) {
  return parse_double(text).value_or(std::numeric_limits<double>::quiet_NaN());
}

Result<Csv> read_table(const std::filesystem::path& path, std::string_view key) {
  const auto text = read_text_file(path);
  if (!text) return text.errors();
  auto csv = read_csv(*text);
  if (!csv) {
    Errors errors;
    for (const Error& e : csv.errors()) errors.push_back(at(path.string(), e));
    return errors;
  }
  if (csv->column(key) < 0)
    return Error{"evaluate.column", path.string(), "no column \"" + std::string(key) + "\"",
                 "is this the right file?"};
  return csv;
}

// Row by file name. Errors: evaluate.repeated_image.
Result<std::map<std::string, int>> index(const Csv& csv, std::string_view key, const std::string& name) {
  std::map<std::string, int> rows;
  Errors errors;
  for (std::size_t i = 0; i < csv.rows.size(); ++i) {
    const std::string item = std::filesystem::path(field(csv, static_cast<int>(i), key)).filename().string();
    if (!rows.emplace(item, static_cast<int>(i)).second)
      errors.push_back({"evaluate.repeated_image", name + ":" + std::to_string(csv.rows[i].line),
                        "\"" + item + "\" again",
                        "evaluate folders one by one: items are joined by file name"});
  }
  if (!errors.empty()) return errors;
  return rows;
}

}  // namespace

Result<Joined> Joined::read(const std::filesystem::path& run_csv, const std::filesystem::path& truth_csv,
                            std::string_view key) {
  auto run = read_table(run_csv, key), truth = read_table(truth_csv, key);
  if (!run) return run.errors();
  if (!truth) return truth.errors();
  Joined joined;
  joined.run_name_ = run_csv.string();
  joined.truth_name_ = truth_csv.string();
  joined.run_ = *std::move(run);
  joined.truth_ = *std::move(truth);
  const auto in_run = index(joined.run_, key, joined.run_name_),
             in_truth = index(joined.truth_, key, joined.truth_name_);
  if (!in_run) return in_run.errors();
  if (!in_truth) return in_truth.errors();
  std::size_t matched = 0;
  for (const auto& [name, row] : *in_truth) {
    const auto found = in_run->find(name);
    matched += found != in_run->end();
    joined.pairs_.push_back({found == in_run->end() ? -1 : found->second, row});
  }
  joined.unknown_ = joined.run_.rows.size() - matched;
  if (matched == 0)
    return Error{"evaluate.no_match", joined.run_name_, "no item of this run is in " + joined.truth_name_,
                 "give the truth that was written with these inputs"};
  return joined;
}

const std::string& Joined::run(std::size_t i, std::string_view column) const {
  return field(run_, pairs_[i].run, column);
}
const std::string& Joined::truth(std::size_t i, std::string_view column) const {
  return field(truth_, pairs_[i].truth, column);
}
double Joined::run_number(std::size_t i, std::string_view column) const {
  return number(run(i, column));
}
double Joined::truth_number(std::size_t i, std::string_view column) const {
  return number(truth(i, column));
}

Status Joined::check_numbers(const std::vector<std::string_view>& run_columns,
                             const std::vector<std::string_view>& truth_columns) const {
  Errors errors;
  const auto check = [&](const std::string& name, const Csv& csv, int row, const std::string& text,
                         std::string_view column) {
    if (!text.empty() && !parse_double(text))
      errors.push_back({"evaluate.bad_number",
                        name + ":" + std::to_string(csv.rows[static_cast<std::size_t>(row)].line),
                        std::string(column) + " is \"" + text + "\", not a number", ""});
  };
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    for (const auto column : run_columns) check(run_name_, run_, pairs_[i].run, run(i, column), column);
    for (const auto column : truth_columns)
      check(truth_name_, truth_, pairs_[i].truth, truth(i, column), column);
  }
  if (!errors.empty()) return errors;
  return {};
}

}  // namespace litho::evaluate
