#include "modules/io/sample_spectra/ports.hpp"
#include "modules/xps/coverage_decision/film_spectra.hpp"
#include "modules/xps/coverage_plan/kernel.hpp"
#include "pipeline/stage/products.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct CoveragePlanOptions {
  double alpha = 0.01;
  double largest_open_fraction = 0.02;
  double hydrocarbon_ev = 284.8;

  static const Schema<CoveragePlanOptions>& schema() {
    static const auto schema =
        Schema<CoveragePlanOptions>()
            .add("alpha", &CoveragePlanOptions::alpha, "A line is found when its p-value is below")
            .range(1e-6, 0.2)
            .add("largest_open_fraction", &CoveragePlanOptions::largest_open_fraction,
                 "Limit of the chromium ratio to reach")
            .range(1e-4, 0.5)
            .add("hydrocarbon", &CoveragePlanOptions::hydrocarbon_ev,
                 "Energy that the C 1s hydrocarbon line is given")
            .unit("eV")
            .range(280, 290);
    return schema;
  }
};

class CoveragePlanStage final : public StageWith<CoveragePlanOptions> {
 public:
  In<SampleSpectra> spectra{this, "spectra"};
  Out<Rows> rows{this, "rows"};

  std::vector<TableSpec> tables() const override { return {{"sweeps", sweep_plan_columns(), false}}; }

  Status run(RunContext& ctx) const override {
    const auto regions = film_spectra(ctx.get(spectra));
    if (!regions) return regions.errors();
    const PlanOptions chosen{options().alpha, options().largest_open_fraction, options().hydrocarbon_ev};
    const auto plan = plan_sweeps(*regions, chosen);
    if (!plan) return plan.errors();
    ctx.put(rows, {"sweeps", {sweep_plan_cells(*plan, chosen)}});
    return {};
  }
};

}  // namespace

void register_xps_coverage_plan(Registry& registry) {
  registry.add<CoveragePlanStage>({.name = "xps.coverage_plan",
                                   .results_version = 2,
                                   .doc = "Sweeps that Cr 2p needs for a covered film to be called covered",
                                   .references = {"ISO 19668"}});
}

}  // namespace litho
