#include "modules/io/spectrum_words/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// `word` in `text` with no letter on either side; both in lower case.
bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !letter(text[at - 1])) && (end == text.size() || !letter(text[end]))) return true;
  }
  return false;
}

template <std::size_t N>
bool has_any_word(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return has_word(text, word); });
}

/// Photoelectrons lie between the Fermi level and the photon energy; "" or what lies outside.
std::string beyond_the_photons(const SpectrumData& data) {
  if (data.energy_ev.empty()) return "";
  constexpr double kMost_ev = 1e5;  // no source of electrons for spectra reaches this
  for (const double e : data.energy_ev)
    if (std::abs(e) > kMost_ev)
      return "its energies reach " + format_double(e) + ", which cannot be electron volts";
  if (!data.photon_energy_ev) return "";
  constexpr double kSlack_ev = 50;  // charging, work function, noise above the edge
  const auto [least, most] = std::ranges::minmax(data.energy_ev);
  if (least >= -kSlack_ev && most <= *data.photon_energy_ev + kSlack_ev) return "";
  return "its energies run from " + format_double(least) + " to " + format_double(most) +
         " eV, which photons of " + format_double(*data.photon_energy_ev) +
         " eV cannot give: it is no spectrum";
}

std::string two_digits(int value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

}  // namespace

std::string text_of(Bytes bytes) {
  const auto nuls = static_cast<std::size_t>(std::ranges::count(bytes, std::uint8_t{0}));
  if (nuls == 0 || nuls * 4 > bytes.size()) return decode_text(bytes);  // many are UTF-16
  std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
  std::ranges::replace(copy, std::uint8_t{0}, std::uint8_t{' '});
  return decode_text(copy);
}

std::optional<EnergyAxis> axis_of_label(std::string_view label) {
  const std::string text = lower(label);
  const auto has_any_part = [&](const auto& parts) {
    return std::ranges::any_of(parts, [&](const char* part) { return text.find(part) != std::string::npos; });
  };
  // programs translate their titles: German, French, Chinese, Japanese
  constexpr std::array kKinetic{"kineticenergy", "kinetische", "cin\u00e9tique", "\u52a8\u80fd",
                                "\u904b\u52d5"};
  constexpr std::array kBinding{"bindingenergy", "bindungsenergie", "de liaison", "\u7ed3\u5408\u80fd",
                                "\u7d50\u5408"};
  const bool kinetic =
      has_any_word(text, std::array<std::string_view, 3>{"kinetic", "ke", "k.e."}) || has_any_part(kKinetic);
  const bool binding =
      has_any_word(text, std::array<std::string_view, 3>{"binding", "be", "b.e."}) || has_any_part(kBinding);
  if (kinetic == binding) return std::nullopt;
  return kinetic ? EnergyAxis::kinetic : EnergyAxis::binding;
}

IntensityUnit intensity_of_label(std::string_view label) {
  std::string text = lower(label);
  std::erase(text, ' ');
  // smoothed or averaged counts have another variance; minus signs and dots beside ASCII's stand before
  // powers
  constexpr std::array<std::string_view, 10> kScaled{"norm", "kc",     "mc",       "log",    "mean",
                                                     "aver", "smooth", "residual", "\u207b", "\u2212"};
  if (std::ranges::any_of(kScaled, [&](auto word) { return text.find(word) != std::string::npos; }) ||
      text.find("arb") != std::string::npos)
    return IntensityUnit::unknown;
  constexpr std::array<std::string_view, 11> kRates{
      "cps",          "c/s",   "counts/s",      "count/s",         "cts/s",    "counts/sec",
      "counts_per_s", "c/sec", "counts/second", "countspersecond", "countrate"};
  if (has_any_word(text, kRates)) return IntensityUnit::counts_per_s;
  // a slash, "per" or a power after the word makes it a rate, of a kind not known here
  if (has_any_word(text, std::array<std::string_view, 3>{"counts", "cts", "count"}) &&
      text.find("per") == std::string::npos && text.find("counts/") == std::string::npos &&
      text.find("cts/") == std::string::npos && text.find("s-1") == std::string::npos &&
      text.find("s^-1") == std::string::npos)
    return IntensityUnit::counts;
  return IntensityUnit::unknown;
}

