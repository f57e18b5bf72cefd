#pragma once
#include <optional>
#include <string>
#include <vector>

#include "modules/xps/backgrounds/kernel.hpp"
#include "modules/xps/lines/kernel.hpp"
#include "modules/xps/region_model/expression.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/core/value.hpp"

namespace litho {

/// A number of a model: held at `start`, fitted between bounds, or tied to others.
struct ModelParameter {
  std::string name;  ///< "Cr2O3.position", "background.step", or as declared under `parameters`
  bool fitted = false;
  bool automatic_start = false;  ///< amplitudes and levels: taken from the data
  bool linear = false;           ///< the envelope is linear in it while the others are held
  double start = 0;
  double low = 0, high = 0;  ///< of a fitted one; may be infinite
  std::optional<double> prior{},
      prior_sd{};  ///< Gaussian knowledge from elsewhere, counted as one observation
  std::optional<Expression> tie{};
  std::vector<std::size_t> tie_inputs{};  ///< parameters that the tie's names stand for
};

/// One line of a multiplet: its distance from the component's position and its share of the area, a number or
/// a parameter; shares are taken over their sum.
struct MultipletPart {
  double offset_ev = 0;
  double share = 1;
  std::optional<std::size_t> share_parameter{};
};

/// A peak, a spin-orbit doublet or a multiplet envelope with one position, width and shape. `area` is that of
/// all its lines together.
struct ModelComponent {
  std::string name;
  LineShape shape = LineShape::gaussian;
  std::vector<std::size_t> line;  ///< parameters in the order of line_parameters(shape)
  struct Doublet {
    std::size_t splitting, area_ratio, broadening;
  };
  std::optional<Doublet> doublet{};
  std::vector<MultipletPart> multiplet{{}};
  std::optional<double> rsf{};  ///< relative sensitivity factor, for report tables
  /// Every parameter that moves its curve.
  std::vector<std::size_t> parameters() const;
  bool amplitude_is_height() const { return line_parameters(shape)[0].name == "height"; }
};

enum class StaticKind { none, linear, shirley, tougaard };
struct ModelBackground {
  int polynomial_degree = -1;           ///< -1: none
  std::vector<std::size_t> polynomial;  ///< coefficients of Legendre polynomials over the window
  std::optional<std::size_t> step;      ///< active Shirley, 1/eV
  struct Loss {
    std::size_t b, c, c_prime, d;
    double gap_ev = 0;
  };
  std::optional<Loss> loss;  ///< active Tougaard
  StaticKind fixed = StaticKind::none;
  int end_points = 8;         ///< averaged at either end for a static background
  TougaardLoss fixed_loss{};  ///< of a static Tougaard background; b = 0: through both ends
};

/// One way to describe a region; ready to evaluate.
struct RegionModel {
  std::string name;  ///< "declared", or of the alternative
  std::vector<ModelParameter> parameters;
  std::vector<std::size_t> order;   ///< tied parameters, each after those it needs
  std::vector<std::size_t> fitted;  ///< parameters to fit
  std::vector<ModelComponent> components;
  ModelBackground background;
};

enum class Criterion { aicc, bic };
struct PeakRegion {
  std::string name;
  std::vector<std::string> match;   ///< other names of the region in files
  double low_ev = 0, high_ev = 0;   ///< window, binding energy
  std::vector<RegionModel> models;  ///< as declared, then its alternatives
  Criterion choose = Criterion::aicc;
  std::string sources;  ///< where the numbers come from
};
struct PeakModel {
  std::string name, doc;
  std::vector<PeakRegion> regions;
};

/// A peak file as a YAML tree. Errors, all at once, each with file:line:column: peaks.version,
/// peaks.unknown_key ("did you mean"), peaks.missing_key, peaks.bad_value, peaks.range, peaks.repeated_name,
/// peaks.unknown_name (of a tie), peaks.cycle, expression.syntax.
Result<PeakModel> read_peak_model(const Value& root, std::string_view file);

/// Whether a file's region name means this region: letters and digits only, case left out ("Cr2p Scan_1" is
/// "Cr 2p").
bool region_matches(const PeakRegion& region, std::string_view name);

}  // namespace litho
