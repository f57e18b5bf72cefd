#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>

#include "modules/io/avantage/kernel.hpp"
#include "modules/io/ole2/builder.hpp"
#include "modules/io/vgd/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tests/support/mutations.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

using test::LittleEndian;
using Data = std::vector<std::uint8_t>;

/// A workbook of BIFF8: one spectrum, whose texts lie in a string table cut within a word, and a table of
/// peaks.
struct Xls {
  std::string unit = "Counts / s", title = "Binding Energy (E)";
  double announced = 3;
  bool hole = false;

  static void record(LittleEndian& out, unsigned type, const Data& body) {
    out.u16(type).u16(static_cast<unsigned>(body.size())).append(body);
  }
  static Data bof(unsigned kind) { return LittleEndian().u16(0x600).u16(kind).u32(0).u32(0).u32(0).bytes(); }
  static Data label(unsigned row, unsigned column, unsigned index) {
    return LittleEndian().u16(row).u16(column).u16(0).u32(index).bytes();
  }

  Data build() const {
    LittleEndian sheet;
    record(sheet, 0x809, bof(0x10));
    record(sheet, 0xFD, label(6, 2, 3));
    record(sheet, 0x203, LittleEndian().u16(6).u16(3).u16(0).f64(announced).bytes());
    record(sheet, 0xFD, label(14, 0, 0));
    record(sheet, 0xFD, label(15, 0, 1));
    record(sheet, 0xFD, label(15, 2, 2));
    record(sheet, 0xFD, label(15, 4, 2));
    // 298 as a whole RK, 297.9 as a hundredth RK, 297.8 as a double; intensities as a MULRK, a formula and a
    // double
    record(sheet, 0xBD,
           LittleEndian()
               .u16(16)
               .u16(0)
               .u16(0)
               .u32(298U << 2 | 2)
               .u16(0)
               .u32(0)
               .u16(0)
               .u32(2165555U << 2 | 3)
               .u16(2)
               .bytes());
    record(sheet, 0x27E, LittleEndian().u16(17).u16(0).u16(0).u32(29790U << 2 | 3).bytes());
    record(sheet, 0x06, LittleEndian().u16(17).u16(2).u16(0).f64(21252.7).u16(0).u32(0).u16(0).bytes());
    record(sheet, 0x203, LittleEndian().u16(18).u16(0).u16(0).f64(297.8).bytes());
    if (!hole) record(sheet, 0x203, LittleEndian().u16(18).u16(2).u16(0).f64(20587.7).bytes());
    record(sheet, 0x0A, {});
    LittleEndian peaks;
    record(peaks, 0x809, bof(0x10));
    record(peaks, 0xFD, label(0, 0, 3));
    record(peaks, 0x0A, {});

    LittleEndian strings;
    const auto narrow = [&](const std::string& text) {
      strings.u16(static_cast<unsigned>(text.size())).u8(0).text(text);
    };
    strings.u32(4).u32(4);
    narrow(title);
    strings.u16(2).u8(1 | 8).u16(1).utf16("eV").u32(0);  // wide, with a run of formatting
    strings.u16(static_cast<unsigned>(unit.size())).u8(0).text(unit.substr(0, 3));
    LittleEndian rest;
    rest.u8(1).utf16(unit.substr(3));  // goes on wide in the CONTINUE record
    rest.u16(9).u8(0).text("Elements=");

    LittleEndian globals;
    record(globals, 0x809, bof(0x05));
    const auto bound = [&](std::size_t place, const std::string& name) {
      record(
          globals, 0x85,
          LittleEndian().u32(place).u16(0).u8(static_cast<unsigned>(name.size())).u8(0).text(name).bytes());
    };
    const std::size_t names = 2 * (4 + 8) + 8 + 5;
    const std::size_t head = 20 + names + 8 + strings.size() + rest.size() + 4;
    bound(head, "C1s Scan");
    bound(head + sheet.size(), "Peaks");
    record(globals, 0xFC, strings.bytes());
    record(globals, 0x3C, rest.bytes());
    record(globals, 0x0A, {});
    EXPECT_EQ(globals.size(), head);
    globals.append(sheet.bytes()).append(peaks.bytes());
    while (globals.size() < 4096) globals.u8(0);
    return test::compound_file({{"Workbook", globals.bytes()}});
  }
};

