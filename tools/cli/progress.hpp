#pragma once
#include <chrono>
#include <map>
#include <string>

#include "pipeline/engine/batch.hpp"

namespace litho {

/// Talk while a batch runs: a bar on a terminal, a line an item otherwise (stderr), JSON lines on stdout if
/// asked. Remarks are gathered and summed at the end.
class Progress {
 public:
  Progress(bool json, bool quiet);
  void show(const BatchEvent& event);
  void finish(const BatchSummary& summary, const std::string& run);

 private:
  bool json_;
  bool quiet_;
  bool terminal_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::map<std::string, int> remarks_;  ///< code -> items
  std::vector<std::string> failures_;
};

}  // namespace litho
