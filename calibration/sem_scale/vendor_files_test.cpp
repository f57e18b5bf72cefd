#include <gtest/gtest.h>

#include <filesystem>

#include "calibration/sem_scale/sem_scale.hpp"
#include "calibration/sem_scale/tags_for_test.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"
#include "pipeline/core/table.hpp"
#include "pipeline/core/text.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

/// Tags of the first directory of a classic TIFF, enough for these tests and independent of the project's
/// reader.
class TiffTags {
 public:
  explicit TiffTags(const std::vector<std::uint8_t>& file)
      : file_(file), big_(file.size() > 2 && file[0] == 'M') {}

  ImageTags read(const std::string& name) const {
    ImageTags out;
    out.file_name = name;
    const std::size_t directory = u32(4);
    for (std::size_t i = 0; i < u16(directory); ++i) {
      const std::size_t entry = directory + 2 + 12 * i;
      const unsigned tag = u16(entry), type = u16(entry + 2);
      const std::size_t count = u32(entry + 4), size = count * (type == 3   ? 2
                                                                : type == 4 ? 4
                                                                : type == 5 ? 8
                                                                            : 1);
      const std::size_t at = size <= 4 ? entry + 8 : u32(entry + 8);
      const auto whole = [&] { return type == 3 ? u16(at) : u32(at); };
      if (tag == 256) out.width_px = static_cast<int>(whole());
      if (tag == 257) out.height_px = static_cast<int>(whole());
      if (tag == 296) out.resolution_unit = static_cast<int>(whole());
      if (tag == 282 && u32(at + 4) != 0) out.x_resolution = static_cast<double>(u32(at)) / u32(at + 4);
      if (tag == 283 && u32(at + 4) != 0) out.y_resolution = static_cast<double>(u32(at)) / u32(at + 4);
      if ((type == 1 || type == 2 || type == 7) && at + size <= file_.size())
        out.tags[static_cast<std::uint16_t>(tag)].assign(
            file_.begin() + static_cast<std::ptrdiff_t>(at),
            file_.begin() + static_cast<std::ptrdiff_t>(at + size));
    }
    return out;
  }

 private:
  std::uint32_t byte(std::size_t i) const { return i < file_.size() ? file_[i] : 0; }
  std::uint32_t u16(std::size_t i) const {
    return big_ ? byte(i) << 8 | byte(i + 1) : byte(i + 1) << 8 | byte(i);
  }
  std::uint32_t u32(std::size_t i) const {
    return big_ ? u16(i) << 16 | u16(i + 2) : u16(i + 2) << 16 | u16(i);
  }

  const std::vector<std::uint8_t>& file_;
  bool big_;
};

const fs::path kVendor = fs::path(LITHOSCOPE_SHARED_DATA) / "sem/vendor";

ImageTags tags_of(const fs::path& path) {
  const auto file = read_file(path);
  ImageTags tags = TiffTags(file.value()).read(path.filename().string());
  for (const std::string& name : sidecar_candidates(tags.file_name))
    if (const auto text = read_file(path.parent_path() / name)) tags.sidecars.push_back({name, *text});
  return tags;
}

struct Expected {
  std::string file;
  std::optional<double> nm;
};

std::vector<Expected> expected_files() {
  const auto text = read_text_file(kVendor / "pixel_sizes.tsv");
  std::vector<Expected> out;
  for (const std::string_view line : split_lines(text.value())) {
    const auto cells = split(line, '\t');
    if (cells.size() > 2 && cells[0] != "file")
      out.push_back({std::string(cells[0]), parse_double(trim(cells[1]))});
  }
  return out;
}

// Oracle: reviewed sample (pixel sizes read by hand from the files and confirmed on their burned-in bars).
TEST(SemScaleFiles, GiveTheManifestsPixelSizeOrARefusal) {
  LITHO_NEEDS_SHARED_DATA(kVendor / "pixel_sizes.tsv");
  ASSERT_EQ(expected_files().size(), 14u);
  for (const Expected& e : expected_files()) {
    const ScaleReport report = read_scale(tags_of(kVendor / e.file));
    ASSERT_EQ(report.pixel_size.has_value(), e.nm.has_value()) << e.file << ": " << to_string(report.refusal);
    if (e.nm) {
      const double allowed = e.file.starts_with("jeol") ? 0.01 : 0.001;
      EXPECT_NEAR(report.pixel_size->nm / *e.nm, 1, allowed) << e.file;
      EXPECT_EQ(report.refusal.code, "") << e.file;
    } else {
      EXPECT_TRUE(report.refusal.code.starts_with("scale.")) << e.file;
      EXPECT_FALSE(report.refusal.hint.empty()) << e.file;
    }
  }
}