std::uint32_t crc32(const std::string& text) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : text) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0xEDB88320U : crc >> 1;
  }
  return ~crc;
}

/// A zip archive without compression.
Data zip(const std::vector<std::pair<std::string, std::string>>& parts) {
  LittleEndian out, directory;
  for (const auto& [name, text] : parts) {
    const std::size_t at = out.size();
    LittleEndian common;
    common.u16(20).u16(0).u16(0).u16(0).u16(0x21).u32(crc32(text)).u32(text.size()).u32(text.size());
    common.u16(static_cast<unsigned>(name.size())).u16(0);
    out.u32(0x04034B50).append(common.bytes()).text(name).text(text);
    directory.u32(0x02014B50).u16(20).append(common.bytes()).u16(0).u16(0).u16(0).u32(0).u32(at).text(name);
  }
  const std::size_t at = out.size();
  out.append(directory.bytes()).u32(0x06054B50).u16(0).u16(0);
  out.u16(static_cast<unsigned>(parts.size())).u16(static_cast<unsigned>(parts.size()));
  return out.u32(directory.size()).u32(at).u16(0).bytes();
}

Data xlsx() {
  return zip(
      {{"[Content_Types].xml", "<Types/>"},
       {"xl/workbook.xml",
        "<workbook xmlns:r='x'><sheets><sheet name='C1s Scan' sheetId='1' r:id='rId7'/>"
        "<sheet name='Peaks' sheetId='2' r:id='rId8'/></sheets></workbook>"},
       {"xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id='rId7' Target='worksheets/sheet1.xml'/>"
        "<Relationship Id='rId8' Target='/xl/worksheets/sheet2.xml'/></Relationships>"},
       {"xl/sharedStrings.xml",
        "<sst><si><t>Binding Energy (E)</t></si><si><r><t>e</t></r><r><t>V</t></r></si><si><t>Counts / "
        "s</t></si></sst>"},
       {"xl/worksheets/sheet1.xml",
        "<worksheet><sheetData><row r='15'><c r='A15' t='s'><v>0</v></c></row>"
        "<row r='16'><c r='A16' t='s'><v>1</v></c><c r='C16' t='s'><v>2</v></c></row>"
        "<row r='17'><c r='A17'><v>298</v></c><c r='C17'><v>21655.55</v></c></row>"
        "<row r='18'><c r='A18'><v>297.9</v></c><c r='C18'><v>21252.7</v></c></row></sheetData></worksheet>"},
       {"xl/worksheets/sheet2.xml",
        "<worksheet><sheetData><row r='1'><c r='A1' "
        "t='inlineStr'><is><t>Peaks</t></is></c></row></sheetData></worksheet>"}});
}

