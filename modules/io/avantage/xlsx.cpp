#include <zip.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <pugixml.hpp>

#include "modules/io/avantage/kernel.hpp"
#include "modules/io/avantage/sheets.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr std::uint64_t kMaxPart = std::uint64_t{16}
                                   << 20;  // unpacked; its tree takes up to 16 times as much
constexpr std::uint64_t kMaxParts = std::uint64_t{128} << 20;
constexpr std::size_t kMaxSheets = 1000;

struct ZipClose {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, ZipClose>;

Archive open_archive(Bytes bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (!source) {
    zip_error_fini(&error);
    return nullptr;
  }
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (!archive) zip_source_free(source);
  zip_error_fini(&error);
  return Archive(archive);
}

/// The unpacked part; nothing where it is absent, damaged or too large.
std::optional<std::string> part(zip_t* archive, const std::string& name) {
  zip_stat_t stat;
  if (zip_stat(archive, name.c_str(), 0, &stat) != 0 || !(stat.valid & ZIP_STAT_SIZE) || stat.size > kMaxPart)
    return std::nullopt;
  zip_file_t* file = zip_fopen(archive, name.c_str(), 0);
  if (!file) return std::nullopt;
  std::string out;
  char buffer[1 << 16];
  for (zip_int64_t n; (n = zip_fread(file, buffer, sizeof buffer)) > 0;) {
    out.append(buffer, static_cast<std::size_t>(n));
    if (out.size() > kMaxPart) break;  // the directory lied about the size
  }
  zip_fclose(file);
  if (out.size() > kMaxPart) return std::nullopt;
  return out;
}

/// Name without its namespace prefix.
std::string_view local(const char* name) {
  const std::string_view text(name);
  const auto colon = text.find(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

/// Calls `use` for every element of this local name below `node`, in order, without recursion.
template <class Use>
void for_each_element(const pugi::xml_node& node, std::string_view name, Use use) {
  for (pugi::xml_node at = node.first_child(); at;) {
    if (local(at.name()) == name) use(at);
    if (at.first_child()) {
      at = at.first_child();
      continue;
    }
    while (at && at != node && !at.next_sibling()) at = at.parent();
    if (!at || at == node) return;
    at = at.next_sibling();
  }
}

std::string text_below(const pugi::xml_node& node) {
  std::string text;
  for_each_element(node, "t", [&](const pugi::xml_node& t) { text += t.child_value(); });
  return text;
}

/// "C17" is row 16, column 2.
std::optional<std::pair<std::uint32_t, std::uint32_t>> place_of(std::string_view reference) {
  std::uint32_t column = 0;
  std::size_t letters = 0;
  while (letters < reference.size() && letters < 4 && reference[letters] >= 'A' && reference[letters] <= 'Z')
    column = column * 26 + static_cast<std::uint32_t>(reference[letters++] - 'A') + 1;
  const auto row = parse_int(reference.substr(letters));
  if (letters == 0 || !row || *row < 1 || *row > 10'000'000) return std::nullopt;
  return std::pair{static_cast<std::uint32_t>(*row - 1), column - 1};
}

void read_cells(const pugi::xml_node& root, const std::vector<std::string>& strings, Sheet& sheet,
                std::size_t& cells) {
  for_each_element(root, "c", [&](const pugi::xml_node& cell) {
    const auto place = place_of(cell.attribute("r").value());
    if (!place || ++cells > kMaxCells) return;
    const std::string_view type = cell.attribute("t").value();
    if (type == "inlineStr") {
      sheet.cells[*place] = text_below(cell);
      return;
    }
    std::string value;
    for_each_element(cell, "v", [&](const pugi::xml_node& v) { value = v.child_value(); });
    if (type == "s") {
      const auto index = parse_int(trim(value));
      if (index && *index >= 0 && static_cast<std::size_t>(*index) < strings.size())
        sheet.cells[*place] = strings[static_cast<std::size_t>(*index)];
    } else if (type == "str") {
      sheet.cells[*place] = value;
    } else if (type.empty() || type == "n") {
      if (const auto number = number_in_field(value)) sheet.cells[*place] = *number;
    }
  });
}

}  // namespace

bool is_xlsx(Bytes bytes) {
  constexpr std::string_view kLocalHeader = "PK\x03\x04";
  if (bytes.size() < 4 || std::memcmp(bytes.data(), kLocalHeader.data(), 4) != 0) return false;
  const Archive archive = open_archive(bytes);
  return archive && zip_name_locate(archive.get(), "xl/workbook.xml", 0) >= 0;
}

Result<std::vector<Sheet>> read_xlsx_sheets(Bytes bytes, const std::string& file_name) {
  const auto fail = [&](const std::string& name) {
    return Error{"avantage.corrupt", file_name, "its part " + name + " is missing, damaged or over 16 MB",
                 ""};
  };
  const Archive archive = open_archive(bytes);
  if (!archive) return Error{"avantage.corrupt", file_name, "is no readable zip archive", ""};
  pugi::xml_document workbook, relations;
  std::uint64_t unpacked = 0;
  const auto load = [&](const std::string& name, pugi::xml_document& document) {
    const auto text = part(archive.get(), name);
    if (!text || (unpacked += text->size()) > kMaxParts) return false;
    return static_cast<bool>(document.load_buffer(text->data(), text->size()));
  };
  if (!load("xl/workbook.xml", workbook)) return fail("xl/workbook.xml");
  if (!load("xl/_rels/workbook.xml.rels", relations)) return fail("xl/_rels/workbook.xml.rels");
  std::vector<std::string> strings;
  if (zip_name_locate(archive.get(), "xl/sharedStrings.xml", 0) >= 0) {
    pugi::xml_document document;
    if (!load("xl/sharedStrings.xml", document)) return fail("xl/sharedStrings.xml");
    for_each_element(document, "si", [&](const pugi::xml_node& si) { strings.push_back(text_below(si)); });
  }
  std::map<std::string, std::string> targets;
  for_each_element(relations, "Relationship", [&](const pugi::xml_node& relation) {
    targets.emplace(relation.attribute("Id").value(), relation.attribute("Target").value());
  });
  std::vector<std::pair<std::string, std::string>> parts;  // name of the sheet, part
  for_each_element(workbook, "sheet", [&](const pugi::xml_node& sheet) {
    std::string id;
    for (const auto& attribute : sheet.attributes())
      if (std::string_view(attribute.name()) != "sheetId" && local(attribute.name()) == "id")
        id = attribute.value();
    const auto target = targets.find(id);
    if (target == targets.end() || parts.size() >= kMaxSheets) return;
    parts.emplace_back(sheet.attribute("name").value(),
                       target->second.starts_with('/') ? target->second.substr(1) : "xl/" + target->second);
  });
  std::vector<Sheet> sheets;
  std::size_t cells = 0;
  for (const auto& [name, target] : parts) {
    pugi::xml_document document;
    if (!load(target, document)) return fail(target);
    Sheet sheet;
    sheet.name = name;
    read_cells(document, strings, sheet, cells);
    if (cells > kMaxCells)
      return Error{"avantage.too_large", file_name, "holds more than " + std::to_string(kMaxCells) + " cells",
                   ""};
    sheets.push_back(std::move(sheet));
  }
  return sheets;
}

}  // namespace litho