std::optional<double> number_in_field(std::string_view field) {
  return parse_double(trim(field));
}

std::optional<double> leading_number(std::string_view field) {
  field = trim(field);
  return parse_double(field.substr(0, field.find_first_not_of("+-.0123456789eE")));
}

bool numbers_in_line(std::string_view line, std::vector<double>& out) {
  for (std::size_t at = 0; at < line.size();) {
    const auto begin = line.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    at = std::min(line.find_first_of(" \t", begin), line.size());
    const auto value = parse_double(line.substr(begin, at - begin));
    if (!value) return false;
    out.push_back(*value);
  }
  return true;
}

bool key_and_value(std::string_view line, char separator, std::string_view& key, std::string_view& value) {
  const auto at = line.find(separator);
  if (at == std::string_view::npos) return false;
  key = trim(line.substr(0, at));
  value = trim(line.substr(at + 1));
  return true;
}

std::string iso_date(int year, int month, int day, int hour, int minute, double second) {
  if (year < 1900 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return "";
  std::string date = std::to_string(year) + "-" + two_digits(month) + "-" + two_digits(day);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || !(second >= 0 && second < 61)) return date;
  return date + "T" + two_digits(hour) + ":" + two_digits(minute) + ":" +
         two_digits(static_cast<int>(second));
}

bool whole_counts(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double v) { return v >= 0 && v == std::floor(v); });
}

void SpectrumCollector::add(SpectrumData data) {
  data.format = format_;
  constexpr std::size_t kMostKept = std::size_t{64} << 20, kVariable = 64;
  kept_bytes_ += data.comments.size() + data.variables.size() * kVariable;
  if (kept_bytes_ > kMostKept) {
    data.comments = {};
    data.variables = {};
    data.notes.push_back("comments and variables were not kept: those of the file exceed 64 MB");
  }
  if (data.unit == IntensityUnit::counts && !whole_counts(data.intensity))
    data.notes.push_back(
        "the file calls these counts, but not all are whole numbers: they were weighted, smoothed or "
        "resampled "
        "before export, so their noise has to be estimated");
  parts_.push_back(std::move(data));
}

void SpectrumCollector::leave_out(std::string_view part, std::string_view reason) {
  constexpr std::size_t kMaxNotes = 50;  // a map has thousands of parts; its reasons repeat
  if (left_out_.size() < kMaxNotes)
    left_out_.push_back(std::string(part) + " was left out: " + std::string(reason));
}

Result<std::vector<Spectrum>> SpectrumCollector::finish() && {
  std::vector<SpectrumData> good;
  for (SpectrumData& part : parts_) {
    const std::string name = "'" + (part.block.empty() ? part.region : part.block) + "'";
    if (const std::string beyond = beyond_the_photons(part); !beyond.empty())
      leave_out(name, beyond);
    else if (const auto spectrum = Spectrum::make(part); !spectrum)
      leave_out(name, spectrum.errors().front().message);
    else
      good.push_back(std::move(part));
  }
  if (good.empty())
    return Error{format_ + ".no_spectra", file_name_,
                 "holds no spectrum" + std::string(left_out_.empty() ? "" : ": ") + join(left_out_, "; "),
                 ""};
  good.front().notes.insert(good.front().notes.end(), left_out_.begin(), left_out_.end());
  std::vector<Spectrum> spectra;
  spectra.reserve(good.size());
  for (SpectrumData& part : good) {
    auto spectrum = Spectrum::make(std::move(part));
    if (!spectrum) return spectrum.errors();
    spectra.push_back(std::move(spectrum).value());
  }
  return spectra;
}

}  // namespace litho
