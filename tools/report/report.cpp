#include "tools/report/report.hpp"

#include "tools/report/page_data.hpp"
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

/// JSON that may stand within a script element: no tag can begin in it.
std::string script_safe(const Json& json) {
  std::string out;
  for (const char c : json.dump(-1, ' ', false, Json::error_handler_t::replace))
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  return out;
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
  const std::string title = escaped((*data)["title"]);
  std::string page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + title +
          "</title>\n<style>";
  page += report::style();
  page += "</style>\n</head>\n<body>\n<div id=\"report\"><main><h1>" + title + "</h1>\n" +
          plain_table((*data)["main"]) + "</main></div>\n<script type=\"application/json\" id=\"data\">" +
          script_safe(*data) + "</script>\n<script>";
  page += report::script();
  page += "</script>\n</body>\n</html>\n";
  return folder.write("report.html", page);
}

}  // namespace litho
