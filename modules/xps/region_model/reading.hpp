#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "modules/xps/region_model/kernel.hpp"

namespace litho {

/// Reads values of a peak file and gathers every error with its place, each said once.
class ModelReading {
 public:
  explicit ModelReading(std::string_view file) : file_(file) {}

  void fail(std::string code, const Value& place, std::string message, std::string hint);
  void check_keys(const Value& map, std::string_view what, const std::vector<std::string>& known);
  /// The value of a key that must be there; nullptr and an error where it is not.
  const Value* needed(const Value& map, std::string_view key);
  std::string text(const Value* value);
  std::optional<double> number(const Value* value);
  /// "" and an error where the text is none of the words.
  std::string choice(const Value* value, const std::vector<std::string>& words);

  const std::string& file() const { return file_; }
  Errors& errors() { return errors_; }

 private:
  std::string file_;
  Errors errors_;
};

/// The model of a region as declared, or as one of its alternatives changes it.
RegionModel build_region_model(ModelReading& in, const Value& region, const Value* alternative);

}  // namespace litho
