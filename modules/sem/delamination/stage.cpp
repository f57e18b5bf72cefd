#include <utility>

#include "modules/sem/crack_paths/ports.hpp"
#include "modules/sem/delamination/ports.hpp"
#include "modules/sem/pellet/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct StageOptions {
  double min_length_px = 30;

  static const Schema<StageOptions>& schema() {
    static const auto schema =
        Schema<StageOptions>()
            .add("min_length", &StageOptions::min_length_px, "Shorter gaps are not counted")
            .unit("px")
            .range(8, 1e4);
    return schema;
  }
};

class DelaminationStage final : public StageWith<StageOptions> {
 public:
  In<Restored> picture{this, "picture"};
  In<CrackPaths> paths{this, "paths"};
  In<Pellet> pellet{this, "pellet"};
  Out<Delamination> delamination{this, "delamination"};

  Status run(RunContext& ctx) const override {
    const CrackPaths& found = ctx.get(paths);
    ctx.put(delamination, find_delamination(ctx.get(picture).grey, found.cracks, ctx.get(pellet),
                                            {found.void_grey, found.blur_px}, options().min_length_px));
    return {};
  }
};

}  // namespace

void register_sem_delamination(Registry& registry) {
  registry.add<DelaminationStage>({.name = "sem.delamination",
                                   .results_version = 2,
                                   .doc = "Find gaps along the boundaries and tell them from cracks",
                                   .references = {}});
}

}  // namespace litho
