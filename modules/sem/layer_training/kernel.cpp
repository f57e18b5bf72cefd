#include "modules/sem/layer_training/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "modules/sem/layer_training/fit.hpp"
#include "modules/sem/layer_training/report.hpp"
#include "modules/sem/learned_layers/solve.hpp"

namespace litho {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kCalibrationStride = 7;
constexpr std::size_t kWorst = 3;
constexpr int kLeastThreshold = 40, kMostThreshold = 70;  // per cent
constexpr double kPoor = 0.6;                             // IoU below which an image must be flagged
constexpr double kMargin = 1.03;                          // times the score of the best of the poor ones
constexpr double kLeastSupport = 0.3;  // poor readings of models of one to four specimens lie below it
constexpr double kFaintShare = 0.5;    // of the usual edge support
constexpr double kStranger = 2;        // times the strangest held-out image
constexpr double kStrangest = 0.05;    // never less than this
constexpr std::array<const char*, 4> kClassNames{"outside", "interphase", "electrolyte", "crack"};

using layer_training::fit;
using layer_training::Views;

bool is_layer(std::uint8_t c) {
  return c == static_cast<std::uint8_t>(LayerClass::interphase) ||
         c == static_cast<std::uint8_t>(LayerClass::crack);
}

/// IoU of the layer over labelled cells, and the median distance (cells) between found and labelled
/// boundaries in columns where the labels run through the layer without a break at its edge.
void score(const TrainingView& view, const learned::Boundaries& found, TrainedOn& card, double cell_um) {
  double both = 0, either = 0;
  std::vector<double> off;
  for (int u = 0; u < view.cells.width(); ++u) {
    const int top = found.outer[static_cast<std::size_t>(u)],
              bottom = found.front[static_cast<std::size_t>(u)];
    int first = -1, last = -1;
    for (int v = 0; v < view.cells.height(); ++v) {
      const std::uint8_t c = view.cells(u, v);
      if (c == kNoClass) continue;
      const bool said = v >= top && v < bottom, is = is_layer(c);
      both += said && is, either += said || is;
      if (is && first < 0) first = v;
      if (is) last = v;
    }
    const auto other = [&](int v) {
      return v >= 0 && v < view.cells.height() && view.cells(u, v) != kNoClass;
    };
    if (first > 1 && (other(first - 1) || other(first - 2))) off.push_back(std::abs(top - first));
    if (last >= 0 && (other(last + 1) || other(last + 2))) off.push_back(std::abs(bottom - last - 1));
  }
  card.iou = either > 0 ? both / either : kNan;
  card.boundary_um = kNan;
  if (off.empty()) return;
  const auto middle = off.begin() + static_cast<std::ptrdiff_t>(off.size() / 2);
  std::nth_element(off.begin(), middle, off.end());
  card.boundary_um = *middle * cell_um;
}

/// What models say of specimens they have not seen.
struct HeldOut {
  std::vector<float> shares;  ///< sample by sample
  std::vector<std::uint8_t> labels;
  std::array<std::array<double, 4>, 4> confusion{};
  std::vector<learned::Evidence> evidence;      ///< a view, uncalibrated; empty where none could be had
  std::vector<std::vector<float>> line_shares;  ///< a view, of crack; likewise
};

/// F1 of a view's line pixels at a threshold; NaN where none is labelled a crack.
double line_f1(const TrainingView& view, const std::vector<float>& shares, double threshold) {
  double hit = 0, called = 0, is = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (view.line_labels[i] > 1) continue;
    const bool crack = view.line_labels[i] == 1, said = shares[i] >= threshold;
    hit += crack && said, called += said, is += crack;
  }
  return is > 0 ? 2 * hit / (called + is) : kNan;
}

/// The threshold with the best mean F1 over the held-out views; even shares where there are none.
double best_line_threshold(const std::vector<TrainingView>& views, const HeldOut& held) {
  double best = -1, threshold = 0.5;
  for (int percent = kLeastThreshold; percent <= kMostThreshold; percent += 5) {
    double sum = 0;
    for (std::size_t k = 0; k < views.size(); ++k)
      if (const double f1 = line_f1(views[k], held.line_shares[k], percent / 100.0); f1 > 0) sum += f1;
    if (sum > best + 1e-9) best = sum, threshold = percent / 100.0;
  }
  return best > 0 ? threshold : 0.5;
}

