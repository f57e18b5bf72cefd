#pragma once
#include <filesystem>
#include <string>

#include "pipeline/core/table.hpp"

namespace litho {

struct Ran {
  int code;
  std::string out;  ///< stdout
  std::string err;  ///< stderr
};

/// A folder that goes when the test ends; commands run in it.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  /// Runs `lithoscope ARGUMENTS` as a shell would.
  Ran run(const std::string& arguments) const;
  void write(const std::string& name, const std::string& content) const;
  std::string read(const std::string& name) const;
  Csv table(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

/// Field of a column in a row; fails the test where there is no such column.
std::string cell(const Csv& table, std::size_t row, const std::string& column);

}  // namespace litho
