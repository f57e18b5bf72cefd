#include "modules/xps/coverage_decision/ports.hpp"
#include "modules/xps/coverage_plot/kernel.hpp"
#include "pipeline/stage/products.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class CoveragePlotStage final : public StageWith<NoOptions> {
 public:
  In<Item> item{this, "item"};
  In<Coverage> coverage{this, "coverage"};
  Out<Artifact> figure{this, "figure"};

  Status run(RunContext& ctx) const override {
    const Coverage& c = ctx.get(coverage);
    const Item& sample = ctx.get(item);
    auto svg = coverage_figure(sample.name, c.spectra, c.measured, c.figures);
    if (!svg) return svg.errors();
    ctx.put(figure, {"plots/" + sample.stem + "-coverage.svg", *std::move(svg)});
    return {};
  }
};

}  // namespace

void register_xps_coverage_plot(Registry& registry) {
  registry.add<CoveragePlotStage>(
      {.name = "xps.coverage_plot",
       .results_version = 1,
       .doc = "Figure of one sample: both regions, limits, and the layer's joint region",
       .references = {}});
}

}  // namespace litho
