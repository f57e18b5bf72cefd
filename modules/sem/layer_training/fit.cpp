#include "modules/sem/layer_training/fit.hpp"

#include <algorithm>
#include <array>

#include "modules/sem/layer_training/complete.hpp"
#include "pipeline/core/rng.hpp"

namespace litho::layer_training {
namespace {

constexpr std::size_t kSamplesAClass = 4000, kLinesAClass = 1500;  // kept of each picture
constexpr int kRounds = 3;                                         // of completing strokes

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

}  // namespace

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

}  // namespace litho::layer_training
