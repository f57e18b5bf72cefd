#include "modules/io/micrograph/ports.hpp"
#include "modules/io/png/kernel.hpp"
#include "modules/sem/field/ports.hpp"
#include "modules/sem/preview/kernel.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct PreviewOptions {
  int max_width_px = 1024;

  static const Schema<PreviewOptions>& schema() {
    static const auto schema =
        Schema<PreviewOptions>()
            .add("max_width", &PreviewOptions::max_width_px, "Greatest width; pictures are never enlarged")
            .unit("px")
            .range(64, 32768);
    return schema;
  }
};

class PreviewStage final : public StageWith<PreviewOptions> {
 public:
  In<Item> item{this, "item"};
  In<Micrograph> micrograph{this, "micrograph"};
  In<Field> field{this, "field"};
  Out<Artifact> picture{this, "picture"};

  Status run(RunContext& ctx) const override {
    const auto bytes =
        write_png(preview(ctx.get(micrograph).grey(), &ctx.get(field).usable, options().max_width_px));
    ctx.put(picture, {"pictures/" + ctx.get(item).stem + ".png", {bytes.begin(), bytes.end()}});
    return {};
  }
};

}  // namespace

void register_sem_preview(Registry& registry) {
  registry.add<PreviewStage>({.name = "sem.preview",
                              .results_version = 1,
                              .doc = "The picture alone as grey PNG, to lay the overlay over",
                              .references = {}});
}

}  // namespace litho
