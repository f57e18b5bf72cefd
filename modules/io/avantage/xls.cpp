#include <algorithm>
#include <cmath>
#include <cstring>

#include "modules/io/avantage/sheets.hpp"
#include "modules/io/ole2/kernel.hpp"
#include "modules/io/ole2/little_endian.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

// record numbers of [MS-XLS] 2.3
enum Record : std::uint16_t {
  kEof = 0x0A,
  kContinue = 0x3C,
  kBoundSheet = 0x85,
  kMulRk = 0xBD,
  kSst = 0xFC,
  kLabelSst = 0xFD,
  kNumber = 0x203,
  kLabel = 0x204,
  kRk = 0x27E,
  kFormula = 0x06,
  kBof = 0x809,
  kFilePass = 0x2F
};

std::uint16_t u16(Bytes bytes, std::uint64_t at) {
  return little_endian<std::uint16_t>(bytes, at).value_or(0);
}
std::uint32_t u32(Bytes bytes, std::uint64_t at) {
  return little_endian<std::uint32_t>(bytes, at).value_or(0);
}

double rk_number(std::uint32_t rk) {
  double value;
  if (rk & 2) {
    value = static_cast<double>(static_cast<std::int32_t>(rk) >> 2);
  } else {
    const std::uint64_t bits = static_cast<std::uint64_t>(rk & 0xFFFFFFFCU) << 32;
    std::memcpy(&value, &bits, sizeof value);
  }
  return rk & 1 ? value / 100 : value;
}

std::string text_from(Bytes bytes, bool wide) {
  std::vector<std::uint8_t> marked{0xFF, 0xFE};
  for (const std::uint8_t byte : bytes) {
    marked.push_back(byte);
    if (!wide) marked.push_back(0);  // the low half of UTF-16, as the format says
  }
  return decode_text(marked);
}

/// Reads the strings of the SST record over its CONTINUE records, where a text may change its width.
class StringTable {
 public:
  explicit StringTable(std::vector<Bytes> pieces) : pieces_(std::move(pieces)) {}

  std::vector<std::string> read() {
    std::vector<std::string> strings;
    number(4);
    const std::uint32_t count = number(4);
    for (std::uint32_t i = 0; i < count && ok_; ++i) strings.push_back(one());
    return strings;
  }

 private:
  std::uint8_t byte() {
    while (piece_ < pieces_.size() && at_ >= pieces_[piece_].size()) {
      ++piece_;
      at_ = 0;
    }
    if (piece_ >= pieces_.size()) {
      ok_ = false;
      return 0;
    }
    return pieces_[piece_][at_++];
  }

  std::uint32_t number(int bytes) {
    std::uint32_t value = 0;
    for (int i = 0; i < bytes; ++i) value |= static_cast<std::uint32_t>(byte()) << (8 * i);
    return value;
  }

  std::string one() {
    const std::uint32_t length = number(2);
    const std::uint8_t flags = byte();
    const std::uint32_t runs = flags & 8 ? number(2) : 0;
    const std::uint32_t extra = flags & 4 ? number(4) : 0;
    bool wide = flags & 1;
    std::vector<std::uint8_t> utf16;
    for (std::uint32_t i = 0; i < length && ok_; ++i) {
      if (at_ >= pieces_[piece_].size() && piece_ + 1 < pieces_.size())
        wide = byte() & 1;  // a new piece, a new width
      utf16.push_back(byte());
      utf16.push_back(wide ? byte() : std::uint8_t{0});
    }
    for (std::uint64_t i = 0; i < std::uint64_t{runs} * 4 + extra && ok_; ++i) byte();
    return text_from(utf16, true);
  }

  std::vector<Bytes> pieces_;
  std::size_t piece_ = 0, at_ = 0;
  bool ok_ = true;
};

struct Reader {
  Bytes stream;
  std::string file_name;
  std::vector<std::string> strings;
  std::size_t cells = 0, records = 0;

  Error fail(std::uint64_t at, std::string message) const {
    return {"avantage.corrupt", file_name + "@Workbook+" + std::to_string(at), std::move(message), ""};
  }

  void put(Sheet& sheet, std::uint32_t row, std::uint32_t column, SheetCell value) {
    if (++cells <= kMaxCells) sheet.cells[{row, column}] = std::move(value);
  }

