#include "modules/io/phi/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "modules/io/ole2/little_endian.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr std::string_view kStart = "SOFH", kEnd = "EOFH";
constexpr std::uint64_t kTraceHeader = 96;
constexpr std::uint32_t kSpectrumKind = 1, kSputterTimeKind = 8;

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  for (const std::string_view word : split(text, ' '))
    if (!trim(word).empty()) out.push_back(trim(word));
  return out;
}

struct RegionDef {
  std::string name;
  double step_ev = 0, start_ev = 0, seconds = 0, pass_ev = 0;
  std::uint32_t points = 0;
};

/// "1 1 Su1s 111 1751 -0.8000 1400.0 0.0 1399.0 1.0 0.120000 224.00 AREA": read from the end, as names may
/// hold blanks.
std::optional<std::pair<std::uint32_t, RegionDef>> parse_region(std::string_view text) {
  const auto word = words(text);
  constexpr std::size_t kFewest = 13;
  if (word.size() < kFewest) return std::nullopt;
  const auto from_end = [&](std::size_t i) { return parse_double(word[word.size() - i]); };
  const auto number = parse_int(word[0]), points = parse_int(word[word.size() - 9]);
  const auto step = from_end(8), start = from_end(7), seconds = from_end(3), pass = from_end(2);
  if (!number || !points || !step || !start || !seconds || !pass || *number < 1 || *number > 100'000 ||
      *points < 1 || *points > static_cast<std::int64_t>(kMaxSpectrumPoints))
    return std::nullopt;
  RegionDef def;
  for (std::size_t i = 2; i + 10 < word.size(); ++i)
    def.name += (def.name.empty() ? "" : " ") + std::string(word[i]);
  def.step_ev = *step;
  def.start_ev = *start;
  def.seconds = *seconds;
  def.pass_ev = *pass;
  def.points = static_cast<std::uint32_t>(*points);
  return std::pair{static_cast<std::uint32_t>(*number), def};
}

struct Header {
  std::map<std::string, std::string, std::less<>> keys;
  std::map<std::uint32_t, RegionDef> regions;
  std::string comments;

  std::string value(std::string_view key) const {
    const auto found = keys.find(key);
    return found == keys.end() ? "" : found->second;
  }
};

Header parse_header(std::string_view text) {
  Header header;
  for (const std::string_view line : split_lines(text)) {
    std::string_view key, value;
    if (!key_and_value(line, ':', key, value)) continue;
    if (key == "SpectralRegDef") {
      if (const auto region = parse_region(value)) header.regions.insert(*region);
      continue;
    }
    header.keys.emplace(key, value);
    header.comments.append(trim(line)).append("\n");
  }
  return header;
}

/// "(1, pellet)" is "pellet".
std::string sample_of(std::string_view description) {
  const auto comma = description.find(',');
  if (comma == std::string_view::npos || !description.starts_with('(') || !description.ends_with(')'))
    return std::string(description);
  return std::string(trim(description.substr(comma + 1, description.size() - comma - 2)));
}

struct Trace {
  std::uint32_t region = 0, kind = 0, points = 0, cycles = 0;
  std::string unit;
  std::vector<double> values;
};

class Reader {
 public:
  Reader(Bytes bytes, std::string file_name) : bytes_(bytes), file_name_(std::move(file_name)) {}

  Result<std::vector<Spectrum>> read() {
    const std::string_view all(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
    const auto end = all.find(kEnd);
    if (!is_phi(bytes_) || end == std::string_view::npos)
      return fail("phi.not_phi", 0, "has no header between SOFH and EOFH");
    header_ = parse_header(decode_text(bytes_.first(end)));
    const std::string technique = header_.value("Technique"), type = header_.value("FileType");
    if (type != "SPECTRUM" && type != "DEPTHPRO")
      return fail("phi.unsupported", 0, "is of type '" + type + "', not a spectrum or a depth profile");
    if (technique != "XPS" && technique != "AES" && technique != "UPS")
      return fail("phi.unsupported", 0, "technique '" + technique + "' is not XPS, UPS or AES");
    if (const auto areas = leading_number(header_.value("NoSpatialArea")); areas && *areas > 1)
      return fail("phi.unsupported", 0, "holds several areas: export each by itself");
    body_ = end + kEnd.size();
    while (body_ < bytes_.size() && (bytes_[body_] == '\r' || bytes_[body_] == '\n')) ++body_;
    std::vector<Trace> traces;
    if (const Status status = read_traces(traces); !status) return status.errors();
    const auto sputter = std::ranges::find(traces, kSputterTimeKind, &Trace::kind);
    SpectrumCollector collector("phi", file_name_);
    for (const Trace& trace : traces)
      if (trace.kind == kSpectrumKind) add(trace, sputter == traces.end() ? nullptr : &*sputter, collector);
    return std::move(collector).finish();
  }

 private:
  Error fail(const char* code, std::uint64_t at, std::string message) const {
    return {code, file_name_ + "@" + std::to_string(at), std::move(message), ""};
  }
  std::uint32_t u32(std::uint64_t at) const { return little_endian<std::uint32_t>(bytes_, at).value_or(0); }

  Status read_traces(std::vector<Trace>& traces) {
    const std::uint64_t count = u32(body_ + 4);
    const std::uint64_t first = body_ + 16;
    if (first > bytes_.size() || count > (bytes_.size() - first) / kTraceHeader)
      return fail("phi.truncated", body_, "the file ends within its trace headers");
    const std::uint64_t data_start = first + count * kTraceHeader;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t at = first + i * kTraceHeader;
      Trace trace;
      trace.region = u32(at + 12);
      trace.kind = u32(at + 16);
      trace.points = u32(at + 20);
      trace.cycles = u32(at + 24);
      const auto text = [&](std::uint64_t place, std::size_t size) {
        return std::string(trim(decode_text(bytes_.subspan(place, size))));
      };
      trace.unit = text(at + 56, 16);
      const std::string type = text(at + 72, 4);
      const std::uint64_t width = type == "f4" ? 4 : type == "f8" ? 8 : 0;
      const std::uint64_t size = u32(at + 76), place = body_ + u32(at + 80);
      if (trace.kind != kSpectrumKind && trace.kind != kSputterTimeKind) continue;
      if (width == 0) return fail("phi.unsupported", at + 72, "numbers of type '" + type + "' are not known");
      if (size != std::uint64_t{trace.points} * trace.cycles * width)
        return fail("phi.corrupt", at + 76,
                    std::to_string(size) + " bytes of data do not hold the points of a trace");
      if (place < data_start || place > bytes_.size() || size > bytes_.size() - place)
        return fail(place >= data_start ? "phi.truncated" : "phi.unsupported", at + 80,
                    "a trace does not say where in the file its data lies");
      used_ += size;
      if (used_ > bytes_.size()) return fail("phi.corrupt", at, "traces share their data");
      for (std::uint64_t k = place; k < place + size; k += width)
        trace.values.push_back(width == 4 ? static_cast<double>(little_endian<float>(bytes_, k).value_or(0))
                                          : little_endian<double>(bytes_, k).value_or(0));
      traces.push_back(std::move(trace));
    }
    return {};
  }

