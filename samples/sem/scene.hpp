#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/core/image.hpp"

/// Geometry and look of one synthetic cross-section, before any pixel. Lengths are in px. The scene has its
/// own frame: u runs along the outer boundary, v from the outside through the interphase into the
/// electrolyte; v = 0 is the mean outer boundary.
namespace litho::sem_sample {

/// A boundary v(u), sampled evenly; linear in between.
struct Curve {
  double u0 = 0;
  double du = 0.25;
  std::vector<double> v;

  double u_at(std::size_t i) const { return u0 + static_cast<double>(i) * du; }
  double at(double u) const;
  double slope(double u) const;
};

/// A stationary Gaussian self-affine profile by spectral synthesis: power ~ (1 + (k xi)^2)^-(H + 1/2), cut
/// off below `cutoff_px`, zero mean and standard deviation `rq_px` over the ensemble (not over one profile).
struct Roughness {
  double rq_px;
  double correlation_px;
  double hurst;
  double cutoff_px = 5;
};
std::vector<double> self_affine(const Roughness& roughness, std::size_t n_pow2, double du, std::uint64_t seed,
                                const std::string& stream);

/// Chain of tapered capsules.
struct Bead {
  double u, v, radius;
};
using Strand = std::vector<Bead>;

struct Filament {
  double root_u;
  double root_width;
  std::vector<Strand> strands;  ///< the stem, then its branches
};
struct Pore {
  double u, v, radius, lobe, phase;
};
/// A cross-section of a crack in image coordinates: walls, the middle between them, and how bright its floor
/// is (share of the electrolyte's grey).
struct CrackPoint {
  PointPx centre, left, right;
  double floor;
  double opening() const;
};
/// An unbranched crack line; it may begin or end on another one.
using CrackTrace = std::vector<CrackPoint>;
/// Delamination along a boundary between u0 and u1; it opens away from the layer, so the layer keeps its
/// area.
struct Gap {
  bool at_front;
  double u0, u1, opening;
  double wave_px, phase;  ///< of its far wall
  double opening_at(double u) const;
};
/// Groove of a polishing or handling scratch, with ridges beside it; it shows as relief only.
struct Scratch {
  PointPx from, to;
  double half_width, depth;
};
/// Stretch along which the contrast across a boundary is smeared over `width`.
struct Fade {
  bool at_front;
  double u0, u1, width;
  double weight_at(double u) const;
};

enum class Side { top, bottom, left, right };
enum class Kind { interphase, fracture };
enum class Outside { lithium, vacuum, mount, cathode };
enum class Hopeless { no, no_layer, no_contrast, defocused, saturated, blank, no_scale };
enum class Bar { none, white, black, grey };
enum class Vendor { zeiss, fei, tescan, jeol, hitachi };

/// Scan frame: scene to image coordinates. Drift moves a row along x as a function of y only.
struct Frame {
  PointPx origin, eu, ev;
  double shear = 0, wobble = 0, wobble_period = 500, wobble_phase = 0, centre_y = 0;

  double drift(double y) const;
  PointPx to_image(double u, double v) const;
  void to_scene(double x, double y, double& u, double& v) const;
};

/// The mean outer boundary crosses the picture's centre line `outer_depth` px from `side`, turned by
/// `tilt_deg` counter-clockwise; no drift.
Frame make_frame(Side side, double tilt_deg, int width, int picture_rows, double outer_depth);

/// What the detector makes of the scene. Greys are shares of full scale.
struct Look {
  double electrolyte, interphase, outside;
  Outside outside_kind;
  double texture, layer_texture, edge, grain_px, facet_px, rivers, fine;
  double rim, rim_px;  ///< edge brightening beside openings and outlines: share of the grey, and its reach
  double shadow;       ///< darkening behind steps
  int debris;          ///< loose bright pieces
  double illumination, illumination_angle, vignette;
  double curtain, streaks, line_noise;
  double charging;  ///< local over-bright spots with a dark trail, share of full scale
  double blur_px, dose, readout, gamma, gain, offset;
};

struct Scene {
  std::uint64_t seed;
  std::string stream;  ///< "sem/<index>/<level>/": begins the name of every random stream of this image
  Kind kind;
  std::string level;
  int width, height, picture_rows;
  double pixel_size_nm;
  Side side;
  double tilt_deg;   ///< nominal, counter-clockwise
  bool layer;        ///< whether there is an interphase; without one front and outer boundary are one
  double thickness;  ///< ensemble mean
  double drift;  ///< standard deviation of a slow wave of the thickness along the specimen; 0 = stationary
  Roughness roughness;  ///< of the front
  Frame frame;
  Curve outer, front;  ///< front: the base front, straight under roots
  std::vector<Filament> filaments;
  std::vector<CrackTrace> cracks;
  std::vector<Pore> pores;
  std::vector<Scratch> scratches;
  std::vector<Gap> gaps;
  std::vector<Fade> fades;
  Hopeless hopeless;
  Bar bar;
  Vendor vendor;
  bool palette;  ///< grey through a palette rather than directly
  Look look;

  bool in_picture(PointPx p) const { return p.x >= 0 && p.y >= 0 && p.x <= width && p.y <= picture_rows; }
  /// In the picture, in the solid, and not in a delamination gap.
  bool shows(PointPx p) const;
};

/// level: clean | medium | rough | hopeless. Images `fields` k .. `fields` k + `fields` - 1 are fields of one
/// specimen: the same layer, grains, microscope and magnification, other places.
Scene make_scene(Kind kind, std::uint64_t seed, int index, const std::string& level, int width, int height,
                 int fields = 1);

}  // namespace litho::sem_sample
