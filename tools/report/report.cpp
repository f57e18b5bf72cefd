#include "tools/report/report.hpp"

#include <functional>
#include <map>

#include "modules/plot/svg/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tools/report/page_data.hpp"
#include "tools/report/page_item.hpp"
#include "tools/report/page_parts.hpp"

namespace litho {
namespace {

using report::Json;

/// Appends JSON that may stand within a script element: no tag can begin in it.
void add_json(std::string& out, const Json& json) {
  for (const char c : json.dump(-1, ' ', false, Json::error_handler_t::replace))
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
}

/// What is shown where no script runs.
std::string plain_table(const Json& table) {
  std::string out = "<table><thead><tr>";
  for (const Json& column : table["columns"])
    out += "<th scope=\"col\">" + plot::escape_xml(column.get<std::string>()) + "</th>";
  out += "</tr></thead><tbody>";
  for (const Json& row : table["rows"]) {
    out += "<tr>";
    for (const Json& cell : row)
      out +=
          "<td>" +
          (cell.is_null() ? "" : plot::escape_xml(cell.is_string() ? cell.get<std::string>() : cell.dump())) +
          "</td>";
    out += "</tr>";
  }
  return out + "</tbody></table>";
}

/// The whole page; items are asked for one at a time, so that pictures are held once.
std::string whole_page(const Json& data, std::size_t items, const std::function<Json(std::size_t)>& item) {
  const std::string title = plot::escape_xml(data["title"].get<std::string>()),
                    table = plain_table(data["main"]);
  std::string page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + title +
          "</title>\n<style>";
  page += report::style();
  page += "</style>\n</head>\n<body>\n<div id=\"report\"><main><h1>" + title + "</h1>\n" +
          (report::script().empty() ? table : "<noscript>" + table + "</noscript>") +
          "</main></div>\n<script type=\"application/json\" id=\"data\">";
  add_json(page, data);
  page.pop_back();
  page += ",\"items\":[";
  for (std::size_t i = 0; i < items; ++i) {
    if (i > 0) page += ',';
    add_json(page, item(i));
  }
  page += "]}</script>\n<script>";
  page += report::script();
  page += "</script>\n</body>\n</html>\n";
  return page;
}

std::vector<const ItemRecord*> pointers(const std::vector<ItemRecord>& records) {
  std::vector<const ItemRecord*> out;
  for (const ItemRecord& record : records) out.push_back(&record);
  return out;
}

/// An item of one part of a study.
struct Member {
  std::size_t part, item;
};

}  // namespace

Status write_report(const RunFolder& folder) {
  const auto data = report::page_data(folder);
  if (!data) return data.errors();
  const report::Embedding how = report::embedding(pointers(data->records));
  return folder.write("report.html", whole_page(data->page, data->records.size(), [&](std::size_t i) {
                        return report::page_item(folder.path(), "", data->stems[i], data->records[i], how);
                      }));
}

Status write_study_report(const std::filesystem::path& folder, const std::vector<std::string>& parts) {
  std::vector<std::pair<std::string, report::PageData>> pages;
  for (const std::string& part : parts) {
    const auto run = RunFolder::open(folder / part);
    if (!run) return run.errors();
    auto data = report::page_data(*run);
    if (!data) return data.errors();
    pages.emplace_back(part, *std::move(data));
  }
  const auto study = report::study_page(folder, pages);
  if (!study) return study.errors();
  std::map<std::string, std::vector<Member>> members;
  std::vector<const ItemRecord*> records;
  for (std::size_t p = 0; p < pages.size(); ++p)
    for (std::size_t i = 0; i < pages[p].second.records.size(); ++i) {
      records.push_back(&pages[p].second.records[i]);
      members[records.back()->sample].push_back({p, i});
    }
  const report::Embedding how = report::embedding(records);
  const std::vector<std::string>& samples = study->samples;
  return write_file(folder / "report.html", whole_page(study->page, samples.size(), [&](std::size_t i) {
                      std::vector<Json> items;
                      for (const Member& member : members[samples[i]]) {
                        const auto& [part, data] = pages[member.part];
                        items.push_back(report::page_item(folder / part, part, data.stems[member.item],
                                                          data.records[member.item], how));
                      }
                      return report::joined_item(samples[i], items);
                    }));
}

}  // namespace litho
