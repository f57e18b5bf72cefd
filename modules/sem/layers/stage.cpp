#include <utility>

#include "modules/sem/field/ports.hpp"
#include "modules/sem/layers/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct LayersStageOptions {
  std::string side = "auto";

  static const Schema<LayersStageOptions>& schema() {
    static const auto schema = Schema<LayersStageOptions>()
                                   .add("side", &LayersStageOptions::side,
                                        "Side of the picture on which the lithium (the outside) lies; a "
                                        "sheet's column `side` goes before it")
                                   .choices({"auto", "top", "bottom", "left", "right"});
    return schema;
  }
};

class LayersStage final : public StageWith<LayersStageOptions> {
 public:
  In<Restored> picture{this, "picture"};
  In<Field> field{this, "field"};
  In<Item> item{this, "item"};
  Out<LayerMap> layers{this, "layers"};

  Status run(RunContext& ctx) const override {
    const auto& fields = ctx.get(item).files.front().fields;
    const auto sheet = fields.find("side");
    LayerOptions kernel_options;
    if (Side side; parse_side(sheet != fields.end() ? sheet->second : options().side, side))
      kernel_options.side = side;
    auto found = find_layers(ctx.get(picture), ctx.get(field).usable, kernel_options);
    if (!found) return found.errors();
    ctx.put(layers, *std::move(found));
    return {};
  }
};

}  // namespace

void register_sem_layers(Registry& registry) {
  registry.add<LayersStage>(
      {.name = "sem.layers",
       .results_version = 3,
       .doc = "Find outside, interphase and electrolyte, and the side and tilt of the layer",
       .references = {"doi:10.1109/TPAMI.2006.19"}});
}

}  // namespace litho
