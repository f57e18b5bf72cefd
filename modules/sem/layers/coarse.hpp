#pragma once
#include <vector>

#include "modules/sem/layers/kernel.hpp"

namespace litho::layers {

/// The picture at reduced size: means over factor x factor usable pixels, and the share of them that was
/// usable.
struct Coarse {
  Image<float> grey;
  Image<float> weight;
  int factor = 1;
};
Coarse shrink(const Image<float>& grey, const Image<std::uint8_t>& usable, int factor);
/// The same, standing upright.
Coarse turn(const Coarse& coarse, Side side);

/// Two parallel straight boundaries v = offset + slope (u - width / 2), coarse px.
struct LineFit {
  Side side = Side::top;
  double slope = 0;
  double outer = 0, front = 0;
  double score =
      0;  ///< the weaker step (and a quarter of the stronger) in spreads of all steps of the picture
};
/// The ten best pairs of steps (of the side given, or any) whose middle is darker than the inner side, best
/// first.
std::vector<LineFit> fit_lines(const Coarse& coarse, std::optional<Side> side);

/// What is known of a picture once side, boundaries and appearance agree; coarse px, upright.
struct Model {
  LineFit start;
  Coarse picture;                 ///< upright
  std::vector<int> outer, front;  ///< first row below the boundary, per column; 0..height
  Appearance outside, interphase, electrolyte;
  Shade shade;                              ///< over the image's own orientation
  double energy = 0;                        ///< negative log likelihood per pixel
  double ambiguity = 0;                     ///< share of columns with a rival boundary nearly as good
  double outer_share = 0, front_share = 0;  ///< columns in which grey steps the expected way, 0..1
  double outer_contrast = 0,
         front_contrast = 0;  ///< mean step across the boundary in spreads of a column's step
};
Model fit_model(const Coarse& coarse, const LineFit& start, int rounds);

/// Log odds that a dark layer between two brighter regions has the electrolyte where the model puts it, from
/// what the two sides show: the electrolyte is the brighter one, its boundary is the rougher (the front grew,
/// the other was polished), it holds pores and cracks, and fills more of the picture.
double side_odds(const Model& m);
/// Where a fit of the same layer seen from the other side starts.
LineFit turned(const Model& m);

/// Two boundaries found by their edges alone, where the regions' greys do not tell them apart; coarse rows,
/// upright.
struct EdgePair {
  Side side;
  std::vector<int> outer, front;
  double outer_score;    ///< mean step along the path, in spreads of such steps over the picture, 3 at most
  double front_clarity;  ///< step along the front in spreads of those in its surroundings
};
/// The strongest long edge (of either sign) and, beyond it, the path of the steadiest sharp step from dark to
/// bright: a reaction front is an edge even where both sides have nearly one grey.
std::optional<EdgePair> find_edge_pair(const Coarse& coarse, std::optional<Side> side);
Model model_of(const Coarse& coarse, const EdgePair& pair);
/// Appearance from narrow strips beside the boundaries, no shade.
void learn_levels(Model& model);

/// The picture as boundaries are traced in: upright, the shade divided out.
Ground make_ground(const Coarse& coarse, const Frame& frame, const Shade& shade);
/// Looks for a gap along either boundary, a slit darker than both its sides, and moves the boundary to the
/// layer's edge: profiles across the boundary are read as layer | beyond and as layer | slit | beyond,
/// stretches where the second tells more are a gap (two states along the boundary), and its walls are fitted
/// as a blurred slit.
void find_gaps(const Restored& picture, LayerMap& map);
/// Grey, without shade, below which a pixel is crack, pore or gap rather than interphase.
double dark_level(const LayerMap& map);
/// Label values at full resolution.
void label_pixels(const Restored& picture, const Image<std::uint8_t>& usable, LayerMap& map);

}  // namespace litho::layers
