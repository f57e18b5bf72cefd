#include "modules/io/png/kernel.hpp"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "modules/io/png/chunks.hpp"

namespace litho {
namespace {

/// libpng over memory. It leaves by longjmp, so that its calls stand in functions without objects to destroy;
/// what they fill is owned here.
class Decoder {
 public:
  explicit Decoder(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, [](png_structp, png_const_charp) {});
    if (png_) info_ = png_create_info_struct(png_);
  }
  ~Decoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Samples of one byte, or two in native order; grey and RGB may gain alpha from a transparent colour.
  bool decode() { return info_ != nullptr && begin() && reserve() && finish(); }
  const char* message() const { return message_; }

  std::size_t row_bytes() const { return row_bytes_; }
  const std::uint8_t* row(int y) const { return rows_[static_cast<std::size_t>(y)]; }
  int channels() const { return channels_; }
  int bits() const { return bits_; }
  std::vector<Colour> palette() const {
    std::vector<Colour> out;
    for (int i = 0; i < palette_size_; ++i)
      out.push_back({static_cast<float>(palette_[i].red), static_cast<float>(palette_[i].green),
                     static_cast<float>(palette_[i].blue)});
    return out;
  }
  /// Alpha of palette entries, 255 where none is given.
  std::uint8_t palette_alpha(std::size_t index) const {
    return index < static_cast<std::size_t>(alphas_) ? alpha_[index] : 255;
  }
  bool palette_is_opaque() const { return alphas_ == 0; }

 private:
  static void fail(png_structp png, png_const_charp message) {
    auto& self = *static_cast<Decoder*>(png_get_error_ptr(png));
    std::strncpy(self.message_, message, sizeof self.message_ - 1);
    png_longjmp(png, 1);
  }
  static void read(png_structp png, png_bytep to, std::size_t size) {
    auto& self = *static_cast<Decoder*>(png_get_io_ptr(png));
    if (size > self.bytes_.size()) png_error(png, "the file ends too early");
    std::memcpy(to, self.bytes_.data(), size);
    self.bytes_ = self.bytes_.subspan(size);
  }

  bool begin() {
    if (setjmp(png_jmpbuf(png_))) return false;
    png_set_user_limits(png_, 1U << 30, 1U << 30);
    png_set_read_fn(png_, this, read);
    png_read_info(png_, info_);
    bits_ = png_get_bit_depth(png_, info_);
    if (png_get_color_type(png_, info_) == PNG_COLOR_TYPE_PALETTE) {
      png_get_PLTE(png_, info_, &palette_, &palette_size_);
      png_get_tRNS(png_, info_, &alpha_, &alphas_, nullptr);
    } else if (png_get_valid(png_, info_, PNG_INFO_tRNS)) {
      png_set_expand(png_);  // the transparent colour becomes alpha; bits below 8 are spread over 0..255
      bits_ = std::max(bits_, 8);
    }
    png_set_packing(png_);
    png_set_swap(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    channels_ = png_get_channels(png_, info_);
    row_bytes_ = png_get_rowbytes(png_, info_);
    return true;
  }
  bool reserve() {
    const std::size_t height = png_get_image_height(png_, info_);
    pixels_.resize(row_bytes_ * height);
    for (std::size_t y = 0; y < height; ++y) rows_.push_back(pixels_.data() + y * row_bytes_);
    return true;
  }
  bool finish() {
    if (setjmp(png_jmpbuf(png_))) return false;
    png_read_image(png_, rows_.data());
    png_read_end(png_, nullptr);
    return true;
  }

  std::span<const std::uint8_t> bytes_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  char message_[128] = {};
  std::size_t row_bytes_ = 0;
  int channels_ = 0;
  int bits_ = 0;
  png_colorp palette_ = nullptr;
  int palette_size_ = 0;
  png_bytep alpha_ = nullptr;
  int alphas_ = 0;
  std::vector<std::uint8_t> pixels_;
  std::vector<png_bytep> rows_;
};

template <class T>
void unpack(const Decoder& decoder, int channel, Image<float>& plane) {
  const auto step = static_cast<std::size_t>(decoder.channels()) * sizeof(T);
  for (int y = 0; y < plane.height(); ++y) {
    const std::uint8_t* at = decoder.row(y) + static_cast<std::size_t>(channel) * sizeof(T);
    for (float& pixel : plane.row(y)) {
      T value;
      std::memcpy(&value, at, sizeof(T));
      pixel = static_cast<float>(value);
      at += step;
    }
  }
}

Result<PicturePlanes> decode(std::span<const std::uint8_t> bytes, const png::Header& header) {
  Decoder decoder(bytes);
  if (!decoder.decode())
    return Error{"png.corrupt", header.tags.file_name,
                 std::string("the picture does not decode: ") + decoder.message(),
                 "the file is damaged: copy or export it again"};
  PicturePlanes out;
  out.white = std::ldexp(1.0, decoder.bits()) - 1;
  out.whole_bits = decoder.bits();
  for (int channel = 0; channel < decoder.channels(); ++channel) {
    Image<float> plane(header.tags.width_px, header.tags.height_px);
    if (decoder.bits() == 16)
      unpack<std::uint16_t>(decoder, channel, plane);
    else
      unpack<std::uint8_t>(decoder, channel, plane);
    out.colour.push_back(std::move(plane));
  }
  if (decoder.channels() % 2 == 0) {
    out.alpha = std::move(out.colour.back());
    out.colour.pop_back();
  }
  if (header.colour_type == PNG_COLOR_TYPE_PALETTE) {
    out.palette = decoder.palette();
    if (!decoder.palette_is_opaque()) {
      out.alpha = out.colour[0];
      const auto highest = static_cast<float>(out.white);
      for (float& pixel : out.alpha.pixels())
        pixel = decoder.palette_alpha(static_cast<std::size_t>(pixel)) < 128 ? 0 : highest;
    }
  }
  return out;
}

Error too_large(const std::string& file_name) {
  return {"png.too_large", file_name, "not enough memory for the picture", "cut the picture into fields"};
}

}  // namespace

bool is_png(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 8 && png_sig_cmp(bytes.data(), 0, 8) == 0;
}

Result<ImageTags> read_png_tags(std::span<const std::uint8_t> bytes, const std::string& file_name) {
  auto header = png::read_header(bytes, file_name);
  if (!header) return header.errors();
  return std::move(header).value().tags;
}

Result<StoredPicture> read_png(std::span<const std::uint8_t> bytes, const std::string& file_name) try {
  auto header = png::read_header(bytes, file_name);
  if (!header) return header.errors();
  auto planes = decode(bytes, *header);
  if (!planes) return planes.errors();
  auto grey = to_grey(std::move(planes).value(), "png", file_name);
  if (!grey) return grey.errors();
  StoredPicture out;
  out.bits = header->bits;
  out.tags = std::move(header).value().tags;
  GreyPicture picture = std::move(grey).value();
  out.grey = std::move(picture.grey);
  out.annotation = std::move(picture.annotation);
  out.annotation_fraction = picture.annotation_fraction;
  out.empty_low_bits = picture.empty_low_bits;
  out.white = picture.white;
  return out;
} catch (const std::bad_alloc&) {
  return too_large(file_name);
}

Result<Image<int>> read_png_labels(std::span<const std::uint8_t> bytes, const std::string& file_name) try {
  const auto header = png::read_header(bytes, file_name);
  if (!header) return header.errors();
  const auto planes = decode(bytes, *header);
  if (!planes) return planes.errors();
  return to_labels(*planes, "png", file_name);
} catch (const std::bad_alloc&) {
  return too_large(file_name);
}

}  // namespace litho
