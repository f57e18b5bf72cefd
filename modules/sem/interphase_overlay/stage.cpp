#include "modules/io/micrograph/ports.hpp"
#include "modules/io/png/kernel.hpp"
#include "modules/sem/boundaries/ports.hpp"
#include "modules/sem/field/ports.hpp"
#include "modules/sem/filaments/ports.hpp"
#include "modules/sem/interphase_overlay/kernel.hpp"
#include "modules/sem/layers/ports.hpp"
#include "modules/sem/thickness/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct OverlayStageOptions {
  int max_width_px = 1024;

  static const Schema<OverlayStageOptions>& schema() {
    static const auto schema = Schema<OverlayStageOptions>()
                                   .add("max_width", &OverlayStageOptions::max_width_px,
                                        "Greatest width of the overlay; pictures are never enlarged")
                                   .unit("px")
                                   .range(64, 32768);
    return schema;
  }
};

class InterphaseOverlayStage final : public StageWith<OverlayStageOptions> {
 public:
  In<Item> item{this, "item"};
  In<Micrograph> micrograph{this, "micrograph"};
  In<Field> field{this, "field"};
  In<LayerMap> layers{this, "layers"};
  In<FilamentMap> filaments{this, "filaments"};
  In<BoundaryPair> boundaries{this, "boundaries"};
  In<Interphase> interphase{this, "interphase"};
  Out<Artifact> overlay{this, "overlay"};

  Status run(RunContext& ctx) const override {
    const Micrograph& m = ctx.get(micrograph);
    const auto scene =
        interphase_scene({m.grey(), ctx.get(field).usable, m.pixel_size()->nm, ctx.get(item).stem,
                          ctx.get(layers), ctx.get(filaments), ctx.get(boundaries), ctx.get(interphase)});
    const auto drawn = draw_overlay(scene, options().max_width_px);
    if (!drawn) return drawn.errors();
    const auto bytes = write_png(*drawn);
    ctx.put(overlay, {"overlays/" + ctx.get(item).stem + ".png", {bytes.begin(), bytes.end()}});
    return {};
  }
};

}  // namespace

void register_sem_interphase_overlay(Registry& registry) {
  registry.add<InterphaseOverlayStage>(
      {.name = "sem.interphase_overlay",
       .results_version = 1,
       .doc = "Overlay PNG: boundaries, filaments, figures and flags on the picture",
       .references = {"Okabe & Ito, Color Universal Design (2008)"}});
}

}  // namespace litho
