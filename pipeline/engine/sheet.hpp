#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"
#include "pipeline/core/table.hpp"

namespace litho {

/// The first sheet of a workbook as CSV text, row n on line n.
using XlsxReader =
    std::function<Result<std::string>(std::span<const std::uint8_t> bytes, const std::string& name)>;

/// Whether a name is one of a sheet: *.csv, and *.xlsx where there is a reader for it.
bool is_sheet_name(const std::filesystem::path& path, const XlsxReader& xlsx);

/// A sheet of files, CSV in any text encoding or XLSX. All errors at once, each with its place: those of
/// read_csv and of the reader, and sheet.separator (columns separated by something else than commas).
/// Rows of another length than the header are left out and named in `beside`, so that the rest can be checked
/// at the same time.
Result<Csv> read_sheet(const std::filesystem::path& path, const XlsxReader& xlsx, Errors& beside);

/// Remarks on columns that nearly have a name the program knows: they would silently count for nothing.
std::vector<std::string> column_notices(const Csv& sheet, const std::string& name);

/// Whether a column speaks of one file of spectra and not of the sample (role, region, block, reference), or
/// is `file` or `sample`: such columns do not go with the rows of tables.
bool is_file_column(std::string_view column);

}  // namespace litho
