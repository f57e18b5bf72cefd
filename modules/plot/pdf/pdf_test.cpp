#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "modules/plot/pdf/kernel.hpp"
#include "pipeline/core/file.hpp"

namespace litho::plot {
namespace {

namespace fs = std::filesystem;
using Rgb = std::array<int, 3>;

std::string picture(const std::string& inside) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"100\" font-size=\"12\">\n"
         "<title>Depth</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" +
         inside + "</svg>\n";
}

/// A page as poppler draws it, 1 px of the figure a pixel.
class Rendered {
 public:
  explicit Rendered(const std::string& svg) {
    const auto pdf = pdf_of_svg(svg);
    EXPECT_TRUE(pdf) << to_string(pdf.errors());
    if (!pdf) return;
    std::string name = (fs::temp_directory_path() / "plot_pdf_XXXXXX").string();
    const fs::path folder = ::mkdtemp(name.data());
    EXPECT_TRUE(write_file(folder / "a.pdf", *pdf));
    const std::string command = "cd '" + folder.string() +
                                "' && pdftoppm -r 96 -aa no -aaVector no a.pdf page && mv page*.ppm page.ppm";
    EXPECT_EQ(std::system(command.c_str()), 0);
    if (const auto ppm = read_text_file(folder / "page.ppm")) pixels_ = *ppm;
    fs::remove_all(folder);
    EXPECT_TRUE(pixels_.starts_with("P6\n200 100\n255\n")) << pixels_.substr(0, 20);
  }
  Rgb at(std::size_t x, std::size_t y) const {
    const std::size_t i = pixels_.size() - 3 * (200 * (100 - y) - x);
    const auto byte = [&](std::size_t k) { return static_cast<int>(static_cast<unsigned char>(pixels_[k])); };
    return i + 2 < pixels_.size() ? Rgb{byte(i), byte(i + 1), byte(i + 2)} : Rgb{-1, -1, -1};
  }
  static bool possible() { return std::system("pdftoppm -v >/dev/null 2>&1") == 0; }

 private:
  std::string pixels_;
};

constexpr Rgb kWhite{255, 255, 255}, kRed{255, 0, 0}, kBlue{0, 0, 255}, kGreen{0, 128, 0};

// Independent library (poppler): colours stand where the coordinates say, moved by groups, cut off by inner
// frames, round where round.
TEST(Pdf, PutsColoursInTheirPlaces) {
  if (!Rendered::possible()) GTEST_SKIP() << "pdftoppm (poppler-utils) is not installed";
  const Rendered page(
      picture("<g transform=\"translate(100 10)\"><rect x=\"10\" y=\"10\" width=\"20\" height=\"10\" "
              "fill=\"#ff0000\"/>\n"
              "<svg width=\"50\" height=\"50\" overflow=\"hidden\"><path d=\"M40 40L80 40 80 80 40 80Z\" "
              "fill=\"#00f\"/></svg></g>"
              "<path d=\"M30 50 L50 50 A20 20 0 0 0 30 30 Z\" fill=\"#008000\"/>"
              "<g stroke=\"#ff0000\" stroke-width=\"4\"><line x1=\"10\" y1=\"90\" x2=\"60\" y2=\"90\"/></g>"
              "<circle cx=\"80\" cy=\"20\" r=\"8\" fill=\"#0000ff\"/>"
              "<path d=\"M70 90V70H78\" fill=\"none\" stroke=\"#ff0000\" stroke-width=\"2\" "
              "stroke-dasharray=\"5 5\"/>"));
  EXPECT_EQ(page.at(2, 2), kWhite);
  EXPECT_EQ(page.at(115, 25), kRed);
  EXPECT_EQ(page.at(105, 15), kWhite);
  EXPECT_EQ(page.at(145, 55), kBlue);
  EXPECT_EQ(page.at(155, 65), kWhite);  // beyond the frame
  EXPECT_EQ(page.at(43, 37), kGreen);   // outside the chord, inside the arc
  EXPECT_EQ(page.at(48, 33), kWhite);   // inside the square round the arc
  EXPECT_EQ(page.at(30, 90), kRed);
  EXPECT_EQ(page.at(80, 26), kBlue);
  EXPECT_EQ(page.at(87, 27), kWhite);
  EXPECT_EQ(page.at(70, 87), kRed);    // dash,
  EXPECT_EQ(page.at(70, 82), kWhite);  // then gap
}

// Independent library (poppler): text is there, anchored at its end or turned.
TEST(Pdf, DrawsText) {
  if (!Rendered::possible()) GTEST_SKIP() << "pdftoppm (poppler-utils) is not installed";
  const auto dark = [](const Rendered& page, std::size_t x0, std::size_t x1, std::size_t y0, std::size_t y1) {
    int n = 0;
    for (std::size_t y = y0; y < y1; ++y)
      for (std::size_t x = x0; x < x1; ++x) n += page.at(x, y)[0] < 128;
    return n;
  };
  const Rendered right(picture("<text x=\"100\" y=\"50\" text-anchor=\"end\">HHHH µm</text>"));
  EXPECT_GT(dark(right, 40, 100, 38, 54), 50);
  EXPECT_EQ(dark(right, 101, 200, 0, 100), 0);
  const Rendered turned(picture(
      "<text x=\"100\" y=\"50\" text-anchor=\"middle\" transform=\"rotate(-90 100 50)\">HHHH</text>"));
  EXPECT_GT(dark(turned, 88, 101, 33, 67), 50);
  EXPECT_EQ(dark(turned, 102, 200, 0, 100), 0);
}

// Invariant: the same figure gives the same bytes, with its title and without a date.
TEST(Pdf, IsAFunctionOfTheFigure) {
  const std::string svg = picture("<text x=\"10\" y=\"50\">one &amp; two</text>");
  const auto a = pdf_of_svg(svg), b = pdf_of_svg(svg);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(*a, *b);
  EXPECT_TRUE(a->starts_with("%PDF-1."));
  EXPECT_NE(a->find("/Title (Depth)"), std::string::npos);
  EXPECT_EQ(a->find("CreationDate"), std::string::npos);
}

// Invariant: what would be left out is refused.
TEST(Pdf, RefusesWhatItCannotDraw) {
  for (const char* inside :
       {"<ellipse rx=\"3\" ry=\"4\"/>", "<path d=\"M0 0C1 1 2 2 3 3\"/>", "<path d=\"M0 0A3 4 0 0 1 5 5\"/>",
        "<rect width=\"5\" height=\"5\" fill=\"url(#a)\"/>", "<g transform=\"skewX(3)\"/>",
        "<text fill=\"teal\">a</text>"}) {
    const auto pdf = pdf_of_svg(picture(inside));
    ASSERT_FALSE(pdf) << inside;
    EXPECT_EQ(pdf.errors().front().code, "plot.unknown_svg") << inside;
  }
  for (const char* svg : {"", "<svg", "<svg/>", "<svg width=\"0\" height=\"5\"/>", "<html/>"})
    EXPECT_EQ(pdf_of_svg(svg).errors().front().code, "plot.not_svg") << svg;
}

}  // namespace
}  // namespace litho::plot