  void read_cell(std::uint16_t type, Bytes body, Sheet& sheet) {
    const std::uint32_t row = u16(body, 0), column = u16(body, 2);
    const auto real = [&](std::uint64_t at) {
      if (const auto value = little_endian<double>(body, at); value && std::isfinite(*value))
        put(sheet, row, column, *value);
    };
    switch (type) {
      case kNumber:
        return real(6);
      case kFormula:
        if (u16(body, 12) != 0xFFFF) real(6);  // otherwise the result is no number
        return;
      case kRk:
        return put(sheet, row, column, rk_number(u32(body, 6)));
      case kMulRk:
        for (std::uint32_t i = 0; 4 + 6 * std::uint64_t{i} + 6 + 2 <= body.size(); ++i)
          put(sheet, row, column + i, rk_number(u32(body, 4 + 6 * std::uint64_t{i} + 2)));
        return;
      case kLabelSst:
        if (const std::uint32_t index = u32(body, 6); body.size() >= 10 && index < strings.size())
          put(sheet, row, column, strings[index]);
        return;
      case kLabel: {
        const bool wide = body.size() > 8 && (body[8] & 1);
        const std::uint64_t size = std::uint64_t{u16(body, 6)} * (wide ? 2 : 1);
        if (9 + size <= body.size()) put(sheet, row, column, text_from(body.subspan(9, size), wide));
        return;
      }
      default:
        return;
    }
  }

  Status read_sheet(std::uint64_t at, Sheet& sheet) {
    if (u16(stream, at) != kBof)
      return fail(at, "sheet '" + sheet.name + "' does not start where the workbook says");
    for (int depth = 0; at + 4 <= stream.size();) {
      const std::uint16_t type = u16(stream, at);
      const std::uint64_t size = u16(stream, at + 2);
      if (at + 4 + size > stream.size()) return fail(at, "the workbook ends within a record");
      if (type == kBof) ++depth;  // charts lie within sheets
      if (type == kEof && --depth == 0) return {};
      if (depth == 1) read_cell(type, stream.subspan(at + 4, size), sheet);
      constexpr std::size_t kMaxRecords = 10 * kMaxCells;  // sheets may claim the same place
      if (cells > kMaxCells || ++records > kMaxRecords)
        return Error{"avantage.too_large", file_name,
                     "holds more than " + std::to_string(kMaxCells) + " cells", ""};
      at += 4 + size;
    }
    return fail(at, "sheet '" + sheet.name + "' has no end");
  }
};

}  // namespace

Result<std::vector<Sheet>> read_xls_sheets(Bytes bytes, const std::string& file_name) {
  const auto file = CompoundFile::open(bytes, file_name);
  if (!file) return file.errors();
  const auto stream = file->stream(file->has("Workbook") ? "Workbook" : "Book");
  if (!stream) return stream.errors();
  Reader reader{*stream, file_name, {}, 0, 0};
  constexpr std::uint16_t kBiff8 = 0x600;
  if (u16(reader.stream, 0) != kBof || u16(reader.stream, 4) != kBiff8)
    return reader.fail(0, "the workbook is not of Excel 97 or later");
  std::vector<std::pair<std::uint64_t, std::string>> places;
  for (std::uint64_t at = 0; at + 4 <= stream->size();) {
    const std::uint16_t type = u16(reader.stream, at);
    const std::uint64_t size = u16(reader.stream, at + 2);
    if (at + 4 + size > stream->size()) return reader.fail(at, "the workbook ends within a record");
    const Bytes body = reader.stream.subspan(at + 4, size);
    if (type == kEof) break;
    if (type == kFilePass) return reader.fail(at, "the workbook is encrypted");
    if (type == kBoundSheet && size >= 8 && body[5] == 0) {  // kind 0 is a sheet of cells
      const bool wide = body[7] & 1;
      const std::uint64_t length = std::min<std::uint64_t>(std::uint64_t{body[6]} * (wide ? 2 : 1), size - 8);
      places.emplace_back(u32(body, 0), text_from(body.subspan(8, length), wide));
    }
    at += 4 + size;
    if (type != kSst) continue;
    std::vector<Bytes> pieces{body};
    while (u16(reader.stream, at) == kContinue && at + 4 + u16(reader.stream, at + 2) <= stream->size()) {
      pieces.push_back(reader.stream.subspan(at + 4, u16(reader.stream, at + 2)));
      at += 4 + std::uint64_t{u16(reader.stream, at + 2)};
    }
    reader.strings = StringTable(std::move(pieces)).read();
  }
  std::vector<Sheet> sheets;
  for (const auto& [place, name] : places) {
    Sheet sheet;
    sheet.name = name;
    if (const Status status = reader.read_sheet(place, sheet); !status) return status.errors();
    sheets.push_back(std::move(sheet));
  }
  return sheets;
}

}  // namespace litho
