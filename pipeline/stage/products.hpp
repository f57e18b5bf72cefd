#pragma once
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/item.hpp"
#include "pipeline/core/table.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

/// A table to which a stage adds rows. The engine puts the item's own columns before these: image, sample,
/// status, flags, message where `row_per_item`, else the item's name alone.
struct TableSpec {
  std::string name;  ///< file name without ".csv"
  std::vector<std::string> columns;
  bool row_per_item = false;  ///< exactly one row an item; a failed item gets an empty one
};

/// Rows for one of the tables that the stage declared; columns as in its TableSpec.
struct Rows {
  std::string table;
  std::vector<std::vector<Cell>> rows;
  bool operator==(const Rows&) const = default;
};

/// A file for the run folder, as bytes: sinks do not write, so killing a run can tear nothing.
struct Artifact {
  std::string path;  ///< relative to the run folder, "overlays/<stem>.png"
  std::string bytes;
  bool operator==(const Artifact&) const = default;
};

/// As many files as the item asks for: one a spectrum.
struct Artifacts {
  std::vector<Artifact> files;
  bool operator==(const Artifacts&) const = default;
};

template <>
struct PortType<Item> {
  static constexpr std::string_view name = "item";
};
template <>
struct PortType<Rows> {
  static constexpr std::string_view name = "rows";
  static std::string save(const Rows& rows);
  static std::optional<Rows> load(std::string_view bytes);
};
template <>
struct PortType<Artifact> {
  static constexpr std::string_view name = "artifact";
  static std::string save(const Artifact& artifact);
  static std::optional<Artifact> load(std::string_view bytes);
};

template <>
struct PortType<Artifacts> {
  static constexpr std::string_view name = "artifacts";
  static std::string save(const Artifacts& artifacts);
  static std::optional<Artifacts> load(std::string_view bytes);
};

}  // namespace litho
