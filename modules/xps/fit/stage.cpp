#include <algorithm>
#include <map>

#include "modules/io/sample_spectra/ports.hpp"
#include "modules/plot/pdf/kernel.hpp"
#include "modules/xps/fit/charge.hpp"
#include "modules/xps/fit/kernel.hpp"
#include "modules/xps/noise/kernel.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct FitStageOptions {
  std::string model;
  std::string interval = "profile";
  int draws = 400;
  int starts = 12;
  std::optional<double> dispersion;
  bool optional = false;
  std::string charge = "none";
  std::optional<double> charge_shift;
  double charge_shift_u = 0;

  static const Schema<FitStageOptions>& schema() {
    static const auto schema =
        Schema<FitStageOptions>()
            .add("model", &FitStageOptions::model,
                 "the peak model: a map with peaks, name and regions, as in a peak file")
            .add("interval", &FitStageOptions::interval, "how the 95 % intervals are found")
            .choices({"profile", "covariance", "bootstrap"})
            .add("draws", &FitStageOptions::draws, "spectra drawn by the bootstrap")
            .range(50, 100000)
            .add("starts", &FitStageOptions::starts, "starting points where the first leads to no good fit")
            .range(1, 200)
            .add("dispersion", &FitStageOptions::dispersion,
                 "variance over mean of the counts; unset: from the data")
            .range(0.01, 1e6)
            .add("optional", &FitStageOptions::optional,
                 "the item's result does not rest on the fit: absent regions and what a fit has to say are "
                 "notes, and only "
                 "its curves are left, no figure")
            .add("charge", &FitStageOptions::charge,
                 "line of the same sample and role to which its energies are tied: C 1s 284.8, Au 4f7/2, Ag "
                 "3d5/2, "
                 "Cu 2p3/2")
            .choices({"none", "c1s", "au4f", "ag3d", "cu2p"})
            .add("charge_shift", &FitStageOptions::charge_shift,
                 "measured minus true binding energy, where the sheet's charge_shift_ev states none")
            .unit("eV")
            .range(-1000, 1000)
            .add("charge_shift_u", &FitStageOptions::charge_shift_u, "standard uncertainty of charge_shift")
            .unit("eV")
            .range(0, 100);
    return schema;
  }
};

/// A tree as JSON text: what a model says, without its layout.
std::string compact(const Value& value) {
  const auto quoted = [](const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c == '\n' ? ' ' : c;
    }
    return out + "\"";
  };
  if (value.kind == Value::Kind::null) return "null";
  if (value.kind == Value::Kind::scalar) return quoted(value.text);
  std::vector<std::string> parts;
  if (value.kind == Value::Kind::list) {
    for (const Value& item : value.items) parts.push_back(compact(item));
    return "[" + join(parts, ",") + "]";
  }
  for (const auto& entry : value.entries) parts.push_back(quoted(entry.key) + ":" + compact(entry.value));
  return "{" + join(parts, ",") + "}";
}

std::string file_word(std::string text) {
  for (char& c : text)
    if (c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == ':') c = '_';
  return text;
}

class FitStage final : public Stage {
 public:
  using Options = FitStageOptions;
  In<Item> item{this, "item"};
  In<SampleSpectra> spectra{this, "spectra"};
  Out<Rows> peaks{this, "peaks"};
  Out<Rows> casaxps{this, "casaxps"};
  Out<Artifacts> fits{this, "fits"};

  Status configure(const Value& with, std::string_view file) override {
    Value scalars = with;
    Errors errors;
    const Value* model = with.find("model");
    if (model == nullptr) {
      errors.push_back({"peaks.missing_key", with.where(file), "the option 'model' is missing",
                        "give a peak model, or use `lithoscope fit PEAKS.yaml`"});
    } else {
      auto read = read_peak_model(*model, file);
      if (read)
        model_ = *std::move(read);
      else
        errors = read.errors();
      for (auto& entry : scalars.entries)
        if (entry.key == "model") entry.value = Value::scalar(compact(*model));
    }
    auto options = Options::schema().read(scalars, file);
    if (options)
      options_ = *std::move(options);
    else
      errors.insert(errors.end(), options.errors().begin(), options.errors().end());
    return errors;
  }
  std::vector<std::pair<std::string, std::string>> options_text() const override {
    return Options::schema().canonical(options_);
  }
  std::vector<TableSpec> tables() const override {
    return {{"peaks", peak_columns(), false}, {"casaxps", casaxps_columns(), false}};
  }

