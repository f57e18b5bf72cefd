#include <utility>

#include "modules/io/micrograph/ports.hpp"
#include "modules/sem/boundaries/ports.hpp"
#include "modules/sem/filaments/ports.hpp"
#include "modules/sem/layers/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "modules/sem/thickness/flag_words.hpp"
#include "modules/sem/thickness/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct ThicknessStageOptions {
  double roughness_cutoff_um = 0;

  static const Schema<ThicknessStageOptions>& schema() {
    static const auto schema =
        Schema<ThicknessStageOptions>()
            .add("roughness_cutoff", &ThicknessStageOptions::roughness_cutoff_um,
                 "Cut-off wavelength of the Gaussian profile filter; 0 = a fifth of the evaluated length")
            .unit("um")
            .range(0, 1e5);
    return schema;
  }
};

class ThicknessStage final : public StageWith<ThicknessStageOptions> {
 public:
  In<Micrograph> micrograph{this, "micrograph"};
  In<Restored> picture{this, "picture"};
  In<LayerMap> layers{this, "layers"};
  In<FilamentMap> filaments{this, "filaments"};
  In<BoundaryPair> boundaries{this, "boundaries"};
  Out<Interphase> interphase{this, "interphase"};

  Status run(RunContext& ctx) const override {
    const Micrograph& m = ctx.get(micrograph);
    if (!m.pixel_size())
      return Error{"sem.scale_missing", "", "the pixel size is not known",
                   "give --pixel-size or pixel_size_nm in a sheet"};
    const ThicknessScale scale{m.pixel_size()->nm, m.pixel_size()->u_percent, m.acquisition().view_tilt_deg};
    auto measured = measure_interphase(ctx.get(picture), ctx.get(layers), ctx.get(filaments),
                                       ctx.get(boundaries), scale, {options().roughness_cutoff_um});
    if (!measured) return measured.errors();
    for (const std::string& code : measured->flags) ctx.flag(code, std::string(flag_words(code)));
    for (const std::string& note : measured->notes) ctx.note("sem.thickness", note);
    ctx.put(interphase, *std::move(measured));
    return {};
  }
};

}  // namespace

void register_sem_thickness(Registry& registry) {
  registry.add<ThicknessStage>({.name = "sem.thickness",
                                .results_version = 4,
                                .doc = "Thickness, planarity and filament figures with their intervals",
                                .references = {"doi:10.1088/0026-1394/43/4/S15", "ISO 16610-21:2011"}});
}

}  // namespace litho
