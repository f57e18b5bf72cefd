#include <utility>

#include "modules/io/micrograph/ports.hpp"
#include "modules/sem/field/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class RestoreStage final : public StageWith<NoOptions> {
 public:
  In<Micrograph> micrograph{this, "micrograph"};
  In<Field> field{this, "field"};
  Out<Restored> picture{this, "picture"};

  Status run(RunContext& ctx) const override {
    const Micrograph& m = ctx.get(micrograph);
    auto restored = restore(m.grey(), ctx.get(field).usable, m.white(), m.bits());
    if (!restored) return restored.errors();
    ctx.put(picture, *std::move(restored));
    return {};
  }
};

}  // namespace

void register_sem_restore(Registry& registry) {
  registry.add<RestoreStage>({.name = "sem.restore",
                              .results_version = 2,
                              .doc = "Fill holes and measure noise and saturation, without moving an edge",
                              .references = {"doi:10.1006/cviu.1996.0060"}});
}

}  // namespace litho
