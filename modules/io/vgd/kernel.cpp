#include "modules/io/vgd/kernel.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "modules/io/ole2/kernel.hpp"
#include "modules/io/ole2/little_endian.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr const char* kInstrumentSet = "\x05Q5nw4m3lIjudbfwyAayojlptCa";
constexpr const char* kSummarySet = "\x05SummaryInformation";

std::string iso_of_file_time(std::int64_t ticks) {
  using namespace std::chrono;
  constexpr std::int64_t kTicksPerSecond = 10'000'000, kSeconds1601To1970 = 11'644'473'600;
  const sys_seconds time{seconds{ticks / kTicksPerSecond - kSeconds1601To1970}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  const std::string text =
      iso_date(static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
               static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(clock.hours().count()),
               static_cast<int>(clock.minutes().count()), static_cast<double>(clock.seconds().count()));
  return text.empty() ? "" : text + "Z";
}

struct Axis {
  std::uint32_t type = 0, points = 0;
  std::vector<double> values;
};

/// VGSpaceAxes, where no axis has more than `most_points`: for each axis three lengths with UTF-16 texts,
/// points, start, step, and whether it is linear.
Result<std::vector<Axis>> read_axes(Bytes stream, std::size_t most_points, const std::string& file_name) {
  std::uint64_t at = 0;
  const auto fail = [&](const std::string& message) {
    return Error{"vgd.axis", file_name + "@VGSpaceAxes+" + std::to_string(at), message, ""};
  };
  const auto u32 = [&] {
    const auto value = little_endian<std::uint32_t>(stream, at);
    at += 4;
    return value;
  };
  const auto f64 = [&] {
    const auto value = little_endian<double>(stream, at);
    at += 8;
    return value;
  };
  u32();
  const auto count = u32();
  constexpr std::uint32_t kMostAxes = 16;
  if (!count || *count == 0 || *count > kMostAxes) return fail("the number of axes is damaged");
  std::vector<Axis> axes;
  for (std::uint32_t i = 0; i < *count; ++i) {
    Axis axis;
    for (int text = 0; text < 3; ++text) {
      const auto length = u32();
      if (!length || *length > stream.size()) return fail("a label of an axis runs over the end");
      at += *length;
    }
    const auto points = u32();
    const auto start = f64(), step = f64();
    const auto linear = little_endian<std::uint8_t>(stream, at++);
    if (!points || !start || !step || !linear) return fail("an axis runs over the end");
    if (*points > most_points)
      return fail("an axis claims " + std::to_string(*points) + " points where VGData holds " +
                  std::to_string(most_points));
    axis.points = *points;
    if (*linear != 0) {
      for (std::uint32_t k = 0; k < *points; ++k)
        axis.values.push_back(*start + static_cast<double>(k) * *step);
    } else {
      if (std::uint64_t{*points} * 8 > stream.size()) return fail("an axis runs over the end");
      for (std::uint32_t k = 0; k < *points; ++k) axis.values.push_back(f64().value_or(std::nan("")));
    }
    const auto type = u32();
    if (!type) return fail("an axis runs over the end");
    axis.type = *type;
    axes.push_back(std::move(axis));
  }
  return axes;
}

std::string value_text(const Property& property) {
  if (const auto* text = std::get_if<std::string>(&property.value)) return *text;
  if (const auto* real = std::get_if<double>(&property.value)) return format_exact(*real);
  if (const auto* whole = std::get_if<std::int64_t>(&property.value)) return std::to_string(*whole);
  return "";
}

void describe(const std::vector<Property>& set, SpectrumData& data) {
  const auto positive = [&](const char* name) {
    const auto value = number_of(set, name);
    return value && std::isfinite(*value) && *value > 0 ? value : std::optional<double>();
  };
  data.dwell_s = positive("DwellTime");
  data.photon_energy_ev = positive("SourceEnergy");
  data.pass_energy_ev = positive("PassEnergy");
  data.work_function_ev = number_of(set, "ChamberWorkFunction");
  data.instrument = text_of(set, "Instrument");
  data.sample = text_of(set, "StoredPosName");
  const auto scans = positive("Scans"), done = number_of(set, "Current Scan");
  constexpr double kMostScans = 1e6;
  if (scans && *scans <= kMostScans) {
    if (!done || *done == *scans)
      data.scan_count = static_cast<int>(*scans);
    else
      data.notes.push_back("the run stopped at scan " + format_double(*done) + " of " +
                           format_double(*scans) + ": how many scans the counts hold is not known");
  }
  constexpr double kXps = 1, kIss = 6, kXpsOfKAlpha = 17;  // as seen in files
  const double technique = number_of(set, "Technique").value_or(0);
  data.technique = technique == kIss ? "ISS" : technique == kXps || technique == kXpsOfKAlpha ? "XPS" : "";
  for (const Property& property : set) {
    if (property.is_file_time) {
      const auto* ticks = std::get_if<std::int64_t>(&property.value);
      if (property.name == "AcquisitionStart" && ticks) data.acquired = iso_of_file_time(*ticks);
      continue;
    }
    const std::string text = value_text(property);
    if (!text.empty())
      data.comments += (property.name.empty() ? "property " + std::to_string(property.id) : property.name) +
                       " = " + text + "\n";
  }
}

std::string summary_title(const CompoundFile& file, const std::string& file_name) {
  const auto bytes = file.stream(kSummarySet);
  if (!bytes) return "";
  const auto set = read_property_set(*bytes, file_name);
  if (!set) return "";
  constexpr std::uint32_t kTitle = 2;
  for (const Property& property : *set)
    if (property.id == kTitle) return value_text(property);
  return "";
}

}  // namespace

