#include <utility>

#include "modules/io/micrograph/kernel.hpp"
#include "modules/io/micrograph/ports.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

std::optional<double> field(const ItemFile& file, const std::string& name) {
  const auto it = file.fields.find(name);
  return it == file.fields.end() ? std::nullopt : parse_double(it->second);
}

MicrographOverrides overrides(const ItemFile& file) {
  MicrographOverrides out;
  out.pixel_size_nm = field(file, "--pixel-size");
  out.pixel_size_source = "--pixel-size";
  if (!out.pixel_size_nm) {
    out.pixel_size_nm = field(file, "pixel_size_nm");
    out.pixel_size_source = "sheet";
  }
  out.scale_u_percent = field(file, "scale_u_percent");
  out.view_tilt_deg = field(file, "view_tilt_deg");
  return out;
}

class MicrographStage final : public StageWith<NoOptions> {
 public:
  In<Item> item{this, "item"};
  Out<Micrograph> micrograph{this, "micrograph"};

  Status run(RunContext& ctx) const override {
    const ItemFile& file = ctx.get(item).files.front();
    const auto bytes = read_file(file.path);
    if (!bytes) return bytes.errors();
    std::vector<Sidecar> sidecars;
    for (const auto& path : file.sidecars) {
      auto text = read_file(path);
      if (!text) return text.errors();
      sidecars.push_back({path.filename().string(), *std::move(text)});
    }
    auto opened =
        open_micrograph(*bytes, file.path.filename().string(), std::move(sidecars), overrides(file));
    if (!opened) return opened.errors();
    for (const std::string& note : opened->scale.notes) ctx.note("scale.note", note);
    Status scale;
    if (!opened->scale.pixel_size) scale = opened->scale.refusal;
    auto made = to_micrograph(*std::move(opened));
    if (!made) return made.errors();
    ctx.put(micrograph, *std::move(made));  // without a scale too: an overlay shows what was refused
    return scale;
  }
};

}  // namespace

void register_io_micrograph(Registry& registry) {
  registry.add<MicrographStage>({.name = "io.micrograph",
                                 .results_version = 1,
                                 .doc = "Open one micrograph (TIFF or PNG) and settle its pixel size",
                                 .references = {},
                                 .cacheable = false});
}

}  // namespace litho
