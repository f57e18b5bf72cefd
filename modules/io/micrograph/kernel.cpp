#include "modules/io/micrograph/kernel.hpp"

#include <utility>

#include "modules/io/png/kernel.hpp"
#include "modules/io/tiff/kernel.hpp"

namespace litho {

Result<OpenedMicrograph> open_micrograph(std::span<const std::uint8_t> bytes, const std::string& file_name,
                                         std::vector<Sidecar> sidecars,
                                         const MicrographOverrides& overrides) {
  if (bytes.empty())
    return Error{"micrograph.empty_file", file_name, "the file is empty",
                 "copy it again from the microscope"};
  if (!is_tiff(bytes) && !is_png(bytes))
    return Error{"micrograph.unknown_format", file_name, "is neither TIFF nor PNG by its content",
                 "export the micrograph as TIFF from the microscope's software"};
  auto picture = is_tiff(bytes) ? read_tiff(bytes, file_name) : read_png(bytes, file_name);
  if (!picture) return picture.errors();
  OpenedMicrograph opened{*std::move(picture), {}};
  opened.picture.tags.sidecars = std::move(sidecars);
  opened.scale = read_scale(opened.picture.tags);
  if (overrides.pixel_size_nm)
    opened.scale =
        with_override(std::move(opened.scale), *overrides.pixel_size_nm, overrides.pixel_size_source);
  if (opened.scale.pixel_size && overrides.scale_u_percent)
    opened.scale.pixel_size->u_percent = overrides.scale_u_percent;
  if (overrides.view_tilt_deg) opened.scale.acquisition.view_tilt_deg = overrides.view_tilt_deg;
  return opened;
}

Result<Micrograph> to_micrograph(OpenedMicrograph opened) {
  MicrographData data;
  data.grey = std::move(opened.picture.grey);
  data.annotation = std::move(opened.picture.annotation);
  data.bits = opened.picture.bits;
  data.white = opened.picture.white;
  data.pixel_size = std::move(opened.scale.pixel_size);
  data.acquisition = std::move(opened.scale.acquisition);
  return Micrograph::make(std::move(data));
}

}  // namespace litho
