#include "modules/sem/overlay/kernel.hpp"

#include <cairo.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "modules/sem/overlay/strokes.hpp"

namespace litho {
namespace {

using overlay::draw_text;
using overlay::text_width;

constexpr OverlayColour kStrip{0.09, 0.10, 0.12}, kText{0.90, 0.91, 0.92}, kQuiet{0.66, 0.69, 0.72},
    kRule{0.28, 0.30, 0.33};
constexpr OverlayColour kWarning = okabe_ito::kOrange;
constexpr double kCasing = 1.1;     // px of dark edge on either side of a line
constexpr double kMinStepPx = 0.3;  // points closer than this in the output add nothing

struct Scale {
  double x, y;  ///< output px per picture px
};

struct SurfaceDeleter {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct CairoDeleter {
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;
using Cairo = std::unique_ptr<cairo_t, CairoDeleter>;

void set_colour(cairo_t* cairo, OverlayColour c, double opacity = 1) {
  cairo_set_source_rgba(cairo, c.r, c.g, c.b, opacity);
}

/// What a label does to a grey value: out = keep * grey + colour * (0.65 + 0.35 * grey), so that the texture
/// stays.
struct Blend {
  float keep = 1, r = 0, g = 0, b = 0;
};

std::vector<Blend> blends_of(const OverlayScene& scene) {
  std::vector<Blend> blends;
  if (scene.labels == nullptr || scene.labels->empty() || scene.tints.empty()) return blends;
  blends.resize(256);
  for (const auto& [label, colour, opacity, legend] : scene.tints)
    blends[label] = {static_cast<float>(1 - opacity), static_cast<float>(opacity * colour.r),
                     static_cast<float>(opacity * colour.g), static_cast<float>(opacity * colour.b)};
  return blends;
}

/// The places in the full picture at one and three quarters of each output pixel.
std::vector<std::array<int, 2>> quarter_places(int full, int out) {
  std::vector<std::array<int, 2>> places(static_cast<std::size_t>(out));
  const double step = static_cast<double>(full) / out;
  for (int i = 0; i < out; ++i)
    places[static_cast<std::size_t>(i)] = {static_cast<int>((i + 0.25) * step),
                                           static_cast<int>((i + 0.75) * step)};
  return places;
}

/// Grey to pixels, tinted by the mean blend of the labels at four places of each, so that the tint's edge is
/// smooth.
void paint_picture(cairo_surface_t* surface, const OverlayScene& scene, int width, int height) {
  const Image<float> grey = shrink(*scene.grey, width, height);
  const DisplayRange range = display_range(*scene.grey, scene.usable);
  const std::vector<Blend> blends = blends_of(scene);
  const auto columns = quarter_places(scene.grey->width(), width),
             rows = quarter_places(scene.grey->height(), height);

  unsigned char* data = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  const float gain = 1 / (range.high - range.low);
  const auto level = [](float v) { return static_cast<std::uint32_t>(255 * v + 0.5F); };
  for (int y = 0; y < height; ++y) {
    auto* out = reinterpret_cast<std::uint32_t*>(data + static_cast<std::ptrdiff_t>(y) * stride);
    const float* row = grey.row(y).data();
    for (int x = 0; x < width; ++x) {
      const float g = std::clamp((row[x] - range.low) * gain, 0.0F, 1.0F);
      out[x] = level(g) * 0x010101U;
    }
    if (blends.empty()) continue;
    const auto [upper, lower] = rows[static_cast<std::size_t>(y)];
    const std::uint8_t* above = scene.labels->row(upper).data();
    const std::uint8_t* below = scene.labels->row(lower).data();
    for (int x = 0; x < width; ++x) {
      const auto [left, right] = columns[static_cast<std::size_t>(x)];
      Blend sum{0, 0, 0, 0};
      for (const std::uint8_t label : {above[left], above[right], below[left], below[right]}) {
        const Blend& blend = blends[label];
        sum = {sum.keep + blend.keep, sum.r + blend.r, sum.g + blend.g, sum.b + blend.b};
      }
      if (sum.keep >= 4) continue;
      const float g = std::clamp((row[x] - range.low) * gain, 0.0F, 1.0F);
      const float kept = 0.25F * sum.keep * g, shade = 0.25F * (0.65F + 0.35F * g);
      out[x] = level(kept + shade * sum.r) << 16U | level(kept + shade * sum.g) << 8U |
               level(kept + shade * sum.b);
    }
  }
  cairo_surface_mark_dirty(surface);
}

/// The valid stretches as one path in output px.
void line_path(cairo_t* cairo, const OverlayLine& line, Scale scale) {
  bool open = false;
  double last_x = 0, last_y = 0;
  for (std::size_t i = 0; i < line.points.size(); ++i) {
    if (!line.valid.empty() && line.valid[i] == 0) {
      open = false;
      continue;
    }
    const double x = line.points[i].x * scale.x, y = line.points[i].y * scale.y;
    const bool stretch_ends = i + 1 == line.points.size() || (!line.valid.empty() && line.valid[i + 1] == 0);
    if (!open)
      cairo_move_to(cairo, x, y);
    else if (std::hypot(x - last_x, y - last_y) < kMinStepPx && !stretch_ends)
      continue;
    else
      cairo_line_to(cairo, x, y);
    open = true;
    last_x = x;
    last_y = y;
  }
}

void draw_line(cairo_t* cairo, const OverlayLine& line, Scale scale) {
  line_path(cairo, line, scale);
  cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap(cairo, CAIRO_LINE_CAP_BUTT);
  const std::array dash{7.0, 5.0};
  cairo_set_dash(cairo, dash.data(), line.dashed ? 2 : 0, 0);
  if (line.casing) {
    cairo_set_source_rgba(cairo, 0, 0, 0, 0.55);
    cairo_set_line_width(cairo, line.width_px + 2 * kCasing);
    cairo_stroke_preserve(cairo);
  }
  set_colour(cairo, line.colour);
  cairo_set_line_width(cairo, line.width_px);
  cairo_stroke(cairo);
}

struct LegendEntry {
  std::string text;
  const OverlayLine* line = nullptr;
  const OverlayTint* tint = nullptr;
};

std::vector<LegendEntry> legend_of(const OverlayScene& scene) {
  std::vector<LegendEntry> entries;
  const auto add = [&](LegendEntry entry) {
    if (!entry.text.empty() && std::ranges::find(entries, entry.text, &LegendEntry::text) == entries.end())
      entries.push_back(std::move(entry));
  };
  for (const OverlayLine& line : scene.lines) add({line.legend, &line, nullptr});
  for (const OverlayTint& tint : scene.tints) add({tint.legend, nullptr, &tint});
  return entries;
}

struct TextLine {
  std::string text;
  OverlayColour colour;
  bool strong = false;
};

/// The strip below the picture: text at the left; legend and scale bar in a column at the right, or below
/// where the picture is too narrow for two columns.
class Strip {
 public:
  Strip(const OverlayScene& scene, int width, double nm_per_output_px)
      : width_(width), unit_(width >= 480 ? 1.5 : 1.2), legend_(legend_of(scene)) {
    side_by_side_ = width >= 480;
    for (const LegendEntry& entry : legend_)
      legend_width_ = std::max(legend_width_, kSample + 8 + text_width(entry.text) * unit_);
    const double widest = side_by_side_ ? 0.4 * width : width - 2 * kMargin;
    if (scene.pixel_size_nm) {
      bar_ = round_scale_bar(nm_per_output_px, std::min(widest, side_by_side_ ? 0.25 * width : 0.4 * width));
      legend_width_ = std::max({legend_width_, bar_->length_px, text_width(bar_->text) * unit_});
    }
    legend_width_ = std::min(legend_width_, widest);
    const double room =
        side_by_side_ && legend_width_ > 0 ? width - legend_width_ - 4 * kMargin : width - 2 * kMargin;
    const auto add = [&](const std::string& text, OverlayColour colour, bool strong) {
      if (text.empty()) return;
      for (std::string& part : overlay::wrap_text(text, room / unit_))
        text_.push_back({std::move(part), colour, strong});
    };
    add(scene.title, kText, true);
    for (const std::string& figure : scene.figures) add(figure, kText, false);
    for (const std::string& flag : scene.flags) add("! " + flag, kWarning, true);
  }

