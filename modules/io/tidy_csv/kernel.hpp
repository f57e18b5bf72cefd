#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

/// One row a point: spectrum (from 1), sample, region, block, axis (binding|kinetic), energy_ev, scan (empty:
/// all scans together; from 1: a single one), intensity, unit (counts|counts/s|unknown), transmission,
/// photon_energy_ev, pass_energy_ev, dwell_s, scans. What is not of a point stands before it, in lines
/// "# spectrum key = value". Every number reads back to the same bits.
std::string write_tidy_csv(std::span<const Spectrum> spectra);

/// True for what write_tidy_csv wrote, from its first line.
bool is_tidy_csv(std::string_view text);

/// The spectra written, equal in everything but `format`. Errors, with the line: tidy_csv.header,
/// tidy_csv.bad_line, tidy_csv.no_spectra, and those of Spectrum::make and read_csv.
Result<std::vector<Spectrum>> read_tidy_csv(std::string_view text, const std::string& file_name);

}  // namespace litho