bool is_vgd(Bytes bytes) {
  const auto file = CompoundFile::open(bytes, "");
  return file && file->has("VGData") && file->has("VGSpaceAxes");
}

Result<std::vector<Spectrum>> read_vgd(Bytes bytes, const std::string& file_name) {
  const auto file = CompoundFile::open(bytes, file_name);
  if (!file) return file.errors();
  const auto axes_stream = file->stream("VGSpaceAxes");
  if (!axes_stream) return axes_stream.errors();
  const auto values = file->stream("VGData");
  if (!values) return values.errors();
  const auto axes = read_axes(*axes_stream, std::max<std::size_t>(1, values->size() / 8), file_name);
  if (!axes) return axes.errors();
  constexpr std::uint32_t kEnergy = 1;
  const auto energy = std::ranges::find(*axes, kEnergy, &Axis::type);
  if (energy == axes->end())
    return Error{"vgd.axis", file_name,
                 "has no energy axis: it is no spectrum (an image, a profile or a map)", ""};
  for (auto axis = axes->begin(); axis != axes->end(); ++axis)
    if (axis != energy && axis->points > 1)
      return Error{
          "vgd.unsupported", file_name,
          "has " + std::to_string(axes->size()) +
              " axes (a depth profile, a map or resolved angles), whose order of values is not documented",
          "export the spectra from Avantage as separate files, as .avg or as VAMAS"};
  if (values->size() != std::uint64_t{energy->points} * 8)
    return Error{"vgd.length", file_name,
                 "VGData holds " + std::to_string(values->size()) + " bytes for " +
                     std::to_string(energy->points) + " points of 8 bytes",
                 ""};
  SpectrumData data;
  data.axis = EnergyAxis::kinetic;
  data.energy_ev = energy->values;
  for (std::uint64_t at = 0; at < values->size(); at += 8)
    data.intensity.push_back(little_endian<double>(*values, at).value_or(std::nan("")));
  data.region = summary_title(*file, file_name);
  if (const auto stream = file->stream(kInstrumentSet)) {
    const auto set = read_property_set(*stream, file_name);
    if (!set) return set.errors();
    describe(*set, data);
  } else {
    data.notes.push_back("has no instrument properties: dwell time, scans and photon energy are not known");
  }
  SpectrumCollector collector("vgd", file_name);
  collector.add(std::move(data));
  return std::move(collector).finish();
}

}  // namespace litho
