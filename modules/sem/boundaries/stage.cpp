#include <utility>

#include "modules/sem/boundaries/ports.hpp"
#include "modules/sem/field/ports.hpp"
#include "modules/sem/filaments/ports.hpp"
#include "modules/sem/layers/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class BoundariesStage final : public StageWith<NoOptions> {
 public:
  In<Restored> picture{this, "picture"};
  In<Field> field{this, "field"};
  In<LayerMap> layers{this, "layers"};
  In<FilamentMap> filaments{this, "filaments"};
  Out<BoundaryPair> boundaries{this, "boundaries"};

  Status run(RunContext& ctx) const override {
    auto pair =
        refine_boundaries(ctx.get(picture), ctx.get(field).usable, ctx.get(layers), ctx.get(filaments));
    if (!pair) return pair.errors();
    ctx.put(boundaries, *std::move(pair));
    return {};
  }
};

}  // namespace

void register_sem_boundaries(Registry& registry) {
  registry.add<BoundariesStage>({.name = "sem.boundaries",
                                 .results_version = 3,
                                 .doc = "Place outer boundary and reaction front to a fraction of a pixel",
                                 .references = {}});
}

}  // namespace litho
