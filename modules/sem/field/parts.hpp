#pragma once
#include <cstdint>
#include <optional>

#include "modules/sem/field/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho::field {

inline constexpr double kMinStep = 0.06;  ///< of white: a mark must stand out from its surroundings
inline constexpr double kSharpness =
    0.7;  ///< share of the contrast reached 2 px from a drawn edge; imaged edges fade

struct Rect {
  int x0, y0, x1, y1;  ///< px, half open
  int width() const { return x1 - x0; }
  int height() const { return y1 - y0; }
};

/// Number of lines that a databar takes at this side of `rect`, 0 = none. `white` is the top of the grey
/// scale. `said` is the number that the file states (0 = none): it is believed only where ground and picture
/// are of one colour, so that no edge can be seen.
int databar_lines(const Image<float>& grey, const Rect& rect, DatabarSide side, double white, int said);

/// Uniform lines (frame, padding) of black or white at one side.
struct Border {
  int lines = 0;
  float level = 0;
  /// A textured picture follows. Behind a flat layer or a databar's ground only a frame on other sides makes
  /// it a border.
  bool certain = false;
};
Border border_at(const Image<float>& grey, const Rect& rect, DatabarSide side, double white);

/// `rect` without its `lines` outermost lines at `side`.
Rect trimmed(Rect rect, DatabarSide side, int lines);

/// Clears in `usable` the marks drawn with exactly the grey value `ink`: straight lines, filled plates and
/// rulers, lines of text. `white` is the top of the grey scale.
void mask_marks(const Image<float>& grey, const Rect& rect, float ink, double white,
                Image<std::uint8_t>& usable);

struct Components;

/// Clears the lines of text among the components of ink: letters on one base line, drawn sharply, with
/// nothing of their colour around.
void mask_text(const Image<float>& grey, const Rect& rect, float ink, double white,
               const Components& components, Image<std::uint8_t>& usable);

}  // namespace litho::field
