#include "modules/io/micrograph/ports.hpp"
#include "modules/sem/interphase_table/kernel.hpp"
#include "modules/sem/local_thickness/ports.hpp"
#include "modules/sem/thickness/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class InterphaseTableStage final : public StageWith<NoOptions> {
 public:
  In<Item> item{this, "item"};
  In<Micrograph> micrograph{this, "micrograph"};
  In<Interphase> interphase{this, "interphase"};
  OptionalIn<LocalThickness> local_thickness{this, "local_thickness"};
  Out<Rows> rows{this, "rows"};
  Out<Artifact> profile{this, "profile"};

  std::vector<TableSpec> tables() const override { return {{"interphase", interphase_columns(), true}}; }

  Status run(RunContext& ctx) const override {
    const Interphase& measured = ctx.get(interphase);
    const LocalThickness* local = ctx.find(local_thickness);
    ctx.put(rows, {"interphase",
                   {interphase_cells(measured.figures, *ctx.get(micrograph).pixel_size(),
                                     local != nullptr ? *local : LocalThickness())}});
    ctx.put(profile, {"profiles/" + ctx.get(item).stem + ".csv", profile_csv(measured.profile)});
    return {};
  }
};

}  // namespace

void register_sem_interphase_table(Registry& registry) {
  registry.add<InterphaseTableStage>({.name = "sem.interphase_table",
                                      .results_version = 2,
                                      .doc = "Row of interphase.csv and the profile along the front",
                                      .references = {}});
}

}  // namespace litho
