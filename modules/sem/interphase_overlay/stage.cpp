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
  OptionalIn<Micrograph> micrograph{this, "micrograph"};
  OptionalIn<Field> field{this, "field"};
  OptionalIn<LayerMap> layers{this, "layers"};
  OptionalIn<FilamentMap> filaments{this, "filaments"};
  OptionalIn<BoundaryPair> boundaries{this, "boundaries"};
  OptionalIn<Interphase> interphase{this, "interphase"};
  Out<Artifact> overlay{this, "overlay"};

  Status run(RunContext& ctx) const override {
    const Micrograph* m = ctx.find(micrograph);
    if (m == nullptr)
      return Error{"overlay.no_picture", "", "there is no picture to draw on", "connect the micrograph"};
    const Field* usable = ctx.find(field);
    InterphasePicture picture;
    picture.grey = &m->grey();
    picture.title = ctx.get(item).stem;
    if (m->pixel_size()) picture.pixel_size_nm = m->pixel_size()->nm;
    if (usable != nullptr) picture.usable = &usable->usable;
    picture.layers = ctx.find(layers);
    picture.filaments = ctx.find(filaments);
    picture.boundaries = ctx.find(boundaries);
    picture.interphase = ctx.find(interphase);
    for (const Error& error : ctx.failure())
      picture.failure.push_back(error.message + (error.hint.empty() ? "" : " (" + error.hint + ")"));
    const auto drawn = draw_overlay(interphase_scene(picture), options().max_width_px);
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
       .results_version = 2,
       .doc = "Overlay PNG: boundaries, filaments, figures and flags, or why it failed, on the picture",
       .references = {"Okabe & Ito, Color Universal Design (2008)"},
       .closing = true});
}

}  // namespace litho
