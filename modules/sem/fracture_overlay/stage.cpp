#include "modules/io/micrograph/ports.hpp"
#include "modules/io/png/kernel.hpp"
#include "modules/plot/pdf/kernel.hpp"
#include "modules/sem/crack_network/ports.hpp"
#include "modules/sem/delamination/ports.hpp"
#include "modules/sem/field/ports.hpp"
#include "modules/sem/fracture_overlay/kernel.hpp"
#include "modules/sem/fracture_statistics/ports.hpp"
#include "modules/sem/pellet/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct StageOptions {
  int max_width_px = 1024;

  static const Schema<StageOptions>& schema() {
    static const auto schema = Schema<StageOptions>()
                                   .add("max_width", &StageOptions::max_width_px,
                                        "Greatest width of the overlay; pictures are never enlarged")
                                   .unit("px")
                                   .range(64, 32768);
    return schema;
  }
};

class FractureOverlayStage final : public StageWith<StageOptions> {
 public:
  In<Item> item{this, "item"};
  In<Micrograph> micrograph{this, "micrograph"};
  In<Field> field{this, "field"};
  In<Pellet> pellet{this, "pellet"};
  In<Delamination> delamination{this, "delamination"};
  In<CrackNetwork> network{this, "network"};
  In<Fracture> fracture{this, "fracture"};
  Out<Artifact> overlay{this, "overlay"};
  Out<Artifact> charts{this, "charts"};
  Out<Artifact> charts_pdf{this, "charts_pdf"};
  Out<Artifact> charts_data{this, "charts_data"};

  Status run(RunContext& ctx) const override {
    const Micrograph& m = ctx.get(micrograph);
    const double nm = m.pixel_size()->nm;
    const std::string& stem = ctx.get(item).stem;
    const auto scene = fracture_scene({m.grey(), ctx.get(field).usable, nm, stem, ctx.get(pellet),
                                       ctx.get(delamination), ctx.get(network), ctx.get(fracture)});
    const auto drawn = draw_overlay(scene, options().max_width_px);
    if (!drawn) return drawn.errors();
    const auto bytes = write_png(*drawn);
    ctx.put(overlay, {"overlays/" + stem + ".png", {bytes.begin(), bytes.end()}});
    const double reference_deg = ctx.get(fracture).reference_deg;
    auto svg = fracture_charts_svg(ctx.get(network), reference_deg, nm);
    auto pdf = plot::pdf_of_svg(svg);
    if (!pdf) return pdf.errors();
    ctx.put(charts, {"overlays/" + stem + "_cracks.svg", std::move(svg)});
    ctx.put(charts_pdf, {"overlays/" + stem + "_cracks.pdf", *std::move(pdf)});
    ctx.put(charts_data,
            {"overlays/" + stem + "_cracks.csv", fracture_charts_csv(ctx.get(network), reference_deg, nm)});
    return {};
  }
};

}  // namespace

void register_sem_fracture_overlay(Registry& registry) {
  registry.add<FractureOverlayStage>({.name = "sem.fracture_overlay",
                                      .results_version = 1,
                                      .doc = "Overlay PNG with cracks coloured by opening; rose of "
                                             "directions and opening histogram as SVG and PDF",
                                      .references = {}});
}

}  // namespace litho
