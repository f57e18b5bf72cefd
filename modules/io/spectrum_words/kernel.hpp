#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/spectrum.hpp"

namespace litho {

using Bytes = std::span<const std::uint8_t>;

/// Largest number of points or parts that a reader believes a file about.
constexpr std::size_t kMaxSpectrumPoints = std::size_t{1} << 24;

/// The whole text of a file as UTF-8; single NULs, which some programs leave behind a word, become blanks.
std::string text_of(Bytes bytes);

/// "Kinetic Energy", "BE/eV", "Binding Energy (E)", "KE_eV"; nothing where the label says neither, or both.
std::optional<EnergyAxis> axis_of_label(std::string_view label);
/// "Counts", "counts/s", "c/s", "CPS"; `unknown` for anything else, kcps and normalised intensities included.
IntensityUnit intensity_of_label(std::string_view label);

/// The number alone in the field, blanks around it ignored.
std::optional<double> number_in_field(std::string_view field);
/// The number at the start of the field ("20.0 eV" is 20), blanks around it ignored.
std::optional<double> leading_number(std::string_view field);
/// Appends the numbers of a line parted by blanks or tabs; false, with `out` in part filled, where a field is
/// none.
bool numbers_in_line(std::string_view line, std::vector<double>& out);
/// Text after the first `separator`, trimmed; the key before it goes to `key`. False where there is none.
bool key_and_value(std::string_view line, char separator, std::string_view& key, std::string_view& value);

/// "2024-01-22" or "2024-01-22T14:19:47"; less where the rest is no date or time of day (parts are -1 or 0
/// when unknown), "" where the day is none.
std::string iso_date(int year, int month, int day, int hour = -1, int minute = -1, double second = -1);

/// True where every value is a whole number >= 0.
bool whole_counts(const std::vector<double>& values);

/// Gathers the parts of one file.
class SpectrumCollector {
 public:
  /// `format` is the reader's name, also the prefix of its error codes.
  SpectrumCollector(std::string format, std::string file_name)
      : format_(std::move(format)), file_name_(std::move(file_name)) {}

  /// Comments and variables beyond 64 MB in all are not kept, and a note says so: parts may repeat each
  /// other's.
  void add(SpectrumData data);
  /// A part that is no spectrum, or cannot be read as one.
  void leave_out(std::string_view part, std::string_view reason);
  /// Every part as a spectrum; a part that Spectrum::make refuses, or whose energies its photons cannot give
  /// (50 eV of slack), is left out. A note is added where counts are not whole numbers. Errors:
  /// <format>.no_spectra with all reasons.
  Result<std::vector<Spectrum>> finish() &&;

 private:
  std::string format_;
  std::string file_name_;
  std::vector<SpectrumData> parts_;
  std::size_t kept_bytes_ = 0;  ///< of comments and variables
  std::vector<std::string> left_out_;
};

}  // namespace litho