  Status run(RunContext& ctx) const override {
    const SampleSpectra& sample = ctx.get(spectra);
    std::vector<RegionReport> reports;
    Errors errors;
    Artifacts files;
    std::map<std::string, int> taken;
    ChargeReferences charges(sample, {options_.charge, options_.charge_shift, options_.charge_shift_u});
    for (const auto& [spectrum, region] : assignments(sample, ctx)) {
      if (ctx.stopped()) return {};
      auto report = fit(*spectrum, *region, charges, ctx);
      if (!report) {
        for (const Error& error : report.errors())
          errors.push_back(at(spectrum->where + " " + region->name, error));
        continue;
      }
      std::string name = "fits/" + file_word(ctx.get(item).stem) +
                         (report->role.empty() ? "" : "-" + file_word(report->role)) + "-" +
                         file_word(region->name);
      if (const int before = taken[name]++; before > 0) name += "-" + std::to_string(before + 1);
      files.files.push_back({name + ".csv", fit_csv(*report)});
      if (!options_.optional) add_figures(*report, sample.sample, name, files);
      reports.push_back(*std::move(report));
    }
    if (reports.empty() && !options_.optional) return errors.empty() ? nothing_to_fit(sample) : errors;
    for (const Error& error : errors) remark(ctx, "fit.failed", to_string(error));
    Rows rows{"peaks", {}};
    for (const RegionReport& report : reports)
      for (auto& row : peak_rows(report)) rows.rows.push_back(std::move(row));
    ctx.put(peaks, std::move(rows));
    ctx.put(casaxps, Rows{"casaxps", casaxps_rows(reports)});
    ctx.put(fits, std::move(files));
    return {};
  }

 private:
  /// A flag of the item, or a note where the item's result does not rest on the fit.
  void remark(RunContext& ctx, const std::string& code, const std::string& message) const {
    options_.optional ? ctx.note(code, message) : ctx.flag(code, message);
  }

  static void add_figures(const RegionReport& report, const std::string& sample, const std::string& name,
                          Artifacts& files) {
    const auto figure = fit_svg(report, sample);
    if (!figure) return;
    files.files.push_back({name + ".svg", *figure});
    if (auto pdf = plot::pdf_of_svg(*figure)) files.files.push_back({name + ".pdf", *std::move(pdf)});
  }

  using Assignment = std::pair<const SampleSpectrum*, const PeakRegion*>;

  /// Each spectrum goes to the region of its name. Where none bears it, the only narrow scan of a
  /// file whose energies hold the window is taken.
  std::vector<Assignment> assignments(const SampleSpectra& sample, RunContext& ctx) const {
    std::vector<Assignment> out;
    for (const PeakRegion& region : model_.regions) {
      std::vector<const SampleSpectrum*> named, covering;
      for (const SampleSpectrum& one : sample.spectra) {
        if (region_matches(region, one.region) || region_matches(region, one.spectrum.data().region))
          named.push_back(&one);
        else if (covers(one.spectrum, region))
          covering.push_back(&one);
      }
      for (const SampleSpectrum* one : named) out.emplace_back(one, &region);
      if (!named.empty()) continue;
      for (const SampleSpectrum* one : covering) {
        const auto rivals = std::count_if(covering.begin(), covering.end(), [&](const SampleSpectrum* other) {
          return other->where == one->where && other->file == one->file;
        });
        if (rivals != 1) continue;
        out.emplace_back(one, &region);
        ctx.note("fit.region_by_energy",
                 one->where + ": '" + one->region + "' is taken for " + region.name + " by its energies");
      }
    }
    return out;
  }

  static bool covers(const Spectrum& spectrum, const PeakRegion& region) {
    constexpr double kNarrowScanStepEv = 0.3;  // surveys step by more
    const auto binding = spectrum.binding_ev();
    if (!binding) return false;
    const auto [low, high] = std::minmax_element(binding->begin(), binding->end());
    const double step_ev = (*high - *low) / static_cast<double>(binding->size() - 1);
    const double common_ev = std::min(*high, region.high_ev) - std::max(*low, region.low_ev);
    return common_ev >= 0.5 * (region.high_ev - region.low_ev) && step_ev <= kNarrowScanStepEv;
  }

  Status nothing_to_fit(const SampleSpectra& sample) const {
    std::vector<std::string> have, want;
    for (const SampleSpectrum& one : sample.spectra) have.push_back("'" + one.region + "'");
    for (const PeakRegion& region : model_.regions) want.push_back("'" + region.name + "'");
    return Error{"fit.no_region", sample.sample,
                 "none of the regions " + join(have, ", ") + " is " + join(want, " or "),
                 "name the file's region under `match:` of the peak model, or in the sheet's column region"};
  }

