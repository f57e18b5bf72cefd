#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <pugixml.hpp>

#include "modules/plot/svg/kernel.hpp"
#include "modules/plot/svg/text.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho::plot {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string svg_of(const Figure& figure) {
  auto svg = write_svg(figure);
  EXPECT_TRUE(svg) << to_string(svg.errors());
  return svg ? *svg : "";
}

pugi::xml_document parsed(const Figure& figure) {
  pugi::xml_document document;
  const std::string svg = svg_of(figure);
  EXPECT_TRUE(document.load_string(svg.c_str(), pugi::parse_full)) << svg;
  return document;
}

std::vector<std::string> labels(const std::vector<Tick>& all) {
  std::vector<std::string> out;
  for (const Tick& tick : all)
    if (!tick.label.empty()) out.push_back(tick.label);
  return out;
}

using Labels = std::vector<std::string>;

// Analytic: round numbers within the ends, as many as asked for within a factor of two.
TEST(Ticks, AreRoundNumbersWithinTheEnds) {
  EXPECT_EQ(labels(ticks(0, 1, 5)), (Labels{"0", "0.2", "0.4", "0.6", "0.8", "1.0"}));
  EXPECT_EQ(labels(ticks(-3, 11, 5)), (Labels{"-2", "0", "2", "4", "6", "8", "10"}));
  EXPECT_EQ(labels(ticks(0.299999, 0.700001, 4)), (Labels{"0.3", "0.4", "0.5", "0.6", "0.7"}));
  EXPECT_EQ(labels(ticks(0, 2.4e7, 3)), (Labels{"0", "1e7", "2e7"}));
  EXPECT_EQ(labels(ticks(0, 5e-8, 3)), (Labels{"0", "2e-8", "4e-8"}));
  for (const double high : {1.0, 1.7, 3.3, 6.1, 9.9, 1e9, 3e-7}) {
    const auto all = ticks(-high / 3, high, 6);
    EXPECT_GE(all.size(), 4U) << high;
    EXPECT_LE(all.size(), 10U) << high;
    for (const Tick& tick : all) {
      EXPECT_GE(tick.value, -high / 3 * (1 + 1e-9));
      EXPECT_LE(tick.value, high * (1 + 1e-9));
      EXPECT_NEAR(*parse_double(tick.label), tick.value, 1e-9 * high);
    }
  }
}

// Analytic: powers of ten, thinned where there are many, with small ticks at 2 to 9.
TEST(Ticks, OfALogAxisArePowersOfTen) {
  EXPECT_EQ(labels(ticks(0.05, 200, 6, true)), (Labels{"0.1", "1", "10", "100"}));
  EXPECT_EQ(ticks(1, 10, 6, true).size(), 10U);
  EXPECT_EQ(labels(ticks(1e-9, 1e9, 5, true)), (Labels{"1e-8", "0.0001", "1", "10000", "1e8"}));
  EXPECT_GE(labels(ticks(2, 9, 5, true)).size(), 3U);
}

// Analytic: the place of a value is linear between the ends of the axis; NaN leaves the line open.
TEST(Svg, PutsValuesWhereTheAxesSay) {
  Panel panel;
  panel.x = {"s", 0, 10, false, false};
  panel.y = {"t", 0, 4, false, false};
  panel.height_px = 200;
  panel.lines.push_back({{0, 5, 6, 10, 2}, {0, 1, kNaN, 4, kNaN}, "#123456", 1, Dash::solid, ""});
  const auto document = parsed({"", {}, {panel}, 76 + 18 + 100});
  EXPECT_EQ(plane_width_px(76 + 18 + 100), 100);
  const std::string path = document.select_node("//path").node().attribute("d").value();
  EXPECT_EQ(path, "M0 200L50 150M100 0h0");
}

// Analytic: a reversed axis falls to the right; a log axis is linear in the logarithm and leaves out what is
// not positive.
TEST(Svg, ReversedAndLogAxes) {
  Panel panel;
  panel.x = {"E", 280, 290, true, false};
  panel.y = {"I", 1, 100, false, true};
  panel.height_px = 200;
  panel.lines.push_back({{290, 285, 284, 280}, {1, 10, 0, 100}, "#123456", 1, Dash::dashed, ""});
  const auto document = parsed({"", {}, {panel}, 194});
  EXPECT_EQ(std::string(document.select_node("//path").node().attribute("d").value()),
            "M0 200L50 100M100 0h0");
}

// Analytic: a band is closed along its lower edge, backwards; points carry their interval bars.
TEST(Svg, BandsAndPoints) {
  Panel panel;
  panel.x = {"", 0, 10, false, false};
  panel.y = {"", 0, 10, false, false};
  panel.height_px = 100;
  panel.bands.push_back({{0, 5, 10}, {1, 2, kNaN}, {3, 4, 5}, "#abcdef", 0.25, "band"});
  panel.points.push_back({{5}, {5}, {4}, {7}, "#111111", 2, "points"});
  const auto document = parsed({"", {}, {panel}, 194});
  EXPECT_EQ(std::string(document.select_node("//path[@fill='#abcdef']").node().attribute("d").value()),
            "M0 70L50 60 50 80 0 90Z");
  EXPECT_EQ(std::string(document.select_node("//path[@stroke='#111111']").node().attribute("d").value()),
            "M50 60V30M47 60h6M47 30h6");
  EXPECT_EQ(document.select_node("//circle[@cx='50'][@cy='50']").node().attribute("r").as_double(), 2);
  EXPECT_EQ(document.select_nodes("//text[.='band']").size(), 1U);
}

