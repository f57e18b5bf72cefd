#include <gtest/gtest.h>

#include <filesystem>

#include "modules/io/specs_xml/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tests/support/mutations.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

struct Xml {
  std::string mode = "FixedAnalyzerTransmission";
  int head = 0, tail = 0;
  std::vector<double> shifts{0};
  std::vector<std::string> scans{"10 20\n30", "1 2 3"};

  std::string build() const {
    const auto field = [](const std::string& kind, const std::string& name, const std::string& value) {
      return "<" + kind + " name=\"" + name + "\">" + value + "</" + kind + ">";
    };
    std::string def = field("string", "analysis_method", "XPS") +
                      field("struct", "scan_mode", field("string", "name", mode)) +
                      field("ulong", "curves_per_scan", "1") + field("ulong", "values_per_curve", "3") +
                      field("double", "dwell_time", "0.1") + field("double", "scan_delta", "0.5") +
                      field("double", "excitation_energy", "1253.6") +
                      field("double", "kinetic_energy", "253.6") + field("double", "pass_energy", "50") +
                      field("double", "effective_workfunction", "4.5");
    std::string detectors, all;
    for (const double shift : shifts)
      detectors += "<struct>" + field("double", "shift", std::to_string(shift)) + "</struct>";
    for (const std::string& scan : scans)
      all += "<struct>" + field("sequence", "counts", "<ulong>" + scan + "</ulong>") + "</struct>";
    return "<?xml version=\"1.0\"?><!-- CORBA XML document --><!DOCTYPE any [<!ELEMENT any "
           "(a)?>]><any><sequence><struct>" +
           field("string", "name", "Group1") +
           field("sequence", "regions",
                 "<struct>" + field("string", "name", "Cr 2p") + field("struct", "region", def) +
                     field("ulong", "mcd_head", std::to_string(head)) +
                     field("ulong", "mcd_tail", std::to_string(tail)) +
                     field("struct", "analyzer_info",
                           field("string", "name", "PHOIBOS") + field("sequence", "detectors", detectors)) +
                     field("sequence", "cycles",
                           "<struct>" + field("ulong", "time", "5") + field("sequence", "scans", all) +
                               "</struct>") +
                     field("sequence", "transmission", "<double>1 0.5 0.25</double>") + "</struct>") +
           "</struct></sequence></any>";
  }
};

Error error_of(const Xml& file) {
  const auto spectra = read_specs_xml(file.build(), "a.xml");
  return spectra ? Error{"ok", "", "", ""} : spectra.errors()[0];
}

TEST(SpecsXml, ReadsCountsOfEveryScan) {
  // analytic
  const std::string text = Xml{}.build();
  EXPECT_TRUE(is_specs_xml(text));
  const auto spectra = read_specs_xml(text, "a.xml");
  ASSERT_TRUE(spectra) << to_string(spectra.errors());
  const SpectrumData& data = spectra->front().data();
  EXPECT_EQ(data.region, "Cr 2p");
  EXPECT_EQ(data.sample, "Group1");
  EXPECT_EQ(data.energy_ev, (std::vector<double>{253.6, 254.1, 254.6}));
  EXPECT_EQ(data.axis, EnergyAxis::kinetic);
  EXPECT_EQ(data.intensity, (std::vector<double>{11, 22, 33}));
  EXPECT_EQ(data.scans, (std::vector<std::vector<double>>{{10, 20, 30}, {1, 2, 3}}));
  EXPECT_EQ(data.scan_count, 2);
  EXPECT_EQ(data.dwell_s, 0.1);
  EXPECT_EQ(data.photon_energy_ev, 1253.6);
  EXPECT_EQ(data.work_function_ev, 4.5);
  EXPECT_EQ(data.transmission, (std::vector<double>{1, 0.5, 0.25}));
}

TEST(SpecsXml, AddsDetectorsAtTheEnergyTheySee) {
  // analytic: two detectors at -1 and +1 point (shift x pass / step), each counting 100 + its energy's number
  Xml file;
  file.head = file.tail = 1;
  file.shifts = {-0.01, 0.01};
  // analyser at points -1..3: the first detector sees -2..2, the second 0..4
  file.scans = {"98 100 99 101 100 102 101 103 102 104"};
  const auto spectra = read_specs_xml(file.build(), "a.xml");
  ASSERT_TRUE(spectra) << to_string(spectra.errors());
  EXPECT_EQ(spectra->front().data().intensity, (std::vector<double>{200, 202, 204}));
  file.shifts = {-0.01, 0.05};
  EXPECT_EQ(error_of(file).code, "specs_xml.no_spectra");
}

