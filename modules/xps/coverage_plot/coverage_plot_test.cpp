#include <gtest/gtest.h>

#include "modules/xps/coverage_plot/kernel.hpp"

namespace litho {
namespace {

TEST(CoverageFigure, NamesTheSampleAndItsVerdict) {
  // invariant: the figure says what coverage.csv says
  FilmSpectra spectra;
  FilmMeasurement measured;
  RegionCounts region;
  for (int i = 0; i < 50; ++i) {
    region.energy_ev.push_back(570 + 0.5 * i);
    region.counts.push_back(100 + i % 3);
  }
  spectra.plated_cr2p = spectra.plated_li1s = region;
  Detection line;
  line.background.assign(50, 100);
  line.signal.assign(50, 1);
  line.limit_shape.assign(50, 1);
  measured.cr2p = line;
  measured.li = LiWindow{line, std::nullopt, ""};
  CoverageFigures figures;
  figures.decision = Decision::covered;
  figures.sentence = "Cr 2p not found";
  const auto svg = plot::write_svg(coverage_figure("film <7>", spectra, measured, figures));
  ASSERT_TRUE(svg);
  EXPECT_NE(svg->find("film &lt;7&gt;: covered"), std::string::npos);
  EXPECT_NE(svg->find("Cr 2p not found"), std::string::npos);
  EXPECT_NE(svg->find("smallest line that would be found"), std::string::npos);
}

}  // namespace
}  // namespace litho
