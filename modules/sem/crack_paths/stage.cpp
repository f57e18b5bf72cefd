#include <utility>

#include "modules/sem/crack_paths/ports.hpp"
#include "modules/sem/pellet/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "modules/sem/ridges/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct StageOptions {
  double false_per_mpx = CrackPathOptions{}.false_per_mpx;
  double min_length_px = CrackPathOptions{}.min_length_px;

  static const Schema<StageOptions>& schema() {
    static const auto schema =
        Schema<StageOptions>()
            .add("false_per_mpx", &StageOptions::false_per_mpx,
                 "Expected number of false cracks in 10^6 px of texture and noise alone")
            .range(1e-3, 1e3)
            .add("min_length", &StageOptions::min_length_px, "Shorter lines are no cracks")
            .unit("px")
            .range(16, 1e4);
    return schema;
  }
};

class CrackPathsStage final : public StageWith<StageOptions> {
 public:
  In<Restored> picture{this, "picture"};
  In<Pellet> pellet{this, "pellet"};
  In<RidgeMap> ridges{this, "ridges"};
  Out<CrackPaths> paths{this, "paths"};

  Status run(RunContext& ctx) const override {
    const Pellet& p = ctx.get(pellet);
    const Filling filling{p.has_interphase ? &p.labels : nullptr, p.interphase_share};
    ctx.put(paths, find_crack_paths(ctx.get(picture).grey, ctx.get(ridges), filling,
                                    {options().false_per_mpx, options().min_length_px}));
    return {};
  }
};

}  // namespace

void register_sem_crack_paths(Registry& registry) {
  registry.add<CrackPathsStage>({.name = "sem.crack_paths",
                                 .results_version = 1,
                                 .doc = "Follow dark lines and keep those that are cracks",
                                 .references = {"doi:10.1145/62065.62074"}});
}

}  // namespace litho
