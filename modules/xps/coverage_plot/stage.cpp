#include "modules/plot/pdf/kernel.hpp"
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
  Out<Artifact> figure_pdf{this, "figure_pdf"};
  Out<Artifact> figure_data{this, "figure_data"};

  Status run(RunContext& ctx) const override {
    const Coverage& c = ctx.get(coverage);
    const Item& sample = ctx.get(item);
    const plot::Figure drawn = coverage_figure(sample.name, c.spectra, c.measured, c.figures);
    auto svg = plot::write_svg(drawn);
    if (!svg) return svg.errors();
    auto pdf = plot::pdf_of_svg(*svg);
    if (!pdf) return pdf.errors();
    const std::string name = "plots/" + sample.stem + "-coverage";
    ctx.put(figure, {name + ".svg", *std::move(svg)});
    ctx.put(figure_pdf, {name + ".pdf", *std::move(pdf)});
    ctx.put(figure_data, {name + ".csv", plot::figure_csv(drawn)});
    return {};
  }
};

}  // namespace

void register_xps_coverage_plot(Registry& registry) {
  registry.add<CoveragePlotStage>({.name = "xps.coverage_plot",
                                   .results_version = 1,
                                   .doc = "Figure of one sample (SVG, PDF, its numbers as CSV): both "
                                          "regions, limits, and the layer's joint region",
                                   .references = {}});
}

}  // namespace litho
