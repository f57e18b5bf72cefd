#include "modules/sem/layer_training/report.hpp"

#include <algorithm>
#include <cmath>

#include "modules/plot/svg/kernel.hpp"
#include "pipeline/core/number.hpp"

namespace litho::layer_training {
namespace {

constexpr Rgb8 kLabelled{0, 200, 120}, kFound{230, 90, 0};
constexpr int kStretches = 8;  // a picture's width
constexpr std::size_t kPlaces = 2;

bool is_layer(std::uint8_t c) {
  return c == static_cast<std::uint8_t>(LayerClass::interphase) ||
         c == static_cast<std::uint8_t>(LayerClass::crack);
}

/// A table's CSV as rows of HTML: no field of these tables holds a comma unless it is a file name in quotes.
std::string html_table(const Table& table) {
  const auto rows = read_csv(write_csv(table));
  std::string out = "<table><tr>";
  if (!rows) return "";
  for (const std::string& name : rows->columns) out += "<th>" + plot::escape_xml(name) + "</th>";
  out += "</tr>\n";
  for (const CsvRow& row : rows->rows) {
    out += "<tr>";
    for (const std::string& field : row.fields) {
      const auto number = parse_double(field);
      out += "<td>" + plot::escape_xml(number ? format_double(*number, 3) : field) + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</table>\n";
}

}  // namespace

Image<Rgb8> draw_case(const TrainingView& view, const learned::Boundaries& found) {
  const Image<float>& grey = view.grid.grey;
  Image<Rgb8> out(grey.width(), grey.height());
  for (int v = 0; v < grey.height(); ++v)
    for (int u = 0; u < grey.width(); ++u) {
      const auto g = static_cast<std::uint8_t>(std::lround(std::clamp(20 + 200 * grey(u, v), 0.0F, 255.0F)));
      out(u, v) = {g, g, g};
      const bool here = is_layer(view.cells(u, v));
      for (const auto& [a, b] : {std::pair{u, v - 1}, {u, v + 1}})
        if (here && view.cells.contains(a, b) && !is_layer(view.cells(a, b))) out(u, v) = kLabelled;
      const auto k = static_cast<std::size_t>(u);
      if (v == found.outer[k] || v == found.front[k]) out(u, v) = kFound;
    }
  return out;
}

std::vector<Unsure> unsure_places(const TrainingView& view, std::size_t number,
                                  const learned::Evidence& evidence, const learned::Boundaries& found) {
  std::vector<Unsure> places;
  if (evidence.edges.empty()) return places;
  const int width = evidence.width / kStretches;
  for (int k = 0; k < kStretches && width > 0; ++k) {
    for (const bool front : {false, true}) {
      double support = 0, row = 0;
      for (int u = k * width; u < (k + 1) * width; ++u) {
        const int v =
            front ? found.front[static_cast<std::size_t>(u)] : found.outer[static_cast<std::size_t>(u)];
        support += evidence.edge(u, v, front ? 2 : 1) / width;
        row += static_cast<double>(v) / width;
      }
      const PointPx at =
          view.grid.frame.to_image({(k + 0.5) * width * view.grid.cell_px, row * view.grid.cell_px});
      places.push_back({number, at.x, at.y, width * view.grid.cell_px, front, support});
    }
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const Unsure& a, const Unsure& b) { return a.support < b.support; });
  if (places.size() > kPlaces) places.resize(kPlaces);
  return places;
}

std::string training_page(const TrainingResult& trained, const std::vector<std::string>& pictures) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><meta "
      "charset=\"utf-8\"><title>Training</title>\n<style>body{font:15px/1.5 "
      "sans-serif;max-width:70em;margin:2em auto;padding:0 "
      "1em}table{border-collapse:collapse}td,th{border:1px solid "
      "#ccc;padding:.2em .6em;text-align:left}img{max-width:100%;margin:.5em 0}pre{overflow:auto}</style>\n";
  out += "<h1>Training</h1>\n<pre>" + plot::escape_xml(model_card(trained.model)) + "</pre>\n";
  out +=
      "<h2>Each specimen left out</h2>\n<p>What a model that had not seen the specimen made of its images. "
      "<code>flagged</code>: beyond the model's own limits.</p>\n" +
      html_table(trained.scores);
  if (!pictures.empty()) out += "<h2>Worst of them</h2>\n<p>Green: labelled. Orange: found.</p>\n";
  for (std::size_t k = 0; k < pictures.size(); ++k)
    out += "<p>" + plot::escape_xml(trained.worst[k].file) + "<br><img src=\"" +
           plot::escape_xml(pictures[k]) + "\" alt=\"" + plot::escape_xml(trained.worst[k].file) +
           "\"></p>\n";
  out +=
      "<h2>What to label next</h2>\n<p>Where the model of the other specimens is least sure of a boundary: "
      "labels "
      "there, and of pictures that look like this, help most.</p>\n" +
      html_table(trained.suggestions);
  out +=
      "<h2>Confusion</h2>\n<p>Cells of specimens left out: share of each labelled class that was called "
      "what.</p>\n" +
      html_table(trained.confusion);
  out += "<h2>Importance of features</h2>\n" + html_table(trained.importance);
  return out + "</html>\n";
}

}  // namespace litho::layer_training
