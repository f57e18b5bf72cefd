#include "modules/io/micrograph/ports.hpp"
#include "modules/sem/field/ports.hpp"
#include "modules/sem/filaments/ports.hpp"
#include "modules/sem/label_image/kernel.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class LabelImageStage final : public StageWith<NoOptions> {
 public:
  In<Item> item{this, "item"};
  In<Micrograph> micrograph{this, "micrograph"};
  In<Field> field{this, "field"};
  In<FilamentMap> filaments{this, "filaments"};
  Out<Artifact> image{this, "image"};

  Status run(RunContext& ctx) const override {
    const auto bytes =
        label_tiff(ctx.get(filaments).labels, ctx.get(field).usable, ctx.get(micrograph).pixel_size()->nm);
    ctx.put(image, {"labels/" + ctx.get(item).stem + ".tif", {bytes.begin(), bytes.end()}});
    return {};
  }
};

}  // namespace

void register_sem_label_image(Registry& registry) {
  registry.add<LabelImageStage>({.name = "sem.label_image",
                                 .results_version = 2,
                                 .doc = "Label TIFF: which pixel is outside, interphase, electrolyte, ...",
                                 .references = {}});
}

}  // namespace litho