  void add(const Trace& trace, const Trace* sputter, SpectrumCollector& collector) const {
    const auto found = header_.regions.find(trace.region);
    if (found == header_.regions.end() || found->second.points != trace.points)
      return collector.leave_out(
          "trace of region " + std::to_string(trace.region),
          "the header has no region of that number and " + std::to_string(trace.points) + " points");
    const RegionDef& def = found->second;
    SpectrumData data;
    describe(data, def);
    data.unit = intensity_of_label(trace.unit);
    const bool whole = def.seconds > 0 && data.unit == IntensityUnit::counts_per_s &&
                       std::ranges::all_of(trace.values, [&](double rate) {
                         const double counts = rate * def.seconds;
                         constexpr double kSingle = 1e-6;  // rates are stored in single precision
                         return std::abs(counts - std::round(counts)) <= 0.01 + kSingle * std::abs(counts);
                       });
    if (whole)
      data.total_s = def.seconds;
    else if (data.unit == IntensityUnit::counts_per_s)
      data.notes.push_back(
          "rate x stated time is not a whole number of counts: the data was altered or the time is "
          "another, so no time is given");
    for (std::uint32_t i = 0; i < trace.points; ++i)
      data.energy_ev.push_back(def.start_ev + static_cast<double>(i) * def.step_ev);
    for (std::uint32_t cycle = 0; cycle < trace.cycles; ++cycle) {
      SpectrumData one = data;
      const auto begin = trace.values.begin() + static_cast<std::ptrdiff_t>(cycle) * trace.points;
      one.intensity.assign(begin, begin + trace.points);
      if (trace.cycles > 1) {
        one.block += " cycle " + std::to_string(cycle);
        one.variables.push_back({"cycle", "", static_cast<double>(cycle)});
        const std::size_t at =
            std::size_t{trace.region - 1} * trace.cycles + cycle;  // a row of times a region
        if (sputter && sputter->points == trace.cycles && sputter->unit == "s" && at < sputter->values.size())
          one.variables.push_back({"sputter time", "s", sputter->values[at]});
      }
      collector.add(std::move(one));
      data.comments.clear();  // the header, once a region
    }
  }

  void describe(SpectrumData& data, const RegionDef& def) const {
    data.region = data.block = def.name;
    data.sample = sample_of(header_.value("FileDesc"));
    data.technique = header_.value("Technique");
    data.axis = data.technique == "AES" ? EnergyAxis::kinetic : EnergyAxis::binding;
    // "Al 1486.6 mono"
    const std::string source_text = header_.value("XraySource");
    const auto source = words(source_text);
    if (data.technique == "XPS" && source.size() >= 2)
      if (const auto energy = parse_double(source[1]); energy && *energy > 0) data.photon_energy_ev = energy;
    data.analyser_mode = header_.value("AnalyserMode");
    if (data.analyser_mode == "FAT" && def.pass_ev > 0) data.pass_energy_ev = def.pass_ev;
    data.work_function_ev = leading_number(header_.value("AnalyserWorkFcn"));
    data.instrument = header_.value("InstrumentModel");
    std::string date = header_.value("AcqFileDate");
    if (date.empty()) date = header_.value("FileDate");
    const auto parts = words(date);
    if (parts.size() == 3) {
      std::array<int, 3> ymd{};
      for (std::size_t i = 0; i < 3; ++i)
        ymd[i] = static_cast<int>(std::clamp<std::int64_t>(parse_int(parts[i]).value_or(0), 0, 9999));
      data.acquired = iso_date(ymd[0], ymd[1], ymd[2]);
    }
    data.comments = header_.comments;
  }

  Bytes bytes_;
  std::string file_name_;
  Header header_;
  std::uint64_t body_ = 0, used_ = 0;
};

}  // namespace

bool is_phi(Bytes bytes) {
  return bytes.size() >= kStart.size() && std::equal(kStart.begin(), kStart.end(), bytes.begin());
}

Result<std::vector<Spectrum>> read_phi(Bytes bytes, const std::string& file_name) {
  return Reader(bytes, file_name).read();
}

}  // namespace litho
