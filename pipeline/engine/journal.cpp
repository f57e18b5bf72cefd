#include "pipeline/engine/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "pipeline/core/file.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/engine/record_json.hpp"
#include "pipeline/engine/run_item.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

/// "2026-11-22T20:10:05Z"; `compact` leaves out what file names do not like.
std::string utc_now(bool compact) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[32];
  const auto n = std::strftime(text, sizeof text, compact ? "%Y%m%dT%H%M%SZ" : "%Y-%m-%dT%H:%M:%SZ", &utc);
  return {text, n};
}

void read_line(const Json& line, ProcessRecord& process) {
  const std::string event = line.at("event");
  if (event == "start") {
    process.started = line.at("time");
    process.host = line.at("host");
    process.command_line = line.at("command_line").get<std::vector<std::string>>();
    process.jobs = line.at("jobs");
    process.shard = line.at("shard");
    return;
  }
  process.wall_s = line.at("at_s");
  if (event == "end") {
    process.end = line.at("how");
    return;
  }
  ++process.items;
  for (const auto& [node, seconds] : line.at("node_s").items()) {
    auto known = std::ranges::find(process.nodes, node, &NodeSeconds::node);
    if (known == process.nodes.end()) known = process.nodes.insert(known, {node, 0});
    known->seconds += seconds.get<double>();
  }
}

}  // namespace

Journal::Journal(const fs::path& folder, const Start& start) {
  std::error_code error;
  fs::create_directories(folder / "journal", error);
  const std::string name = utc_now(true) + "-" + host_name() + "-" + std::to_string(::getpid());
  // A later process of the same second, host and process number takes the next name.
  for (int n = 0; n < 1000 && handle_ < 0; ++n) {
    const fs::path file = folder / "journal" / (name + (n == 0 ? "" : "-" + std::to_string(n)) + ".jsonl");
    handle_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (handle_ < 0 && errno != EEXIST) break;
  }
  write(Json{{"event", "start"},
             {"time", utc_now(false)},
             {"host", host_name()},
             {"pid", ::getpid()},
             {"jobs", start.jobs},
             {"shard", start.shard},
             {"command_line", start.command_line}}
            .dump(-1, ' ', false, Json::error_handler_t::replace));
}

Journal::~Journal() {
  if (handle_ >= 0) ::close(handle_);
}

void Journal::item(const std::string& id, ItemStatus status, const std::vector<NodeTime>& times) {
  Json nodes = Json::object();
  for (const NodeTime& time : times) nodes[time.node] = time.seconds;
  write(Json{{"event", "item"},
             {"item", id},
             {"status", to_text(status)},
             {"at_s", elapsed_s()},
             {"node_s", std::move(nodes)}}
            .dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Journal::end(std::string_view how) {
  write(Json{{"event", "end"}, {"how", how}, {"at_s", elapsed_s()}}.dump());
}

void Journal::write(std::string line) const {
  line += '\n';
  if (handle_ >= 0 && ::write(handle_, line.data(), line.size()) < 0) return;
}

double Journal::elapsed_s() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

std::vector<ProcessRecord> read_journals(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder / "journal", error)) files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<ProcessRecord> out;
  for (const fs::path& file : files) {
    const auto text = read_text_file(file);
    if (!text) continue;
    ProcessRecord& process = out.emplace_back();
    for (const std::string_view line : split_lines(*text)) {
      try {
        read_line(Json::parse(line), process);
      } catch (const Json::exception&) {
      }
    }
  }
  return out;
}

}  // namespace litho
