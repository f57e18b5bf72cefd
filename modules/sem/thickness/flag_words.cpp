#include "modules/sem/thickness/flag_words.hpp"

#include <array>
#include <utility>

namespace litho {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kWords{{
    {"sem.ambiguous",
     "over part of the front another boundary fits nearly as well: look at the overlay before using the "
     "figure"},
    {"sem.blurred",
     "the edges are so blurred that their place is uncertain: refocus, or use a sharper micrograph"},
    {"sem.low_contrast",
     "interphase and electrolyte are nearly of one grey: compare the overlay with what you see, or use "
     "another detector"},
    {"sem.morphology_unsure",
     "what stands at the front might as well be the electrolyte's own texture, or the front is just about as "
     "rough as the limit: look at the overlay, or record another field"},
    {"sem.saturated",
     "much of the picture is at the end of the grey scale: lower the contrast or brightness and record "
     "again"},
    {"sem.side_unsure",
     "the outside could lie on the other side of the layer: state `side` in the sheet if you know it"},
    {"sem.touches_border",
     "the layer leaves the picture over part of its length: only the rest is measured; move the field if it "
     "is little"},
}};

}  // namespace

std::string_view flag_words(std::string_view code) {
  for (const auto& [known, words] : kWords)
    if (known == code) return words;
  return "";
}

}  // namespace litho
