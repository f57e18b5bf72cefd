#include "tools/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

namespace litho {
namespace {

constexpr int kBarWidth = 30;
constexpr std::size_t kFailuresShown = 20;

}  // namespace

Progress::Progress(bool json, bool quiet)
    : json_(json), quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::show(const BatchEvent& event) {
  std::set<std::string> codes;
  for (const Flag& flag : event.record.flags) codes.insert(flag.code);
  for (const std::string& code : codes) ++remarks_[code];
  if (event.record.status == ItemStatus::failed)
    failures_.push_back(event.record.name + ": " + to_string(event.record.errors));
  if (json_) {
    const nlohmann::ordered_json line{{"done", event.done},
                                      {"total", event.total},
                                      {"item", event.record.name},
                                      {"status", to_text(event.record.status)}};
    fmt::print("{}\n", line.dump());
    std::fflush(stdout);
    return;
  }
  if (quiet_) return;
  if (!terminal_) {
    fmt::print(stderr, "[{}/{}] {} {}\n", event.done, event.total, to_text(event.record.status),
               event.record.name);
    return;
  }
  const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const double rate = static_cast<double>(event.done) / elapsed_s;
  const int full = static_cast<int>(kBarWidth * event.done / event.total);
  fmt::print(stderr, "\r[{:=<{}}{: <{}}] {}/{}  {:.1f}/s  {:.0f} s left ", "", full, "", kBarWidth - full,
             event.done, event.total, rate, static_cast<double>(event.total - event.done) / rate);
  std::fflush(stderr);
}

void Progress::finish(const BatchSummary& summary, const std::string& run) {
  if (json_) {
    const nlohmann::ordered_json line{{"run", run},
                                      {"ok", summary.ok},
                                      {"flagged", summary.flagged},
                                      {"failed", summary.failed},
                                      {"interrupted", summary.interrupted}};
    fmt::print("{}\n", line.dump());
    return;
  }
  if (quiet_) return;
  if (terminal_) fmt::print(stderr, "\n");
  for (std::size_t i = 0; i < std::min(failures_.size(), kFailuresShown); ++i)
    fmt::print(stderr, "failed: {}\n", failures_[i]);
  if (failures_.size() > kFailuresShown)
    fmt::print(stderr, "... and {} more: see the column message\n", failures_.size() - kFailuresShown);
  for (const auto& [code, items] : remarks_)
    fmt::print(stderr, "flag {}: {} item{}\n", code, items, items == 1 ? "" : "s");
  fmt::print(stderr, "{} ok, {} flagged, {} failed{} in {}\n", summary.ok, summary.flagged, summary.failed,
             summary.interrupted ? ", interrupted (--resume continues)" : "", run);
}

}  // namespace litho
