#include "modules/xps/lines/kernel.hpp"

#include <array>
#include <cmath>
#include <string>

#include "modules/xps/lines/shapes.hpp"
#include "pipeline/core/number.hpp"

namespace litho {
namespace {

constexpr double kAny = 1e12;
constexpr double kWidest = 100;
constexpr LineParameter kArea{"area", -kAny, kAny};
constexpr LineParameter kHeight{"height", -kAny, kAny};
constexpr LineParameter kCentre{"centre_ev", -1e5, 1e5};
constexpr LineParameter kFwhm{"fwhm_ev", kNarrowestWidthEv, kWidest};
constexpr LineParameter kGaussian{"gaussian_fwhm_ev", kNarrowestWidthEv, kWidest};
constexpr LineParameter kConvolving{"gaussian_fwhm_ev", 0, kWidest};
constexpr LineParameter kLorentzian{"lorentzian_fwhm_ev", kNarrowestWidthEv, kWidest};

constexpr std::array kSimple{kArea, kCentre, kFwhm};
constexpr std::array kVoigt{kArea, kCentre, kGaussian, LineParameter{"lorentzian_fwhm_ev", 0, kWidest}};
constexpr std::array kPseudoVoigt{kArea, kCentre, kFwhm, LineParameter{"lorentzian_fraction", 0, 1}};
constexpr std::array kGlSum{kArea, kCentre, kFwhm, LineParameter{"mixing", 0, 1}};
constexpr std::array kGlProduct{kArea, kCentre, kFwhm, LineParameter{"mixing", 0, 0.99}};
constexpr std::array kTail{kArea, kCentre, kGaussian, LineParameter{"tail_ev", kNarrowestWidthEv, kWidest}};
constexpr LineParameter kAlpha{"alpha", 0.05, 50}, kBeta{"beta", 0.05, 50};
constexpr std::array kLa{kHeight, kCentre, kLorentzian, kAlpha, kBeta, kConvolving};
constexpr std::array kLf{
    kHeight, kCentre, kLorentzian, kAlpha, kBeta, kConvolving, LineParameter{"damping_ev", 0.1, 1e4}};
constexpr LineParameter kConvolutions{"convolutions", 3, 8};
constexpr std::array kCasaxpsLf{kArea,
                                kCentre,
                                kLorentzian,
                                kAlpha,
                                kBeta,
                                LineParameter{"damping_ev", 0.1, 1e4},
                                LineParameter{"box_ev", kNarrowestWidthEv, kWidest},
                                kConvolutions};
constexpr std::array kDoniachSunjic{kHeight, kCentre, kLorentzian, LineParameter{"asymmetry", 0, 0.5},
                                    kConvolving};

bool is_convolved(LineShape shape) {
  return shape == LineShape::la || shape == LineShape::lf || shape == LineShape::casaxps_lf ||
         shape == LineShape::doniach_sunjic;
}

Status check_parameters(LineShape shape, std::span<const double> p) {
  const auto known = line_parameters(shape);
  if (p.size() != known.size())
    return Error{
        "line.parameter_count", "",
        "the shape has " + std::to_string(known.size()) + " parameters, got " + std::to_string(p.size()), ""};
  Errors errors;
  for (std::size_t k = 0; k < p.size(); ++k) {
    const auto& [name, lowest, highest] = known[k];
    const bool too_narrow = name == kConvolving.name && p[k] > 0 && p[k] < kNarrowestWidthEv;
    const bool broken = name == kConvolutions.name && p[k] != std::floor(p[k]);
    if (p[k] >= lowest && p[k] <= highest && !too_narrow && !broken) continue;
    errors.push_back({"line.parameter_range", std::string(name),
                      format_double(p[k]) + " is outside " + format_double(lowest) + " to " +
                          format_double(highest) +
                          (too_narrow ? " (above 0 at least " + format_double(kNarrowestWidthEv) + ")"
                           : broken   ? ", or no whole number"
                                      : ""),
                      "bound the parameter inside this range"});
  }
  if (!errors.empty()) return errors;
  return {};
}

Status check_grid(std::span<const double> energy_ev, std::size_t values, std::size_t jacobian,
                  std::size_t k) {
  const std::size_t n = energy_ev.size();
  if (values != n || (jacobian != 0 && jacobian != n * k))
    return Error{"line.length", "", "room for values or derivatives does not match the energies", ""};
  for (std::size_t i = 0; i < n; ++i)
    if (!std::isfinite(energy_ev[i]) || (i > 0 && !(energy_ev[i] > energy_ev[i - 1])))
      return Error{"line.energy", "point " + std::to_string(i + 1), "energies must be finite and ascend",
                   "sort the spectrum by binding energy"};
  return {};
}

}  // namespace

std::span<const LineParameter> line_parameters(LineShape shape) {
  switch (shape) {
    case LineShape::gaussian:
    case LineShape::lorentzian:
      return kSimple;
    case LineShape::voigt:
      return kVoigt;
    case LineShape::pseudo_voigt:
      return kPseudoVoigt;
    case LineShape::gl_sum:
      return kGlSum;
    case LineShape::gl_product:
      return kGlProduct;
    case LineShape::exponential_tail:
      return kTail;
    case LineShape::la:
      return kLa;
    case LineShape::lf:
      return kLf;
    case LineShape::casaxps_lf:
      return kCasaxpsLf;
    case LineShape::doniach_sunjic:
      return kDoniachSunjic;
  }
  return {};
}

Status evaluate_line(LineShape shape, std::span<const double> parameters, std::span<const double> energy_ev,
                     std::span<double> values, std::span<double> jacobian) {
  if (auto status = check_parameters(shape, parameters); !status) return status;
  if (auto status = check_grid(energy_ev, values.size(), jacobian.size(), parameters.size()); !status)
    return status;
  if (energy_ev.empty()) return {};
  if (is_convolved(shape))
    evaluate_convolved(shape, parameters, energy_ev, values, jacobian);
  else
    evaluate_closed(shape, parameters, energy_ev, values, jacobian);
  return {};
}

}  // namespace litho
