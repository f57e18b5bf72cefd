#pragma once
#include <functional>
#include <string>
#include <vector>

#include "pipeline/core/item.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/engine/sheet.hpp"

namespace litho {

/// What the command line names, expanded into items in input order.
struct Inputs {
  std::vector<Item> items;
  /// Sheet columns that go with every row of the per-item tables, in sheet order (all but file and sample).
  std::vector<std::string> sheet_columns;
  std::vector<std::string> notices;  ///< "a.tif is named twice; measured once"
};

/// Each argument is a picture file, a folder (its *.tif, *.tiff, *.png in byte order of their names, no
/// subfolders), a pattern of names, or a sheet (*.csv, or *.xlsx where `xlsx` reads it; columns: file, and
/// sample, pixel_size_nm, scale_u_percent, view_tilt_deg, side, ... ; paths relative to the sheet, `*` and
/// `?` allowed in the last part). Only names and the sheet are read. All errors at once, each with its line:
/// input.missing, input.empty_folder, input.none, sheet.no_column, sheet.missing_file, sheet.repeated_file,
/// sheet.bad_number, sheet.bad_side, and those of read_sheet. `sidecar_names` gives the names of files to
/// look for beside a picture; those that exist go with it.
Result<Inputs> expand_micrographs(
    const std::vector<std::string>& arguments,
    const std::function<std::vector<std::string>(const std::string&)>& sidecar_names,
    const XlsxReader& xlsx = {});

/// Spectra as items. Each argument is a file of spectra (one item, its sample the file's stem), a folder of
/// them (VAMAS, VGD, Avantage, SPECS, PHI, Scienta and table files by extension, no subfolders), or a sheet:
/// a
/// *.csv whose header names `file` and `sample`, with role (reference|plated), region, block, reference and
/// free columns; rows are gathered by sample in order of first appearance, rows of pictures left out. A
/// relative path in a sheet starts from the sheet; `*`, `?`, `[...]` allowed in its last part.
/// SampleFiles::own gives every sample its own files. SampleFiles::with_reference is for comparing plated
/// with bare: only samples with a plated row are items, every row needs a role, and the reference files of
/// the sample named in `reference` join the item (where that sample has rows with a role reference).
/// SampleFiles::with_bare_films is the same, and a film that was not plated yet is an item too. All
/// errors at once, each with its line: input.missing, input.empty_folder, input.none, sheet.no_column,
/// sheet.missing_file, sheet.missing_sample, sheet.bad_role, sheet.repeated_file (same sample, role, region
/// and block), sheet.repeated_region, sheet.no_reference, sheet.no_plated, and those of read_sheet.
enum class SampleFiles { own, with_reference, with_bare_films };
Result<Inputs> expand_samples(const std::vector<std::string>& arguments, SampleFiles files,
                              const XlsxReader& xlsx = {});

}  // namespace litho
