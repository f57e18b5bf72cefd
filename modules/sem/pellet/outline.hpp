#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "modules/sem/frame/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho::pellet {

/// A picture reduced to cells, each with a class of grey and of contrast with its neighbours.
class CellMap {
 public:
  /// At most 384 cells along the longer side.
  CellMap(const Image<float>& grey, const Image<std::uint8_t>& usable);

  int factor() const { return factor_; }
  const Image<std::uint8_t>& classes() const { return classes_; }  ///< kUnused where not usable
  static constexpr int kGreys = 8, kContrasts = 3, kClasses = kGreys * kContrasts;
  static constexpr std::uint8_t kUnused = 255;

 private:
  int factor_;
  Image<std::uint8_t> classes_;
};

/// How much the strips on both sides of a curve (upright frame of the cells, v per column) differ:
/// Jensen-Shannon divergence of their classes, 0 alike .. 1 nothing in common; negative where there is too
/// little of either.
double difference_across(const CellMap& cells, const Frame& frame, const std::vector<float>& v_px);

struct Outline {
  Frame frame;             ///< of the full picture
  std::vector<float> v;    ///< per column of the upright frame, full px
  double difference = 0;   ///< across it
  double singled_out = 0;  ///< difference across its straight line / the most across any line apart from it
};
/// The one line from side to side across which the picture differs most, made to follow the actual border.
std::optional<Outline> find_outline(const CellMap& cells, int width, int height);

}  // namespace litho::pellet
