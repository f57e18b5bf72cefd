#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "modules/io/picture/kernel.hpp"
#include "modules/sem/learned_model/kernel.hpp"
#include "modules/sem/line_features/kernel.hpp"
#include "modules/sem/pixel_features/kernel.hpp"
#include "modules/sem/restore/kernel.hpp"
#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/core/table.hpp"

namespace litho {

/// What a label value stands for.
enum class Meaning : std::uint8_t { unlabelled, outside, interphase, electrolyte, crack, pore, gap, other };
using LabelClasses = std::map<int, Meaning>;

/// The values of labels/*.tif: 0 unlabelled, 1 outside, 2 interphase, 3 electrolyte, 4 crack, 5 pore, 6 gap.
LabelClasses default_label_classes();
/// "0=other,1=interphase,2=crack". Errors, all at once: train.classes.
Result<LabelClasses> parse_label_classes(std::string_view text);

/// One labelled picture.
struct LabelledPicture {
  TrainedOn card;  ///< file, hashes, sample, pixel size; the scores are filled in by training
  std::optional<Side> side;
  Restored picture;
  Image<std::uint8_t> usable;
  Image<int> labels;  ///< values of `classes`
};

/// What training keeps of a picture: features and classes on the grid. About 50 bytes a cell.
struct TrainingView {
  TrainedOn card;
  FeatureGrid grid;
  PixelFeatures features;
  Image<std::uint8_t> cells;              ///< LayerClass; kNoClass where not labelled or mixed
  LinePixels lines;                       ///< none where the classes know no crack
  std::vector<std::uint8_t> line_labels;  ///< 0 something else, 1 crack, kNoClass not labelled
};
inline constexpr std::uint8_t kNoClass = 255;

/// Side of a grid cell for a set of pictures: about 384 cells along the longest one's longer side, in um.
double training_cell_um(const std::vector<double>& longest_side_um);

/// Where cracks are learnt: where something is called `other`, cracks in it are not labelled.
bool cracks_in_electrolyte(const LabelClasses& classes);

/// The picture on the grid, its dark lines at `line_um` a pixel. `other` counts as outside above and as
/// electrolyte below the layer. Errors, each with the file: train.size, train.value (not in `classes`),
/// train.one_class (all say the same),
/// train.empty, train.no_layer, train.shifted (see shift.hpp).
Result<TrainingView> make_training_view(const LabelledPicture& picture, const LabelClasses& classes,
                                        double cell_um, double line_um);

struct TrainingOptions {
  ForestOptions forest;
  double line_um = 0;
  bool lines_in_electrolyte = false;
  std::string label_classes;  ///< as given, for the card
  std::string program;
};

struct TrainingResult {
  LearnedModel model;
  Table scores;       ///< an image a row: specimen, scores with it left out
  Table confusion;    ///< of cells of held-out specimens: labelled, then a share a class found
  Table importance;   ///< a feature a row
  Table suggestions;  ///< a place a row where a label would help most, least certain first
  struct WorstCase {
    std::string file;
    Image<Rgb8> picture;
  };
  std::vector<WorstCase> worst;  ///< held-out images of the lowest IoU, at most three
};

/// Trains on all views; scores, calibration and thresholds come from models that had not seen the specimen in
/// question
/// (`card.sample`). Deterministic. Errors: train.no_images, train.no_layer (a class is nowhere labelled).
Result<TrainingResult> train_layers(const std::vector<TrainingView>& views, const TrainingOptions& options);

}  // namespace litho
