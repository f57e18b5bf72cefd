#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "modules/sem/forest/kernel.hpp"
#include "modules/sem/frame/kernel.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// Classes of a layer model's forest, in this order; the last is there where cracks were labelled.
enum class LayerClass : std::uint8_t { outside = 0, interphase = 1, electrolyte = 2, crack = 3 };

/// One image a model was trained on, and how well a model that had not seen its specimen did on it.
struct TrainedOn {
  std::string file, sha256, labels_sha256, sample;
  double pixel_size_nm = 0;
  Side side = Side::top;
  double iou = 0;  ///< of the layer, cell by cell; NaN where no other specimen was there to learn from
  double boundary_um = 0;  ///< median distance of both boundaries from the labels'; NaN as above
  double agreement = 0;    ///< the IoU that the model itself expected
  double support = 0;      ///< mean probability of an edge along the weaker boundary
  double strangeness = 0;  ///< share of features outside the range of the training
  double crack_f1 = 0;     ///< of pixels of dark lines; NaN where no crack is labelled
};

/// All that `--model` needs.
struct LearnedModel {
  std::vector<TrainedOn> images;
  std::string label_classes;  ///< as given to --classes
  std::uint64_t seed = 0;
  std::string program;  ///< version that trained it

  double cell_um = 0;                         ///< side of a cell of the feature grid
  std::vector<std::uint8_t> lowest, highest;  ///< of each feature, 0.5 % and 99.5 % quantile
  std::vector<double> importance;             ///< of each feature, sum 1
  double exponent = 1;                        ///< of the shares: see calibrate
  double least_agreement = 0;                 ///< less than this: sem.model_uncertain
  double least_support = 0;                   ///< likewise
  double most_strangeness = 1;                ///< more than this: sem.model_uncertain
  Forest forest;
  Forest edges;  ///< elsewhere, outer boundary, front; without trees where no boundary was labelled

  Forest lines;        ///< dark lines: something else, crack; without trees where no crack was labelled
  double line_um = 0;  ///< pixel size at which lines are looked at
  double line_threshold = 0.5;        ///< share from which a line's pixel is crack
  bool lines_in_electrolyte = false;  ///< cracks were labelled there too
};

/// One file: a line with the version, a JSON card, the forest in binary, a SHA-256 of it all. Same model,
/// same bytes.
std::string encode_model(const LearnedModel& model);
/// Errors: model.not_a_model, model.version, model.features (made for other features than this program
/// computes), model.damaged.
Result<LearnedModel> decode_model(std::string_view bytes, const std::string& file_name);
/// What `lithoscope describe MODEL` prints.
std::string model_card(const LearnedModel& model);

}  // namespace litho