  int height() const {
    const double text = static_cast<double>(text_.size()) * line_height();
    const double keys =
        static_cast<double>(legend_.size()) * line_height() + (bar_ ? kBarHeight + line_height() : 0);
    const double inner =
        side_by_side_ ? std::max(text, keys) : text + keys + (text > 0 && keys > 0 ? kMargin : 0);
    return inner <= 0 ? 0 : static_cast<int>(std::ceil(inner + 2 * kMargin));
  }

  void draw(cairo_t* cairo, double top) const {
    set_colour(cairo, kStrip);
    cairo_rectangle(cairo, 0, top, width_, height());
    cairo_fill(cairo);
    double y = top + kMargin;
    for (const TextLine& line : text_) {
      set_colour(cairo, line.colour);
      draw_text(cairo, line.text, kMargin, base_line(y), unit_, line.strong ? 1.7 : 1.2);
      y += line_height();
    }
    if (legend_width_ <= 0) return;
    if (!text_.empty()) y += kMargin;
    const double x = side_by_side_ ? width_ - kMargin - legend_width_ : kMargin;
    if (side_by_side_) {
      y = top + kMargin;
      set_colour(cairo, kRule);
      cairo_rectangle(cairo, std::floor(x - kMargin) - 1, top + kMargin, 1, height() - 2 * kMargin);
      cairo_fill(cairo);
    }
    for (const LegendEntry& entry : legend_) {
      draw_entry(cairo, entry, x, y);
      y += line_height();
    }
    if (bar_) draw_bar(cairo, x, top + height() - kMargin - kBarHeight - line_height());
  }

