#include <algorithm>

#include "modules/io/sample_spectra/ports.hpp"
#include "modules/xps/coverage_decision/film_spectra.hpp"
#include "modules/xps/coverage_decision/kernel.hpp"
#include "modules/xps/coverage_decision/ports.hpp"
#include "pipeline/stage/products.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct CoverageStageOptions {
  double alpha = 0.01;
  double largest_open_fraction = 0.02;
  double smallest_cover = 0.1;
  double thinnest_nm = 1;
  double repeatability = 0.02;
  double hydrocarbon_ev = 284.8;

  static const Schema<CoverageStageOptions>& schema() {
    static const auto schema =
        Schema<CoverageStageOptions>()
            .add("alpha", &CoverageStageOptions::alpha, "A line is found when its p-value is below")
            .range(1e-6, 0.2)
            .add("largest_open_fraction", &CoverageStageOptions::largest_open_fraction,
                 "`covered` needs a limit of the chromium ratio at most this")
            .range(1e-4, 0.5)
            .add("smallest_cover", &CoverageStageOptions::smallest_cover,
                 "`uncovered` needs that a covered fraction this small would have been found")
            .range(1e-3, 1)
            .add("thinnest_layer", &CoverageStageOptions::thinnest_nm,
                 "Lithium thinner than this is not counted as cover by the layer model")
            .unit("nm")
            .range(0.1, 10)
            .add("repeatability", &CoverageStageOptions::repeatability,
                 "Relative standard deviation of an intensity measured on another day or spot")
            .range(0, 0.5)
            .add("hydrocarbon", &CoverageStageOptions::hydrocarbon_ev,
                 "Energy that the C 1s hydrocarbon line is given")
            .unit("eV")
            .range(280, 290);
    return schema;
  }
};

class CoverageStage final : public StageWith<CoverageStageOptions> {
 public:
  In<SampleSpectra> spectra{this, "spectra"};
  Out<Coverage> coverage{this, "coverage"};
  Out<Rows> rows{this, "rows"};

  std::vector<TableSpec> tables() const override { return {{"coverage", coverage_columns(), true}}; }

  Status run(RunContext& ctx) const override {
    const SampleSpectra& all = ctx.get(spectra);
    Coverage out;
    const bool only_reference = std::all_of(all.spectra.begin(), all.spectra.end(),
                                            [](const auto& s) { return s.role == "reference"; });
    if (only_reference)
      return Error{"coverage.no_plated", all.sample, "the sample has no plated spectra", ""};

    auto regions = film_spectra(all);
    if (!regions) return regions.errors();
    out.spectra = *std::move(regions);
    auto measured = measure_film(out.spectra, {options().alpha, options().hydrocarbon_ev});
    if (!measured) return measured.errors();
    out.measured = *std::move(measured);
    auto figures =
        decide_coverage(out.measured, out.spectra.reference,
                        {options().alpha, options().largest_open_fraction, options().smallest_cover,
                         options().thinnest_nm, options().repeatability});
    if (!figures) return figures.errors();
    out.figures = *std::move(figures);
    for (const auto& [code, message] : out.figures.flags) ctx.flag(code, message);
    ctx.put(rows, {"coverage", {coverage_cells(out.figures)}});
    ctx.put(coverage, std::move(out));
    return {};
  }
};

}  // namespace

void register_xps_coverage_decision(Registry& registry) {
  registry.add<CoverageStage>(
      {.name = "xps.coverage",
       .results_version = 3,
       .doc = "Does lithium cover the chromium: detection of Cr 2p and Li 1s, layer model, decision",
       .references = {"doi:10.1103/PhysRevD.57.3873", "doi:10.1016/j.astropartphys.2011.08.005",
                      "ISO 19668"}});
}

}  // namespace litho
