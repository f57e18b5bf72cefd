#include <utility>

#include "modules/sem/pellet/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "modules/sem/ridges/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class RidgesStage final : public StageWith<NoOptions> {
 public:
  In<Restored> picture{this, "picture"};
  In<Pellet> pellet{this, "pellet"};
  Out<RidgeMap> ridges{this, "ridges"};

  Status run(RunContext& ctx) const override {
    ctx.put(ridges, find_ridges(ctx.get(picture).grey, ctx.get(pellet).search));
    return {};
  }
};

}  // namespace

void register_sem_ridges(Registry& registry) {
  registry.add<RidgesStage>({.name = "sem.ridges",
                             .results_version = 2,
                             .doc = "Evidence of dark lines of all widths, in units of noise and texture",
                             .references = {}});
}

}  // namespace litho
