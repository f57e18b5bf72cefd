#include <utility>

#include "modules/sem/field/ports.hpp"
#include "modules/sem/pellet/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct StageOptions {
  std::string side = "auto";

  static const Schema<StageOptions>& schema() {
    static const auto schema =
        Schema<StageOptions>()
            .add("side", &StageOptions::side,
                 "Side of the picture on which the outside lies, where there is one; a "
                 "sheet's column `side` goes before it")
            .choices({"auto", "top", "bottom", "left", "right"});
    return schema;
  }
};

class PelletStage final : public StageWith<StageOptions> {
 public:
  In<Restored> picture{this, "picture"};
  In<Field> field{this, "field"};
  In<Item> item{this, "item"};
  Out<Pellet> pellet{this, "pellet"};

  Status run(RunContext& ctx) const override {
    const auto& fields = ctx.get(item).files.front().fields;
    const auto sheet = fields.find("side");
    LayerOptions layers;
    if (Side side; parse_side(sheet != fields.end() ? sheet->second : options().side, side))
      layers.side = side;
    ctx.put(pellet, find_pellet(ctx.get(picture), ctx.get(field).usable, layers));
    return {};
  }
};

}  // namespace

void register_sem_pellet(Registry& registry) {
  registry.add<PelletStage>({.name = "sem.pellet",
                             .results_version = 1,
                             .doc = "Find the pellet, with or without an interphase and an outside",
                             .references = {}});
}

}  // namespace litho
