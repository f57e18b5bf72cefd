#include "modules/sem/forest/walk_body.hpp"
#ifdef __AVX512BW__
#include <immintrin.h>
#endif

namespace litho::forest_walk {

#ifdef __AVX512BW__
namespace {

constexpr std::size_t kLanes = kBlock / kLine;  // words of 64 cells, a bit each
constexpr int kBits = 8;                        // of a leaf's number

__m512i line(const std::uint8_t* from) {
  return _mm512_load_si512(from);
}

/// Bit b of the leaf's number of every cell, for leaves [first, end); reached[8]: cells whose leaf is among
/// them.
void number_leaves(const Tree& tree, std::size_t first, std::size_t end, const std::uint8_t* reach,
                   __m512i (&planes)[kBits + 1]) {
  for (__m512i& p : planes) p = _mm512_setzero_si512();
  for (std::size_t k = first; k < end; k += 8) {
    __m512i r[8];
    for (std::size_t j = 0; j < 8; ++j)
      r[j] = k + j < end ? line(reach + tree.leaves[k + j] * kLine) : _mm512_setzero_si512();
    const __m512i r13 = _mm512_or_si512(r[1], r[3]), r57 = _mm512_or_si512(r[5], r[7]),
                  r23 = _mm512_or_si512(r[2], r[3]), r67 = _mm512_or_si512(r[6], r[7]),
                  r45 = _mm512_or_si512(r[4], r[5]), r01 = _mm512_or_si512(r[0], r[1]);
    const __m512i high = _mm512_or_si512(r45, r67);
    const __m512i all = _mm512_or_si512(_mm512_or_si512(r01, r23), high);
    planes[0] = _mm512_or_si512(planes[0], _mm512_or_si512(r13, r57));
    planes[1] = _mm512_or_si512(planes[1], _mm512_or_si512(r23, r67));
    planes[2] = _mm512_or_si512(planes[2], high);
    const std::size_t group = (k - first) / 8;
    for (int b = 3; b < kBits; ++b) {
      const long long bit = -static_cast<long long>((group >> (b - 3)) & 1U);
      planes[b] = _mm512_or_si512(planes[b], _mm512_and_si512(all, _mm512_set1_epi64(bit)));
    }
    planes[kBits] = _mm512_or_si512(planes[kBits], all);
  }
}

}  // namespace

/// As walk(), a bit a cell: all comparisons first, then who reaches which node, then the bits of the leaves'
/// numbers.
void walk_avx512(const Tree& tree, std::size_t words, const std::uint8_t* values, std::uint8_t* scratch,
                 std::uint64_t* sums) {
  std::uint8_t* reach = scratch;
  std::uint8_t* low = scratch + (tree.split_count + tree.leaf_count) * kLine;
  for (std::size_t k = 0; k < tree.split_count; ++k) {
    const Split& s = tree.splits[k];
    const __m512i limit = _mm512_set1_epi8(static_cast<char>(s.threshold));
    const std::uint8_t* from = values + s.feature * kBlock;
    std::uint64_t bits[kLanes];
    for (std::size_t l = 0; l < kLanes; ++l) bits[l] = _mm512_cmple_epu8_mask(line(from + l * kLine), limit);
    std::memcpy(low + k * kLine, bits, sizeof bits);
  }
  _mm512_store_si512(reach, _mm512_set1_epi8(-1));
  for (std::size_t k = 0; k < tree.split_count; ++k) {
    const Split& s = tree.splits[k];
    const __m512i here = line(reach + s.from * kLine), at_most = line(low + k * kLine);
    _mm512_store_si512(reach + s.left * kLine, _mm512_and_si512(here, at_most));
    _mm512_store_si512(reach + s.right * kLine, _mm512_andnot_si512(at_most, here));
  }
  for (std::size_t first = 0; first < tree.leaf_count; first += 256) {
    const std::size_t end = tree.leaf_count < first + 256 ? tree.leaf_count : first + 256;
    __m512i planes[kBits + 1];
    number_leaves(tree, first, end, reach, planes);
    std::uint64_t bits[kBits + 1][kLanes];
    std::memcpy(bits, planes, sizeof bits);
    for (std::size_t l = 0; l < kLanes; ++l) {
      __m512i number = _mm512_setzero_si512();
      for (int b = 0; b < kBits; ++b)
        number =
            _mm512_mask_add_epi8(number, bits[b][l], number, _mm512_set1_epi8(static_cast<char>(1 << b)));
      alignas(kLine) std::uint8_t numbers[kLine], any[kLine];
      _mm512_store_si512(numbers, number);
      _mm512_store_si512(any, _mm512_movm_epi8(bits[kBits][l]));
      add_shares(tree, words, first, numbers, any, sums + l * kLine);
    }
  }
}
#else
void walk_avx512(const Tree& tree, std::size_t words, const std::uint8_t* values, std::uint8_t* scratch,
                 std::uint64_t* sums) {
  walk(tree, words, values, scratch, sums);
}
#endif

}  // namespace litho::forest_walk
