#include <utility>
#include <vector>

#include "modules/io/micrograph/ports.hpp"
#include "modules/sem/field/ports.hpp"
#include "modules/sem/layers/ports.hpp"
#include "modules/sem/learned_layers/kernel.hpp"
#include "modules/sem/learned_model/read.hpp"
#include "modules/sem/restore/ports.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct LearnedLayersOptions {
  std::string model;
  std::string sha256;
  std::string side = "auto";

  static const Schema<LearnedLayersOptions>& schema() {
    static const auto schema =
        Schema<LearnedLayersOptions>()
            .add("model", &LearnedLayersOptions::model, "File that `lithoscope train` wrote")
            .add("sha256", &LearnedLayersOptions::sha256,
                 "SHA-256 that the model must have, so that a run can be repeated; --model fills it in, "
                 "empty = any")
            .add("side", &LearnedLayersOptions::side,
                 "Side of the picture on which the lithium (the outside) lies; a sheet's column `side` goes "
                 "before "
                 "it; auto = the sides the model was trained on")
            .choices({"auto", "top", "bottom", "left", "right"});
    return schema;
  }
};

class LearnedLayersStage final : public StageWith<LearnedLayersOptions> {
 public:
  In<Micrograph> micrograph{this, "micrograph"};
  In<Restored> picture{this, "picture"};
  In<Field> field{this, "field"};
  In<Item> item{this, "item"};
  Out<LayerMap> layers{this, "layers"};

  Status run(RunContext& ctx) const override {
    const Micrograph& m = ctx.get(micrograph);
    if (!m.pixel_size())
      return Error{"sem.scale_missing", "", "the pixel size is not known",
                   "give --pixel-size or pixel_size_nm in a sheet"};
    const auto model = read_model(options().model, options().sha256);
    if (!model) return model.errors();
    const auto& fields = ctx.get(item).files.front().fields;
    const auto sheet = fields.find("side");
    LayerOptions kernel_options;
    if (Side side; parse_side(sheet != fields.end() ? sheet->second : options().side, side))
      kernel_options.side = side;
    auto found = find_learned_layers(ctx.get(picture), ctx.get(field).usable, m.pixel_size()->nm, *model,
                                     kernel_options);
    if (!found) return found.errors();
    ctx.note("sem.model", "expected IoU of the layer " + format_double(found->agreement, 3) +
                              ", edge support " + format_double(found->support, 3) + " (weakest stretch " +
                              format_double(found->weakest, 3) + ")" +
                              ", share of features beyond the training's range " +
                              format_double(found->strangeness, 2));
    // Said here, in words of its own; the later stages say the others.
    LayerMap map = (*std::move(found)).layers;
    if (std::erase(map.flags, "sem.model_uncertain") > 0)
      ctx.flag("sem.model_uncertain",
               "the model is not sure of a boundary, or has seen no picture like this one: compare the "
               "overlay with "
               "what you see; label this picture and train again");
    ctx.put(layers, std::move(map));
    return {};
  }
};

}  // namespace

void register_sem_learned_layers(Registry& registry) {
  registry.add<LearnedLayersStage>(
      {.name = "sem.learned_layers",
       .results_version = 1,
       .doc = "Find outside, interphase and electrolyte with a model that `lithoscope train` wrote",
       .references = {"doi:10.1023/A:1010933404324", "doi:10.1109/TPAMI.2006.19"}});
}

}  // namespace litho
