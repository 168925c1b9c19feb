#include "pack.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "levels.hpp"
#include "pool.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kChunk = 1 << 15;
constexpr std::size_t kAhead = 32;

// Sebastiano Vigna's splitmix64 (public domain).
std::uint64_t splitmix64(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// floor(random * bound / 2^64): Lemire's multiply-shift without its rejection step. The bias is
// below 2^-32 for any uint32 bound, which no picture shows.
std::uint64_t below(std::uint64_t random, std::uint64_t bound) {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(random) * bound) >> 64);
}

bool finite_row(const float* row, int dimensions) {
  bool finite = true;
  for (int a = 0; a < dimensions; ++a) finite &= std::isfinite(row[a]);
  return finite;
}

struct Box {
  float low[3];
  float high[3];
  std::size_t missing;
};

Box chunk_box(const float* layout, std::size_t begin, std::size_t end, int dimensions) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  Box box{{inf, inf, inf}, {-inf, -inf, -inf}, 0};
  for (std::size_t i = begin; i < end; ++i) {
    const float* row = layout + i * dimensions;
    if (!finite_row(row, dimensions)) {
      ++box.missing;
      continue;
    }
    for (int a = 0; a < dimensions; ++a) {
      box.low[a] = std::min(box.low[a], row[a]);
      box.high[a] = std::max(box.high[a], row[a]);
    }
  }
  return box;
}

struct Quantise {
  const float* layout;
  const std::uint32_t* order;
  std::size_t n;
  const float* center;
  double scale;
  std::uint16_t* packed;
};

template <int dimensions>
DOTSCAPE_INLINE bool pack_chunk(const Quantise& q, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    // Rows come in no order: ask for those of the next rounds early.
    if (i + kAhead < end) __builtin_prefetch(q.layout + std::size_t{q.order[i + kAhead]} * dimensions);
    const std::size_t row = q.order[i];
    if (row >= q.n) return false;
    const float* in = q.layout + row * dimensions;
    std::uint16_t* out = q.packed + 4 * i;
    double offset[3] = {0, 0, 0};
    bool present = true;
    for (int a = 0; a < dimensions; ++a) {
      offset[a] = (static_cast<double>(in[a]) - q.center[a]) * q.scale;
      present &= (std::bit_cast<std::uint32_t>(in[a]) & 0x7f800000u) != 0x7f800000u;
    }
    if (!present) {
      std::fill(out, out + 4, std::uint16_t{0});
      continue;
    }
    for (int a = 0; a < 3; ++a) {
      const double step = std::clamp(__builtin_nearbyint(offset[a]), -32767.0, 32767.0);
      out[a] = static_cast<std::uint16_t>(static_cast<int>(step) + 32768);
    }
    out[3] = 65535;
  }
  return true;
}

DOTSCAPE_INLINE bool pack_any(const Quantise& q, int dimensions, std::size_t begin,
                              std::size_t end) {
  return dimensions == 2 ? pack_chunk<2>(q, begin, end) : pack_chunk<3>(q, begin, end);
}

DOTSCAPE_LEVELS(bool, pack_at_level, pack_any,
                (const Quantise& q, int dimensions, std::size_t begin, std::size_t end),
                (q, dimensions, begin, end))

}  // namespace

void draw_order(std::uint32_t* order, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) order[i] = static_cast<std::uint32_t>(i);
  std::uint64_t state = n;
  for (std::size_t i = n; i > 1; --i) {
    std::swap(order[i - 1], order[below(splitmix64(state), i)]);
  }
}

std::size_t bounds(const float* layout, std::size_t n, int dimensions, float low[3],
                   float high[3], int threads) {
  const std::size_t chunks = chunk_count(n, kChunk);
  std::vector<Box> boxes(chunks);
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    boxes[chunk] =
        chunk_box(layout, chunk * kChunk, std::min(n, (chunk + 1) * kChunk), dimensions);
  });
  Box all = chunk_box(layout, 0, 0, dimensions);
  for (const Box& box : boxes) {
    all.missing += box.missing;
    for (int a = 0; a < 3; ++a) {
      all.low[a] = std::min(all.low[a], box.low[a]);
      all.high[a] = std::max(all.high[a], box.high[a]);
    }
  }
  std::copy(all.low, all.low + 3, low);
  std::copy(all.high, all.high + 3, high);
  return all.missing;
}

void pack(const float* layout, const std::uint32_t* order, std::size_t n, int dimensions,
          const float center[3], float half, std::uint16_t* packed, int threads) {
  const Quantise q{layout, order, n, center, 32767.0 / half, packed};
  parallel_for(chunk_count(n, kChunk), threads, [&](std::size_t chunk, int) {
    const std::size_t begin = chunk * kChunk, end = std::min(n, begin + kChunk);
    if (!pack_at_level(q, dimensions, begin, end)) {
      throw std::out_of_range("the draw order names a row that isn't there");
    }
  });
}

}  // namespace dotscape
