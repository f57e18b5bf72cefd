#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace litho::evaluate {

/// A centreline in image coordinates with the opening at each vertex (empty where none is stated).
struct CrackLine {
  std::string kind;  ///< crack | gap
  std::vector<PointPx> points;
  std::vector<double> opening_um;
};

/// The LineStrings of a GeoJSON FeatureCollection with coordinates in px and, of each, the properties `class`
/// (crack if absent) and `opening_um`. Errors: file.missing, evaluate.geojson.
Result<std::vector<CrackLine>> read_crack_lines(const std::filesystem::path& path);

/// Bins of direction, 30 degrees each, counter-clockwise from the image's x axis.
inline constexpr std::size_t kAngleBins = 6;
/// Classes of true opening: below 2 px, 2..5, 5..20, above.
inline constexpr std::size_t kOpeningClasses = 4;
inline constexpr const char* kOpeningNames[kOpeningClasses] = {"< 2 px", "2-5 px", "5-20 px", "> 20 px"};

/// Two sets of centrelines compared by length, px: which part of each lies within a tolerance of the other.
struct LineAgreement {
  double found = 0, found_near_truth = 0, truth = 0, truth_near_found = 0;
  double found_by_angle[kAngleBins] = {},
         truth_by_angle[kAngleBins] = {};  ///< of the agreeing parts, by true direction
  double truth_by_opening[kOpeningClasses] = {}, recalled_by_opening[kOpeningClasses] = {};
  std::vector<double>
      opening_errors_px;  ///< of found lines, over their parts where the truth is 2..20 px wide
};
/// Lines of one kind each. The lines are walked in steps of at most half a pixel. O(length x lines near).
LineAgreement compare_lines(const std::vector<CrackLine>& found, const std::vector<CrackLine>& truth,
                            double tolerance_px, double pixel_size_um);

/// The lines in an image of 0 and 1: the pixels they pass.
Image<std::uint8_t> draw_lines(const std::vector<CrackLine>& lines, int width, int height);

}  // namespace litho::evaluate
