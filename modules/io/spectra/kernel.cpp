#include "modules/io/spectra/kernel.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "modules/io/avantage/kernel.hpp"
#include "modules/io/casaxps_text/kernel.hpp"
#include "modules/io/ole2/kernel.hpp"
#include "modules/io/phi/kernel.hpp"
#include "modules/io/scienta/kernel.hpp"
#include "modules/io/specs_xml/kernel.hpp"
#include "modules/io/specs_xy/kernel.hpp"
#include "modules/io/tidy_csv/kernel.hpp"
#include "modules/io/vamas/kernel.hpp"
#include "modules/io/vgd/kernel.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

using namespace std::string_view_literals;

bool starts(Bytes bytes, std::string_view mark) {
  return bytes.size() >= mark.size() &&
         std::equal(mark.begin(), mark.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

struct Known {
  std::string_view mark, what, hint;
};

/// Files that people mix with spectra.
constexpr std::array<Known, 10> kOthers{{
    {"SQLite format 3", "an SQLite database (SpecsLab Prodigy keeps projects in such files)",
     "export .xy or VAMAS"},
    {"\x89HDF", "an HDF5 file", "export VAMAS or text"},
    {"\x89PNG", "a PNG picture", "give micrographs to the SEM commands"},
    {"\xFF\xD8\xFF", "a JPEG picture", ""},
    {"II*\0"sv, "a TIFF picture", "give micrographs to the SEM commands"},
    {"MM\0*"sv, "a TIFF picture", "give micrographs to the SEM commands"},
    {"%PDF", "a PDF document", ""},
    {"PK\x03\x04", "a zip archive without a workbook", "unpack it first"},
    {"\x1F\x8B", "a gzip archive", "unpack it first"},
    {"{", "JSON text", "export VAMAS or columns"},
}};

Error unknown(Bytes bytes, const std::string& file_name) {
  for (const Known& other : kOthers)
    if (starts(bytes, other.mark))
      return {"spectra.unknown", file_name, "is " + std::string(other.what) + ", not a file of spectra",
              std::string(other.hint)};
  std::string first;
  for (const std::uint8_t byte : bytes.first(std::min<std::size_t>(8, bytes.size()))) {
    char hex[4];
    std::snprintf(hex, sizeof hex, "%02X ", byte);
    first += hex;
  }
  return {"spectra.unknown", file_name, "is binary and of no known format; it starts with " + first,
          "export VAMAS, or text in columns"};
}

/// Text has no control characters but blanks and line ends.
bool is_text(std::string_view text) {
  const auto control = [](char c) {
    return static_cast<unsigned char>(c) < 32 && c != '\t' && c != '\n' && c != '\r' && c != '\f';
  };
  return std::ranges::none_of(text, control);
}

Result<std::vector<Spectrum>> read_text(Bytes bytes, const std::string& file_name,
                                        const StatedFacts& stated) {
  const std::string text = text_of(bytes);
  if (is_tidy_csv(text)) return read_tidy_csv(text, file_name);
  if (is_specs_xml(text)) return read_specs_xml(text, file_name);
  if (is_specs_xy(text)) return read_specs_xy(text, file_name);
  if (is_scienta(text)) return read_scienta(text, file_name);
  if (is_avg(text)) return read_avantage_avg(text, file_name);
  if (is_casaxps_text(text)) return read_casaxps_text(text, file_name);
  const std::string_view head = trim(std::string_view(text).substr(0, 4096));
  if (head.starts_with('<') || head.starts_with("{") || !is_text(text)) {
    if (head.starts_with('<'))
      return Error{"spectra.unknown", file_name, "is XML or HTML, and not an export of SpecsLab2",
                   "export VAMAS, or text in columns"};
    return unknown(bytes, file_name);
  }
  return read_columns(text, file_name, stated);
}

Result<std::vector<Spectrum>> read_by_content(Bytes bytes, const std::string& file_name,
                                              const StatedFacts& stated) {
  if (is_vamas(bytes)) return read_vamas(bytes, file_name);
  if (is_compound_file(bytes)) {
    if (is_vgd(bytes)) return read_vgd(bytes, file_name);
    if (is_xls(bytes)) return read_avantage_xls(bytes, file_name);
    if (const auto file = CompoundFile::open(bytes, file_name); !file) return file.errors();
    return Error{
        "spectra.unknown", file_name,
        "is a compound file with neither a Thermo spectrum nor a workbook (a Word document or an Avantage "
        "experiment, for instance)",
        "open the .VGD of each spectrum"};
  }
  if (is_xlsx(bytes)) return read_avantage_xlsx(bytes, file_name);
  if (is_phi(bytes)) return read_phi(bytes, file_name);
  for (const Known& other : kOthers)
    if (starts(bytes, other.mark)) return unknown(bytes, file_name);
  return read_text(bytes, file_name, stated);
}

/// The same spectrum with the facts that its file does not give.
Result<Spectrum> with_facts(const Spectrum& spectrum, const StatedFacts& stated) {
  SpectrumData data = spectrum.data();
  if (!data.photon_energy_ev) data.photon_energy_ev = stated.photon_energy_ev;
  if (!spectrum.seconds_per_point()) {
    if (!data.dwell_s) data.dwell_s = stated.dwell_s;
    if (!data.scan_count) data.scan_count = stated.scan_count;
  }
  if (data.unit == IntensityUnit::unknown && stated.unit) data.unit = *stated.unit;
  return Spectrum::make(std::move(data));
}

}  // namespace

Result<std::vector<Spectrum>> read_spectra(Bytes bytes, const std::string& file_name,
                                           const StatedFacts& stated) {
  if (bytes.empty()) return Error{"spectra.empty", file_name, "the file is empty", ""};
  if (bytes.size() > kMaxSpectraBytes)
    return Error{"spectra.too_large", file_name,
                 "has " + std::to_string(bytes.size()) + " bytes, more than the " +
                     std::to_string(kMaxSpectraBytes) + " a file of spectra may have",
                 ""};
  const auto read = read_by_content(bytes, file_name, stated);
  if (!read) return read.errors();
  std::vector<Spectrum> spectra;
  for (const Spectrum& spectrum : *read) {
    auto filled = with_facts(spectrum, stated);
    if (!filled) return filled.errors();
    spectra.push_back(std::move(filled).value());
  }
  return spectra;
}

}  // namespace litho
