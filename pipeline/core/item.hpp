#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace litho {

/// One input file of an item and what the sheet or the command line says of it.
struct ItemFile {
  std::filesystem::path path;
  /// Sheet columns by name ("pixel_size_nm", "side", "role", ...), never with empty values.
  std::map<std::string, std::string> fields;
  std::vector<std::filesystem::path> sidecars;  ///< files beside it that speak of it, where there are any
  std::string where;                            ///< "sheet.csv:7", or the path: for messages
};

/// The unit of work: a micrograph, or all files of one XPS sample. It alone decides what its run gives.
struct Item {
  std::string name;    ///< column `image` (the path as given) or the sample's name
  std::string stem;    ///< unique in the run; names its files: overlays/<stem>.png
  std::string sample;  ///< "" where not given
  std::vector<ItemFile> files;
};

}  // namespace litho
