#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "pipeline/core/result.hpp"

namespace litho {

struct SemSampleOptions {
  int count = 24;
  std::uint64_t seed = 1;
  std::string kind = "interphase";  ///< interphase | fracture
  std::string level =
      "mix";       ///< clean | medium | rough | hopeless | mix (three tenths of each, one tenth hopeless)
  int fields = 1;  ///< consecutive images that are fields of one specimen
  int width_px = 2048;
  int height_px = 1536;   ///< databar included
  int jobs = 1;           ///< images drawn at the same time; the files do not depend on it
  bool compress = false;  ///< Deflate with predictor instead of plain strips
};

/// Draws `count` synthetic cross-section micrographs of an interphase, or of a fractured pellet, with known
/// truth: `dir`/sem_NNNN.tif, `dir`/truth.csv and
/// `dir`/truth/sem_NNNN_{labels.tif,boundaries.csv,cracks.geojson}; README.md tells the model and every
/// column. An image depends on (seed, kind, its index, level, fields, size) alone. Cost about 1 s for 2048 x
/// 1536 on one core. Errors: sample.kind, sample.level, sample.size (256..16384 px a side), sample.count,
/// sample.fields, file.unwritable, tiff.write.
Status write_sem_samples(const SemSampleOptions& options, const std::filesystem::path& dir);

}  // namespace litho
