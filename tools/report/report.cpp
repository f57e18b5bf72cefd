#include "tools/report/report.hpp"

#include "tools/report/page_data.hpp"
#include "tools/report/page_item.hpp"
#include "tools/report/page_parts.hpp"

namespace litho {
namespace {

using report::Json;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

constexpr std::uint64_t kMostEmbedded = std::uint64_t{20} << 20;  // bytes of pictures and figures
constexpr std::size_t kPlottedItems = 2000;

/// Appends JSON that may stand within a script element: no tag can begin in it.
void add_json(std::string& out, const Json& json) {
  for (const char c : json.dump(-1, ' ', false, Json::error_handler_t::replace))
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
}

report::Embedding embedding(const std::vector<ItemRecord>& records) {
  std::uint64_t bytes = 0;
  for (const ItemRecord& record : records)
    for (const ArtifactEntry& artifact : record.artifacts)
      if (artifact.file.ends_with(".png") || artifact.file.ends_with(".svg")) bytes += artifact.bytes;
  const bool within = bytes <= kMostEmbedded;
  return {within, within ? std::size_t{800} : records.size() <= kPlottedItems ? std::size_t{120} : 0};
}

/// The page's data as one JSON object; items are added one at a time, so that pictures are held once.
void add_data(std::string& out, const report::PageData& data, const std::filesystem::path& run) {
  add_json(out, data.page);
  out.pop_back();
  out += ",\"items\":[";
  const report::Embedding how = embedding(data.records);
  for (std::size_t i = 0; i < data.records.size(); ++i) {
    if (i > 0) out += ',';
    add_json(out, report::page_item(run, data.stems[i], data.records[i], how));
  }
  out += "]}";
}

/// What is shown where no script runs.
std::string plain_table(const Json& table) {
  std::string out = "<table><thead><tr>";
  for (const Json& column : table["columns"]) out += "<th scope=\"col\">" + escaped(column) + "</th>";
  out += "</tr></thead><tbody>";
  for (const Json& row : table["rows"]) {
    out += "<tr>";
    for (const Json& cell : row)
      out += "<td>" +
             (cell.is_null() ? "" : escaped(cell.is_string() ? cell.get<std::string>() : cell.dump())) +
             "</td>";
    out += "</tr>";
  }
  return out + "</tbody></table>";
}

}  // namespace

Status write_report(const RunFolder& folder) {
  const auto data = report::page_data(folder);
  if (!data) return data.errors();
  const std::string title = escaped(data->page["title"]);
  std::string page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + title +
          "</title>\n<style>";
  page += report::style();
  page += "</style>\n</head>\n<body>\n<div id=\"report\"><main><h1>" + title + "</h1>\n" +
          plain_table(data->page["main"]) + "</main></div>\n<script type=\"application/json\" id=\"data\">";
  add_data(page, *data, folder.path());
  page += "</script>\n<script>";
  page += report::script();
  page += "</script>\n</body>\n</html>\n";
  return folder.write("report.html", page);
}

}  // namespace litho
