#include "samples/xps/files.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/core/number.hpp"

namespace litho::xps_sample {
namespace {

constexpr double kPhotonEv = 1486.6;

void put(std::string& out, const std::string& line) {
  out += line + "\r\n";
}
void put(std::string& out, double value) {
  put(out, format_double(value));
}

}  // namespace

std::string vamas_text(const std::vector<Region>& regions, const Film& film, const std::string& sample) {
  std::string out;
  put(out, "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4");
  for (const char* line :
       {"Not Specified", "Synthetic spectrometer", "Not Specified", "Cr film", "0", "NORM", "REGULAR"})
    put(out, line);
  put(out, static_cast<double>(regions.size()));
  for (const char* line : {"1", "Exp Variable", "d", "0", "0", "0", "0"}) put(out, line);
  put(out, static_cast<double>(regions.size()));
  int number = 0;
  for (const Region& region : regions) {
    put(out, region.name);
    put(out, sample);
    for (const char* line : {"2026", "1", "1", "12", "0", "0", "0", "0", "XPS"}) put(out, line);
    put(out, ++number);
    put(out, "Al");
    put(out, kPhotonEv);
    for (const char* line : {"72", "400", "400", "60", "0", "FAT"}) put(out, line);
    put(out, film.pass_energy_ev);
    for (const char* line : {"1", "0", "0", "400", "400", "0", "0"}) put(out, line);
    const std::size_t gap = region.name.find(' ');
    put(out, region.name.substr(0, gap));
    put(out, region.name.substr(gap + 1));
    put(out, "-1");
    const std::size_t n = region.counts.size();
    if (film.kinetic_axis) {
      for (const char* line : {"Kinetic Energy", "eV"}) put(out, line);
      put(out, std::round(10 * (kPhotonEv - region.binding_ev.front())) / 10);
      put(out, 0.1);
    } else {
      for (const char* line : {"Binding Energy", "eV"}) put(out, line);
      put(out, region.binding_ev.front());
      put(out, -0.1);
    }
    for (const char* line : {"1", "Intensity", "counts", "pulse counting"}) put(out, line);
    put(out, film.dwell_s);
    put(out, region.sweeps);
    for (const char* line : {"0", "0", "0", "0", "0"})
      put(out, line);  // time correction, tilts, rotation, no extras
    put(out, static_cast<double>(n));
    put(out, *std::ranges::min_element(region.counts));
    put(out, *std::ranges::max_element(region.counts));
    for (const double count : region.counts) put(out, count);
  }
  put(out, "end of experiment");
  return out;
}

std::string column_text(const Region& region) {
  std::string out = "Binding energy (eV),Intensity (counts)\n";
  for (std::size_t i = 0; i < region.counts.size(); ++i)
    out += format_double(std::round(10 * region.binding_ev[i]) / 10) + "," + format_double(region.counts[i]) +
           "\n";
  return out;
}

}  // namespace litho::xps_sample
