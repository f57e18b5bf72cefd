#include <utility>

#include "modules/io/micrograph/ports.hpp"
#include "modules/sem/crack_network/ports.hpp"
#include "modules/sem/crack_paths/ports.hpp"
#include "modules/sem/delamination/ports.hpp"
#include "modules/sem/field/ports.hpp"
#include "modules/sem/fracture_statistics/ports.hpp"
#include "modules/sem/pellet/ports.hpp"
#include "modules/sem/restore/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

/// Noise alone gives about 1, up to 1.4 where it is a little correlated; surfaces in focus give 4 and more.
constexpr double kLeastDetail = 2;

struct StageOptions {
  double cracked_density = VerdictLimits{}.cracked_density_per_um;
  std::optional<double> fractured_density, fractured_area;
  bool spanning = VerdictLimits{}.spanning_is_fractured;

  static const Schema<StageOptions>& schema() {
    static const auto schema =
        Schema<StageOptions>()
            .add("cracked_density", &StageOptions::cracked_density,
                 "From this crack length (um) per pellet area (um2) on a pellet with a crack is `cracked`")
            .range(0, 1e3)
            .add("fractured_density", &StageOptions::fractured_density,
                 "From this crack length (um) per pellet area (um2) on a pellet is `fractured`; not set: "
                 "density alone never says so")
            .range(0, 1e3)
            .add("fractured_area", &StageOptions::fractured_area,
                 "From this share of open area on a pellet is `fractured`; not set: area alone never says so")
            .range(0, 1)
            .add("spanning_is_fractured", &StageOptions::spanning,
                 "A pellet with a crack from one border of the field to the opposite one is `fractured`");
    return schema;
  }
};

class FractureStatisticsStage final : public StageWith<StageOptions> {
 public:
  In<Micrograph> micrograph{this, "micrograph"};
  In<Field> field{this, "field"};
  In<Restored> picture{this, "picture"};
  In<Pellet> pellet{this, "pellet"};
  In<CrackPaths> paths{this, "paths"};
  In<Delamination> delamination{this, "delamination"};
  In<CrackNetwork> network{this, "network"};
  Out<Fracture> fracture{this, "fracture"};

  Status run(RunContext& ctx) const override {
    const Micrograph& m = ctx.get(micrograph);
    if (!m.pixel_size())
      return Error{"sem.scale_missing", "", "the pixel size is not known",
                   "give --pixel-size or pixel_size_nm in a sheet"};
    const Restored& restored = ctx.get(picture);
    if (detail_over_noise(restored, ctx.get(field).usable) < kLeastDetail)
      return Error{"sem.no_detail", "",
                   "the picture shows nothing beyond its noise: no crack could be seen in it",
                   "focus, and record with more dose"};
    for (const std::string& code : restored.flags)
      ctx.flag(code, "much of the picture is at the end of the grey scale: dark cracks may be lost in it");
    Fracture measured = measure_fracture(ctx.get(network), ctx.get(paths), ctx.get(delamination),
                                         ctx.get(pellet), {m.pixel_size()->nm, m.pixel_size()->u_percent},
                                         {options().cracked_density, options().fractured_density,
                                          options().fractured_area, options().spanning});
    for (const std::string& note : measured.notes) ctx.note("sem.fracture", note);
    ctx.put(fracture, std::move(measured));
    return {};
  }
};

}  // namespace

void register_sem_fracture_statistics(Registry& registry) {
  registry.add<FractureStatisticsStage>(
      {.name = "sem.fracture_statistics",
       .results_version = 2,
       .doc = "Densities, openings, orientation, delamination and the verdict, with intervals",
       .references = {}});
}

}  // namespace litho
