#include "modules/io/workbook/kernel.hpp"

#include <zip.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr std::size_t kMaxRows = 1'048'576, kMaxColumns = 16'384, kMaxText = 32'767, kMaxName = 31;
constexpr std::uint16_t kDosDate = (0U << 9) | (1U << 5) | 1U;  // 1980-01-01
constexpr std::string_view kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view kMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view kRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::string_view kPackage = "http://schemas.openxmlformats.org/package/2006/";

/// Length of the UTF-8 sequence that starts here, 0 where there is none.
std::size_t sequence(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t n = lead < 0x80                   ? 1
                        : lead >= 0xF0 && lead < 0xF5 ? 4
                        : lead >= 0xE0 && lead < 0xF0 ? 3
                        : lead >= 0xC2 && lead < 0xE0 ? 2
                                                      : 0;
  if (n == 0 || n > text.size()) return 0;
  for (std::size_t i = 1; i < n; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  return n;
}

std::string escaped(std::string_view text) {
  std::string out;
  std::size_t characters = 0;
  while (!text.empty() && characters++ < kMaxText) {
    const std::size_t n = sequence(text);
    const char c = text[0];
    if (n == 0 || (n == 1 && static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r'))
      out += "\xEF\xBF\xBD";
    else if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += text.substr(0, n);
    text.remove_prefix(std::max<std::size_t>(n, 1));
  }
  return out;
}

std::string column_letters(std::size_t column) {
  std::string out;
  for (std::size_t n = column + 1; n > 0; n = (n - 1) / 26)
    out.insert(out.begin(), static_cast<char>('A' + (n - 1) % 26));
  return out;
}

void add_cell(std::string& xml, std::string_view column, std::size_t row, const Cell& cell, bool header) {
  const std::string value = to_text(cell);
  if (value.empty()) return;
  xml.append("<c r=\"").append(column).append(std::to_string(row)).append(header ? "\" s=\"1" : "");
  if (std::holds_alternative<std::string>(cell))
    xml.append("\" t=\"inlineStr\"><is><t xml:space=\"preserve\">")
        .append(escaped(value))
        .append("</t></is></c>");
  else
    xml.append("\"><v>").append(value).append("</v></c>");
}

std::string sheet_xml(const Table& table) {
  std::vector<std::string> letters;
  for (std::size_t i = 0; i < table.columns().size(); ++i) letters.push_back(column_letters(i));
  std::string xml(kHead);
  xml.append("<worksheet xmlns=\"")
      .append(kMain)
      .append(
          "\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" "
          "activePane=\"bottomLeft\" "
          "state=\"frozen\"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><sheetData>");
  const auto add_row = [&](std::size_t number, const auto& cells, bool header) {
    xml += "<row r=\"" + std::to_string(number) + "\">";
    for (std::size_t i = 0; i < cells.size(); ++i) add_cell(xml, letters[i], number, Cell(cells[i]), header);
    xml += "</row>";
  };
  add_row(1, table.columns(), true);
  for (std::size_t i = 0; i < table.rows().size(); ++i) add_row(i + 2, table.rows()[i], false);
  return xml + "</sheetData></worksheet>";
}

/// Excel compares names without regard to case.
std::vector<std::string> sheet_names(const std::vector<WorkbookSheet>& sheets) {
  std::vector<std::string> out;
  std::set<std::string> used;
  for (const WorkbookSheet& sheet : sheets) {
    std::string base = sheet.name.empty() ? "sheet" : sheet.name;
    std::ranges::replace_if(
        base, [](char c) { return std::string_view("[]:*?/\\'").find(c) != std::string_view::npos; }, '_');
    base.resize(std::min(base.size(), kMaxName));
    std::string name = base;
    for (int n = 2; !used.insert(lower(name)).second; ++n) {
      const std::string tail = "-" + std::to_string(n);
      name = base.substr(0, kMaxName - tail.size()) + tail;
    }
    out.push_back(name);
  }
  return out;
}

using Parts = std::vector<std::pair<std::string, std::string>>;

Parts package(const std::vector<WorkbookSheet>& sheets) {
  std::string types, book, relations;
  const auto names = sheet_names(sheets);
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    const std::string n = std::to_string(i + 1);
    types +=
        "<Override PartName=\"/xl/worksheets/sheet" + n +
        ".xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>";
    book += "<sheet name=\"" + escaped(names[i]) + "\" sheetId=\"" + n + "\" r:id=\"rId" + n + "\"/>";
    relations += "<Relationship Id=\"rId" + n + "\" Type=\"" + std::string(kRelations) +
                 "/worksheet\" Target=\"worksheets/sheet" + n + ".xml\"/>";
  }
  const std::string head(kHead), main(kMain), rel(kRelations), pack(kPackage);
  const std::string styles_id = std::to_string(sheets.size() + 1);
  Parts parts{
      {"[Content_Types].xml",
       head + "<Types xmlns=\"" + pack +
           "content-types\"><Default Extension=\"rels\" "
           "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default "
           "Extension=\"xml\" "
           "ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" "
           "ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/"
           "><Override "
           "PartName=\"/xl/styles.xml\" "
           "ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>" +
           types + "</Types>"},
      {"_rels/.rels", head + "<Relationships xmlns=\"" + pack +
                          "relationships\"><Relationship Id=\"rId1\" Type=\"" + rel +
                          "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
      {"xl/workbook.xml", head + "<workbook xmlns=\"" + main + "\" xmlns:r=\"" + rel + "\"><sheets>" + book +
                              "</sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels", head + "<Relationships xmlns=\"" + pack + "relationships\">" +
                                         relations + "<Relationship Id=\"rId" + styles_id + "\" Type=\"" +
                                         rel + "/styles\" Target=\"styles.xml\"/></Relationships>"},
      {"xl/styles.xml",
       head + "<styleSheet xmlns=\"" + main +
           "\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz "
           "val=\"11\"/><name "
           "val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill><patternFill "
           "patternType=\"none\"/></fill><fill>"
           "<patternFill patternType=\"gray125\"/></fill></fills><borders "
           "count=\"1\"><border/></borders><cellStyleXfs "
           "count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"2\"><xf xfId=\"0\"/><xf xfId=\"0\" fontId=\"1\" "
           "applyFont=\"1\"/></cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" "
           "builtinId=\"0\"/></cellStyles></styleSheet>"}};
  for (std::size_t i = 0; i < sheets.size(); ++i)
    parts.emplace_back("xl/worksheets/sheet" + std::to_string(i + 1) + ".xml", sheet_xml(*sheets[i].table));
  return parts;
}

/// The archive in memory; empty where libzip fails. `parts` live until it is closed.
std::string zipped(const Parts& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (target == nullptr) return "";
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error);
  bool good = archive != nullptr;
  for (const auto& [name, content] : parts) {
    if (!good) break;
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    const zip_int64_t index =
        source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0 && source != nullptr) zip_source_free(source);
    good = index >= 0 &&
           zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), 0, kDosDate, 0) == 0 &&
           zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 6) == 0;
  }
  if (archive == nullptr) zip_source_free(target);
  if (good)
    good = zip_close(archive) == 0;
  else if (archive != nullptr)
    zip_discard(archive);
  std::string out;
  zip_stat_t stat;
  if (good && zip_source_open(target) == 0) {
    if (zip_source_stat(target, &stat) == 0) {
      out.resize(stat.size);
      if (zip_source_read(target, out.data(), out.size()) != static_cast<zip_int64_t>(out.size()))
        out.clear();
    }
    zip_source_close(target);
  }
  zip_source_free(target);
  zip_error_fini(&error);
  return out;
}

}  // namespace

bool fits_in_sheet(const Table& table) {
  return table.rows().size() < kMaxRows && table.columns().size() <= kMaxColumns;
}

Result<std::string> write_workbook(const std::vector<WorkbookSheet>& sheets) {
  for (const WorkbookSheet& sheet : sheets)
    if (!fits_in_sheet(*sheet.table))
      return Error{"workbook.too_large", sheet.name,
                   std::to_string(sheet.table->rows().size()) + " rows do not fit into a sheet",
                   "use its CSV"};
  std::string bytes = zipped(package(sheets));
  if (bytes.empty()) return Error{"workbook.zip", "", "the archive could not be made", "free memory"};
  return bytes;
}

}  // namespace litho
