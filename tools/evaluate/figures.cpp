#include "tools/evaluate/figures.hpp"

#include <cmath>
#include <utility>

#include "pipeline/core/number.hpp"

namespace litho::evaluate {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string shown(const Cell& cell) {
  const double* number = std::get_if<double>(&cell);
  return number ? format_double(*number, 4) : to_text(cell);
}

}  // namespace

void Figures::under(std::string level, std::string over) {
  level_ = std::move(level);
  over_ = std::move(over);
}

void Figures::add(std::string_view name, const Estimate& estimate, std::size_t n) {
  if (std::isnan(estimate.value)) return;
  table_.add({level_, over_, std::string(name), estimate.value, estimate.lo, estimate.hi,
              static_cast<std::int64_t>(n)});
}

void Figures::count(std::string_view name, std::size_t value) {
  table_.add({level_, over_, std::string(name), static_cast<std::int64_t>(value), Cell(), Cell(), Cell()});
}

void Figures::errors(const std::string& name, std::vector<double> signed_errors) {
  const std::size_t n = signed_errors.size();
  const auto p90 = [](const std::vector<double>& v) { return quantile(v, 0.9); };
  add(name + " bias", bootstrap(signed_errors, mean, stream(name + " bias")), n);
  for (double& e : signed_errors) e = std::abs(e);
  median(name + " error median", signed_errors);
  add(name + " error p90", bootstrap(signed_errors, p90, stream(name + " p90")), n);
  add(name + " error max", {quantile(signed_errors, 1)}, n);
}

void Figures::median(std::string_view name, const std::vector<double>& values) {
  const auto half = [](const std::vector<double>& v) { return quantile(v, 0.5); };
  add(name, bootstrap(values, half, stream(name)), values.size());
}

std::string Figures::stream(std::string_view name) const {
  return level_ + "/" + over_ + "/" + std::string(name);
}

std::string Figures::text() const {
  std::string text, heading;
  for (const auto& row : table_.rows()) {
    const std::string over = to_text(row[1]);
    const std::string now =
        to_text(row[0]) +
        (over == "all" ? "" : ", images with status " + (over == "answered" ? "ok or flagged" : over));
    if (now != heading) text += (heading.empty() ? "" : "\n") + now + "\n";
    heading = now;
    std::string line = "  " + padded(to_text(row[2]), 42) + padded(shown(row[3]), 11);
    const std::string lo = shown(row[4]), n = shown(row[6]);
    line += padded(lo.empty() ? "" : "[" + lo + ", " + shown(row[5]) + "]", 24);
    if (!n.empty()) line += "n = " + n;
    while (line.back() == ' ') line.pop_back();
    text += line + "\n";
  }
  return text;
}

}  // namespace litho::evaluate
