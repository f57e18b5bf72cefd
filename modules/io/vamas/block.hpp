#pragma once
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "modules/io/vamas/lines.hpp"

namespace litho {

struct VamasLabel {
  std::string label, unit;
};

/// The part of the header that shapes the blocks.
struct VamasLayout {
  std::string experiment_mode, scan_mode;
  std::vector<VamasLabel> variables;
  std::array<bool, 40> included{};  ///< parameters given in the blocks after the first
  std::size_t future_block_entries = 0;
};

/// The 40 parameters that are of use; those a block leaves out keep the value of the block before.
struct VamasBlock {
  std::string id, sample;
  int year = 0, month = 0, day = 0, hour = -1, minute = -1;
  double second = -1;
  std::string comments;
  std::string technique;
  std::vector<std::optional<double>> variables;
  std::optional<double> source_energy_ev;
  std::string analyser_mode;
  std::optional<double> pass_energy_ev, work_function_ev;
  std::string species, transition;
  VamasLabel abscissa;
  std::optional<double> abscissa_start, abscissa_increment;
  std::vector<VamasLabel> ordinates;
  std::string signal_mode;
  std::optional<double> collection_time_s, scans;
  std::vector<double> values;  ///< points x ordinates, interleaved; 1e37 kept
};

/// Reads the next block over `block`, which holds the one before (or a fresh one). Errors stay in `lines`.
void read_vamas_block(VamasLines& lines, const VamasLayout& layout, bool first, VamasBlock& block);

}  // namespace litho
