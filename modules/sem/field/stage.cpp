#include <utility>

#include "modules/io/micrograph/ports.hpp"
#include "modules/sem/field/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class FieldStage final : public StageWith<NoOptions> {
 public:
  In<Micrograph> micrograph{this, "micrograph"};
  Out<Field> field{this, "field"};

  Status run(RunContext& ctx) const override {
    auto found = find_field(ctx.get(micrograph));
    if (!found) return found.errors();
    for (const std::string& note : found->notes) ctx.note("sem.field", note);
    ctx.put(field, *std::move(found));
    return {};
  }
};

}  // namespace

void register_sem_field(Registry& registry) {
  registry.add<FieldStage>({.name = "sem.field",
                            .results_version = 1,
                            .doc = "Find databar, borders and burned-in marks; what is left is the picture",
                            .references = {}});
}

}  // namespace litho
