#include "pipeline/stage/stage.hpp"

#include "modules/FAMILY/NAME/kernel.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct Options {
  double level = 128;

  static const Schema<Options>& schema() {
    static const auto schema =
        Schema<Options>().add("level", &Options::level, "Grey level that counts as bright").range(0, 65535);
    return schema;
  }
};

class TYPEStage : public StageWith<Options> {
 public:
  std::vector<TableSpec> tables() const override {
    return {{"NAME", {"bright_fraction", "bright_fraction_lo", "bright_fraction_hi"}, true}};
  }

  Status run(RunContext& ctx) const override {
    const auto share = share_above(ctx.get(picture_).grey, options().level);
    if (!share) return share.errors();
    if (share->value == 0) ctx.flag("FAMILY.NAME.dark", "no pixel is bright");
    ctx.put(rows_, {"NAME", {{share->value, share->lo, share->hi}}});
    return {};
  }

 private:
  In<TYPEPicture> picture_{this, "picture"};
  Out<Rows> rows_{this, "rows"};
};

}  // namespace

void register_FAMILY_NAME(Registry& registry) {
  registry.add<TYPEStage>({.name = "FAMILY.NAME",
                           .doc = "Share of bright pixels",
                           .references = {"doi:10.1080/01621459.1927.10502953"}});
}

}  // namespace litho