/// Every text of a file that a reader may see.
std::vector<std::vector<std::uint8_t>*> texts_of(ImageTags& tags) {
  std::vector<std::vector<std::uint8_t>*> out;
  for (auto& [tag, bytes] : tags.tags)
    if (bytes.size() > 8) out.push_back(&bytes);
  for (Sidecar& sidecar : tags.sidecars) out.push_back(&sidecar.bytes);
  return out;
}

// Oracle: invariant (damage gives the true pixel size or a refusal wherever the file states it more than
// once).
TEST(SemScaleFiles, FlippedAndCutBytesNeverGiveAnotherPixelSize) {
  LITHO_NEEDS_SHARED_DATA(kVendor / "pixel_sizes.tsv");
  for (const Expected& e : expected_files()) {
    const ImageTags whole = tags_of(kVendor / e.file);
    // One statement alone can be falsified digit by digit; there only crashes are looked for.
    const bool stated_twice = e.file.starts_with("zeiss") || e.file.starts_with("fei") ||
                              e.file.starts_with("tescan") || e.file.starts_with("hitachi") ||
                              e.file.starts_with("openfibsem");
    RandomStream random(1, e.file);
    for (int run = 0; run < 200; ++run) {
      ImageTags tags = whole;
      const auto texts = texts_of(tags);
      if (texts.empty()) continue;
      auto& text = *texts[random.below(static_cast<std::uint32_t>(texts.size()))];
      if (run % 4 == 0) {
        text.resize(random.below(static_cast<std::uint32_t>(text.size())));
      } else {
        text[random.below(static_cast<std::uint32_t>(text.size()))] =
            static_cast<std::uint8_t>(random.bits());
      }
      const ScaleReport report = read_scale(tags);
      EXPECT_NE(report.pixel_size.has_value(), !report.refusal.code.empty());
      if (!e.nm) {
        EXPECT_FALSE(report.pixel_size) << e.file;
      } else if (report.pixel_size && stated_twice) {
        EXPECT_NEAR(report.pixel_size->nm / *e.nm, 1, 0.0055)
            << e.file << " run " << run << " " << report.pixel_size->source;
      }
    }
  }
}

// Oracle: invariant (a picture halved or doubled since must not keep its old pixel size where the file tells
// its size).
TEST(SemScaleFiles, AResizedPictureIsRefused) {
  LITHO_NEEDS_SHARED_DATA(kVendor / "pixel_sizes.tsv");
  for (const Expected& e : expected_files()) {
    if (!e.nm || e.file.starts_with("imagej")) continue;
    for (const double factor : {0.25, 0.5, 0.75, 1.5, 2.0}) {
      ImageTags tags = tags_of(kVendor / e.file);
      tags.width_px = static_cast<int>(tags.width_px * factor);
      tags.height_px = static_cast<int>(tags.height_px * factor);
      const ScaleReport report = read_scale(tags);
      // Only this old Zeiss text speaks of the field alone, so that its pixel follows a resize.
      if (report.pixel_size && e.file == "zeiss_ultra55_512.tif") {
        EXPECT_NEAR(report.pixel_size->nm * factor / *e.nm, 1, 0.001);
      } else {
        EXPECT_FALSE(report.pixel_size) << e.file << " x " << factor;
      }
    }
  }
}

// Oracle: invariant (a crop keeps the pixel: whatever is said of a cropped picture is the old value or a
// refusal).
TEST(SemScaleFiles, ACroppedPictureKeepsItsPixelOrIsRefused) {
  LITHO_NEEDS_SHARED_DATA(kVendor / "pixel_sizes.tsv");
  for (const Expected& e : expected_files()) {
    if (!e.nm) continue;
    const ImageTags whole = tags_of(kVendor / e.file);
    RandomStream random(2, e.file);
    for (int run = 0; run < 50; ++run) {
      ImageTags tags = whole;
      if (run % 3 != 0)
        tags.width_px -= static_cast<int>(random.below(static_cast<std::uint32_t>(tags.width_px)));
      if (run % 3 != 1)
        tags.height_px -= static_cast<int>(random.below(static_cast<std::uint32_t>(tags.height_px)));
      const ScaleReport report = read_scale(tags);
      if (report.pixel_size) {
        EXPECT_NEAR(report.pixel_size->nm / *e.nm, 1, e.file.starts_with("jeol") ? 0.01 : 0.001)
            << e.file << " " << tags.width_px << " x " << tags.height_px;
      }
    }
  }
}

}  // namespace
}  // namespace litho
