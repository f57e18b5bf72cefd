#include <algorithm>
#include <cmath>
#include <map>

#include "modules/xps/region_model/reading.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::vector<std::pair<std::string, LineShape>> kShapes{
    {"gaussian", LineShape::gaussian},
    {"lorentzian", LineShape::lorentzian},
    {"voigt", LineShape::voigt},
    {"pseudo_voigt", LineShape::pseudo_voigt},
    {"gl_sum", LineShape::gl_sum},
    {"gl_product", LineShape::gl_product},
    {"exponential_tail", LineShape::exponential_tail},
    {"la", LineShape::la},
    {"lf", LineShape::lf},
    {"casaxps_lf", LineShape::casaxps_lf},
    {"doniach_sunjic", LineShape::doniach_sunjic}};

/// What a parameter is when the file says nothing of it, and the values it can take at all.
struct Default {
  bool needed = true;
  bool fitted = false, automatic_start = false, linear = false;
  double start = 0, low = -kInfinity, high = kInfinity;
  double lowest = -kInfinity, highest = kInfinity;
};

std::string without_unit(std::string_view key) {
  for (const std::string_view unit : {"_per_ev", "_ev2", "_ev"})
    if (key.ends_with(unit)) return std::string(key.substr(0, key.size() - unit.size()));
  return std::string(key);
}

class Builder {
 public:
  Builder(ModelReading& in, const Value* alternative) : in_(in), alternative_(alternative) {
    if (alternative == nullptr) return;
    if (const Value* set = alternative->find("set")) {
      if (set->kind != Value::Kind::map)
        in.fail("peaks.bad_value", *set, "'set' is a map of parameter names and values", "");
      for (const auto& entry : set->entries) overrides_.emplace(entry.key, &entry.value);
    }
    if (const Value* without = alternative->find("without")) {
      if (without->kind == Value::Kind::list)
        for (const Value& item : without->items) without_.emplace(in.text(&item), &item);
      else
        without_.emplace(in.text(without), without);
    }
  }

  RegionModel build(const Value& region) {
    model_.name = alternative_ == nullptr ? "declared" : in_.text(in_.needed(*alternative_, "name"));
    if (const Value* named = region.find("parameters")) read_named(*named);
    if (const Value* components = in_.needed(region, "components")) read_components(*components);
    const Value* background = alternative_ != nullptr ? alternative_->find("background") : nullptr;
    if (background == nullptr) background = in_.needed(region, "background");
    if (background != nullptr) read_background(*background);
    for (const auto& [name, value] : overrides_)
      if (!used_.contains(name)) in_.fail("peaks.unknown_name", *value, unknown(name), suggestion(name));
    for (const auto& [name, value] : without_)
      if (!left_out_.contains(name))
        in_.fail("peaks.unknown_name", *value, "no component is called '" + name + "'", "");
    tie();
    for (std::size_t k = 0; k < model_.parameters.size(); ++k)
      if (model_.parameters[k].fitted) model_.fitted.push_back(k);
    return std::move(model_);
  }