const std::string kAvg =
    ";Dump of DataSpace 'C1s Scan.VGD'\n$FORMAT=4\n$PROPERTIES=SUM\n"
    "DS_EXT_SUPROPID_TITLE : VT_BSTR = 'C1s Scan'\nDS_EXT_SUPROPID_CREATED : VT_DATE = 16/09/2026   "
    "10:11:12\n"
    "$PROPERTIES=STD\nDS_GEPROPID_VALUE_LABEL : VT_BSTR = 'Counts'\nDS_SOPROPID_ENERGY : VT_R4   = 1486.68\n"
    "DS_ACPROPID_ACQ_TIME : VT_R4 = 0.05\nDS_ACPROPID_PERIODS : VT_I4 = 7\nDS_ANPROPID_PASS : VT_R4 = 50.0\n"
    "$DATAAXES=1,#empty#\n    0=        0,        4,          1\n$SPACEAXES=1\n"
    "    0=    1188.680000,       0.100000,        5,  ENERGY,   LINEAR,  'E',   'eV',    'Energy'\n$DATA=*\n"
    "LIST@   0=  100.5,  200,  300,  400\nLIST@   4=  500\n;\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Avantage, ReadsXlsWithEveryKindOfCell) {
  // analytic: a workbook written by hand from [MS-XLS]
  const Data file = Xls{}.build();
  EXPECT_TRUE(is_xls(file));
  const auto spectra = read_avantage_xls(file, "a.xls");
  ASSERT_TRUE(spectra) << to_string(spectra.errors());
  ASSERT_EQ(spectra->size(), 1u);
  const SpectrumData& data = spectra->front().data();
  EXPECT_EQ(data.region, "C1s Scan");
  EXPECT_EQ(data.axis, EnergyAxis::binding);
  EXPECT_EQ(data.energy_ev, (std::vector<double>{298, 297.9, 297.8}));
  EXPECT_EQ(data.intensity, (std::vector<double>{21655.55, 21252.7, 20587.7}));
  EXPECT_EQ(data.unit, IntensityUnit::counts_per_s);
  EXPECT_FALSE(spectra->front().counts()) << "dwell and scans are not in the export";
  EXPECT_NE(data.notes.back().find("'Peaks' was left out"), std::string::npos);
}

TEST(Avantage, RefusesSheetsItWouldMisread) {
  // analytic
  const auto code = [](const Xls& file) {
    const auto spectra = read_avantage_xls(file.build(), "a.xls");
    return spectra ? std::string("ok") : to_string(spectra.errors()[0]);
  };
  Xls file;
  file.title = "Energy";
  EXPECT_NE(code(file).find("not said to be binding or kinetic"), std::string::npos);
  file = {};
  file.announced = 4;
  EXPECT_NE(code(file).find("announces 4 points and holds 3"), std::string::npos);
  file = {};
  file.hole = true;
  EXPECT_NE(code(file).find("row 19 has an energy and no intensity"), std::string::npos);
  file = {};
  file.unit = "Arbitrary units";
  EXPECT_NE(code(file).find("avantage.no_spectra"), std::string::npos);
}

TEST(Avantage, ReadsXlsx) {
  // analytic: an archive written by hand
  const Data file = xlsx();
  EXPECT_TRUE(is_xlsx(file));
  EXPECT_FALSE(is_xlsx(zip({{"word/document.xml", "<a/>"}})));
  const auto spectra = read_avantage_xlsx(file, "a.xlsx");
  ASSERT_TRUE(spectra) << to_string(spectra.errors());
  ASSERT_EQ(spectra->size(), 1u);
  const SpectrumData& data = spectra->front().data();
  EXPECT_EQ(data.energy_ev, (std::vector<double>{298, 297.9}));
  EXPECT_EQ(data.intensity, (std::vector<double>{21655.55, 21252.7}));
  EXPECT_EQ(data.unit, IntensityUnit::counts_per_s);
}

TEST(Avantage, ReadsAvg) {
  // analytic
  EXPECT_TRUE(is_avg(kAvg));
  const auto spectra = read_avantage_avg(kAvg, "a.avg");
  ASSERT_TRUE(spectra) << to_string(spectra.errors());
  const SpectrumData& data = spectra->front().data();
  EXPECT_EQ(data.region, "C1s Scan");
  EXPECT_EQ(data.unit, IntensityUnit::counts);
  EXPECT_EQ(data.intensity, (std::vector<double>{100.5, 200, 300, 400, 500}));
  EXPECT_NEAR(spectra->front().binding_ev().value()[0], 298.0, 1e-9);
  EXPECT_EQ(data.dwell_s, 0.05);
  EXPECT_EQ(data.scan_count, 7);
  EXPECT_EQ(data.pass_energy_ev, 50);
  EXPECT_EQ(data.acquired, "2026-09-16T10:11:12");
}

