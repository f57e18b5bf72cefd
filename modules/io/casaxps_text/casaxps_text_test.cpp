#include <gtest/gtest.h>

#include "modules/io/casaxps_text/kernel.hpp"
#include "tests/support/mutations.hpp"

namespace litho {
namespace {

const std::string kCsv =
    "\"Cycle 0:pellet 1:Cr 2p\"\n,Characteristic Energy eV,1486.6,Acquisition Time s,0.5\nName,,\"Cr, "
    "metal\"\n"
    "Position,,574.3\nFWHM,,0.9\nArea,,100\nLineshape,,GL(30)\nK.E.,Counts,Cr "
    "metal,Background,Envelope,,B.E.,CPS,Cr "
    "metal,Background CPS,Envelope CPS\n900.0,10,1,2,3,,583.6,20,1,2,3\n901.0,20,1,2,3,,582.6,40,1,2,3\n"
    "902.0,15,1,2,3,,581.6,30,1,2,3\n\nCycle 1:pellet 1:C 1s\n,Characteristic Energy eV,1486.6,Acquisition "
    "Time s,1\n"
    "K.E.,Counts,,B.E.,CPS\n1200,5,,286.6,5\n1201,6,,285.6,6\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(CasaxpsText, ReadsCountsAsMeasured) {
  // analytic: hv - 900 = 586.6 where the export says 583.6
  std::string tabs = replaced(kCsv, "\"Cr, metal\"", "Cr metal");
  std::replace(tabs.begin(), tabs.end(), ',', '\t');
  for (const std::string& text : {kCsv, tabs}) {
    EXPECT_TRUE(is_casaxps_text(text));
    const auto spectra = read_casaxps_text(text, "a.csv");
    ASSERT_TRUE(spectra) << to_string(spectra.errors());
    ASSERT_EQ(spectra->size(), 2u);
    const SpectrumData& data = (*spectra)[0].data();
    EXPECT_EQ(data.region, "Cr 2p");
    EXPECT_EQ(data.sample, "pellet 1");
    EXPECT_EQ(data.axis, EnergyAxis::kinetic);
    EXPECT_EQ(data.energy_ev, (std::vector<double>{900, 901, 902}));
    EXPECT_EQ(data.intensity, (std::vector<double>{10, 20, 15}));
    EXPECT_EQ(data.total_s, 0.5);
    EXPECT_EQ(data.photon_energy_ev, 1486.6);
    ASSERT_EQ(data.notes.size(), 1u);
    EXPECT_NE(data.notes[0].find("lower by 3 eV"), std::string::npos) << data.notes[0];
    EXPECT_NE(data.comments.find("GL(30)"), std::string::npos);
    EXPECT_TRUE((*spectra)[1].data().notes.empty());
  }
}

TEST(CasaxpsText, RefusesWhatItWouldMisread) {
  // analytic
  const auto spectra = read_casaxps_text(replaced(kCsv, "901.0,20", "901.0,"), "a.csv");
  ASSERT_FALSE(spectra);
  EXPECT_EQ(spectra.errors()[0].where, "a.csv:10");
  const std::string rows =
      "Name,,\"A\"\nPosition,,1\nFWHM,,1\nArea,,1\nLineshape,,GL(30)\n\nB.E.,\"Cycle 0:a:R:CPS\"\n1,2\n";
  EXPECT_TRUE(is_casaxps_text(rows));
  EXPECT_EQ(read_casaxps_text(rows, "a").errors()[0].code, "casaxps_text.rows");
  const auto other_time = read_casaxps_text(replaced(kCsv, "Time s,0.5", "Time s,5"), "a.csv");
  ASSERT_TRUE(other_time);
  EXPECT_EQ((*other_time)[0].data().total_s, std::nullopt);
  EXPECT_EQ(read_casaxps_text("Cycle 0:a:b\n,Characteristic Energy eV,1\n", "a").errors()[0].code,
            "casaxps_text.no_spectra");
}

TEST(CasaxpsText, SurvivesDamage) {
  // invariant: spectra or an error, whatever the bytes
  test::for_each_mutation(
      std::vector<std::uint8_t>(kCsv.begin(), kCsv.end()), 5000, [](const std::vector<std::uint8_t>& bytes) {
        const auto spectra = read_casaxps_text(std::string(bytes.begin(), bytes.end()), "a");
        EXPECT_TRUE(spectra || !spectra.errors().front().message.empty());
      });
}

}  // namespace
}  // namespace litho