 private:
  std::string unknown(const std::string& name) const { return "no parameter is called '" + name + "'"; }
  std::string suggestion(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& p : model_.parameters) names.push_back(p.name);
    const auto near = did_you_mean(name, names);
    return near ? "did you mean '" + *near + "'?" : "known: " + join(names, ", ");
  }

  /// Adds a parameter from a key's value, an alternative's override, or its default.
  std::size_t add(std::string name, const Value& map, std::string_view key, const Default& fallback) {
    ModelParameter p;
    p.name = std::move(name);
    p.linear = fallback.linear;
    const Value* value = map.find(key);
    if (const auto set = overrides_.find(p.name); set != overrides_.end()) {
      value = set->second;
      used_.insert({p.name, value});
    }
    if (value == nullptr && fallback.needed) in_.needed(map, key);
    if (value == nullptr || value->kind == Value::Kind::null) {
      p.fitted = fallback.fitted, p.automatic_start = fallback.automatic_start;
      p.start = fallback.start, p.low = fallback.low, p.high = fallback.high;
    } else if (value->kind == Value::Kind::map) {
      read_fitted(*value, fallback, p);
    } else {
      read_plain(*value, fallback, p);
    }
    places_.push_back(value != nullptr ? value : &map);
    model_.parameters.push_back(std::move(p));
    return model_.parameters.size() - 1;
  }

  void read_plain(const Value& value, const Default& fallback, ModelParameter& p) {
    const std::string text = in_.text(&value);
    if (const auto number = parse_double(text)) {
      p.start = *number;
      return check_range(value, "the value", p.start, fallback);
    }
    auto expression = Expression::parse(text);
    if (expression) {
      p.tie = *std::move(expression);
    } else {
      const Error& error = expression.errors().front();
      in_.fail(error.code, value, error.message + " (" + error.where + ")", error.hint);
    }
  }

  void read_fitted(const Value& value, const Default& fallback, ModelParameter& p) {
    in_.check_keys(value, "a fitted parameter", {"start", "low", "high", "prior", "prior_sd"});
    p.fitted = true;
    p.low = std::max(fallback.low, fallback.lowest), p.high = std::min(fallback.high, fallback.highest);
    if (const auto low = in_.number(value.find("low"))) p.low = *low;
    if (const auto high = in_.number(value.find("high"))) p.high = *high;
    p.prior = in_.number(value.find("prior"));
    p.prior_sd = in_.number(value.find("prior_sd"));
    if (p.prior.has_value() != p.prior_sd.has_value() || (p.prior_sd && !(*p.prior_sd > 0))) {
      in_.fail("peaks.bad_value", value, "a prior needs its value and a positive standard deviation",
               "write prior: and prior_sd:");
      p.prior.reset(), p.prior_sd.reset();
    }
    const auto start = in_.number(value.find("start"));
    if (start)
      p.start = *start;
    else if (p.prior)
      p.start = *p.prior;
    else if (fallback.automatic_start)
      p.automatic_start = true;
    else if (value.find("start") == nullptr)
      in_.needed(value, "start");
    if (!p.automatic_start) check_range(value, "the start", p.start, fallback);
    if (!(p.low < p.high)) {
      in_.fail("peaks.range", value, "low is not below high", "");
    } else if (p.low < fallback.lowest || p.high > fallback.highest) {
      in_.fail("peaks.range", value,
               "the bounds reach beyond " + format_double(fallback.lowest) + " to " +
                   format_double(fallback.highest),
               "");
    } else if (!p.automatic_start && (p.start < p.low || p.start > p.high)) {
      in_.fail("peaks.range", value,
               "the start " + format_double(p.start) + " lies outside " + format_double(p.low) + " to " +
                   format_double(p.high),
               "");
    }
  }

  void check_range(const Value& place, const std::string& what, double number, const Default& fallback) {
    if (number >= fallback.lowest && number <= fallback.highest) return;
    in_.fail("peaks.range", place,
             what + " " + format_double(number) + " is outside " + format_double(fallback.lowest) + " to " +
                 format_double(fallback.highest),
             "");
  }

  void read_named(const Value& named) {
    if (named.kind != Value::Kind::map)
      return in_.fail("peaks.bad_value", named, "parameters are a map of names and values", "");
    for (const auto& entry : named.entries) {
      const std::string name = without_unit(entry.key);
      if (name.find('.') != std::string::npos || index(name))
        in_.fail("peaks.repeated_name", entry.value, "'" + name + "' is taken or holds a dot", "");
      add(name, named, entry.key, {.needed = false});
    }
  }

  void read_components(const Value& list) {
    if (list.kind != Value::Kind::list || list.items.empty())
      return in_.fail("peaks.bad_value", list, "components are a list with at least one entry", "");
    std::vector<std::string> names;
    for (const Value& value : list.items) {
      if (value.kind != Value::Kind::map) {
        in_.fail("peaks.bad_value", value, "a component is a map", "");
        continue;
      }
      const std::string name = in_.text(in_.needed(value, "name"));
      if (std::find(names.begin(), names.end(), name) != names.end() || name == "background")
        in_.fail("peaks.repeated_name", value, "the name '" + name + "' is taken", "");
      if (name.find_first_of("[]\n\"") != std::string::npos)
        in_.fail("peaks.bad_value", value, "a component's name must not hold square brackets or quotes", "");
      names.push_back(name);
      if (without_.contains(name))
        left_out_.insert({name, &value});
      else
        read_component(value, name);
    }
    if (!list.items.empty() && model_.components.empty())
      in_.fail("peaks.bad_value", list, "'" + model_.name + "' leaves no component", "");
  }

  void read_component(const Value& value, const std::string& name) {
    ModelComponent component;
    component.name = name;
    std::vector<std::string> words;
    for (const auto& [word, shape] : kShapes) words.push_back(word);
    const std::string word = in_.choice(in_.needed(value, "shape"), words);
    for (const auto& [known, shape] : kShapes)
      if (known == word) component.shape = shape;
    std::vector<std::string> keys{"name", "shape", "doublet", "multiplet", "rsf"};
    for (const LineParameter& p : line_parameters(component.shape)) {
      const bool amplitude = component.line.empty();
      const std::string key = p.name == "centre_ev" ? "position_ev" : std::string(p.name);
      keys.push_back(key);
      Default fallback{.lowest = p.lowest, .highest = p.highest};
      fallback.low = p.lowest, fallback.high = p.highest;
      if (amplitude)
        fallback = {.needed = false,
                    .fitted = true,
                    .automatic_start = true,
                    .linear = true,
                    .low = 0,
                    .high = kInfinity};
      component.line.push_back(add(name + "." + without_unit(key), value, key, fallback));
      const ModelParameter& added = model_.parameters.back();
      if (p.name == "convolutions" && (added.fitted || added.tie || added.start != std::floor(added.start)))
        in_.fail("peaks.bad_value", *places_.back(), "the number of convolutions is a whole number",
                 "write convolutions: 6");
    }
    if (!word.empty()) in_.check_keys(value, "a component of shape " + word, keys);
    if (const Value* doublet = value.find("doublet")) {
      in_.check_keys(*doublet, "a doublet", {"splitting_ev", "area_ratio", "broadening"});
      component.doublet = ModelComponent::Doublet{
          add(name + ".splitting", *doublet, "splitting_ev",
              {.low = 0, .high = 200, .lowest = 0, .highest = 200}),
          add(name + ".area_ratio", *doublet, "area_ratio",
              {.low = 0, .high = 10, .lowest = 0, .highest = 10}),
          add(name + ".broadening", *doublet, "broadening",
              {.needed = false, .start = 1, .low = 0.1, .high = 10, .lowest = 0.1, .highest = 10})};
    }
    if (const Value* multiplet = value.find("multiplet")) read_multiplet(*multiplet, component);
    component.rsf = in_.number(value.find("rsf"));
    if (component.rsf && !(*component.rsf > 0))
      in_.fail("peaks.range", *value.find("rsf"), "a sensitivity factor is positive", "");
    model_.components.push_back(std::move(component));
  }

  void read_multiplet(const Value& list, ModelComponent& component) {
    if (list.kind != Value::Kind::list || list.items.empty())
      return in_.fail("peaks.bad_value", list, "a multiplet is a list of lines", "");
    component.multiplet.clear();
    double sum = 0;
    bool free = false;
    for (const Value& item : list.items) {
      in_.check_keys(item, "a line of a multiplet", {"offset_ev", "share"});
      const auto offset = in_.number(in_.needed(item, "offset_ev"));
      MultipletPart line{offset.value_or(0)};
      const Value* share = in_.needed(item, "share");
      const auto value = share != nullptr ? parse_double(trim(share->text)) : std::nullopt;
      if (value) {
        line.share = *value;
        if (!(*value > 0)) in_.fail("peaks.range", item, "a share is positive", "");
      } else if (share != nullptr) {
        const std::string number = std::to_string(component.multiplet.size() + 1);
        line.share_parameter = add(component.name + ".share" + number, item, "share",
                                   {.low = 0, .high = kInfinity, .lowest = 0, .highest = kInfinity});
      }
      free = free || line.share_parameter;
      component.multiplet.push_back(line);
      sum += line.share;
    }
    if (!free)
      for (auto& line : component.multiplet) line.share /= sum;
  }

  void read_background(const Value& value) {
    in_.check_keys(value, "a background", {"shirley", "tougaard", "polynomial", "static"});
    if (value.kind != Value::Kind::map) return;
    static const Value empty = [] {
      Value map;
      map.kind = Value::Kind::map;
      return map;
    }();
    const auto term = [&](const char* key) -> const Value* {
      const Value* found = value.find(key);
      return found != nullptr && found->kind == Value::Kind::null ? &empty : found;
    };
    ModelBackground& background = model_.background;
    if (const Value* shirley = term("shirley")) {
      in_.check_keys(*shirley, "a Shirley background", {"step_per_ev"});
      background.step = add(
          "background.step", *shirley, "step_per_ev",
          {.needed = false, .fitted = true, .start = 0.01, .low = 0, .high = 1, .lowest = 0, .highest = 10});
    }
    if (const Value* tougaard = term("tougaard")) read_tougaard(*tougaard);
    if (const Value* fixed = term("static")) {
      const std::string kind = in_.choice(in_.needed(*fixed, "kind"), {"linear", "shirley", "tougaard"});
      if (kind == "tougaard")
        read_fixed_loss(*fixed);
      else
        in_.check_keys(*fixed, "a static background", {"kind", "end_points"});
      background.fixed = kind == "linear"    ? StaticKind::linear
                         : kind == "shirley" ? StaticKind::shirley
                                             : StaticKind::tougaard;
      if (const auto points = in_.number(fixed->find("end_points"))) {
        background.end_points = static_cast<int>(*points);
        if (!(*points >= 1 && *points <= 1000))
          in_.fail("peaks.range", *fixed, "end_points lie between 1 and 1000", "");
      }
      if (background.step || background.loss)
        in_.fail("peaks.bad_value", *fixed, "a static background cannot go with an active one",
                 "keep one of the two");
    }
    if (background.fixed == StaticKind::none) background.polynomial_degree = 0;
    if (const Value* polynomial = term("polynomial")) {
      in_.check_keys(*polynomial, "a polynomial", {"degree"});
      if (const auto degree = in_.number(in_.needed(*polynomial, "degree"))) {
        if (!(*degree >= 0 && *degree <= 5 && std::floor(*degree) == *degree))
          in_.fail("peaks.range", *polynomial, "the degree is a whole number from 0 to 5", "");
        else
          background.polynomial_degree = static_cast<int>(*degree);
      }
    }
    for (int k = 0; k <= background.polynomial_degree; ++k)
      background.polynomial.push_back(
          add("background.c" + std::to_string(k), empty, "",
              {.needed = false, .fitted = true, .automatic_start = true, .linear = true}));
  }

  void read_fixed_loss(const Value& value) {
    in_.check_keys(value, "a static Tougaard background",
                   {"kind", "end_points", "form", "b_ev2", "c_ev2", "c_prime", "d_ev2", "gap_ev"});
    const std::string form = in_.choice(in_.needed(value, "form"), {"U2", "U3", "U4"});
    TougaardLoss loss = universal_loss();
    loss.b_ev2 = in_.number(value.find("b_ev2")).value_or(0);
    if (form != "U2") {
      loss.c_ev2 = in_.number(in_.needed(value, "c_ev2")).value_or(1);
      loss.d_ev2 = in_.number(in_.needed(value, "d_ev2")).value_or(1);
      loss.c_prime = form == "U3" ? -1 : in_.number(in_.needed(value, "c_prime")).value_or(1);
    } else if (const auto c = in_.number(value.find("c_ev2"))) {
      loss.c_ev2 = *c;
    }
    loss.gap_ev = in_.number(value.find("gap_ev")).value_or(0);
    if (loss.b_ev2 < 0 || !(loss.c_ev2 > 0) || loss.d_ev2 < 0 || (loss.c_prime < 0 && loss.d_ev2 == 0) ||
        !(loss.gap_ev >= 0 && loss.gap_ev <= 100))
      in_.fail("peaks.range", value, "these numbers are no loss function",
               "b and d are not negative, c is positive, the gap lies between 0 and 100 eV");
    model_.background.fixed_loss = loss;
  }

  void read_tougaard(const Value& value) {
    in_.check_keys(value, "a Tougaard background", {"form", "b_ev2", "c_ev2", "c_prime", "d_ev2", "gap_ev"});
    const std::string form = in_.choice(in_.needed(value, "form"), {"U2", "U3", "U4"});
    const bool u2 = form == "U2", u4 = form == "U4";
    ModelBackground::Loss loss{
        add("background.b", value, "b_ev2",
            {.needed = false,
             .fitted = true,
             .start = 1000,
             .low = 0,
             .high = 1e5,
             .lowest = 0,
             .highest = 1e7}),
        add("background.c", value, "c_ev2",
            {.needed = !u2, .start = 1643, .low = 1, .high = 1e5, .lowest = 1e-3, .highest = 1e7}),
        add("background.c_prime", value, "c_prime",
            {.needed = u4, .start = u2 ? 1.0 : -1.0, .low = -2, .high = 2, .lowest = -10, .highest = 10}),
        add("background.d", value, "d_ev2",
            {.needed = !u2, .start = 0, .low = 0, .high = 1e5, .lowest = 0, .highest = 1e7}),
        0};
    if (const auto gap = in_.number(value.find("gap_ev"))) loss.gap_ev = *gap;
    if (!(loss.gap_ev >= 0 && loss.gap_ev <= 100))
      in_.fail("peaks.range", value, "the gap lies between 0 and 100 eV", "");
    if (!u4 && value.find("c_prime") != nullptr)
      in_.fail("peaks.bad_value", value, "c_prime belongs to form U4", "leave it out or write form: U4");
    model_.background.loss = loss;
  }

  std::optional<std::size_t> index(std::string_view name) const {
    for (std::size_t k = 0; k < model_.parameters.size(); ++k)
      if (model_.parameters[k].name == name) return k;
    return {};
  }

  void tie() {
    auto& all = model_.parameters;
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (!all[k].tie) continue;
      for (const std::string& name : all[k].tie->names()) {
        const auto found = index(without_unit(name));
        if (!found) in_.fail("peaks.unknown_name", *places_[k], unknown(name), suggestion(name));
        all[k].tie_inputs.push_back(found.value_or(k));
      }
    }
    // Each tied parameter after those it needs; what is left over goes in a circle.
    std::vector<bool> known(all.size());
    for (std::size_t k = 0; k < all.size(); ++k) known[k] = !all[k].tie;
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t k = 0; k < all.size(); ++k) {
        const auto& needs = all[k].tie_inputs;
        if (known[k] || !std::all_of(needs.begin(), needs.end(), [&](std::size_t i) { return known[i]; }))
          continue;
        known[k] = moved = true;
        model_.order.push_back(k);
      }
    }
    if (!in_.errors().empty()) return;
    for (std::size_t k = 0; k < all.size(); ++k)
      if (!known[k])
        in_.fail("peaks.cycle", *places_[k],
                 "'" + all[k].name + "' is tied to itself through other parameters",
                 "give one of them a value or bounds");
  }

  ModelReading& in_;
  const Value* alternative_;
  RegionModel model_;
  std::vector<const Value*> places_;
  std::map<std::string, const Value*> overrides_, used_, without_, left_out_;
};

}  // namespace

RegionModel build_region_model(ModelReading& in, const Value& region, const Value* alternative) {
  return Builder(in, alternative).build(region);
}

}  // namespace litho
