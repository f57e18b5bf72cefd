#include "modules/sem/layer_training/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "modules/sem/layer_training/complete.hpp"
#include "modules/sem/learned_layers/solve.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kSamplesAClass = 4000;  // kept of each picture
constexpr int kRounds = 3;                    // of completing strokes
constexpr std::size_t kLinesAClass = 1500;
constexpr std::size_t kCalibrationStride = 7;
constexpr int kLeastThreshold = 40, kMostThreshold = 70;  // per cent
constexpr double kPoor = 0.6;                             // IoU below which an image must be flagged
constexpr double kMargin = 1.03;                          // times the score of the best of the poor ones
constexpr double kFaintShare = 0.5;                       // of the usual edge support
constexpr double kStranger = 2;                           // times the strangest held-out image
constexpr double kStrangest = 0.05;                       // never less than this
constexpr std::array<const char*, 4> kClassNames{"outside", "interphase", "electrolyte", "crack"};

using layer_training::complete;
using layer_training::edge_cells;
using layer_training::is_scribbled;
using Views = std::vector<const TrainingView*>;

bool is_layer(std::uint8_t c) {
  return c == static_cast<std::uint8_t>(LayerClass::interphase) ||
         c == static_cast<std::uint8_t>(LayerClass::crack);
}

/// Distinct cells of each class in each view, at random, the same for the same seed; of cells, or of their
/// edges.
ForestSamples sample(const Views& views, const std::vector<Image<std::uint8_t>>& cells, int classes,
                     bool edges, std::uint64_t seed) {
  ForestSamples out;
  out.features = static_cast<int>(pixel_feature_names().size());
  out.classes = classes;
  std::vector<std::string> specimens;
  for (std::size_t k = 0; k < views.size(); ++k) {
    const TrainingView* view = views[k];
    const auto known = std::find(specimens.begin(), specimens.end(), view->card.sample);
    const int group = static_cast<int>(known - specimens.begin());
    if (known == specimens.end()) specimens.push_back(view->card.sample);
    std::array<std::vector<std::uint32_t>, 4> of;
    const Image<std::uint8_t> labels = edges ? edge_cells(cells[k]) : cells[k];
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (labels.pixels()[i] < classes) of[labels.pixels()[i]].push_back(static_cast<std::uint32_t>(i));
    RandomStream random(seed, (edges ? "edges " : "cells ") + view->card.file);
    for (std::size_t c = 0; c < of.size(); ++c) {
      const std::size_t n = std::min(kSamplesAClass, of[c].size());
      for (std::size_t j = 0; j < n; ++j) {
        std::swap(of[c][j], of[c][j + random.below(static_cast<std::uint32_t>(of[c].size() - j))]);
        for (std::size_t f = 0; f < static_cast<std::size_t>(out.features); ++f)
          out.values.push_back(view->features.values[f * view->features.cells() + of[c][j]]);
        out.labels.push_back(static_cast<std::uint8_t>(c));
        out.groups.push_back(group);
      }
    }
  }
  return out;
}

/// Distinct pixels of cracks and of other dark lines in each view, likewise.
ForestSamples sample_lines(const Views& views, std::uint64_t seed) {
  ForestSamples out;
  out.features = static_cast<int>(line_feature_names().size());
  out.classes = 2;
  std::vector<std::string> specimens;
  for (const TrainingView* view : views) {
    const auto known = std::find(specimens.begin(), specimens.end(), view->card.sample);
    const int group = static_cast<int>(known - specimens.begin());
    if (known == specimens.end()) specimens.push_back(view->card.sample);
    std::array<std::vector<std::uint32_t>, 2> of;
    for (std::size_t i = 0; i < view->line_labels.size(); ++i)
      if (view->line_labels[i] < 2) of[view->line_labels[i]].push_back(static_cast<std::uint32_t>(i));
    RandomStream random(seed, "lines " + view->card.file);
    for (std::size_t c = 0; c < of.size(); ++c) {
      const std::size_t n = std::min(kLinesAClass, of[c].size());
      for (std::size_t k = 0; k < n; ++k) {
        std::swap(of[c][k], of[c][k + random.below(static_cast<std::uint32_t>(of[c].size() - k))]);
        for (std::size_t f = 0; f < static_cast<std::size_t>(out.features); ++f)
          out.values.push_back(view->lines.values[f * view->lines.size() + of[c][k]]);
        out.labels.push_back(static_cast<std::uint8_t>(c));
        out.groups.push_back(group);
      }
    }
  }
  return out;
}

void learn_ranges(const ForestSamples& samples, LearnedModel& model) {
  const auto features = static_cast<std::size_t>(samples.features);
  for (std::size_t f = 0; f < features; ++f) {
    std::array<std::size_t, 256> counts{};
    for (std::size_t i = 0; i < samples.size(); ++i) ++counts[samples.values[i * features + f]];
    const std::size_t tail = samples.size() / 200;
    std::size_t below = 0, above = 0;
    int lo = 0, hi = 255;
    while (lo < 255 && (below += counts[static_cast<std::size_t>(lo)]) <= tail) ++lo;
    while (hi > 0 && (above += counts[static_cast<std::size_t>(hi)]) <= tail) --hi;
    model.lowest.push_back(static_cast<std::uint8_t>(lo));
    model.highest.push_back(static_cast<std::uint8_t>(hi));
  }
}

/// The forest of classes and what it was trained on.
Result<LearnedModel> fit_classes(const Views& views, const std::vector<Image<std::uint8_t>>& cells,
                                 int classes, const ForestOptions& options) {
  const ForestSamples samples = sample(views, cells, classes, false, options.seed);
  auto trained = train_forest(samples, options);
  if (!trained) return trained.errors();
  LearnedModel model;
  learn_ranges(samples, model);
  model.importance = trained->importance;
  model.forest = (*std::move(trained)).forest;
  return model;
}

Result<LearnedModel> fit(const Views& views, int classes, const ForestOptions& options) {
  std::vector<Image<std::uint8_t>> cells;
  for (const TrainingView* view : views) cells.push_back(view->cells);
  auto fitted = fit_classes(views, cells, classes, options);
  if (!fitted) return fitted;
  LearnedModel model = *std::move(fitted);
  const auto learn_edges = [&] {
    if (auto edges = train_forest(sample(views, cells, 3, true, options.seed), options))
      model.edges = (*std::move(edges)).forest;
  };
  // Strokes say nothing of boundaries: they are found with the strokes' own model and the pictures' edges,
  // then once more with what all pictures' boundaries then look like.
  const bool strokes = std::any_of(cells.begin(), cells.end(), is_scribbled);
  for (int round = 0; strokes && round < kRounds; ++round) {
    for (std::size_t k = 0; k < views.size(); ++k)
      if (is_scribbled(views[k]->cells)) cells[k] = complete(*views[k], model);
    auto again = fit_classes(views, cells, classes, options);
    if (!again) return again;
    model = *std::move(again);
    learn_edges();
  }
  if (!strokes) learn_edges();
  ForestOptions line_options = options;
  line_options.depth = 12, line_options.least_leaf = 20;
  if (auto lines = train_forest(sample_lines(views, options.seed), line_options))
    model.lines = (*std::move(lines)).forest;
  return model;
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
    }
    out.model.images.push_back(std::move(card));
  }
  set_thresholds(out.model);
  out.model.most_strangeness = std::max(kStrangest, kStranger * strangest);
  write_tables(held, classes, out);
  return out;
}

}  // namespace litho
