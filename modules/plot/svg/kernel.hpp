#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho::plot {

/// Colours that stay apart for colour-blind readers [Okabe and Ito, Color Universal Design, 2008].
namespace okabe_ito {
inline constexpr std::string_view kBlack = "#000000", kOrange = "#e69f00", kSkyBlue = "#56b4e9",
                                  kGreen = "#009e73", kYellow = "#f0e442", kBlue = "#0072b2",
                                  kVermillion = "#d55e00", kPurple = "#cc79a7", kGrey = "#777777";
}
/// The i-th colour for a series of unknown length: seven that differ, then again from the start.
std::string_view series_colour(std::size_t i);

enum class Dash { solid, dashed, dotted };
enum class Anchor { start, middle, end };

/// A curve. NaN in x or y (or <= 0 on a log axis) leaves it open there.
struct Line {
  std::vector<double> x, y;
  std::string colour{okabe_ito::kBlue};
  double width_px = 1.5;
  Dash dash = Dash::solid;
  std::string legend;  ///< "" = none; entries of one text are shown once
};

/// The area between two curves: an interval, a component over its background.
struct Band {
  std::vector<double> x, low, high;
  std::string colour{okabe_ito::kBlue};
  double opacity = 0.2;
  std::string legend;
};

/// Marks; `low` and `high`, where not empty, are the ends of their interval bars.
struct Points {
  std::vector<double> x, y, low, high;
  std::string colour{okabe_ito::kBlue};
  double radius_px = 2.5;
  std::string legend;
};

/// A word at a place of the plane.
struct Text {
  double x, y;
  std::string text;
  Anchor anchor = Anchor::start;
  std::string colour{okabe_ito::kBlack};
};

/// Ends that are not given follow the data, with a twentieth of room.
struct Axis {
  std::string label;  ///< "depth (µm)"
  std::optional<double> low, high;
  bool reversed = false;  ///< falling to the right (or upwards): binding energy
  bool log = false;       ///< base 10; shows positive values only
};

/// One plane with its axes. Drawn in the order bands, lines, points, texts; cut off at the axes.
struct Panel {
  Axis x, y;
  std::vector<Band> bands;
  std::vector<Line> lines;
  std::vector<Points> points;
  std::vector<Text> texts;
  double height_px = 300;  ///< of the plane
  bool join_next = false;  ///< shares the x axis with the panel below: same range, labels there only
};

/// Panels one below the other under a title, lines of text and a legend.
struct Figure {
  std::string title;
  std::vector<std::string> lines;  ///< figures, flags, file and version: small text under the title
  std::vector<Panel> panels;
  double width_px = 900;
};

/// The figure as a whole SVG 1.1 file, 1 unit = 1 px, or for pasting into HTML (no ids, no scripts, no style
/// sheet, generic fonts). Places are rounded to 0.01 px; the same figure gives the same bytes everywhere.
/// Texts are UTF-8; what XML cannot hold becomes U+FFFD. Errors: plot.size (columns of one series differ in
/// length), plot.axis (low >= high, not finite, or <= 0 on a log axis; a plane without width or height).
Result<std::string> write_svg(const Figure& figure);

/// Every number that the figure shows, as CSV: panel, plane (label of its y axis), series (its legend), kind
/// (line|band|points), x, y, low, high; in the units of the axes, whatever part of them is shown.
std::string figure_csv(const Figure& figure);

/// Width of the plane in a figure of this width: what an equal scale along both axes needs.
double plane_width_px(double figure_width_px);

struct Tick {
  double value;
  std::string label;  ///< "" = a small one between labelled ones
};
/// Round values (1, 2 or 5 times a power of ten) in [low, high], about `count` of them; on a log axis powers
/// of ten (thinned where there are many) with small ticks between; where [low, high] holds fewer than two of
/// them, round values. low < high.
std::vector<Tick> ticks(double low, double high, int count, bool log = false);

/// `text` for XML text and attributes.
std::string escape_xml(std::string_view text);

}  // namespace litho::plot
