#include "pipeline/stage/products.hpp"

#include "pipeline/core/bytes.hpp"

namespace litho {

std::string PortType<Rows>::save(const Rows& rows) {
  ByteWriter out;
  out.put(rows.table).put<std::uint64_t>(rows.rows.size());
  for (const auto& row : rows.rows) {
    out.put<std::uint64_t>(row.size());
    for (const Cell& cell : row) {
      out.put<std::uint8_t>(static_cast<std::uint8_t>(cell.index()));
      if (const auto* text = std::get_if<std::string>(&cell)) out.put(*text);
      if (const auto* whole = std::get_if<std::int64_t>(&cell)) out.put(*whole);
      if (const auto* number = std::get_if<double>(&cell)) out.put(*number);
    }
  }
  return out.take();
}

std::optional<Rows> PortType<Rows>::load(std::string_view bytes) {
  ByteReader in(bytes);
  Rows rows{std::string(in.text()), {}};
  for (auto n = in.get<std::uint64_t>(); n > 0 && in.ok(); --n) {
    auto& row = rows.rows.emplace_back();
    for (auto cells = in.get<std::uint64_t>(); cells > 0 && in.ok(); --cells) {
      switch (in.get<std::uint8_t>()) {
        case 0:
          row.emplace_back();
          break;
        case 1:
          row.emplace_back(std::string(in.text()));
          break;
        case 2:
          row.emplace_back(in.get<std::int64_t>());
          break;
        case 3:
          row.emplace_back(in.get<double>());
          break;
        default:
          return std::nullopt;
      }
    }
  }
  if (!in.at_end()) return std::nullopt;
  return rows;
}

std::string PortType<Artifact>::save(const Artifact& artifact) {
  return ByteWriter().put(artifact.path).put(artifact.bytes).take();
}

std::optional<Artifact> PortType<Artifact>::load(std::string_view bytes) {
  ByteReader in(bytes);
  Artifact artifact{std::string(in.text()), {}};
  artifact.bytes = in.text();
  if (!in.at_end()) return std::nullopt;
  return artifact;
}

std::string PortType<Artifacts>::save(const Artifacts& artifacts) {
  ByteWriter out;
  out.put<std::uint64_t>(artifacts.files.size());
  for (const Artifact& file : artifacts.files) out.put(file.path).put(file.bytes);
  return out.take();
}

std::optional<Artifacts> PortType<Artifacts>::load(std::string_view bytes) {
  ByteReader in(bytes);
  Artifacts artifacts;
  for (auto n = in.get<std::uint64_t>(); n > 0 && in.ok(); --n) {
    Artifact& file = artifacts.files.emplace_back();
    file.path = in.text();
    file.bytes = in.text();
  }
  if (!in.at_end()) return std::nullopt;
  return artifacts;
}

}  // namespace litho
