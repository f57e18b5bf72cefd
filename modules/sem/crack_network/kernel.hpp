#pragma once
#include <cstdint>
#include <vector>

#include "modules/sem/crack_paths/kernel.hpp"
#include "modules/sem/pellet/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho {

enum class NodeKind : std::uint8_t { tip, border, tee, crossing };  ///< I, E, Y, X

struct CrackNode {
  PointPx at;
  NodeKind kind;
  std::vector<int> cracks;  ///< indices; a tip or border node has one
};

struct Crack {
  Polyline line;                  ///< middle of the crack, about 1 px apart
  std::vector<float> opening_px;  ///< at each point; blur taken out
  double length_px = 0, chord_px = 0;
  double opening_mean_px = 0, opening_max_px = 0;
  double orientation_deg = 0;     ///< of the length-weighted double-angle mean to the image's x axis, counter-clockwise, (-90, 90]
  PointPx middle;
  bool at_interphase = false;     ///< comes within its width and 6 px of the interphase
  bool censored = false;          ///< leaves the field
  int junctions = 0;
  int cluster = 0;
  double score = 0;
};

struct CrackNetwork {
  std::vector<Crack> cracks;     ///< longest first
  std::vector<CrackNode> nodes;
  std::vector<double> cluster_length_px;
  std::vector<double> cluster_extent_px;  ///< largest distance of two of its points along x or y
  bool spans_field = false;      ///< a cluster touches two opposite sides of the field
  int junctions = 0;             ///< tee and crossing nodes
  Image<std::uint8_t> mask;      ///< 0 none, 1 crack, 2 its middle
};

struct CrackScene {
  double void_grey, blur_px;
};

/// Ends that run into another crack are joined to it, the openings measured, cracks counted and grouped.
/// Opening: of the slot that is as wide under the picture's blur as the valley at half of its height; where the valley
/// is little more than blur, its deficit over (flank - void): of the slot as empty as a void that takes as much signal.
CrackNetwork build_network(const Image<float>& grey, const std::vector<CrackPath>& paths, const CrackScene& scene,
                           const Pellet& pellet);

/// Opening that a valley shows, px.
double opening_of(const Valley& valley, const CrackScene& scene);

}  // namespace litho
