#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <sstream>

#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "tests/nist/models.hpp"
#include "tests/support/shared_data.hpp"

namespace litho::nist {
namespace {

struct Reference {
  std::vector<std::array<double, 4>> parameters;  ///< start 1, start 2, certified value, certified error
  double sum_of_squares = 0;
  std::vector<double> y, x, x2;
  std::vector<long double> exact_y, exact_x;
};

std::vector<std::string> words(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

long double exact(const std::string& text) {
  long double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// The certified block ("b1 = start start value error"), the residual sum of squares, and the rows after the
/// second line that starts with "Data:".
Reference read_reference(const std::string& text) {
  Reference reference;
  std::istringstream lines(text);
  int data = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto w = words(line);
    if (w.empty()) continue;
    if (w[0] == "Data:") ++data;
    std::vector<double> numbers;
    for (const auto& word : w)
      if (const auto number = parse_double(word)) numbers.push_back(*number);
    if (w.size() == 6 && w[0][0] == 'b' && w[1] == "=" && numbers.size() == 4)
      reference.parameters.push_back({numbers[0], numbers[1], numbers[2], numbers[3]});
    if (line.starts_with("Residual Sum of Squares:")) reference.sum_of_squares = numbers.at(0);
    if (data == 2 && numbers.size() == w.size() && numbers.size() >= 2) {
      reference.y.push_back(numbers[0]);
      reference.exact_y.push_back(exact(w[0]));
      reference.exact_x.push_back(exact(w[1]));
      reference.x.push_back(numbers[1]);
      if (numbers.size() > 2) reference.x2.push_back(numbers[2]);
    }
  }
  return reference;
}

/// Certified digits reached, at most the 11 that are given.
double digits(double value, double certified) {
  if (value == certified) return 11;
  return std::clamp(-std::log10(std::abs(value - certified) / std::abs(certified)), 0.0, 11.0);
}

TEST(NistStrd, BothStartsReachTheCertifiedValues) {
  // Published value: NIST StRD, non-linear regression, all 27 problems.
  const std::filesystem::path folder =
      std::filesystem::path(LITHOSCOPE_SHARED_DATA) / "xps/lmfit__lmfit-py/NIST_STRD";
  LITHO_NEEDS_SHARED_DATA(folder);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".dat") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  ASSERT_EQ(files.size(), 27U);

  std::printf("%-10s start  parameters  errors  sum of squares  iterations\n", "problem");
  for (const auto& file : files) {
    const std::string name = file.stem().string();
    const auto text = read_text_file(file);
    ASSERT_TRUE(text) << name;
    auto reference = read_reference(*text);
    ASSERT_FALSE(reference.parameters.empty()) << name;
    ASSERT_GT(reference.y.size(), reference.parameters.size()) << name;
    if (name == "Nelson")
      for (double& y : reference.y) y = std::log(y);
    for (std::size_t start = 0; start < 2; ++start) {
      FitProblem problem;
      for (std::size_t k = 0; k < reference.parameters.size(); ++k)
        problem.parameters.push_back({"b" + std::to_string(k + 1), reference.parameters[k][start]});
      problem.observed = reference.y;
      problem.noise = FitNoise::unknown_sigma;
      problem.model = model_of(name, reference.x, reference.x2);
      if (name == "Lanczos1") {
        problem.model = extended_residuals(three_decays, reference.exact_x, reference.exact_y);
        problem.observed.assign(reference.y.size(), 0);
      }
      const auto result = fit(problem);
      ASSERT_TRUE(result) << name << ' ' << to_string(result.errors());
      double values = 11, errors = 11;
      for (std::size_t k = 0; k < reference.parameters.size(); ++k) {
        values = std::min(values, digits(result->parameters[k].value, reference.parameters[k][2]));
        errors = std::min(
            errors, digits(result->parameters[k].standard_error.value_or(0), reference.parameters[k][3]));
      }
      std::printf("%-10s   %zu       %4.1f      %4.1f       %4.1f          %d%s\n", name.c_str(), start + 1,
                  values, errors, digits(result->objective, reference.sum_of_squares), result->iterations,
                  result->converged ? "" : "  not converged");
      EXPECT_GE(values, 6) << name << ", start " << start + 1;
      EXPECT_GE(errors, 6) << name << ", start " << start + 1;
      EXPECT_TRUE(result->converged) << name << ", start " << start + 1;
    }
  }
}

}  // namespace
}  // namespace litho::nist
