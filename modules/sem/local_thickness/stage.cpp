#include "modules/sem/layers/ports.hpp"
#include "modules/sem/local_thickness/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class LocalThicknessStage final : public StageWith<NoOptions> {
 public:
  In<LayerMap> layers{this, "layers"};
  Out<LocalThickness> thickness{this, "thickness"};

  Status run(RunContext& ctx) const override {
    const LayerMap& map = ctx.get(layers);
    ctx.put(thickness, local_thickness_map(map.labels, map.frame).figures);
    return {};
  }
};

}  // namespace

void register_sem_local_thickness(Registry& registry) {
  registry.add<LocalThicknessStage>(
      {.name = "sem.local_thickness",
       .results_version = 1,
       .doc = "Local thickness of the labelled layer by greatest discs",
       .references = {"doi:10.1046/j.1365-2818.1997.1340694.x", "doi:10.4086/toc.2012.v008a019"}});
}

}  // namespace litho
