#pragma once
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/error.hpp"
#include "pipeline/core/image_tags.hpp"
#include "pipeline/core/micrograph.hpp"

namespace litho {

/// Statements about one picture's scale that differ by more than this contradict each other.
inline constexpr double kScaleAgreement = 0.005;
/// Pixel sizes outside are no micrograph's.
inline constexpr double kSmallestPixelNm = 1e-3;
inline constexpr double kLargestPixelNm = 1e6;

/// What a file says of its scale and its conditions. Either `pixel_size` is set, or `refusal` says why not.
struct ScaleReport {
  std::optional<PixelSize> pixel_size;
  Acquisition acquisition;
  std::vector<ScaleSource> statements;  ///< every statement found, most trusted first, also where refused
  std::vector<std::string> notes;       ///< what was ignored and why, what could not be checked
  Error refusal;                        ///< code "" where a pixel size was had
};

/// Pixel size from the tags of an image file and its sidecars. Trust: vendor tag, vendor sidecar, OME-XML,
/// ImageJ. All statements must agree; a printer's resolution and a magnification are never a scale. Touches
/// no file; linear in the bytes given; never throws on bad ones. Refusals: scale.none (nothing says it),
/// scale.disagree, scale.damaged (text unreadable or cut), scale.resized (cropped or resized since it was
/// stored), scale.not_square (x and y differ), scale.implausible, scale.not_sem (another beam or a digital
/// zoom, for which the statement need not hold).
ScaleReport read_scale(const ImageTags& tags);

/// The same with the user's word in front; what the file says stays in `others`, and a contradiction is
/// noted. A value outside the plausible range gives refusal scale.implausible and no pixel size.
ScaleReport with_override(ScaleReport report, double nm, const std::string& source);

/// Names of text files to look for beside an image, in order, as on a case-sensitive disk: "a.tif" gives
/// "a.txt", "a.hdr", "a-tif.hdr", "a.tif.txt", "a.tif.hdr" and their upper-case endings.
std::vector<std::string> sidecar_candidates(const std::string& file_name);

}  // namespace litho
