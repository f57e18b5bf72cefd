#include <utility>

#include "modules/sem/filaments/ports.hpp"
#include "modules/sem/layers/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class FilamentsStage final : public StageWith<NoOptions> {
 public:
  In<Restored> picture{this, "picture"};
  In<LayerMap> layers{this, "layers"};
  Out<FilamentMap> filaments{this, "filaments"};

  Status run(RunContext& ctx) const override {
    ctx.put(filaments, find_filaments(ctx.get(picture), ctx.get(layers)));
    return {};
  }
};

}  // namespace

void register_sem_filaments(Registry& registry) {
  registry.add<FilamentsStage>(
      {.name = "sem.filaments",
       .results_version = 3,
       .doc = "Part the interphase into base layer and filaments",
       .references = {"doi:10.1016/S0022-2836(05)80360-2", "doi:10.1038/nmeth1019"}});
}

}  // namespace litho
