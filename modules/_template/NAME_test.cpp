#include <gtest/gtest.h>

#include "modules/FAMILY/NAME/kernel.hpp"
#include "pipeline/core/micrograph.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {

void register_FAMILY_NAME(Registry& registry);

namespace {

TEST(ShareAbove, CountsPixelsAtOrAboveTheLevel) {
  // analytic
  Image<float> grey(2, 2);
  grey(0, 0) = 10;
  grey(1, 1) = 20;
  EXPECT_EQ(share_above(grey, 10)->value, 0.5);
  EXPECT_EQ(share_above(grey, 10.5)->value, 0.25);
}

TEST(ShareAbove, GivesWilsonsInterval) {
  // analytic: of 0 hits in n the interval is [0, z^2 / (n + z^2)], and of n hits its mirror image
  const Image<float> grey(10, 10, 5.0f);
  const double z2 = 3.841458820694124;
  EXPECT_NEAR(share_above(grey, 6)->hi, z2 / (100 + z2), 1e-12);
  EXPECT_NEAR(share_above(grey, 6)->lo, 0, 1e-12);
  EXPECT_NEAR(share_above(grey, 5)->lo, 100 / (100 + z2), 1e-12);
}

TEST(ShareAbove, RefusesAnEmptyPicture) {
  // analytic
  EXPECT_EQ(share_above({}, 1).errors().front().code, "FAMILY.NAME.empty");
}

TEST(TYPEStage, WritesARowAndFlagsADarkPicture) {
  // analytic
  Registry registry;
  register_FAMILY_NAME(registry);
  const auto stage = registry.find("FAMILY.NAME")->make();
  Value with;
  with.kind = Value::Kind::map;
  with.entries.push_back({"level", Value::scalar("200")});
  ASSERT_TRUE(stage->configure(with, "graph.yaml"));
  MicrographData data;
  data.grey = Image<float>(4, 4, 100.0f);
  RunContext ctx({std::make_shared<const Micrograph>(*Micrograph::make(data))}, 1, 0, "", {}, nullptr);
  ASSERT_TRUE(stage->run(ctx));
  const Rows& rows = *static_cast<const Rows*>(ctx.outputs()[0].get());
  EXPECT_EQ(rows.table, "NAME");
  EXPECT_EQ(rows.rows[0].size(), stage->tables()[0].columns.size());
  ASSERT_EQ(ctx.flags().size(), 1u);
  EXPECT_EQ(ctx.flags()[0].code, "FAMILY.NAME.dark");
}

}  // namespace
}  // namespace litho
