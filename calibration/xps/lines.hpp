#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

/// A line of a species. Binding energies in eV.
struct XpsLine {
  std::string species;   ///< "Cr", "Cr2O3", "adventitious carbon"
  std::string line;      ///< "Cr 2p"
  double energy_ev = 0;  ///< of the doublet's line at lower energy; of the first of several multiplet lines
  double u_ev = 0;       ///< standard uncertainty of energy_ev
  std::optional<double> fwhm_ev;       ///< of one line; the instrument widens it
  std::optional<double> splitting_ev;  ///< of a spin-orbit doublet
  std::optional<double> area_ratio;    ///< line at higher energy over the other
  std::string
      charge_reference;   ///< what the energy scale was tied to: "metal", "C 1s 284.8", "Au 4f7/2 83.8"
  bool verified = false;  ///< false: the source was not read, do not use it as a narrow prior
  std::string source;
};

/// calibration/data/xps_lines.csv, in its order.
std::span<const XpsLine> xps_lines();
/// Errors: calibration.unknown_line, naming the lines of the species, or the species that have the line.
Result<XpsLine> find_line(std::string_view species, std::string_view line);

/// One of the lines a species' line consists of, all of which shift and widen together.
struct MultipletLine {
  double offset_ev = 0;      ///< from XpsLine::energy_ev
  double area_fraction = 0;  ///< of the sum, which is 1 within rounding
  double fwhm_ev = 0;
  bool verified = false;
  std::string source;
};
/// calibration/data/xps_multiplets.csv; Cr species only. Errors: calibration.unknown_line.
Result<std::vector<MultipletLine>> find_multiplet(std::string_view species, std::string_view line);

/// A line of another element in the window of `near`.
struct XpsOverlap {
  std::string near;  ///< "Cr 2p", "Li 1s", "Al 2p", "Al 2s"
  std::string name;  ///< "Ge LMM"
  std::string element;
  bool auger = false;
  double energy_ev = 0;                        ///< binding energy, or for an Auger line its kinetic energy
  std::optional<double> relative_sensitivity;  ///< C 1s = 1
  std::string source;
  /// Where the line appears under photons of this energy.
  double binding_ev(double photon_energy_ev) const {
    return auger ? photon_energy_ev - energy_ev : energy_ev;
  }
};
/// calibration/data/xps_overlaps.csv; empty where none is listed.
std::vector<XpsOverlap> find_overlaps(std::string_view near);

}  // namespace litho