 private:
  static constexpr double kMargin = 12, kSample = 30, kBarHeight = 12;

  double line_height() const { return overlay::kLineUnits * unit_ + 1; }
  double base_line(double y) const { return std::round(y + 8 * unit_); }

  void draw_entry(cairo_t* cairo, const LegendEntry& entry, double x, double y) const {
    const double middle = base_line(y) - 0.5 * overlay::kCapitalUnits * unit_;
    if (entry.line != nullptr) {
      OverlayLine sample = *entry.line;
      sample.points = {{x, middle}, {x + kSample, middle}};
      sample.valid.clear();
      sample.casing = false;  // the strip is dark
      draw_line(cairo, sample, {1, 1});
    } else {
      const double half = 0.5 * overlay::kCapitalUnits * unit_ + 1;
      set_colour(cairo, {0.5, 0.5, 0.5});
      cairo_rectangle(cairo, x, middle - half, kSample, 2 * half);
      cairo_fill_preserve(cairo);
      set_colour(cairo, entry.tint->colour, std::min(1.0, 1.5 * entry.tint->opacity));
      cairo_fill(cairo);
    }
    set_colour(cairo, kText);
    draw_text(cairo, entry.text, x + kSample + 8, base_line(y), unit_, 1.2);
  }

  void draw_bar(cairo_t* cairo, double x, double y) const {
    set_colour(cairo, kText);
    draw_text(cairo, bar_->text, x, base_line(y), unit_, 1.4);
    const double left = std::round(x), bar_top = std::round(y + line_height() + 2);
    cairo_rectangle(cairo, left, bar_top, bar_->length_px, 5);
    cairo_fill(cairo);
  }

  double width_;
  double unit_;
  bool side_by_side_ = true;
  std::vector<LegendEntry> legend_;
  std::vector<TextLine> text_;
  std::optional<ScaleBar> bar_;
  double legend_width_ = 0;
};

Image<Rgb8> to_rgb(cairo_surface_t* surface) {
  cairo_surface_flush(surface);
  Image<Rgb8> out(cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface));
  const unsigned char* data = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  for (int y = 0; y < out.height(); ++y) {
    const auto* from = reinterpret_cast<const std::uint32_t*>(data + static_cast<std::ptrdiff_t>(y) * stride);
    for (Rgb8& to : out.row(y)) {
      to = {static_cast<std::uint8_t>(*from >> 16U), static_cast<std::uint8_t>(*from >> 8U),
            static_cast<std::uint8_t>(*from)};
      ++from;
    }
  }
  return out;
}

std::optional<Error> misfit(const OverlayScene& scene, int max_width_px) {
  const auto wrong = [](std::string what) { return Error{"overlay.size", "", std::move(what), ""}; };
  if (scene.grey == nullptr || scene.grey->empty()) return wrong("the overlay has no picture");
  if (max_width_px < 64)
    return wrong("an overlay " + std::to_string(max_width_px) + " px wide shows nothing");
  for (const Image<std::uint8_t>* mask : {scene.usable, scene.labels})
    if (mask != nullptr && !mask->empty() &&
        (mask->width() != scene.grey->width() || mask->height() != scene.grey->height()))
      return wrong("a mask of the overlay differs in size from its picture");
  for (const OverlayLine& line : scene.lines)
    if (!line.valid.empty() && line.valid.size() != line.points.size())
      return wrong("a line of the overlay has " + std::to_string(line.points.size()) + " points and " +
                   std::to_string(line.valid.size()) + " marks of validity");
  return std::nullopt;
}

}  // namespace

Result<Image<Rgb8>> draw_overlay(const OverlayScene& scene, int max_width_px) {
  if (auto error = misfit(scene, max_width_px)) return *std::move(error);
  const int full_width = scene.grey->width(), full_height = scene.grey->height();
  const double scale = overlay_scale(full_width, max_width_px);
  const int width = std::min(full_width, max_width_px);
  const int height = std::max(1, static_cast<int>(std::lround(full_height * scale)));
  const Strip strip(scene, width, scene.pixel_size_nm.value_or(0) / scale);

  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height + strip.height()));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
    return Error{"overlay.size", "",
                 "a picture of " + std::to_string(width) + " x " + std::to_string(height + strip.height()) +
                     " px cannot be drawn",
                 "ask for a smaller width"};
  cairo_surface_flush(surface.get());
  paint_picture(surface.get(), scene, width, height);
  const Cairo cairo(cairo_create(surface.get()));
  for (const OverlayLine& line : scene.lines)
    draw_line(cairo.get(), line, {scale, static_cast<double>(height) / full_height});
  strip.draw(cairo.get(), height);  // covers what lines leave below the picture
  return to_rgb(surface.get());
}

}  // namespace litho