void collect(const TrainingView& view, const learned::Evidence& e, int classes, HeldOut& out) {
  const std::size_t cells = view.cells.size();
  for (std::size_t i = 0; i < cells; ++i) {
    const std::uint8_t label = view.cells.pixels()[i];
    if (label >= classes) continue;
    int best = 0;
    for (int c = 1; c < classes; ++c)
      if (e.shares[static_cast<std::size_t>(c) * cells + i] >
          e.shares[static_cast<std::size_t>(best) * cells + i])
        best = c;
    out.confusion[label][static_cast<std::size_t>(best)] += 1;
    if (i % kCalibrationStride != 0) continue;
    out.labels.push_back(label);
    for (int c = 0; c < classes; ++c) out.shares.push_back(e.shares[static_cast<std::size_t>(c) * cells + i]);
  }
}

/// The value of a score below which images are flagged: above every held-out image that was poor.
double threshold(const std::vector<TrainedOn>& images, double TrainedOn::*score) {
  double least = 0;
  for (const TrainedOn& i : images)
    if (i.iou < kPoor) least = std::max(least, kMargin * (i.*score));
  return least;
}

/// Of the two scores the one that flags every poor held-out image and the fewest others.
void set_thresholds(LearnedModel& model) {
  const double agreement = threshold(model.images, &TrainedOn::agreement);
  const double support = threshold(model.images, &TrainedOn::support);
  int by_agreement = 0, by_support = 0;
  for (const TrainedOn& i : model.images)
    by_agreement += i.agreement < agreement, by_support += i.support < support;
  if (by_support < by_agreement)
    model.least_support = support;
  else
    model.least_agreement = agreement;
  // Good specimens alone would leave no limit at all: boundaries far fainter than the usual one are never
  // believed.
  std::vector<double> supports;
  for (const TrainedOn& i : model.images)
    if (std::isfinite(i.support)) supports.push_back(i.support);
  model.least_support = std::max(model.least_support, kLeastSupport);
  if (supports.empty()) return;
  const auto middle = supports.begin() + static_cast<std::ptrdiff_t>(supports.size() / 2);
  std::nth_element(supports.begin(), middle, supports.end());
  model.least_support = std::max(model.least_support, kFaintShare * *middle);
}

std::vector<float> by_class(const std::vector<float>& by_sample, int classes) {
  std::vector<float> out(by_sample.size());
  const auto k = static_cast<std::size_t>(classes);
  const std::size_t n = by_sample.size() / k;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t c = 0; c < k; ++c) out[c * n + i] = by_sample[i * k + c];
  return out;
}

void write_tables(const HeldOut& held, int classes, TrainingResult& out) {
  out.scores = Table({"file", "sample", "iou", "boundary_um", "expected_iou", "edge_support", "strangeness",
                      "crack_f1", "flagged"});
  for (const TrainedOn& i : out.model.images)
    out.scores.add(
        {i.file, i.sample, i.iou, i.boundary_um, i.agreement, i.support, i.strangeness, i.crack_f1,
         std::int64_t{i.agreement < out.model.least_agreement || i.support < out.model.least_support ||
                      i.strangeness > out.model.most_strangeness}});
  std::vector<std::string> columns{"labelled", "cells"};
  for (int c = 0; c < classes; ++c)
    columns.push_back(std::string("found_") + kClassNames[static_cast<std::size_t>(c)]);
  out.confusion = Table(columns);
  for (int l = 0; l < classes; ++l) {
    const auto& row = held.confusion[static_cast<std::size_t>(l)];
    double sum = 0;
    for (const double n : row) sum += n;
    std::vector<Cell> cells{std::string(kClassNames[static_cast<std::size_t>(l)]), sum};
    for (int c = 0; c < classes; ++c)
      cells.push_back(sum > 0 ? row[static_cast<std::size_t>(c)] / sum : kNan);
    out.confusion.add(std::move(cells));
  }
  out.importance = Table({"feature", "importance"});
  for (std::size_t f = 0; f < out.model.importance.size(); ++f)
    out.importance.add({pixel_feature_names()[f], out.model.importance[f]});
}

/// A held-out picture, drawn.
struct Case {
  double iou;
  std::size_t view;
  Image<Rgb8> picture;
};

void suggest(const std::vector<TrainingView>& views, std::vector<layer_training::Unsure> unsure,
             std::vector<Case> cases, TrainingResult& out) {
  std::stable_sort(unsure.begin(), unsure.end(),
                   [](const auto& a, const auto& b) { return a.support < b.support; });
  out.suggestions = Table({"file", "sample", "x_px", "y_px", "width_px", "boundary", "edge_support"});
  for (const auto& place : unsure)
    out.suggestions.add({views[place.view].card.file, views[place.view].card.sample, place.x_px, place.y_px,
                         place.width_px, std::string(place.front ? "front" : "outer"), place.support});
  std::erase_if(cases, [](const Case& c) { return !std::isfinite(c.iou); });
  std::stable_sort(cases.begin(), cases.end(), [](const Case& a, const Case& b) { return a.iou < b.iou; });
  for (std::size_t k = 0; k < std::min(kWorst, cases.size()); ++k)
    out.worst.push_back({views[cases[k].view].card.file, std::move(cases[k].picture)});
}

}  // namespace

