#pragma once
#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace litho::test {

struct VamasTestBlock {
  std::string id = "C 1s/2", sample = "pellet";
  std::vector<std::string> comments;
  std::string technique = "XPS", source_energy = "1486.6", species = "C", transition = "1s";
  std::string axis = "Binding Energy", unit = "eV", start = "300", step = "-0.1";
  std::vector<std::pair<std::string, std::string>> ordinates{{"Counts", "d"}};
  std::string signal = "pulse counting", time = "0.1", scans = "3";
  std::vector<double> values{5, 6, 7};
};

/// Writes VAMAS lines from the order of ISO 14976, with every conditional line.
struct VamasWriter {
  std::string mode = "NORM", scan = "REGULAR", end = "\n", terminator = "end of experiment";
  std::vector<int> list;  ///< inclusion (positive count) or exclusion
  bool exclusion = false;
  int future_block_entries = 0;
  std::vector<VamasTestBlock> blocks{VamasTestBlock{}};

  bool is(std::initializer_list<const char*> names) const {
    return std::any_of(names.begin(), names.end(), [&](const char* name) { return mode == name; });
  }

  std::vector<std::uint8_t> build() const {
    std::string out;
    const auto put = [&](const auto& text) { (out += text) += end; };
    const auto number = [&](auto n) { put(std::to_string(n)); };
    put("VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4");
    for (const char* line : {"institution", "instrument X", "operator", "experiment", "1", "a comment"})
      put(line);
    put(mode);
    put(scan);
    if (is({"MAP", "MAPDP", "NORM", "SDP"})) put("1");
    if (is({"MAP", "MAPDP"}))
      for (const char* line : {"4", "2", "2"}) put(line);
    for (const char* line : {"1", "etch time", "s"}) put(line);
    number(exclusion ? -static_cast<int>(list.size()) : static_cast<int>(list.size()));
    for (const int entry : list) number(entry);
    for (const char* line : {"1", "14", "2"}) put(line);
    number(future_block_entries);
    for (const char* line : {"future a", "future b"}) put(line);
    number(blocks.size());
    for (std::size_t b = 0; b < blocks.size(); ++b) write(blocks[b], b == 0, put, number);
    if (!terminator.empty()) put(terminator);
    return {out.begin(), out.end()};
  }

  template <class Put, class Number>
  void write(const VamasTestBlock& block, bool first, Put put, Number number) const {
    const auto given = [&](int parameter) {
      const bool listed = std::find(list.begin(), list.end(), parameter) != list.end();
      return first || list.empty() || listed != exclusion;
    };
    const auto put_all = [&](std::initializer_list<const char*> lines) {
      for (const char* line : lines) put(line);
    };
    const bool depth = is({"MAPDP", "MAPSVDP", "SDP", "SDPSV"});
    put(block.id);
    put(block.sample);
    const char* date[]{"2024", "1", "22", "14", "19", "47", "1"};
    for (int i = 0; i < 7; ++i)
      if (given(i + 1)) put(date[i]);
    if (given(8)) {
      number(block.comments.size());
      for (const auto& line : block.comments) put(line);
    }
    if (given(9)) put(block.technique);
    if (given(10) && is({"MAP", "MAPDP"})) put_all({"16384", "16384"});
    if (given(11)) put("42.5");
    if (given(12)) put("Al");
    if (given(13) && (depth || block.technique == "SIMS")) put_all({"18", "1", "1"});
    if (given(14)) put(block.source_energy);
    if (given(15)) put("225");
    if (given(16)) put_all({"1E+37", "1E+37"});
    if (given(17) && is({"MAP", "MAPDP", "MAPSV", "MAPSVDP", "SEM"})) put_all({"100", "100"});
    if (given(18) && is({"MAPSV", "MAPSVDP", "SEM"})) put_all({"1", "1", "1", "2", "2", "2"});
    if (given(19)) put("54.5");
    if (given(20)) put("180");
    if (given(21)) put("FAT");
    if (given(22)) put("20");
    if (given(23) && block.technique == "AES diff") put("3");
    if (given(24)) put("1");
    if (given(25)) put("-4.5");
    if (given(26)) put("0");
    if (given(27)) put_all({"0", "0"});
    if (given(28)) put_all({"0", "0"});
    if (given(29)) put(block.species);
    if (given(30)) {
      put(block.transition);
      put("-1");
    }
    if (given(31) && scan == "REGULAR") {
      put(block.axis);
      put(block.unit);
      put(block.start);
      put(block.step);
    }
    if (given(32)) {
      number(block.ordinates.size());
      for (const auto& [label, unit] : block.ordinates) {
        put(label);
        put(unit);
      }
    }
    if (given(33)) put(block.signal);
    if (given(34)) put(block.time);
    if (given(35)) put(block.scans);
    if (given(36)) put("0");
    if (given(37) && depth && block.technique != "SIMS")
      put_all({"4000", "1", "2", "2", "45", "0", "cyclic"});
    if (given(38)) put_all({"0", "0"});
    if (given(39)) put("0");
    if (given(40)) put_all({"1", "ESCAPE DEPTH TYPE", "d", "7"});
    for (int i = 0; i < future_block_entries; ++i) put("future");
    number(block.values.size());
    for (std::size_t i = 0; i < block.ordinates.size(); ++i) put_all({"0", "9"});
    for (const double value : block.values) put(std::to_string(value));
  }
};

}  // namespace litho::test