TEST(SpecsXml, LeavesOutWhatItWouldMisread) {
  // analytic
  Xml file;
  file.scans = {"1 2 3", "4 5"};
  const auto spectra = read_specs_xml(file.build(), "a.xml");
  ASSERT_TRUE(spectra);
  EXPECT_EQ(spectra->front().data().scan_count, 1);
  EXPECT_EQ(spectra->front().data().notes.size(), 1u);
  file.scans = {"1 2 x"};
  EXPECT_EQ(error_of(file).code, "specs_xml.no_spectra");
  file = {};
  file.mode = "ConstantFinalState";
  EXPECT_NE(error_of(file).message.find("ConstantFinalState"), std::string::npos);
  EXPECT_EQ(read_specs_xml("<?xml version='1.0'?><any>", "a").errors()[0].code, "specs_xml.not_xml");
  EXPECT_EQ(read_specs_xml("<a/>", "a").errors()[0].code, "specs_xml.no_spectra");
  EXPECT_EQ(read_specs_xml(std::string(4'000'000, '<'), "a").errors()[0].code, "specs_xml.too_large");
}

TEST(SpecsXml, SurvivesDamage) {
  // invariant: spectra or an error, whatever the bytes
  Xml file;
  file.head = file.tail = 1;
  file.shifts = {-0.01, 0.01};
  file.scans = {"98 100 99 101 100 102 101 103 102 104"};
  const std::string text = file.build();
  test::for_each_mutation(std::vector<std::uint8_t>(text.begin(), text.end()), 6000,
                          [](const std::vector<std::uint8_t>& bytes) {
                            const auto spectra = read_specs_xml(std::string(bytes.begin(), bytes.end()), "a");
                            EXPECT_TRUE(spectra || !spectra.errors().front().message.empty());
                          });
}

TEST(SpecsXml, OpensEveryRealFile) {
  // reviewed sample: regions, points and scans as the files state them
  const std::filesystem::path xps = std::filesystem::path(LITHOSCOPE_SHARED_DATA) / "xps";
  LITHO_NEEDS_SHARED_DATA(xps);
  const std::filesystem::path cinf = xps / "CINF__PyExpLabSys/tests/functional_test/fileparsers/test_specs";
  const auto read = [](const std::filesystem::path& path) {
    const auto text = read_text_file(path);
    EXPECT_TRUE(text && is_specs_xml(*text)) << path;
    auto spectra = read_specs_xml(*text, path.filename());
    EXPECT_TRUE(spectra) << to_string(spectra.errors());
    return spectra ? std::move(spectra).value() : std::vector<Spectrum>();
  };
  const auto chromium = read(cinf / "specs_xps_sample.xml");
  ASSERT_GE(chromium.size(), 2u);
  EXPECT_EQ(chromium[0].points(), 2011u);
  EXPECT_EQ(chromium[0].data().scan_count, 25);
  EXPECT_EQ(chromium[1].points(), 1351u);
  EXPECT_EQ(chromium[1].data().scan_count, 30);
  EXPECT_EQ(read(cinf / "specs_iss_sample.xml").size(), 2u);
  const auto detectors =
      read(xps / "FAIRmat-NFDI__pynxtools-xps/tests/data/specs_xml/In-situ_PBTTT_XPS_SPECS.xml");
  ASSERT_EQ(detectors.size(), 2u)
      << "five detectors, whose shifts need exactly the head and tail of the file";
  EXPECT_EQ(detectors[0].points(), 1403u);
  EXPECT_EQ(detectors[1].points(), 201u);
  EXPECT_EQ(detectors[1].data().scan_count, 2);
  ASSERT_EQ(detectors[1].data().notes.size(), 1u);
  EXPECT_EQ(detectors[1].data().notes[0], "15 scans were planned, 2 are stored whole");
}

}  // namespace
}  // namespace litho