TEST(Avantage, RefusesAvgItWouldMisread) {
  // analytic
  const auto error = [](const std::string& from, const std::string& to) {
    const auto spectra = read_avantage_avg(replaced(kAvg, from, to), "a.avg");
    return spectra ? Error{"ok", "", "", ""} : spectra.errors()[0];
  };
  EXPECT_EQ(error("200,", "#empty#,").code, "avantage.avg_data");
  EXPECT_EQ(error("200,", "#empty#,").where, "a.avg:17");
  EXPECT_EQ(error("LIST@   4=  500\n", "").code, "avantage.avg_data");
  EXPECT_EQ(error("LIST@   4", "LIST@   5").code, "avantage.avg_data");
  EXPECT_EQ(error("=  500", "=  500, 600").code, "avantage.avg_data");
  EXPECT_EQ(error("$DATA=*", "    1= 0, 30, 4, ETCHTIME, LINEAR, 't', 's', 'Etch Time'\n$DATA=*").code,
            "avantage.avg_unsupported");
  EXPECT_EQ(error("LINEAR", "NONLINEAR").code, "avantage.avg_unsupported");
  EXPECT_EQ(error("'Energy'", "'Binding Energy'").code, "avantage.avg_axis");
  const auto other = read_avantage_avg(replaced(kAvg, "'Counts'", "'Intensity'"), "a.avg");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->front().data().unit, IntensityUnit::unknown);
}

TEST(Avantage, SurvivesDamage) {
  // invariant: spectra or an error, whatever the bytes
  const auto try_all = [](const Data& bytes) {
    EXPECT_NO_THROW(static_cast<void>(is_xls(bytes) ? 1 : is_xlsx(bytes)));
    for (const auto& spectra : {read_avantage_xls(bytes, "a"), read_avantage_xlsx(bytes, "a"),
                                read_avantage_avg(std::string(bytes.begin(), bytes.end()), "a")})
      EXPECT_TRUE(spectra || !spectra.errors().front().message.empty());
  };
  test::for_each_mutation(Xls{}.build(), 4000, try_all);
  test::for_each_mutation(xlsx(), 3000, try_all);
  test::for_each_mutation(Data(kAvg.begin(), kAvg.end()), 3000, try_all);
}

TEST(Avantage, RatesOfTheExportAreCountsOfTheVgdOverTheirTime) {
  // independent: two files of the same runs by the maker's own program
  const std::filesystem::path folder = std::filesystem::path(LITHOSCOPE_SHARED_DATA) /
                                       "xps/angzeli__xps-fitting-workbench/data/raw/PDI-H-COOH";
  LITHO_NEEDS_SHARED_DATA(folder);
  const auto workbook = read_file(folder / "2.xls");
  ASSERT_TRUE(workbook);
  const auto exported = read_avantage_xls(*workbook, "2.xls");
  ASSERT_TRUE(exported) << to_string(exported.errors());
  ASSERT_EQ(exported->size(), 5u);
  for (const Spectrum& rates : *exported) {
    const auto bytes = read_file(folder / (rates.data().region + ".VGD"));
    ASSERT_TRUE(bytes) << rates.data().region;
    const auto spectra = read_vgd(*bytes, rates.data().region);
    ASSERT_TRUE(spectra);
    const Spectrum& counts = spectra->front();
    ASSERT_EQ(counts.points(), rates.points());
    const auto binding = counts.binding_ev();
    ASSERT_TRUE(binding);
    for (std::size_t i = 0; i < counts.points(); ++i) {
      EXPECT_NEAR(binding.value()[i], rates.data().energy_ev[i], 1e-6);
      EXPECT_NEAR(counts.data().intensity[i] / *counts.seconds_per_point() / rates.data().intensity[i], 1,
                  1e-4);
    }
  }
}

}  // namespace
}  // namespace litho
