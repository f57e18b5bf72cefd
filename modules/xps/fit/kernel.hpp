#pragma once
#include <string>
#include <vector>

#include "modules/xps/energy/kernel.hpp"
#include "modules/xps/region_fit/kernel.hpp"
#include "pipeline/core/table.hpp"

namespace litho {

/// A fitted region with what names it in tables and files.
struct RegionReport {
  std::string role, region, file, block;
  std::string specimen;            ///< as the file names it
  std::string variables;           ///< "cycle=3;etch time=30 s"
  std::string peaks;               ///< name of the peak model
  std::optional<double> seconds;   ///< per point; where unknown, areas stay in counts x eV
  bool counts_known = true;        ///< false: intensities of unknown scale, areas in the file's unit x eV
  std::string interval;            ///< "profile", "covariance", "bootstrap"
  std::vector<std::string> flags;  ///< codes
  std::vector<std::optional<double>> rsf;  ///< one a component
  std::optional<ChargeShift> charge{};     ///< taken off the energies
  RegionData data;
  RegionFit fit;
};

/// Columns of peaks.csv behind the sample's name, and one row a component.
const std::vector<std::string>& peak_columns();
std::vector<std::vector<Cell>> peak_rows(const RegionReport& report);

/// Columns of casaxps.csv behind the sample's name, as CasaXPS users know them; areas and atomic percentages
/// of all components of one sample and role, the latter where each has a sensitivity factor. Without
/// transmission and escape depth.
const std::vector<std::string>& casaxps_columns();
std::vector<std::vector<Cell>> casaxps_rows(const std::vector<RegionReport>& reports);

/// fits/<name>.csv
std::string fit_csv(const RegionReport& report);
/// The same as a figure: data, background, components, envelope, and residuals in sigma below.
Result<std::string> fit_svg(const RegionReport& report, const std::string& sample);

/// What speaks against a fit, as flags and words.
struct FitRemark {
  std::string code, message;
  bool flag = true;  ///< false: a note
};
std::vector<FitRemark> fit_remarks(const RegionFit& fit, const std::string& place);

}  // namespace litho
