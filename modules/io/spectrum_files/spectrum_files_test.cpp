#include <gtest/gtest.h>

#include <algorithm>
#include <algorithm>
#include <filesystem>
#include <set>

#include "modules/io/spectrum_files/kernel.hpp"
#include "modules/io/tidy_csv/kernel.hpp"
#include "modules/io/vamas/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

TEST(SpectrumFiles, TableHasOneCellAColumn) {
  // Analytic: a spectrum of three points.
  SpectrumData data;
  data.energy_ev = {3, 2, 1};
  data.intensity = {10, 20, 30};
  data.scan_count = 4;
  const SampleSpectrum spectrum{*Spectrum::make(std::move(data)), "plated", "pellet", "a.vgd", "a.vgd", {}};
  const auto cells = spectra_cells(spectrum);
  const auto columns = spectra_columns();
  ASSERT_EQ(cells.size(), columns.size());
  const auto text = [&](const std::string& name) {
    return to_text(cells[static_cast<std::size_t>(std::ranges::find(columns, name) - columns.begin())]);
  };
  EXPECT_EQ(text("low_ev"), "1");
  EXPECT_EQ(text("high_ev"), "3");
  EXPECT_EQ(text("scans"), "4");
  EXPECT_EQ(text("dwell_s"), "");
  EXPECT_EQ(text("intensity_sum"), "60");
  EXPECT_EQ(spectra_of({"pellet", {spectrum, spectrum}}).size(), 2U);
}

TEST(SpectrumFiles, EveryRealSpectrumReadsBackToTheLastBit) {
  // Invariant: over all files at hand that hold spectra, both formats return the same energies and
  // intensities.
  const std::filesystem::path root = std::filesystem::path(LITHOSCOPE_SHARED_DATA) / "xps";
  LITHO_NEEDS_SHARED_DATA(root);
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
    if (entry.is_regular_file()) files.insert(entry.path().string());
  int converted = 0;
  for (const std::string& file : files) {
    const auto bytes = read_file(file);
    ASSERT_TRUE(bytes);
    const auto spectra = read_spectra(*bytes, file);
    if (!spectra) continue;
    ++converted;
    const std::string vamas = write_vamas(*spectra), tidy = write_tidy_csv(*spectra);
    const auto from_vamas =
        read_vamas({reinterpret_cast<const std::uint8_t*>(vamas.data()), vamas.size()}, file);
    const auto from_tidy =
        read_spectra({reinterpret_cast<const std::uint8_t*>(tidy.data()), tidy.size()}, file);
    ASSERT_TRUE(from_vamas) << to_string(from_vamas.errors());
    ASSERT_TRUE(from_tidy) << to_string(from_tidy.errors());
    ASSERT_EQ(from_vamas->size(), spectra->size()) << file;
    ASSERT_EQ(from_tidy->size(), spectra->size()) << file;
    for (std::size_t k = 0; k < spectra->size(); ++k) {
      const SpectrumData& truth = (*spectra)[k].data();
      for (const auto* read : {&(*from_vamas)[k], &(*from_tidy)[k]}) {
        const SpectrumData& back = read->data();
        EXPECT_EQ(back.energy_ev, truth.energy_ev) << file << " " << k;
        EXPECT_EQ(back.intensity, truth.intensity) << file << " " << k;
        EXPECT_EQ(back.transmission, truth.transmission) << file << " " << k;
        EXPECT_EQ(back.axis, truth.axis) << file << " " << k;
        EXPECT_EQ(back.unit, truth.unit) << file << " " << k;
        EXPECT_EQ(back.photon_energy_ev, truth.photon_energy_ev) << file << " " << k;
        EXPECT_EQ(read->seconds_per_point(), (*spectra)[k].seconds_per_point()) << file << " " << k;
      }
      EXPECT_EQ((*from_tidy)[k].data().scans, truth.scans) << file << " " << k;
    }
  }
  EXPECT_GE(converted, 45);
}

}  // namespace
}  // namespace litho
