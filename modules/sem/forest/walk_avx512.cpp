#include "modules/sem/forest/walk_body.hpp"
#ifdef __AVX512BW__
#include <immintrin.h>
#endif

namespace litho::forest_walk {

#ifdef __AVX512BW__
namespace {

constexpr std::size_t kLanes = kBlock / kLine;  // words of 64 cells, a bit each
constexpr std::size_t kTogether = 16;           // splits
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

/// Adds the shares of 64 cells whose leaves are among the first 256: each class's shares lie in registers, 32
/// a register, and leaf numbers pick from pairs of them.
template <int kPairs>
void pick_shares(const Tree& tree, const Sums& sums, const __m512i (&numbers)[kLanes]) {
  for (std::size_t c = 0; c < sums.classes; ++c) {
    __m512i table[2 * kPairs];
    for (int k = 0; k < 2 * kPairs; ++k) table[k] = _mm512_loadu_si512(tree.table + c * kPairs * 64 + k * 32);
    std::uint16_t* plane = sums.planes + c * kBlock;
    for (std::size_t half = 0; half < 2 * kLanes; ++half) {
      const __m512i leaf =
          _mm512_cvtepu8_epi16(half % 2 == 0 ? _mm512_castsi512_si256(numbers[half / 2])
                                             : _mm512_extracti64x4_epi64(numbers[half / 2], 1));
      __m512i share = _mm512_permutex2var_epi16(table[0], leaf, table[1]);
      for (int k = 1; k < kPairs; ++k)
        share = _mm512_mask_mov_epi16(
            share, _mm512_cmpge_epu16_mask(leaf, _mm512_set1_epi16(static_cast<short>(64 * k))),
            _mm512_permutex2var_epi16(table[2 * k], leaf, table[2 * k + 1]));
      std::uint16_t* to = plane + half * 32;
      _mm512_store_si512(to, _mm512_add_epi16(_mm512_load_si512(to), share));
    }
  }
}

__m512i numbers_of(const std::uint64_t (&bits)[kBits + 1][kLanes], std::size_t lane) {
  __m512i number = _mm512_setzero_si512();
  for (int b = 0; b < kBits; ++b)
    number = _mm512_mask_add_epi8(number, bits[b][lane], number, _mm512_set1_epi8(static_cast<char>(1 << b)));
  return number;
}

}  // namespace

/// As walk(), a bit a cell: some comparisons, then who reaches which node, then the bits of the leaves'
/// numbers. What is written in parts must not be read whole at once, hence some together.
void walk_avx512(const Tree& tree, const std::uint8_t* values, std::uint8_t* scratch, const Sums& sums) {
  std::uint8_t* reach = scratch;
  _mm512_store_si512(reach, _mm512_set1_epi8(-1));
  alignas(kLine) std::uint64_t low[kTogether][kLanes];
  for (std::size_t first = 0; first < tree.split_count; first += kTogether) {
    const std::size_t n = tree.split_count < first + kTogether ? tree.split_count - first : kTogether;
    const Split* splits = tree.splits + first;
    for (std::size_t k = 0; k < n; ++k) {
      const __m512i limit = _mm512_set1_epi8(static_cast<char>(splits[k].threshold));
      const std::uint8_t* from = values + splits[k].feature * kBlock;
      for (std::size_t l = 0; l < kLanes; ++l)
        low[k][l] = _mm512_cmple_epu8_mask(line(from + l * kLine), limit);
    }
    for (std::size_t k = 0; k < n; ++k) {
      const __m512i here = line(reach + splits[k].from * kLine), at_most = _mm512_load_si512(low[k]);
      _mm512_store_si512(reach + splits[k].left * kLine, _mm512_and_si512(here, at_most));
      _mm512_store_si512(reach + splits[k].right * kLine, _mm512_andnot_si512(at_most, here));
    }
  }
  for (std::size_t first = 0; first < tree.leaf_count; first += 256) {
    const std::size_t end = tree.leaf_count < first + 256 ? tree.leaf_count : first + 256;
    __m512i planes[kBits + 1];
    number_leaves(tree, first, end, reach, planes);
    std::uint64_t bits[kBits + 1][kLanes];
    std::memcpy(bits, planes, sizeof bits);
    if (tree.leaf_count <= 256) {
      __m512i numbers[kLanes];
      for (std::size_t l = 0; l < kLanes; ++l) numbers[l] = numbers_of(bits, l);
      if (tree.leaf_count <= 64)
        pick_shares<1>(tree, sums, numbers);
      else if (tree.leaf_count <= 128)
        pick_shares<2>(tree, sums, numbers);
      else if (tree.leaf_count <= 192)
        pick_shares<3>(tree, sums, numbers);
      else
        pick_shares<4>(tree, sums, numbers);
      return;
    }
    for (std::size_t l = 0; l < kLanes; ++l) {
      alignas(kLine) std::uint8_t numbers[kLine], any[kLine];
      _mm512_store_si512(numbers, numbers_of(bits, l));
      _mm512_store_si512(any, _mm512_movm_epi8(bits[kBits][l]));
      add_shares(tree, sums.words, first, numbers, any, kLine, sums.packed + l * kLine);
    }
  }
}
#else
void walk_avx512(const Tree& tree, const std::uint8_t* values, std::uint8_t* scratch, const Sums& sums) {
  walk(tree, values, scratch, sums);
}
#endif

}  // namespace litho::forest_walk
