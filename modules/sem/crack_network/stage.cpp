#include <utility>

#include "modules/sem/crack_network/ports.hpp"
#include "modules/sem/crack_paths/ports.hpp"
#include "modules/sem/delamination/ports.hpp"
#include "modules/sem/pellet/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class CrackNetworkStage final : public StageWith<NoOptions> {
 public:
  In<Restored> picture{this, "picture"};
  In<CrackPaths> paths{this, "paths"};
  In<Delamination> delamination{this, "delamination"};
  In<Pellet> pellet{this, "pellet"};
  Out<CrackNetwork> network{this, "network"};

  Status run(RunContext& ctx) const override {
    const CrackPaths& found = ctx.get(paths);
    ctx.put(network, build_network(ctx.get(picture).grey, ctx.get(delamination).cracks,
                                   {found.void_grey, found.blur_px}, ctx.get(pellet)));
    return {};
  }
};

}  // namespace

void register_sem_crack_network(Registry& registry) {
  registry.add<CrackNetworkStage>({.name = "sem.crack_network",
                                   .results_version = 1,
                                   .doc = "Nodes, cracks, openings and clusters",
                                   .references = {}});
}

}  // namespace litho
