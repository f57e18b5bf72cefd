#include <utility>

#include "modules/io/micrograph/ports.hpp"
#include "modules/sem/crack_paths/ports.hpp"
#include "modules/sem/field/ports.hpp"
#include "modules/sem/layers/ports.hpp"
#include "modules/sem/learned_cracks/kernel.hpp"
#include "modules/sem/learned_model/read.hpp"
#include "modules/sem/pellet/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "modules/sem/ridges/ports.hpp"
#include "modules/sem/thickness/flag_words.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class LearnedPelletStage final : public StageWith<NoOptions> {
 public:
  In<Field> field{this, "field"};
  In<LayerMap> layers{this, "layers"};
  Out<Pellet> pellet{this, "pellet"};

  Status run(RunContext& ctx) const override {
    Pellet found = pellet_of(ctx.get(layers), ctx.get(field).usable);
    for (const std::string& code : found.flags) ctx.flag(code, std::string(flag_words(code)));
    ctx.put(pellet, std::move(found));
    return {};
  }
};

struct LearnedCracksOptions {
  std::string model;
  std::string sha256;

  static const Schema<LearnedCracksOptions>& schema() {
    static const auto schema =
        Schema<LearnedCracksOptions>()
            .add("model", &LearnedCracksOptions::model, "File that `lithoscope train` wrote")
            .add("sha256", &LearnedCracksOptions::sha256,
                 "SHA-256 that the model must have, so that a run can be repeated; --model fills it in, "
                 "empty = any");
    return schema;
  }
};

class LearnedCracksStage final : public StageWith<LearnedCracksOptions> {
 public:
  In<Micrograph> micrograph{this, "micrograph"};
  In<Restored> picture{this, "picture"};
  In<Field> field{this, "field"};
  In<Pellet> pellet{this, "pellet"};
  In<RidgeMap> ridges{this, "ridges"};
  In<CrackPaths> dark{this, "dark"};
  Out<CrackPaths> paths{this, "paths"};

  Status run(RunContext& ctx) const override {
    const auto model = read_model(options().model, options().sha256);
    if (!model) return model.errors();
    const CrackPaths& usual = ctx.get(dark);
    if (model->lines.trees.empty()) {
      ctx.note("sem.model",
               "the model was trained without labelled cracks: cracks are found as without a model");
      ctx.put(paths, usual);
      return {};
    }
    if (!model->lines_in_electrolyte)
      ctx.note("sem.model", "cracks were labelled in the layer only, and are looked for there only");
    ctx.put(paths, find_learned_cracks(ctx.get(picture).grey, ctx.get(field).usable, ctx.get(ridges),
                                       ctx.get(pellet), *model, ctx.get(micrograph).pixel_size()->nm, usual));
    return {};
  }
};

}  // namespace

void register_sem_learned_cracks(Registry& registry) {
  registry.add<LearnedPelletStage>({.name = "sem.learned_pellet",
                                    .results_version = 1,
                                    .doc = "The pellet that a model's layers leave",
                                    .references = {}});
  registry.add<LearnedCracksStage>({.name = "sem.learned_cracks",
                                    .results_version = 1,
                                    .doc = "Find cracks with a model that `lithoscope train` wrote",
                                    .references = {"doi:10.1023/A:1010933404324"}});
}

}  // namespace litho
