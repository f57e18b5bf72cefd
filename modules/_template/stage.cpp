#include "modules/FAMILY/NAME/kernel.hpp"
#include "modules/io/micrograph/ports.hpp"
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

class TYPEStage final : public StageWith<Options> {
 public:
  In<Micrograph> micrograph{this, "micrograph"};
  Out<Rows> rows{this, "rows"};

  std::vector<TableSpec> tables() const override {
    return {{"NAME", {"bright_share", "bright_share_lo", "bright_share_hi"}, true}};
  }

  Status run(RunContext& ctx) const override {
    const auto share = share_above(ctx.get(micrograph).grey(), options().level);
    if (!share) return share.errors();
    if (share->value == 0) ctx.flag("FAMILY.NAME.dark", "no pixel is bright");
    ctx.put(rows, {"NAME", {{share->value, share->lo, share->hi}}});
    return {};
  }
};

}  // namespace

void register_FAMILY_NAME(Registry& registry) {
  registry.add<TYPEStage>({.name = "FAMILY.NAME",
                           .doc = "Share of bright pixels",
                           .references = {"doi:10.1080/01621459.1927.10502953"}});
}

}  // namespace litho
