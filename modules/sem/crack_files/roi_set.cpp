#include <zip.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>

#include "modules/sem/crack_files/kernel.hpp"

namespace litho {
namespace {

constexpr std::size_t kHeader = 64, kHeader2 = 64, kVertexStep = 3;

void put16(std::vector<std::uint8_t>& out, std::size_t at, int value) {
  const auto v = static_cast<std::uint16_t>(value);
  out[at] = static_cast<std::uint8_t>(v >> 8U), out[at + 1] = static_cast<std::uint8_t>(v);
}
void put32(std::vector<std::uint8_t>& out, std::size_t at, std::uint32_t v) {
  for (std::size_t k = 0; k < 4; ++k) out[at + k] = static_cast<std::uint8_t>(v >> (24U - 8U * k));
}

struct ArchiveDiscard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

Error zip_error(const std::string& what) {
  return {"crack_files.zip", "", "the ROI set could not be packed: " + what, ""};
}

/// Packs named files into a zip in memory.
Result<std::vector<std::uint8_t>> pack(
    const std::vector<std::pair<std::string, std::vector<std::uint8_t>>>& files) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (!target) return zip_error("no memory");
  zip_source_keep(target);  // the archive's closing would free it before it is read
  const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> keep(target, zip_source_free);
  std::unique_ptr<zip_t, ArchiveDiscard> archive(zip_open_from_source(target, ZIP_TRUNCATE, &error));
  if (!archive) {
    zip_source_free(target);
    return zip_error("no archive");
  }
  for (const auto& [name, bytes] : files) {
    zip_source_t* source = zip_source_buffer(archive.get(), bytes.data(), bytes.size(), 0);
    if (!source) return zip_error(name);
    const zip_int64_t index = zip_file_add(archive.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      return zip_error(name);
    }
    constexpr zip_uint16_t kFirstDay = 0x21;  // 1980-01-01
    zip_file_set_dostime(archive.get(), static_cast<zip_uint64_t>(index), 0, kFirstDay, 0);
  }
  if (zip_close(archive.get()) != 0) return zip_error("closing");
  static_cast<void>(archive.release());
  if (zip_source_open(target) != 0) return zip_error("reading back");
  zip_stat_t stat;
  zip_source_stat(target, &stat);
  std::vector<std::uint8_t> out(stat.size);
  const auto read = zip_source_read(target, out.data(), out.size());
  zip_source_close(target);
  if (read != static_cast<zip_int64_t>(out.size())) return zip_error("reading back");
  return out;
}

std::string numbered(const std::string& kind, std::size_t n) {
  std::string digits = std::to_string(n);
  return kind + "-" + std::string(4 - std::min<std::size_t>(4, digits.size()), '0') + digits;
}

}  // namespace

std::vector<std::uint8_t> imagej_polyline(const Polyline& line, const std::string& name) {
  Polyline vertices;
  for (std::size_t i = 0; i < line.size(); ++i)
    if (i % kVertexStep == 0 || i + 1 == line.size()) vertices.push_back({line[i].x - 0.5, line[i].y - 0.5});
  const std::size_t n = vertices.size();
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  for (const PointPx& p : vertices) {
    left = std::min(left, p.x), right = std::max(right, p.x);
    top = std::min(top, p.y), bottom = std::max(bottom, p.y);
  }
  const int x0 = static_cast<int>(std::floor(left)), y0 = static_cast<int>(std::floor(top));
  const std::size_t floats = kHeader + 4 * n, second = floats + 8 * n, letters = second + kHeader2;
  std::vector<std::uint8_t> out(letters + 2 * name.size(), 0);
  out[0] = 'I', out[1] = 'o', out[2] = 'u', out[3] = 't';
  put16(out, 4, 227);  // version that knows sub-pixel vertices and the second header
  out[6] = 5;          // polyline
  put16(out, 8, y0), put16(out, 10, x0);
  put16(out, 12, static_cast<int>(std::ceil(bottom)) + 1),
      put16(out, 14, static_cast<int>(std::ceil(right)) + 1);
  put16(out, 16, static_cast<int>(n));
  put16(out, 50, 128);  // sub-pixel
  put32(out, 60, static_cast<std::uint32_t>(second));
  for (std::size_t i = 0; i < n; ++i) {
    put16(out, kHeader + 2 * i, static_cast<int>(vertices[i].x) - x0);
    put16(out, kHeader + 2 * (n + i), static_cast<int>(vertices[i].y) - y0);
    put32(out, floats + 4 * i, std::bit_cast<std::uint32_t>(static_cast<float>(vertices[i].x)));
    put32(out, floats + 4 * (n + i), std::bit_cast<std::uint32_t>(static_cast<float>(vertices[i].y)));
  }
  put32(out, second + 16, static_cast<std::uint32_t>(letters));
  put32(out, second + 20, static_cast<std::uint32_t>(name.size()));
  for (std::size_t i = 0; i < name.size(); ++i) out[letters + 2 * i + 1] = static_cast<std::uint8_t>(name[i]);
  return out;
}

Result<std::vector<std::uint8_t>> roi_set_zip(const CrackNetwork& network, const Delamination& delamination) {
  std::vector<std::pair<std::string, std::vector<std::uint8_t>>> files;
  const auto add = [&](const std::string& name, const Polyline& line) {
    files.emplace_back(name + ".roi", imagej_polyline(line, name));
  };
  for (std::size_t i = 0; i < network.lines.size(); ++i)
    add(numbered("crack", static_cast<std::size_t>(network.lines[i].crack) + 1) + "-" + std::to_string(i + 1),
        network.lines[i].line);
  for (std::size_t i = 0; i < delamination.gaps.size(); ++i)
    add(numbered("gap", i + 1), delamination.gaps[i].path.line);
  if (files.empty()) {
    // libzip writes no empty archive; this is one by the format's definition: the end record alone.
    std::vector<std::uint8_t> empty(22, 0);
    empty[0] = 'P', empty[1] = 'K', empty[2] = 5, empty[3] = 6;
    return empty;
  }
  return pack(files);
}

}  // namespace litho
