#include "tools/evaluate/markdown.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "pipeline/core/number.hpp"

namespace litho {
namespace {

std::string shown(const Cell& cell) {
  const double* number = std::get_if<double>(&cell);
  return number ? format_double(*number, 3) : to_text(cell);
}

// Strings in the order of their first appearance.
void note(std::vector<std::string>& seen, const std::string& text) {
  if (std::ranges::find(seen, text) == seen.end()) seen.push_back(text);
}

void add_line(std::string& out, const std::vector<std::string>& cells) {
  for (const std::string& cell : cells) out += (cell.empty() ? "| " : "| " + cell + " ");
  out += "|\n";
}

std::string rule(std::size_t columns) {
  std::string line = "|";
  for (std::size_t i = 0; i < columns; ++i) line += "---|";
  return line + "\n";
}

}  // namespace

std::string to_markdown(const EvaluationReport& report) {
  std::vector<std::string> overs, levels;
  std::map<std::string, std::vector<std::string>> names;              // by over
  std::map<std::pair<std::string, std::string>, std::string> values;  // by over/name and level
  for (const auto& row : report.figures.rows()) {
    const std::string level = to_text(row[0]), over = to_text(row[1]), name = to_text(row[2]);
    note(overs, over), note(levels, level), note(names[over], name);
    const std::string lo = shown(row[4]), interval = lo.empty() ? "" : " [" + lo + ", " + shown(row[5]) + "]";
    values[{over + "/" + name, level}] = shown(row[3]) + interval;
  }
  std::string out;
  for (const std::string& over : overs) {
    out += over == "all"  ? "All images\n\n"
           : over == "ok" ? "\nImages with status ok\n\n"
                          : "\nImages with status ok or flagged\n\n";
    std::vector<std::string> head{"figure"};
    head.insert(head.end(), levels.begin(), levels.end());
    add_line(out, head);
    out += rule(head.size());
    for (const std::string& name : names[over]) {
      std::vector<std::string> line{name};
      for (const std::string& level : levels) line.push_back(values[{over + "/" + name, level}]);
      add_line(out, line);
    }
  }
  std::string of;
  for (const auto& row : report.confusion.rows()) {
    if (to_text(row[1]) != "all") continue;
    if (to_text(row[0]) != of) {
      of = to_text(row[0]);
      out += "\n" + of + "\n\n";
      add_line(out, {"truth", "found", "images"});
      out += rule(3);
    }
    add_line(out, {to_text(row[2]), to_text(row[3]), to_text(row[4])});
  }
  return out;
}

}  // namespace litho
