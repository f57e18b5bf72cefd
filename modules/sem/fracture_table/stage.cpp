#include <utility>

#include "modules/io/micrograph/ports.hpp"
#include "modules/sem/crack_network/ports.hpp"
#include "modules/sem/fracture_statistics/ports.hpp"
#include "modules/sem/fracture_table/kernel.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class FractureTableStage final : public StageWith<NoOptions> {
 public:
  In<Micrograph> micrograph{this, "micrograph"};
  In<CrackNetwork> network{this, "network"};
  In<Fracture> fracture{this, "fracture"};
  Out<Rows> rows{this, "rows"};
  Out<Rows> cracks{this, "cracks"};

  std::vector<TableSpec> tables() const override {
    return {{"fracture", fracture_columns(), true}, {"cracks", crack_columns(), false}};
  }

  Status run(RunContext& ctx) const override {
    const Fracture& measured = ctx.get(fracture);
    const PixelSize& pixel_size = *ctx.get(micrograph).pixel_size();
    ctx.put(rows, {"fracture", {fracture_cells(measured.figures, pixel_size)}});
    ctx.put(cracks, {"cracks", crack_rows(ctx.get(network), pixel_size.nm, measured.reference_deg)});
    return {};
  }
};

}  // namespace

void register_sem_fracture_table(Registry& registry) {
  registry.add<FractureTableStage>({.name = "sem.fracture_table",
                                    .results_version = 1,
                                    .doc = "Row of fracture.csv and rows of cracks.csv",
                                    .references = {}});
}

}  // namespace litho
