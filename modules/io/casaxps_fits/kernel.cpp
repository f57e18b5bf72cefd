#include "modules/io/casaxps_fits/kernel.hpp"

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

/// Words of a line: "(*any text*)" is one, blanks part the others.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < line.size()) {
    if (line[at] == ' ' || line[at] == '\t') {
      ++at;
    } else if (line.substr(at).starts_with("(*")) {
      const auto end = line.find("*)", at + 2);
      const std::size_t stop = end == std::string_view::npos ? line.size() : end;
      words.emplace_back(line.substr(at + 2, stop - at - 2));
      at = stop + 2;
    } else {
      const auto end = line.find_first_of(" \t", at);
      const std::size_t stop = end == std::string_view::npos ? line.size() : end;
      words.emplace_back(line.substr(at, stop - at));
      at = stop;
    }
  }
  return words;
}

/// Reads words one after the other; what is no number turns `ok` false.
class Words {
 public:
  explicit Words(std::vector<std::string> words) : words_(std::move(words)) {}
  std::string text() { return at_ < words_.size() ? words_[at_++] : (ok_ = false, std::string()); }
  double number() {
    const auto value = parse_double(text());
    ok_ = ok_ && value.has_value();
    return value.value_or(0);
  }
  int integer() {
    const auto value = parse_int(text());
    ok_ = ok_ && value && *value >= -1'000'000 && *value <= 1'000'000;
    return ok_ ? static_cast<int>(*value) : 0;
  }
  /// The next word has to be this one.
  void expect(std::string_view word) { ok_ = text() == word && ok_; }
  std::optional<double> number_if() {
    const auto value = at_ < words_.size() ? parse_double(words_[at_]) : std::nullopt;
    if (value) ++at_;
    return value;
  }
  bool ok() const { return ok_; }

 private:
  std::vector<std::string> words_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

CasaFigure figure(Words& words) {
  CasaFigure f;
  f.value = words.number();
  f.lowest = words.number();
  f.highest = words.number();
  f.linked = words.integer();
  f.link = words.number();
  return f;
}

CasaRegion region(Words& words) {
  CasaRegion r;
  r.name = words.text();
  r.background = words.text();
  r.low_kinetic_ev = words.number();
  r.high_kinetic_ev = words.number();
  r.sensitivity = words.number();
  r.averaged_points = words.integer();
  while (const auto value = words.number_if()) r.offsets_and_parameters.push_back(*value);
  return r;
}

CasaComponent component(Words& words) {
  CasaComponent c;
  c.name = words.text();
  c.shape = words.text();
  words.expect("Area");
  c.area = figure(words);
  words.expect("MFWHM");
  c.fwhm_ev = figure(words);
  words.expect("Position");
  c.position_kinetic_ev = figure(words);
  words.expect("RSF");
  c.sensitivity = words.number();
  return c;
}

/// Both numbers of "Calib M = 280,281 A = 285 BE ADD"; a second number after a comma belongs to another
/// point.
std::optional<CasaCalibration> calibration(std::string_view line) {
  const auto after = [&](std::string_view key) -> std::optional<double> {
    const auto at = line.find(key);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view rest = trim(line.substr(at + key.size()));
    return parse_double(rest.substr(0, rest.find_first_of(" ,\t")));
  };
  const auto measured = after("M ="), assigned = after("A =");
  if (!measured || !assigned) return std::nullopt;
  return CasaCalibration{*measured, *assigned};
}

}  // namespace

Result<CasaFit> read_casa_fit(std::string_view comments) {
  CasaFit fit;
  int number = 0;
  for (const std::string_view line : split_lines(comments)) {
    ++number;
    const std::string_view said = trim(line);
    const auto bad = [&] {
      return Error{"casaxps_fits.bad_line", "comment line " + std::to_string(number),
                   "'" + std::string(said.substr(0, 60)) + "' is not written as CasaXPS writes it", ""};
    };
    if (said.starts_with("CASA region ")) {
      Words words(words_of(said.substr(12)));
      fit.regions.push_back(region(words));
      if (!words.ok()) return bad();
    } else if (said.starts_with("CASA comp ")) {
      Words words(words_of(said.substr(10)));
      fit.components.push_back(component(words));
      if (!words.ok()) return bad();
    } else if (said.starts_with("Calib ")) {
      const auto found = calibration(said);
      if (!found) return bad();
      fit.calibrations.push_back(*found);
    }
  }
  return fit;
}

Result<CasaShape> parse_casa_shape(std::string_view text) {
  const Error bad{"casaxps_fits.bad_shape", "", "'" + std::string(text.substr(0, 40)) + "' is no line shape",
                  ""};
  const auto open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')') || open == 0) return bad;
  CasaShape shape{std::string(trim(text.substr(0, open))), {}};
  for (const std::string_view part : split(text.substr(open + 1, text.size() - open - 2), ',')) {
    const auto value = parse_double(trim(part));
    if (!value) return bad;
    shape.parameters.push_back(*value);
  }
  return shape;
}

}  // namespace litho
