#include <utility>

#include "modules/io/micrograph/ports.hpp"
#include "modules/sem/crack_files/kernel.hpp"
#include "modules/sem/crack_network/ports.hpp"
#include "modules/sem/delamination/ports.hpp"
#include "modules/sem/field/ports.hpp"
#include "modules/sem/label_image/kernel.hpp"
#include "modules/sem/pellet/ports.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class CrackFilesStage final : public StageWith<NoOptions> {
 public:
  In<Item> item{this, "item"};
  In<Micrograph> micrograph{this, "micrograph"};
  In<Field> field{this, "field"};
  In<Pellet> pellet{this, "pellet"};
  In<Delamination> delamination{this, "delamination"};
  In<CrackNetwork> network{this, "network"};
  Out<Artifact> cracks{this, "cracks"};
  Out<Artifact> labels{this, "labels"};
  Out<Artifact> geojson{this, "geojson"};
  Out<Artifact> rois{this, "rois"};

  Status run(RunContext& ctx) const override {
    const Micrograph& m = ctx.get(micrograph);
    if (!m.pixel_size())
      return Error{"sem.scale_missing", "", "the pixel size is not known",
                   "give --pixel-size or pixel_size_nm in a sheet"};
    const double nm = m.pixel_size()->nm;
    const std::string& stem = ctx.get(item).stem;
    const auto put = [&](const Out<Artifact>& port, const std::string& path,
                         const std::vector<std::uint8_t>& bytes) {
      ctx.put(port, {path, {bytes.begin(), bytes.end()}});
    };
    put(cracks, "cracks/" + stem + ".tif", crack_tiff(ctx.get(network), nm));
    put(labels, "labels/" + stem + ".tif",
        label_tiff(fracture_labels(ctx.get(pellet), ctx.get(network), ctx.get(delamination)),
                   ctx.get(field).usable, nm));
    ctx.put(geojson,
            {"cracks/" + stem + ".geojson", cracks_geojson(ctx.get(network), ctx.get(delamination), nm)});
    const auto zip = roi_set_zip(ctx.get(network), ctx.get(delamination));
    if (!zip) return zip.errors();
    put(rois, "cracks/" + stem + "_RoiSet.zip", *zip);
    return {};
  }
};

}  // namespace

void register_sem_crack_files(Registry& registry) {
  registry.add<CrackFilesStage>({.name = "sem.crack_files",
                                 .results_version = 1,
                                 .doc = "Crack TIFF, label TIFF, GeoJSON and ImageJ ROI set of the cracks",
                                 .references = {}});
}

}  // namespace litho
