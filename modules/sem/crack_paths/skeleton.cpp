#include "modules/sem/crack_paths/skeleton.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace litho::crack_paths {
namespace {

// Neighbours clockwise from north.
constexpr std::array<Pixel, 8> kAround{
    {{0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}}};

/// Whether a pixel with these neighbours (bit k = neighbour k) may go in the first and the second half step.
const std::array<std::array<bool, 256>, 2>& deletable() {
  static const auto table = [] {
    std::array<std::array<bool, 256>, 2> out{};
    for (unsigned bits = 0; bits < 256; ++bits) {
      const auto p = [&](unsigned k) { return (bits >> (k % 8)) & 1U; };
      unsigned crossings = 0, n1 = 0, n2 = 0;
      for (unsigned k = 0; k < 8; k += 2) {
        crossings += !p(k) && (p(k + 1) || p(k + 2));
        n1 += p(k + 7) || p(k);
        n2 += p(k) || p(k + 1);
      }
      const unsigned n = std::min(n1, n2);
      const bool middle = crossings == 1 && n >= 2 && n <= 3;
      out[0][bits] = middle && !((p(4) || p(5) || !p(7)) && p(6));
      out[1][bits] = middle && !((p(0) || p(1) || !p(3)) && p(2));
    }
    return out;
  }();
  return table;
}

}  // namespace

void thin(Image<std::uint8_t>& mask) {
  const int width = mask.width(), height = mask.height();
  std::vector<Pixel> alive, gone;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      if (!mask(x, y)) continue;
      if (x == 0 || y == 0 || x + 1 == width || y + 1 == height)
        mask(x, y) = 0;
      else
        alive.push_back({x, y});
    }
  const auto neighbours = [&](Pixel p) {
    unsigned bits = 0;
    for (unsigned k = 0; k < 8; ++k)
      bits |= static_cast<unsigned>(mask(p.x + kAround[k].x, p.y + kAround[k].y)) << k;
    return bits;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& table : deletable()) {
      gone.clear();
      std::size_t kept = 0;
      for (const Pixel p : alive) {
        if (table[neighbours(p)])
          gone.push_back(p);
        else
          alive[kept++] = p;
      }
      alive.resize(kept);
      for (const Pixel p : gone) mask(p.x, p.y) = 0;
      changed = changed || !gone.empty();
    }
  }
}

std::vector<Chain> cut_into_chains(const Image<std::uint8_t>& skeleton) {
  constexpr std::uint8_t kLine = 1, kMeeting = 2, kDone = 3;
  Image<std::uint8_t> state = skeleton;
  const auto each_near = [&](Pixel p, auto&& call) {
    for (const Pixel d : kAround)
      if (skeleton.contains(p.x + d.x, p.y + d.y)) call(Pixel{p.x + d.x, p.y + d.y});
  };
  for (int y = 0; y < skeleton.height(); ++y)
    for (int x = 0; x < skeleton.width(); ++x) {
      if (!skeleton(x, y)) continue;
      // Branches leaving a pixel: runs of set neighbours round it, diagonal ones joined to their sides.
      int runs = 0, set = 0;
      for (std::size_t k = 0; k < 8; ++k) {
        const auto on = [&](std::size_t i) {
          const Pixel d = kAround[i % 8];
          return skeleton.contains(x + d.x, y + d.y) && skeleton(x + d.x, y + d.y);
        };
        set += on(k);
        runs += on(k) && !on(k + 1);
      }
      state(x, y) = runs >= 3 || set >= 4 ? kMeeting : kLine;
    }
  const auto walk = [&](Pixel from) {
    Chain chain{from};
    state(from.x, from.y) = kDone;
    for (bool more = true; more;) {
      more = false;
      const Pixel at = chain.back();
      // Straight neighbours before diagonal ones, so that a step of two pixels is not cut short.
      for (std::size_t k = 0; k < 8 && !more; ++k) {
        const Pixel d = kAround[(k < 4 ? 2 * k : 2 * k - 7) % 8], q{at.x + d.x, at.y + d.y};
        if (!state.contains(q.x, q.y) || state(q.x, q.y) != kLine) continue;
        state(q.x, q.y) = kDone;
        chain.push_back(q);
        more = true;
      }
    }
    return chain;
  };
  std::vector<Chain> chains;
  for (int y = 0; y < skeleton.height(); ++y)
    for (int x = 0; x < skeleton.width(); ++x) {
      if (state(x, y) != kLine) continue;
      Chain ahead = walk({x, y}), back = walk({x, y});
      Chain chain(back.rbegin(), back.rend() - 1);
      chain.insert(chain.end(), ahead.begin(), ahead.end());
      const auto meeting = [&](Pixel p) {
        Pixel found = p;
        each_near(p, [&](Pixel q) {
          if (state(q.x, q.y) == kMeeting) found = q;
        });
        return found;
      };
      const Pixel first = meeting(chain.front()), last = meeting(chain.back());
      if (first.x != chain.front().x || first.y != chain.front().y) chain.insert(chain.begin(), first);
      if (last.x != chain.back().x || last.y != chain.back().y) chain.push_back(last);
      chains.push_back(std::move(chain));
    }
  return chains;
}

}  // namespace litho::crack_paths