  Result<RegionReport> fit(const SampleSpectrum& one, const PeakRegion& region, ChargeReferences& charges,
                           RunContext& ctx) const {
    RegionReport report;
    const SpectrumData& data = one.spectrum.data();
    report.role = one.role, report.region = region.name, report.file = one.file, report.block = data.block;
    report.specimen = data.sample;
    for (const SpectrumVariable& v : data.variables)
      report.variables += (report.variables.empty() ? "" : ";") + v.label + "=" + format_double(v.value, 9) +
                          (v.unit.empty() ? "" : " " + v.unit);
    report.peaks = model_.name, report.interval = options_.interval;
    report.seconds = one.spectrum.seconds_per_point();
    const std::string place = one.where + " " + region.name;
    auto binding = one.spectrum.binding_ev();
    if (!binding) return binding.errors();
    auto energy = *std::move(binding);
    const auto speak = [&](const std::string& code, const std::string& message, bool flag) {
      if (flag) report.flags.push_back(code);
      flag ? remark(ctx, code, message) : ctx.note(code, message);
    };
    const auto charge = charges.of(one);
    if (charge) {
      report.charge = *charge;
    } else {
      for (const Error& error : charge.errors())
        if (error.code == "sheet.bad_number") return charge.errors();
      speak("fit.no_charge_reference",
            place + ": energies stay as measured: " + charge.errors().front().message, true);
    }
    if (report.charge) {
      for (double& e : energy) e -= report.charge->shift_ev;
      for (const std::string& code : report.charge->flags)
        speak(code,
              place + ": charge shift " + format_double(report.charge->shift_ev, 4) + " eV from " +
                  report.charge->reference,
              true);
    }
    if (const auto scale = scale_check(one.spectrum)) {
      constexpr double kTolerated_ev = 0.2;  // ISO 15472's usual tolerance
      const bool off = scale->worst_ev > kTolerated_ev;
      speak(off ? "fit.scale_off" : "fit.scale_check",
            place + ": the instrument's calibration" + (scale->when.empty() ? "" : " of " + scale->when) +
                " found its lines within " + format_double(scale->worst_ev, 3) + " eV of ISO 15472",
            off);
    }
    auto counts = one.spectrum.counts();
    report.counts_known = static_cast<bool>(counts);
    if (!counts) {
      counts = data.intensity;
      speak(
          "fit.counts_unknown",
          place +
              ": counts cannot be restored; the noise is taken from the scatter, areas keep the file's unit",
          true);
    } else if (!report.seconds) {
      speak("fit.no_dwell", place + ": the seconds per point are unknown; areas are in counts*eV", true);
    }
    auto cut = cut_region(region, energy, *counts);
    if (!cut) return cut.errors();
    report.data = *std::move(cut);
    report.data.dispersion = dispersion(one.spectrum, *counts, report.counts_known, place, speak);
    RegionFitOptions how;
    how.interval = options_.interval == "covariance"  ? IntervalKind::covariance
                   : options_.interval == "bootstrap" ? IntervalKind::bootstrap
                                                      : IntervalKind::profile;
    how.bootstrap_draws = options_.draws, how.starts = options_.starts;
    how.random = [&ctx, &one](const std::string& name) {
      return ctx.random(one.role + "/" + one.file + "/" + one.spectrum.data().block + "/" + name);
    };
    auto result = fit_region(region, report.data, how);
    if (!result) return result.errors();
    report.fit = *std::move(result);
    for (const FitRemark& remark : fit_remarks(report.fit, place))
      speak(remark.code, remark.message, remark.flag);
    for (const auto& model : region.models)
      if (model.name == report.fit.model)
        for (const auto& component : model.components) report.rsf.push_back(component.rsf);
    return report;
  }

  /// Variance over mean: as stated; 1 where nothing in the data speaks against counts; else as estimated, for
  /// sums over many points where neighbours are correlated.
  template <class Speak>
  double dispersion(const Spectrum& spectrum, const std::vector<double>& counts, bool counts_known,
                    const std::string& place, const Speak& speak) const {
    if (options_.dispersion) return *options_.dispersion;
    const auto noise = counts_known ? noise_of_spectrum(spectrum) : noise_from_residuals(counts);
    if (!noise) {
      speak("fit.noise_unknown",
            place + ": the noise cannot be estimated (" + noise.errors().front().message +
                "); that of counts is taken",
            !counts_known);
      return 1;
    }
    const bool correlated =
        std::find(noise->flags.begin(), noise->flags.end(), "noise.correlated") != noise->flags.end();
    if (counts_known && !correlated && noise->lo <= 1 && noise->hi >= 1) return 1;
    const double used = correlated ? noise->area_dispersion : noise->dispersion;
    speak("fit.dispersion",
          place + ": variance over mean is " + format_double(noise->dispersion, 3) + " (" +
              format_double(noise->lo, 3) + " to " + format_double(noise->hi, 3) + ", from " +
              (noise->source == NoiseSource::replicates ? "single scans" : "the scatter of neighbours") +
              "); the fit takes " + format_double(used, 3),
          counts_known && (correlated || used > 1.5 || used < 0.5));
    return used;
  }

  Options options_;
  PeakModel model_;
};

}  // namespace

void register_xps_fit(Registry& registry) {
  registry.add<FitStage>(
      {.name = "xps.fit",
       .results_version = 2,
       .doc = "Peak fits of XPS regions with uncertainties, tables and figures",
       .references = {"doi:10.1016/j.elspec.2013.07.006", "doi:10.1016/0167-5087(84)90016-4"}});
}

}  // namespace litho
