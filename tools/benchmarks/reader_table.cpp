// Usage: reader_table FOLDER: what every file under it is to the readers, how files of one measurement agree,
// and how their counts scatter, as Markdown. Ends with 1 where two files of one measurement disagree.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "modules/io/sample_spectra/kernel.hpp"
#include "modules/io/spectra/kernel.hpp"
#include "modules/xps/noise/kernel.hpp"
#include "pipeline/core/file.hpp"

namespace litho {
namespace {

struct OpenFile {
  std::string name;  ///< relative to the folder asked for
  std::vector<Spectrum> spectra;
};

std::string_view unit_name(IntensityUnit unit) {
  return unit == IntensityUnit::counts         ? "counts"
         : unit == IntensityUnit::counts_per_s ? "counts/s"
                                               : "not told";
}

/// Counts per second, by rising energy; nothing where the time is not known.
std::vector<double> rates(const Spectrum& spectrum) {
  const SpectrumData& data = spectrum.data();
  std::vector<double> out = data.intensity;
  if (data.unit == IntensityUnit::unknown) return {};
  if (data.unit == IntensityUnit::counts) {
    const auto seconds = spectrum.seconds_per_point();
    if (!seconds) return {};
    for (double& value : out) value /= *seconds;
  }
  const bool kinetic = data.axis == EnergyAxis::kinetic;
  if ((data.energy_ev.front() < data.energy_ev.back()) == kinetic) std::ranges::reverse(out);
  return out;
}

/// Largest difference of two measurements over the larger one's mean; nothing where they are not the same
/// points.
std::optional<double> disagreement(const Spectrum& a, const Spectrum& b) {
  if (!same_region(a.data().region, b.data().region)) return std::nullopt;
  const auto x = rates(a), y = rates(b);
  if (x.empty() || x.size() != y.size()) return std::nullopt;
  double worst = 0, mean = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    worst = std::max(worst, std::abs(x[i] - y[i]));
    mean += std::abs(x[i]) / static_cast<double>(x.size());
  }
  return mean > 0 ? std::optional<double>(worst / mean) : std::nullopt;
}

std::vector<OpenFile> print_files(const std::filesystem::path& folder) {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.insert(entry.path());
  std::vector<OpenFile> open;
  fmt::print("| file | format | spectra | points | unit | refused because |\n|---|---|---|---|---|---|\n");
  int refused = 0;
  for (const auto& file : files) {
    const std::string name = std::filesystem::relative(file, folder).generic_string();
    const auto bytes = read_file(file);
    const auto spectra = bytes ? read_spectra(*bytes, file.filename().string())
                               : Result<std::vector<Spectrum>>(bytes.errors());
    if (!spectra) {
      const Error& error = spectra.errors().front();
      fmt::print("| {} | | | | | {}: {} |\n", name, error.code, error.message);
      ++refused;
      continue;
    }
    std::size_t points = 0;
    std::set<std::string> units;
    for (const Spectrum& spectrum : *spectra) {
      points += spectrum.points();
      units.insert(std::string(unit_name(spectrum.data().unit)));
    }
    fmt::print("| {} | {} | {} | {} | {} | |\n", name, spectra->front().data().format, spectra->size(),
               points, fmt::join(units, ", "));
    open.push_back({name, *spectra});
  }
  fmt::print("\n{} files opened, {} refused.\n", open.size(), refused);
  return open;
}

/// Pairs of formats in which one measurement is stored twice, and how well they have to agree.
struct Pair {
  std::string_view first, second;
  double limit;
};
constexpr Pair kPairs[]{{"vgd", "avantage", 1e-4}, {"specs_xml", "specs_xy", 1e-6}};

bool print_pairs(const std::vector<OpenFile>& files) {
  bool agree = true;
  fmt::print("\n| region | files | largest difference / mean | limit |\n|---|---|---|---|\n");
  for (const Pair& pair : kPairs)
    for (const OpenFile& a : files)
      for (const OpenFile& b : files) {
        const auto folder = [](const OpenFile& f) { return std::filesystem::path(f.name).parent_path(); };
        if (folder(a) != folder(b)) continue;
        for (const Spectrum& x : a.spectra)
          for (const Spectrum& y : b.spectra) {
            if (x.data().format != pair.first || y.data().format != pair.second) continue;
            const auto difference = disagreement(x, y);
            if (!difference) continue;
            agree = agree && *difference <= pair.limit;
            fmt::print("| {} | {} and {} | {:.1e} | {:.0e} |\n", x.data().region, pair.first, pair.second,
                       *difference, pair.limit);
          }
      }
  return agree;
}

void print_noise(const std::vector<OpenFile>& files) {
  fmt::print(
      "\n| file | region | scans | dispersion between scans | of the sum's residuals | of single scans' |\n"
      "|---|---|---|---|---|---|\n");
  const auto said = [](const Result<NoiseModel>& noise) {
    return noise ? fmt::format("{:.3f} [{:.3f}, {:.3f}]", noise->dispersion, noise->lo, noise->hi) : "";
  };
  for (const OpenFile& file : files)
    for (const Spectrum& spectrum : file.spectra) {
      const SpectrumData& data = spectrum.data();
      if (data.scans.size() < 3) continue;
      std::vector<NoiseModel> single;
      for (const auto& scan : data.scans)
        if (const auto noise = noise_from_residuals(scan)) single.push_back(*noise);
      fmt::print("| {} | {} | {} | {} | {} | {} |\n", file.name, data.region, data.scans.size(),
                 said(noise_from_replicates(data.scans)), said(noise_from_residuals(data.intensity)),
                 said(pooled_noise(single)));
    }
}

int run(const std::filesystem::path& folder) {
  const std::vector<OpenFile> files = print_files(folder);
  const bool agree = print_pairs(files);
  print_noise(files);
  return agree ? 0 : 1;
}

}  // namespace
}  // namespace litho

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    fmt::print(stderr, "usage: reader_table FOLDER\n");
    return 2;
  }
  return litho::run(argv[1]);
}
