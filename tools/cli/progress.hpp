#pragma once
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "pipeline/engine/batch.hpp"

namespace litho {

/// Talk while a batch runs: a bar with rate and time left on a terminal, a line an item otherwise (stderr),
/// JSON lines on stdout if asked. Flags, notes and failures are gathered and summed at the end.
class Progress {
 public:
  Progress(bool json, bool quiet);
  void show(const BatchEvent& event);
  void finish(const BatchSummary& summary, const std::string& run);

 private:
  struct Remark {
    int items = 0;
    std::string example;
  };
  using Remarks = std::map<std::string, Remark>;  ///< by code

  static void gather(Remarks& remarks, const std::vector<Flag>& flags, const std::string& item);
  static void sum_up(const char* kind, const Remarks& remarks);
  void draw_bar(const BatchEvent& event);

  bool json_;
  bool quiet_;
  bool terminal_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point drawn_;
  std::size_t kept_ = 0;
  Remarks flags_;
  Remarks notes_;
  std::vector<std::string> failures_;  ///< the first few, in the order in which they ended
  std::size_t failed_ = 0;
};

}  // namespace litho
