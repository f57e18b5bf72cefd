#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "modules/io/picture/kernel.hpp"
#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// sRGB, 0..1 each.
struct OverlayColour {
  double r, g, b;
};

/// Colours that stay apart for colour-blind readers [Okabe and Ito, Color Universal Design, 2008].
namespace okabe_ito {
inline constexpr OverlayColour kOrange{0.902, 0.624, 0.000}, kSkyBlue{0.337, 0.706, 0.914},
    kGreen{0.000, 0.620, 0.451}, kYellow{0.941, 0.894, 0.259}, kBlue{0.000, 0.447, 0.698},
    kVermillion{0.835, 0.369, 0.000}, kPurple{0.800, 0.475, 0.655};
}  // namespace okabe_ito

/// A curve over the picture. Points in px of the full picture, pixel centres at +0.5.
struct OverlayLine {
  std::vector<PointPx> points;
  std::vector<std::uint8_t>
      valid;  ///< one a point; a stretch with an invalid end stays open; empty = all valid
  OverlayColour colour{1, 1, 1};
  double width_px = 2;  ///< in the output
  bool dashed = false;
  bool casing = true;  ///< thin dark edge, so that the line shows on bright ground
  std::string legend;  ///< "" = none; lines of one legend text share one entry
};

/// Pixels of one label are tinted; the picture's texture stays visible.
struct OverlayTint {
  std::uint8_t label;
  OverlayColour colour;
  double opacity = 0.4;
  std::string legend;
};

/// Everything that goes onto one picture. `grey` must outlive the call; masks are empty or of its size.
struct OverlayScene {
  const Image<float>* grey = nullptr;
  const Image<std::uint8_t>* usable = nullptr;  ///< pixels that set the display range (non-zero); null = all
  const Image<std::uint8_t>* labels = nullptr;  ///< for `tints`
  std::vector<OverlayTint> tints;
  std::vector<OverlayLine> lines;       ///< drawn in this order
  std::optional<double> pixel_size_nm;  ///< gives the scale bar
  std::string title;
  std::vector<std::string> figures;  ///< lines of text, UTF-8; wrapped to the width
  std::vector<std::string> flags;    ///< quality gates that spoke, in a warning colour
};

struct DisplayRange {
  float low, high;  ///< shown as black and white; high > low
};

/// A round length for a scale bar.
struct ScaleBar {
  double length_um;  ///< 1, 2 or 5 times a power of ten
  double length_px;
  std::string text;  ///< "5 µm", "200 nm"
};

/// Draws the scene at most `max_width_px` wide: the picture at the top left, scaled by area averaging and
/// never enlarged, and below it a strip with title, figures, flags, legend and scale bar. The same scene
/// gives the same bytes: text is drawn with built-in strokes, no font is asked for. Errors: overlay.size (a
/// mask or `valid` differs in size, no picture, max_width_px < 64). Cost: about 5 ns a pixel of `grey`.
Result<Image<Rgb8>> draw_overlay(const OverlayScene& scene, int max_width_px = 1024);

/// Output px per picture px that draw_overlay uses along x for a picture of this width.
double overlay_scale(int width_px, int max_width_px = 1024);

/// Percentiles 0.2 and 99.8 of the usable values, widened where they coincide.
DisplayRange display_range(const Image<float>& grey, const Image<std::uint8_t>* usable);

/// Mean over the area that each output pixel covers; the picture's mean is kept. 1 <= width, height <= those
/// of `in`.
Image<float> shrink(const Image<float>& in, int width, int height);

/// The longest round length that is at most `max_px` long. nm_per_px > 0, max_px > 0.
ScaleBar round_scale_bar(double nm_per_px, double max_px);

}  // namespace litho
