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
  std::vector<int> lines;  ///< indices; a tip or border node has one
};

/// A crack's line from end to end; where others meet it, it goes straight on.
struct CrackLine {
  Polyline line;                  ///< middle of the crack, about 1 px apart
  std::vector<float> opening_px;  ///< at each point; blur taken out
  double length_px = 0, chord_px = 0;
  double score = 0;
  int crack = 0;  ///< index of the crack it belongs to
};

/// A connected set of lines.
struct Crack {
  std::vector<int> lines;               ///< longest first
  double length_px = 0;                 ///< of all lines
  double chord_px = 0, tortuosity = 1;  ///< of the longest line
  double opening_mean_px = 0, opening_max_px = 0;
  double orientation_deg =
      0;           ///< length-weighted double-angle mean to the image's x axis, counter-clockwise, (-90, 90]
  PointPx middle;  ///< of the longest line
  bool at_interphase = false;  ///< comes within its width and 6 px of the interphase
  bool censored = false;       ///< leaves the field
  int junctions = 0;
};

struct CrackNetwork {
  std::vector<Crack> cracks;  ///< longest first
  std::vector<CrackLine> lines;
  std::vector<CrackNode> nodes;
  bool spans_field = false;  ///< a crack reaches two opposite borders of the pellet in the field
  int junctions = 0;         ///< tee and crossing nodes
  Image<std::uint8_t> mask;  ///< 0 none, 1 crack, 2 its middle
};

struct CrackScene {
  double void_grey, blur_px;
};

/// Ends that run into another crack are joined to it, the openings measured, lines grouped to cracks.
/// Openings: of slots with blurred walls and bright rims fitted across (openings.hpp).
CrackNetwork build_network(const Image<float>& grey, const std::vector<CrackPath>& paths,
                           const CrackScene& scene, const Pellet& pellet);

}  // namespace litho
