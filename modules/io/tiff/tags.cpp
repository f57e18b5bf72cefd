#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "modules/io/tiff/layout.hpp"

namespace litho::tiff {
namespace {

constexpr std::uint64_t kMaxSide = 1U << 30;

/// What says where the pixels lie: long, and of no use without them.
constexpr std::array<std::uint16_t, 4> kPlaces{273, 279, 324, 325};
/// Fields that say how pixels are stored, or that may carry the scale: without them nothing true can be said.
/// Any other field whose value lies beyond the end of the file is dropped, for writers of private fields err.
constexpr std::array<std::uint16_t, 28> kNeeded{
    258, 270, 271, 272,   273,   279,   282,   283,   296,   305,   306,   320,   324,   325,
    338, 339, 347, 33560, 34118, 34119, 34680, 34682, 34683, 37706, 40092, 40093, 50431, 50838};

bool is_picture(const File& file, const Directory& directory) {
  // Bits 0 and 2 of NewSubfileType: reduced copy, transparency mask. SubfileType 2: reduced copy.
  return (file.integer(directory, 254).value_or(0) & 5U) == 0 &&
         file.integer(directory, 255).value_or(1) != 2;
}

}  // namespace

Result<Pages> find_pages(const File& file) {
  auto first = file.directory(file.first());
  if (!first) return first.errors();
  std::set<std::uint64_t> seen{file.first()};
  Pages pages{*first, 0};
  std::optional<std::array<std::uint64_t, 2>> size;
  Directory at = std::move(first).value();
  std::uint64_t walked = 0;  // directories of a sound file do not overlap
  while (true) {
    if (is_picture(file, at)) {
      const std::array here{file.integer(at, 256).value_or(0), file.integer(at, 257).value_or(0)};
      if (!size) {
        size = here;
        pages.first = at;
      }
      if (here == *size) ++pages.count;
    }
    walked += at.size;
    if (at.next == 0 || walked > file.size() || !seen.insert(at.next).second) break;
    auto next = file.directory(at.next);
    if (!next) break;  // many writers leave rubbish after the last directory; the first picture is whole
    at = std::move(next).value();
  }
  pages.count = std::max(pages.count, 1);
  return pages;
}

Result<ImageTags> tags_of(const File& file, const Directory& directory) {
  for (const std::uint16_t tag : directory.cut)
    if (std::ranges::find(kNeeded, tag) != kNeeded.end())
      return file.error("tiff.truncated",
                        "the value of tag " + std::to_string(tag) + " lies beyond the end of the file",
                        "the file was cut short: copy or export it again", directory.offset);
  const auto width = file.integer(directory, 256);
  const auto height = file.integer(directory, 257);
  if (!width || !height || *width == 0 || *height == 0)
    return file.error("tiff.corrupt", "the picture has no width or no height", "export the file again",
                      directory.offset);
  if (*width > kMaxSide || *height > kMaxSide || *width * *height > kMaxSide)
    return file.error("tiff.too_large",
                      "the header claims " + std::to_string(*width) + " x " + std::to_string(*height) +
                          " pixels, more than 2^30",
                      "cut the picture into fields", directory.offset);
  ImageTags tags;
  tags.file_name = file.name();
  tags.width_px = static_cast<int>(*width);
  tags.height_px = static_cast<int>(*height);
  tags.x_resolution = file.positive(directory, 282);
  tags.y_resolution = file.positive(directory, 283);
  tags.resolution_unit =
      static_cast<int>(std::min<std::uint64_t>(file.integer(directory, 296).value_or(0), 4));
  const std::uint64_t orientation = file.integer(directory, 274).value_or(1);
  if (orientation >= 5 && orientation <= 8) {  // rows stored as columns
    std::swap(tags.width_px, tags.height_px);
    std::swap(tags.x_resolution, tags.y_resolution);
  }
  std::uint64_t total = 0;
  for (const auto& [tag, field] : directory.fields) {
    if (std::ranges::find(kPlaces, tag) != kPlaces.end()) continue;
    total += field.value.size();
    if (total > file.size())
      return file.error("tiff.corrupt", "the values of the tags overlap", "export the file again",
                        directory.offset);
    tags.tags.emplace(tag, file.little_endian(field));
  }
  return tags;
}

}  // namespace litho::tiff
