#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "modules/io/spectra/kernel.hpp"

namespace litho {

/// One region of a sample and where it came from.
struct SampleSpectrum {
  Spectrum spectrum;
  std::string region;  ///< as the row states it, else as the file names it
  std::string role;    ///< "reference", "plated", or "" where the sheet does not say
  std::string owner;   ///< sample whose film it is: of a joined reference, the reference sample
  std::string file;    ///< file name
  std::string where;   ///< "sheet.csv:7", for messages
  std::map<std::string, std::string> fields;  ///< the sheet's row
};

/// All spectra of one XPS sample, in the order of the sheet and of the files.
struct SampleSpectra {
  std::string sample;
  std::vector<SampleSpectrum> spectra;
};

/// What the sheet states of a file that does not say it itself: axis (binding|kinetic), unit
/// (counts|counts/s), photon_energy_ev, dwell_s, scans. Error sheet.bad_value.
Result<StatedFacts> stated_facts(const std::map<std::string, std::string>& fields);

/// Whether two names mean the same region: case, blanks and the word "scan" do not count ("Cr2p Scan" is
/// "Cr 2p").
bool same_region(std::string_view a, std::string_view b);

/// The spectra of one file that its row asks for: those of `region` and `block` where given, else all.
/// Errors: those of read_spectra; spectra.no_region with the names that there are.
Result<std::vector<Spectrum>> choose_spectra(std::vector<Spectrum> spectra,
                                             const std::map<std::string, std::string>& fields,
                                             const std::string& where);

}  // namespace litho
