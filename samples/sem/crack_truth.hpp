#pragma once
#include <string>

#include "samples/sem/cracks.hpp"

namespace litho::sem_sample {

/// What a perfect measurement of the visible cracks would find. px; NaN where there is nothing to measure.
struct CrackTruth {
  int count = 0;      ///< connected cracks
  double length = 0;  ///< of all centrelines
  int junctions = 0;
  double opening_mean, opening_p95, opening_max;  ///< over length
  double orientation_deg;  ///< length-weighted, counter-clockwise from the front (else the image's x axis),
                           ///< -90..90
  double orientation_order;
  double largest;  ///< length of the longest connected crack
  bool spans_field =
      false;              ///< one connected crack reaches two opposite borders of the pellet in the picture
  int at_interphase = 0;  ///< connected cracks that touch the layer
  std::string verdict;    ///< intact: no crack; fractured: spans the field; else cracked
};

CrackTruth measure_cracks(const Scene& scene, const CrackNetwork& network);

/// Centrelines of cracks and delamination gaps as GeoJSON LineStrings in px, with class (crack | gap), crack
/// (1-based), boundary (gaps: outer | front) and opening_um and opening_px, one value a vertex.
std::string cracks_geojson(const Scene& scene, const CrackNetwork& network);

}  // namespace litho::sem_sample
