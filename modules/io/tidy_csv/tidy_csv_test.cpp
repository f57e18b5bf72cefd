#include <gtest/gtest.h>

#include "modules/io/tidy_csv/kernel.hpp"
#include "modules/io/vamas/kernel.hpp"
#include "pipeline/core/rng.hpp"
#include "tests/support/mutations.hpp"

namespace litho {
namespace {

Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Everything a spectrum can hold, with awkward words and numbers.
std::vector<Spectrum> awkward() {
  RandomStream random(8, "awkward spectra");
  std::vector<Spectrum> spectra;
  for (int k = 0; k < 3; ++k) {
    SpectrumData data;
    data.region = k == 0 ? "Cr 2p" : k == 1 ? "Li1s Scan, \"fine\"" : "Survey";
    data.sample = k == 1 ? "pellet; Cr on LAGP" : "# 3";
    data.block = k == 2 ? "" : "block " + std::to_string(k);
    data.axis = k == 1 ? EnergyAxis::kinetic : EnergyAxis::binding;
    data.unit = k == 0   ? IntensityUnit::counts
                : k == 1 ? IntensityUnit::counts_per_s
                         : IntensityUnit::unknown;
    double energy = 600;
    for (int i = 0; i < 40; ++i) {
      data.energy_ev.push_back(k == 0 ? 600 + i * -0.1 : (energy -= random.uniform(0.01, 0.3)));
      data.intensity.push_back(1e4 * random.uniform() / 3);
      if (k == 1) data.transmission.push_back(random.uniform(0.5, 1));
    }
    if (k == 0) data.scans = {data.intensity, data.intensity};
    if (k < 2) {
      data.dwell_s = 0.1 + k / 7.0;
      data.scan_count = 3 + k;
    } else {
      data.total_s = 1.0 / 3;
    }
    data.photon_energy_ev = 1486.68;
    data.pass_energy_ev = 20;
    data.work_function_ev = 4.2;
    data.variables = {{"etch|time", "s", 0.1 * k}, {"a\\b", "", 7}};
    data.technique = "XPS";
    data.analyser_mode = "FAT";
    data.instrument = "spectrometer";
    data.acquired = k == 0 ? "2024-01-22T14:19:47" : k == 1 ? "2024-01-22" : "";
    data.comments = "CASA region\\x | y\n\nlast line\n";
    data.notes = {"a note", "another = note"};
    spectra.push_back(*Spectrum::make(std::move(data)));
  }
  return spectra;
}

void expect_same_points(const SpectrumData& a, const SpectrumData& b) {
  EXPECT_EQ(a.energy_ev, b.energy_ev);
  EXPECT_EQ(a.intensity, b.intensity);
  EXPECT_EQ(a.transmission, b.transmission);
  EXPECT_EQ(a.axis, b.axis);
  EXPECT_EQ(a.unit, b.unit);
  EXPECT_EQ(a.region, b.region);
  EXPECT_EQ(a.sample, b.sample);
  EXPECT_EQ(a.photon_energy_ev, b.photon_energy_ev);
  EXPECT_EQ(a.pass_energy_ev, b.pass_energy_ev);
  EXPECT_EQ(a.work_function_ev, b.work_function_ev);
  EXPECT_EQ(a.acquired, b.acquired);
  EXPECT_EQ(a.comments, b.comments);
}

TEST(TidyCsv, ReadsBackToTheLastBit) {
  // Invariant: everything but the name of the reader survives, and writing again gives the same text.
  const auto spectra = awkward();
  const std::string text = write_tidy_csv(spectra);
  EXPECT_TRUE(is_tidy_csv(text));
  const auto back = read_tidy_csv(text, "x.csv");
  ASSERT_TRUE(back) << to_string(back.errors());
  ASSERT_EQ(back->size(), spectra.size());
  for (std::size_t k = 0; k < spectra.size(); ++k) {
    const SpectrumData &a = spectra[k].data(), &b = (*back)[k].data();
    expect_same_points(a, b);
    EXPECT_EQ(a.scans, b.scans);
    EXPECT_EQ(a.block, b.block);
    EXPECT_EQ(a.dwell_s, b.dwell_s);
    EXPECT_EQ(a.scan_count, b.scan_count);
    EXPECT_EQ(a.total_s, b.total_s);
    EXPECT_EQ(a.technique, b.technique);
    EXPECT_EQ(a.analyser_mode, b.analyser_mode);
    EXPECT_EQ(a.instrument, b.instrument);
    EXPECT_EQ(a.notes, b.notes);
    ASSERT_EQ(b.variables.size(), 2U);
    EXPECT_EQ(a.variables[0].label, b.variables[0].label);
    EXPECT_EQ(a.variables[1].label, b.variables[1].label);
    EXPECT_EQ(a.variables[0].value, b.variables[0].value);
  }
  EXPECT_EQ(write_tidy_csv(*back), text);
}

TEST(VamasWriter, ReadsBackToTheLastBit) {
  // Invariant: what ISO 14976 can hold survives, with an even axis and without.
  const auto spectra = awkward();
  for (const std::size_t count : {1U, 3U}) {
    const std::string text = write_vamas(std::span(spectra).first(count));
    EXPECT_EQ(text.find("IRREGULAR") == std::string::npos, count == 1);
    const auto back = read_vamas(bytes_of(text), "x.vms");
    ASSERT_TRUE(back) << to_string(back.errors());
    ASSERT_EQ(back->size(), count);
    for (std::size_t k = 0; k < count; ++k) {
      const SpectrumData& b = (*back)[k].data();
      expect_same_points(spectra[k].data(), b);
      EXPECT_EQ(spectra[k].seconds_per_point(), (*back)[k].seconds_per_point());
      EXPECT_EQ(b.variables.size(), 2U);
      EXPECT_EQ(b.variables[0].value, spectra[k].data().variables[0].value);
    }
  }
}

TEST(TidyCsv, RefusesWhatIsNotWhatItWrites) {
  // Invariant: no row is guessed; errors name the line.
  const std::string good = write_tidy_csv(awkward());
  const auto code = [](const std::string& text) {
    const auto read = read_tidy_csv(text, "x.csv");
    return read ? "" : read.errors()[0].code;
  };
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  EXPECT_EQ(code(replaced("binding,600,", "bonding,600,")), "tidy_csv.bad_line");
  EXPECT_EQ(code(replaced("binding,600,", "binding,6oo,")), "tidy_csv.bad_line");
  EXPECT_EQ(code(replaced("# 1 technique", "# 1 secret")), "tidy_csv.bad_line");
  EXPECT_EQ(code(replaced(",energy_ev,", ",energy,")), "tidy_csv.header");
  EXPECT_FALSE(is_tidy_csv("energy,counts\n1,2\n"));
}

TEST(TidyCsv, DamagedFilesDoNotCrash) {
  // Invariant: cuts and byte changes give spectra or an error.
  const std::string text = write_tidy_csv(awkward());
  test::for_each_mutation(bytes_of(text), 300, [](const std::vector<std::uint8_t>& bytes) {
    static_cast<void>(read_tidy_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "x.csv"));
  });
}

}  // namespace
}  // namespace litho
