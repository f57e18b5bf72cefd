#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "modules/io/spectrum_files/kernel.hpp"
#include "modules/io/tidy_csv/kernel.hpp"
#include "modules/io/vamas/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/text.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

TEST(SpectrumFiles, TableHasOneCellAColumn) {
  // Analytic: a spectrum of three points.
  SpectrumData data;
  data.energy_ev = {3, 2, 1};
  data.intensity = {10, 20, 30};
  data.scan_count = 4;
  const SampleSpectrum spectrum{
      *Spectrum::make(std::move(data)), "Cr 2p", "plated", "pellet", "a.vgd", "a.vgd", {}};
  const auto cells = spectra_cells(spectrum);
  const auto columns = spectra_columns();
  ASSERT_EQ(cells.size(), columns.size());
  const auto text = [&](const std::string& name) {
    return to_text(cells[static_cast<std::size_t>(std::ranges::find(columns, name) - columns.begin())]);
  };
  EXPECT_EQ(text("region"), "Cr 2p");
  EXPECT_EQ(text("low_ev"), "1");
  EXPECT_EQ(text("high_ev"), "3");
  EXPECT_EQ(text("scans"), "4");
  EXPECT_EQ(text("dwell_s"), "");
  EXPECT_EQ(text("intensity_sum"), "60");
  const auto alone = spectra_of({"pellet", {spectrum, spectrum}});
  ASSERT_EQ(alone.size(), 2U);
  EXPECT_EQ(alone[0].data().region, "Cr 2p");
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

TEST(SpectrumFiles, AnotherReaderSeesTheSameNumbers) {
  // Independent library: xylib's xyconv reads the VAMAS file; skipped where it is not installed.
  if (std::system("command -v xyconv >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "xyconv (libxy-bin) is not installed";
  std::vector<Spectrum> spectra;
  for (int k = 0; k < 2; ++k) {
    SpectrumData data;
    data.region = k == 0 ? "Cr 2p" : "Li 1s";
    data.sample = "pellet";
    data.photon_energy_ev = 1486.6;
    data.variables = {{"etch", "s", 10.0 * k}};
    data.comments = "two\nlines\n";
    for (int i = 0; i < 20 + k; ++i) {
      data.energy_ev.push_back(600.5 - 0.25 * i);
      data.intensity.push_back(1000.0 / (3 + i));
      data.transmission.push_back(1 + 0.01 * i);
    }
    spectra.push_back(*Spectrum::make(std::move(data)));
  }
  const auto folder = std::filesystem::temp_directory_path() / "lithoscope-spectrum-files-test";
  const auto written = folder / "two.vms", converted = folder / "two.xy";
  ASSERT_TRUE(write_file(written, write_vamas(spectra)));
  ASSERT_EQ(std::system(("xyconv -t vamas '" + written.string() + "' '" + converted.string() + "'").c_str()),
            0);
  const auto text = read_text_file(converted);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(text);
  std::vector<double> numbers;
  for (const auto line : split_lines(*text))
    if (!trim(line).empty() && !line.starts_with('#')) {
      ASSERT_TRUE(numbers_in_line(line, numbers)) << line;
    }
  constexpr std::size_t kColumns = 3;
  ASSERT_EQ(numbers.size(), kColumns * 41);
  std::size_t at = 0;
  for (const Spectrum& spectrum : spectra)
    for (std::size_t i = 0; i < spectrum.points(); ++i, at += kColumns) {
      EXPECT_NEAR(numbers[at], spectrum.data().energy_ev[i], 1e-4);
      EXPECT_NEAR(numbers[at + 1], spectrum.data().intensity[i], 1e-3);
      EXPECT_NEAR(numbers[at + 2], spectrum.data().transmission[i], 1e-4);
    }
}

}  // namespace
}  // namespace litho