// Invariant: joined panels share one x range; tick labels of x stand below the last of them only.
TEST(Svg, JoinedPanelsShareTheirXAxis) {
  Panel upper, lower;
  upper.lines.push_back({{0, 10}, {0, 1}, "#111111", 1, Dash::solid, "a"});
  lower.lines.push_back({{20, 30}, {0, 1}, "#222222", 1, Dash::solid, "a"});
  upper.join_next = true;
  lower.x.label = "along";
  const auto document = parsed({"t", {"one", "two"}, {upper, lower}, 500});
  const std::string first = document.select_node("//path[@stroke='#111111']").node().attribute("d").value();
  const std::string second = document.select_node("//path[@stroke='#222222']").node().attribute("d").value();
  const auto x = [](const std::string& d, std::size_t i) {
    const std::string part(split(d.substr(1), 'L')[i]);
    return *parse_double(split(part, ' ')[0]);
  };
  const double unit = (x(first, 1) - x(first, 0)) / 10;
  EXPECT_NEAR(x(second, 0) - x(first, 0), 20 * unit, 0.02);
  EXPECT_EQ(document.select_nodes("//text[.='along']").size(), 1U);
  EXPECT_EQ(document.select_nodes("//text[.='20']").size(), 1U);
  EXPECT_EQ(document.select_nodes("//text[.='a']").size(), 1U);  // one legend entry a text
}

// Independent library: whatever a file is called, the XML reader gets the text back, or a replacement sign.
TEST(Svg, HoldsAnyText) {
  const std::string awkward = "a<b> & \"c\" 'd' µ² \x01 \xff \xc3 \xed\xa0\x80 end";
  Figure figure;
  figure.title = awkward;
  figure.lines = {awkward};
  const auto document = parsed(figure);
  const std::string back = document.select_node("//title").node().text().get();
  EXPECT_EQ(back.substr(0, back.find('\xef')), "a<b> & \"c\" 'd' µ² ");
  EXPECT_TRUE(back.ends_with(" end"));
  EXPECT_EQ(back.find('\x01'), std::string::npos);
}

// Invariant: numbers are short, never "-0", never overflow the file.
TEST(Svg, WritesShortNumbers) {
  EXPECT_EQ(px(-0.001), "0");
  EXPECT_EQ(px(12.345678), "12.35");
  EXPECT_EQ(px(1200), "1200");
  EXPECT_EQ(px(1e300), px(1e7));
  EXPECT_EQ(px(-1e300), px(-1e7));
}

// Invariant: a plane without data has axes; nothing is drawn on it.
TEST(Svg, AnEmptyPanelHasAxes) {
  const auto document = parsed({"", {}, {Panel{}}, 300});
  EXPECT_EQ(document.select_nodes("//path").size(), 0U);
  EXPECT_GE(document.select_nodes("//text").size(), 6U);
}

// Invariant: every number of a figure is in its table, what is not given is empty.
TEST(Svg, DataHoldEveryNumber) {
  Panel panel;
  panel.y.label = "counts";
  panel.bands.push_back({{1}, {2}, {3}, "#000000", 0.2, "interval"});
  panel.lines.push_back({{4, 5}, {6, kNaN}, "#000000", 1, Dash::solid, "fit"});
  panel.points.push_back({{7}, {8}, {}, {}, "#000000", 1, ""});
  EXPECT_EQ(figure_csv({"", {}, {Panel{}, panel}, 300}),
            "panel,plane,series,kind,x,y,low,high\n2,counts,interval,band,1,,2,3\n2,counts,fit,line,4,6,,\n"
            "2,counts,fit,line,5,,,\n2,counts,,points,7,8,,\n");
}

// Invariant: what cannot be drawn is an error with its place.
TEST(Svg, RefusesWhatCannotBeDrawn) {
  const auto code = [](const Panel& panel, double width = 400) {
    const auto svg = write_svg({"", {}, {panel}, width});
    return svg ? std::string() : svg.errors().front().code;
  };
  Panel sizes;
  sizes.lines.push_back({{1, 2}, {1}, "#000000", 1, Dash::solid, ""});
  EXPECT_EQ(code(sizes), "plot.size");
  Panel bars;
  bars.points.push_back({{1, 2}, {1, 2}, {1}, {1}, "#000000", 1, ""});
  EXPECT_EQ(code(bars), "plot.size");
  Panel falling;
  falling.x = {"", 2, 1, false, false};
  EXPECT_EQ(code(falling), "plot.axis");
  Panel log;
  log.y = {"", 0, 1, false, true};
  EXPECT_EQ(code(log), "plot.axis");
  EXPECT_EQ(code(Panel{}, 50), "plot.axis");
}

}  // namespace
}  // namespace litho::plot
