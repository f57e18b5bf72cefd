#include "samples/sem/sample_sem.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <thread>
#include <utility>
#include <vector>

#include "pipeline/core/file.hpp"
#include "pipeline/core/measured.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"
#include "pipeline/core/table.hpp"
#include "samples/sem/crack_truth.hpp"
#include "samples/sem/databar.hpp"
#include "samples/sem/render.hpp"
#include "samples/sem/tiff_out.hpp"
#include "samples/sem/truth.hpp"

namespace litho {
namespace {

using namespace sem_sample;

constexpr std::array<const char*, 4> kSides{"top", "bottom", "left", "right"};

std::string level_of(const SemSampleOptions& options, int index) {
  if (options.level != "mix") return options.level;
  const int specimen = index / options.fields;
  RandomStream random(options.seed, (options.kind == "fracture" ? "fracture/" : "sem/") +
                                        std::to_string(specimen) + "/level");
  const double u = random.uniform();
  return u < 0.3 ? "clean" : u < 0.6 ? "medium" : u < 0.9 ? "rough" : "hopeless";
}

std::string stem_of(int index) {
  char name[32];
  std::snprintf(name, sizeof name, "sem_%04d", index);
  return name;
}

const char* defect_name(Hopeless hopeless) {
  constexpr std::array<const char*, 7> kNames{"",          "no_layer", "no_contrast", "defocused",
                                              "saturated", "blank",    "no_scale"};
  return kNames[static_cast<std::size_t>(hopeless)];
}

using Fields = std::vector<std::pair<const char*, Cell>>;

Fields truth_fields(const Scene& scene, const Truth& truth, const CrackTruth& cracks, const Rendered& image,
                    const std::string& file, const std::string& sample) {
  const double um = scene.pixel_size_nm / 1000, pellet = image.pellet_area_px2;
  const double layer_area = image.filament_area_px2 + image.base_layer_area_px2;
  const bool measurable = scene.hopeless == Hopeless::no;
  const bool layer = measurable && std::isfinite(truth.thickness);
  const auto number = [&](double value) { return layer ? Cell(value) : Cell(); };
  const auto count = [&](int value) { return layer ? Cell(std::int64_t{value}) : Cell(); };
  const auto fracture = [&](double value) { return measurable ? Cell(value) : Cell(); };
  const auto fractures = [&](int value) { return measurable ? Cell(std::int64_t{value}) : Cell(); };
  const char* expected = !measurable ? "refuse" : scene.level == "rough" ? "any" : "ok";
  return {{"image", file},
          {"sample", sample},
          {"kind", std::string(scene.kind == Kind::fracture ? "fracture" : "interphase")},
          {"level", scene.level},
          {"expected", std::string(expected)},
          {"side", layer ? Cell(std::string(kSides[static_cast<std::size_t>(scene.side)])) : Cell()},
          {"tilt_deg", number(truth.tilt_deg)},
          {"pixel_size_nm", scene.hopeless == Hopeless::no_scale ? Cell() : Cell(scene.pixel_size_nm)},
          {"field_fraction", number(truth.field_fraction)},
          {"thickness_um", number(truth.thickness * um)},
          {"specimen_thickness_um", number(scene.thickness * um)},
          {"thickness_sd_um", number(truth.thickness_sd * um)},
          {"thickness_drift_um", number(scene.drift * um)},
          {"front_process_rq_um", number(scene.roughness.rq_px * um)},
          {"front_process_correlation_um", number(scene.roughness.correlation_px * um)},
          {"front_process_hurst", number(scene.roughness.hurst)},
          {"front_rq_um", number(truth.front_rq * um)},
          {"front_peak_um", number(truth.front_peak * um)},
          {"filament_count", count(truth.filament_count)},
          {"filament_depth_p95_um", number(truth.filament_depth_p95 * um)},
          {"filament_depth_max_um", number(truth.filament_depth_max * um)},
          {"filament_area_fraction", number(image.filament_area_px2 / layer_area)},
          {"morphology", truth.morphology},
          {"cnr", number(image.cnr)},
          {"blur_px", scene.look.blur_px},
          {"pellet_area_um2", fracture(pellet * um * um)},
          {"crack_count", fractures(cracks.count)},
          {"crack_length_um", fracture(cracks.length * um)},
          {"crack_density_per_um", fracture(cracks.length / pellet / um)},
          {"crack_area_fraction", fracture(image.crack_area_px2 / pellet)},
          {"opening_mean_um", fracture(cracks.opening_mean * um)},
          {"opening_p95_um", fracture(cracks.opening_p95 * um)},
          {"opening_max_um", fracture(cracks.opening_max * um)},
          {"orientation_deg", fracture(cracks.orientation_deg)},
          {"orientation_order", fracture(cracks.orientation_order)},
          {"junction_count", fractures(cracks.junctions)},
          {"largest_cluster_um", fracture(cracks.largest * um)},
          {"spans_field", fractures(cracks.spans_field)},
          {"cracks_at_interphase", count(cracks.at_interphase)},
          {"delamination_um", fracture(truth.gap_length * um)},
          {"delamination_fraction", fracture(truth.gap_fraction)},
          {"verdict", measurable ? Cell(cracks.verdict) : Cell()},
          {"picture_rows", std::int64_t{scene.picture_rows}},
          {"vendor", std::string(vendor_name(scene.vendor))},
          {"defect", std::string(defect_name(scene.hopeless))}};
}

Table table_of(const std::vector<Fields>& items) {
  std::vector<std::string> columns;
  for (const auto& [name, cell] : items.front()) columns.emplace_back(name);
  Table table(std::move(columns));
  for (const Fields& item : items) {
    std::vector<Cell> row;
    for (const auto& [name, cell] : item) row.push_back(cell);
    table.add(std::move(row));
  }
  return table;
}

void add_points(Table& table, const char* curve, const std::vector<PointPx>& points) {
  for (const PointPx& p : points) table.add({std::string(curve), p.x, p.y, Cell()});
}

// Filaments are written as what they are: chains of circles whose hull is the filament.
std::string boundaries_csv(const Scene& scene) {
  Table table({"curve", "x_px", "y_px", "radius_px"});
  if (scene.hopeless != Hopeless::no) return write_csv(table);
  add_points(table, "outer", boundary_in_picture(scene, scene.outer, 1));
  if (scene.layer) add_points(table, "base_front", boundary_in_picture(scene, scene.front, 1));
  for (std::size_t k = 0; k < scene.filaments.size(); ++k)
    for (std::size_t s = 0; s < scene.filaments[k].strands.size(); ++s)
      for (const Bead& b : scene.filaments[k].strands[s]) {
        const PointPx p = scene.frame.to_image(b.u, b.v);
        table.add({"filament-" + std::to_string(k + 1) + (s == 0 ? "" : "." + std::to_string(s)), p.x, p.y,
                   b.radius});
      }
  return write_csv(table);
}

Result<Fields> write_one(const SemSampleOptions& options, int index, const std::filesystem::path& dir) {
  const Scene scene =
      make_scene(options.kind == "fracture" ? Kind::fracture : Kind::interphase, options.seed, index,
                 level_of(options, index), options.width_px, options.height_px, options.fields);
  const Truth truth = measure(scene);
  const CrackNetwork network = visible_network(scene);
  Rendered image = render(scene);
  const std::string stem = stem_of(index), file = stem + ".tif";
  const Exposure exposure = make_exposure(scene);
  draw_databar(scene, exposure, image.pixels);
  VendorHeader header = vendor_header(scene, exposure, file);
  if (scene.hopeless == Hopeless::no_scale) header = {};
  const std::filesystem::path beside = dir / "truth";
  if (Status s = write_tiff(image.pixels, scene.palette ? Palette::grey : Palette::none, options.compress,
                            header.tags, dir / file);
      !s)
    return s.errors();
  if (!header.sidecar.empty())
    if (Status s = write_file(dir / (stem + ".txt"), header.sidecar); !s) return s.errors();
  if (Status s = write_tiff(image.labels, Palette::labels, true, {}, beside / (stem + "_labels.tif")); !s)
    return s.errors();
  if (Status s = write_file(beside / (stem + "_boundaries.csv"), boundaries_csv(scene)); !s)
    return s.errors();
  if (Status s = write_file(beside / (stem + "_cracks.geojson"), cracks_geojson(scene, network)); !s)
    return s.errors();
  return truth_fields(scene, truth, measure_cracks(scene, network), image, file,
                      "specimen-" + std::to_string(1 + index / options.fields));
}

}  // namespace

Status write_sem_samples(const SemSampleOptions& options, const std::filesystem::path& dir) {
  Errors errors;
  if (options.level != "clean" && options.level != "medium" && options.level != "rough" &&
      options.level != "hopeless" && options.level != "mix")
    errors.push_back({"sample.level", "", "unknown level \"" + options.level + "\"",
                      "use clean, medium, rough, hopeless or mix"});
  if (options.kind != "interphase" && options.kind != "fracture")
    errors.push_back(
        {"sample.kind", "", "unknown kind \"" + options.kind + "\"", "use interphase or fracture"});
  if (options.fields < 1)
    errors.push_back(
        {"sample.fields", "", "a specimen has no field", "ask for at least one field a specimen"});
  if (options.jobs < 1) errors.push_back({"sample.jobs", "", "nobody to draw", "ask for at least one job"});
  if (options.count < 1)
    errors.push_back({"sample.count", "", "nothing to draw", "ask for at least one image"});
  for (const int side : {options.width_px, options.height_px})
    if (side < 256 || side > 16384)
      errors.push_back(
          {"sample.size", "", std::to_string(side) + " px is outside 256..16384", "choose another size"});
  if (!errors.empty()) return errors;
  // Images are independent of each other: they may be drawn in any order.
  std::vector<Result<Fields>> drawn(static_cast<std::size_t>(options.count), Fields{});
  std::atomic<int> next = 0;
  const auto draw = [&] {
    for (int index = next++; index < options.count; index = next++)
      drawn[static_cast<std::size_t>(index)] = write_one(options, index, dir);
  };
  {
    std::vector<std::jthread> others;
    for (int k = 1; k < std::min(options.jobs, options.count); ++k) others.emplace_back(draw);
    draw();
  }
  std::vector<Fields> rows;
  for (Result<Fields>& fields : drawn) {
    if (!fields) return fields.errors();
    rows.push_back(*std::move(fields));
  }
  Table sheet({"file", "sample"});
  for (const Fields& row : rows) sheet.add({row[0].second, row[1].second});
  if (Status s = write_file(dir / "sheet.csv", write_csv(sheet)); !s) return s;
  return write_file(dir / "truth.csv", write_csv(table_of(rows)));
}

}  // namespace litho