Result<TrainingResult> train_layers(const std::vector<TrainingView>& views, const TrainingOptions& options) {
  if (views.empty())
    return Error{"train.no_images", "", "there is no labelled image", "name some in the sheet"};
  std::array<std::size_t, 4> labelled{};
  for (const TrainingView& view : views)
    for (const std::uint8_t c : view.cells.pixels())
      if (c < 4) ++labelled[c];
  Errors errors;
  for (std::size_t c = 0; c < 3; ++c)
    if (labelled[c] == 0)
      errors.push_back({"train.no_layer", "",
                        std::string("no ") + kClassNames[c] + " is labelled in any image",
                        "label some on both sides of the layer"});
  if (!errors.empty()) return errors;
  const int classes = labelled[3] > 0 ? 4 : 3;

  Views all;
  std::vector<std::string> specimens;
  for (const TrainingView& view : views) {
    all.push_back(&view);
    if (std::find(specimens.begin(), specimens.end(), view.card.sample) == specimens.end())
      specimens.push_back(view.card.sample);
  }
  HeldOut held;
  held.evidence.resize(views.size());
  held.line_shares.resize(views.size());
  for (const std::string& specimen : specimens) {
    Views others;
    for (const TrainingView* view : all)
      if (view->card.sample != specimen) others.push_back(view);
    if (others.empty()) continue;
    const auto model = fit(others, classes, options.forest);
    if (!model) continue;  // the other specimens do not show every class
    for (std::size_t k = 0; k < views.size(); ++k) {
      if (views[k].card.sample != specimen) continue;
      held.evidence[k] = learned::gather(views[k].grid, views[k].features, *model);
      collect(views[k], held.evidence[k], classes, held);
      if (const std::size_t n = views[k].lines.size(); n > 0 && !model->lines.trees.empty()) {
        std::vector<float> shares(2 * n);
        predict(model->lines, views[k].lines.values, n, shares);
        held.line_shares[k].assign(shares.begin() + static_cast<std::ptrdiff_t>(n), shares.end());
      }
    }
  }
  auto final_model = fit(all, classes, options.forest);
  if (!final_model) return final_model.errors();
  TrainingResult out;
  out.model = *std::move(final_model);
  out.model.seed = options.forest.seed;
  out.model.label_classes = options.label_classes;
  out.model.program = options.program;
  out.model.cell_um = views.front().grid.cell_px * views.front().card.pixel_size_nm / 1e3;
  if (!held.labels.empty())
    out.model.exponent = calibrate(by_class(held.shares, classes), held.labels, classes);

  out.model.line_um = options.line_um;
  out.model.lines_in_electrolyte = options.lines_in_electrolyte;
  out.model.line_threshold = best_line_threshold(views, held);

  double strangest = 0;
  std::vector<layer_training::Unsure> unsure;
  std::vector<Case> cases;
  for (std::size_t k = 0; k < views.size(); ++k) {
    TrainedOn card = views[k].card;
    card.iou = card.boundary_um = card.agreement = card.support = card.strangeness = kNan;
    card.crack_f1 = line_f1(views[k], held.line_shares[k], out.model.line_threshold);
    if (learned::Evidence& e = held.evidence[k]; !e.shares.empty()) {
      sharpen(e.shares, classes, out.model.exponent);
      const auto found = learned::solve(views[k].grid, e);
      score(views[k], found, card, out.model.cell_um);
      card.agreement = found.agreement;
      card.support = found.support;
      card.strangeness = e.strangeness;
      strangest = std::max(strangest, e.strangeness);
      for (const auto& place : layer_training::unsure_places(views[k], k, e, found)) unsure.push_back(place);
      cases.push_back({card.iou, k, layer_training::draw_case(views[k], found)});
    }
    out.model.images.push_back(std::move(card));
  }
  set_thresholds(out.model);
  out.model.most_strangeness = std::max(kStrangest, kStranger * strangest);
  write_tables(held, classes, out);
  suggest(views, std::move(unsure), std::move(cases), out);
  return out;
}

}  // namespace litho
