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
constexpr auto kBarInterval = std::chrono::milliseconds(100);

void print_json(const nlohmann::ordered_json& line) {
  fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  std::fflush(stdout);
}

std::string duration(double seconds) {
  const auto s = static_cast<long>(seconds + 0.5);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{}:{:02} min", s / 60, s % 60);
  return fmt::format("{}:{:02} h", s / 3600, s / 60 % 60);
}

const char* plural(std::size_t n) {
  return n == 1 ? "" : "s";
}

}  // namespace

Progress::Progress(bool json, bool quiet)
    : json_(json), quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::gather(Remarks& remarks, const std::vector<Flag>& flags, const std::string& item) {
  std::set<std::string> seen;
  for (const Flag& flag : flags) {
    if (!seen.insert(flag.code).second) continue;
    Remark& remark = remarks[flag.code];
    if (remark.items++ == 0) remark.example = item + ": " + flag.message;
  }
}

void Progress::show(const BatchEvent& event) {
  const ItemRecord& record = event.record;
  kept_ += event.kept;
  gather(flags_, record.flags, record.name);
  gather(notes_, record.notes, record.name);
  if (record.status == ItemStatus::failed && ++failed_ <= kFailuresShown)
    failures_.push_back(record.name + ": " + to_string(record.errors));
  if (json_)
    return print_json({{"event", "item"},
                       {"done", event.done},
                       {"total", event.total},
                       {"item", record.name},
                       {"status", to_text(record.status)},
                       {"flags", flags_column(record)},
                       {"message", message_column(record)},
                       {"kept", event.kept}});
  if (quiet_) return;
  if (terminal_) return draw_bar(event);
  fmt::print(stderr, "[{}/{}] {} {}{}\n", event.done, event.total, to_text(record.status), record.name,
             event.kept ? " (kept)" : "");
}

/// Rate and time left are of items measured now; those kept cost nothing.
void Progress::draw_bar(const BatchEvent& event) {
  const auto now = std::chrono::steady_clock::now();
  if (event.done < event.total && now - drawn_ < kBarInterval) return;
  drawn_ = now;
  const double elapsed_s = std::chrono::duration<double>(now - start_).count();
  const std::size_t measured = event.done - kept_;
  std::string speed;
  if (measured > 0 && elapsed_s > 0) {
    const double rate = static_cast<double>(measured) / elapsed_s;
    speed = rate >= 1 ? fmt::format("  {:.1f}/s", rate) : fmt::format("  {} each", duration(1 / rate));
    speed += "  " + duration(static_cast<double>(event.total - event.done) / rate) + " left";
  }
  const auto full = static_cast<int>(kBarWidth * event.done / event.total);
  fmt::print(stderr, "\r[{:=<{}}{: <{}}] {}/{}{}\x1b[K", "", full, "", kBarWidth - full, event.done,
             event.total, speed);
  std::fflush(stderr);
}

void Progress::sum_up(const char* kind, const Remarks& remarks) {
  for (const auto& [code, remark] : remarks)
    fmt::print(stderr, "{} {}: {} item{}, first {}\n", kind, code, remark.items,
               plural(static_cast<std::size_t>(remark.items)), remark.example);
}

void Progress::finish(const BatchSummary& summary, const std::string& run) {
  if (json_) {
    nlohmann::ordered_json flags = nlohmann::ordered_json::object();
    for (const auto& [code, remark] : flags_) flags[code] = remark.items;
    return print_json({{"event", "end"},
                       {"run", run},
                       {"ok", summary.ok},
                       {"flagged", summary.flagged},
                       {"failed", summary.failed},
                       {"kept", kept_},
                       {"changed", summary.changed},
                       {"interrupted", summary.interrupted},
                       {"complete", summary.complete},
                       {"flags", std::move(flags)}});
  }
  if (quiet_) return;
  if (terminal_) fmt::print(stderr, "\n");
  for (const std::string& failure : failures_) fmt::print(stderr, "failed {}\n", failure);
  if (failed_ > failures_.size())
    fmt::print(stderr, "... and {} more: see the column message\n", failed_ - failures_.size());
  sum_up("flag", flags_);
  sum_up("note", notes_);
  if (summary.changed > 0)
    fmt::print(stderr, "{} item{} measured again: their files had changed\n", summary.changed,
               plural(static_cast<std::size_t>(summary.changed)));
  fmt::print(stderr, "{} ok, {} flagged, {} failed in {}\n", summary.ok, summary.flagged, summary.failed,
             run);
  if (summary.interrupted)
    fmt::print(stderr,
               "interrupted: --resume continues, `lithoscope merge {}` makes tables of what is there\n", run);
  else if (!summary.complete)
    fmt::print(stderr, "other shards have not ended; the last one makes the tables\n");
}

}  // namespace litho
