#pragma once
#include <vector>

#include "modules/sem/filaments/kernel.hpp"
#include "modules/sem/thickness/kernel.hpp"
#include "modules/sem/thickness/profile.hpp"

namespace litho::thickness {

/// Linear between the sorted values; kNotMeasured where there are none.
double quantile(std::vector<double> values, double q);

/// Fills in the roughness figures of the front. `um`: of one px.
void planarity(const Profile& p, double um, double cutoff_um, InterphaseFigures& f);

/// Fills in the filament figures and the morphology. Thickness comes before it.
void filament_figures(const Profile& p, const FilamentMap& map, double um, double base_area_px,
                      InterphaseFigures& f);

}  // namespace litho::thickness
