// Gathered rows, turned so that 16 of them lie side by side, and the distances between them.
//
// Rows are taken relative to a point nearby: distances from norms and products then lose no more
// digits than distances from differences would.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "half.hpp"
#include "simd.hpp"

namespace dotscape {

constexpr std::size_t kSide = 16;  // rows side by side: value j of row r is at [r / 16][j][r % 16]

constexpr std::size_t padded(std::size_t count) { return (count + kSide - 1) / kSide * kSide; }

DOTSCAPE_INLINE float as_single(float value) { return value; }
DOTSCAPE_INLINE float as_single(std::uint16_t value) { return half_to_float(value); }

template <int W>
DOTSCAPE_INLINE typename Lanes<W>::F load_singles(const float* from) {
  return load<typename Lanes<W>::F>(from);
}

template <int W>
DOTSCAPE_INLINE typename Lanes<W>::F load_singles(const std::uint16_t* from) {
  using F = typename Lanes<W>::F;
  using I = typename Lanes<W>::I;
  typedef std::uint16_t H __attribute__((vector_size(2 * W)));
  H half;
  std::memcpy(&half, from, sizeof(H));
  const I bits = __builtin_convertvector(half, I);
  // As in half.hpp; there are no infinities here.
  const F scaled = as_float<F>((bits & 0x7fff) << 13) * 0x1p112f;
  return as_float<F>(as_bits<I>(scaled) | (bits & 0x8000) << 16);
}

template <int W, std::size_t... L>
DOTSCAPE_INLINE void interleave(typename Lanes<W>::F a, typename Lanes<W>::F b,
                                typename Lanes<W>::F& low, typename Lanes<W>::F& high,
                                std::index_sequence<L...>) {
  low = __builtin_shufflevector(a, b, static_cast<int>(L % 2 ? W + L / 2 : L / 2)...);
  high = __builtin_shufflevector(
      a, b, static_cast<int>(L % 2 ? W + W / 2 + L / 2 : W / 2 + L / 2)...);
}

// Interleaving the halves log2(W) times turns rows into columns.
template <int W>
DOTSCAPE_INLINE void transpose(typename Lanes<W>::F (&rows)[W]) {
  typename Lanes<W>::F next[W];
#pragma GCC unroll 16
  for (int step = 1; step < W; step *= 2) {
#pragma GCC unroll 16
    for (int i = 0; i < W / 2; ++i) {
      interleave<W>(rows[i], rows[i + W / 2], next[2 * i], next[2 * i + 1],
                    std::make_index_sequence<W>{});
    }
#pragma GCC unroll 16
    for (int i = 0; i < W; ++i) rows[i] = next[i];
  }
}

// Packs rows ids[0..count) of `base` less `center`, padded with copies of the last one, and their
// squared lengths; those of the padding are infinite.
template <int W, class T>
DOTSCAPE_INLINE void pack_panel(const T* base, std::size_t d, const std::int32_t* ids,
                                std::size_t count, const float* center, float* panel,
                                float* squares) {
  using F = typename Lanes<W>::F;
  for (std::size_t first = 0; first < count; first += W) {
    const T* rows[W];
    for (int r = 0; r < W; ++r) {
      rows[r] = base + static_cast<std::size_t>(ids[std::min(first + r, count - 1)]) * d;
    }
    float* out = panel + first / kSide * kSide * d + first % kSide;
    F sums{};
    std::size_t j = 0;
    for (; j + W <= d; j += W) {
      const F middle = load<F>(center + j);
      F values[W];
#pragma GCC unroll 16
      for (int r = 0; r < W; ++r) values[r] = load_singles<W>(rows[r] + j) - middle;
      transpose<W>(values);
#pragma GCC unroll 16
      for (int c = 0; c < W; ++c) {
        sums += values[c] * values[c];
        store(out + (j + c) * kSide, values[c]);
      }
    }
    for (; j < d; ++j) {
      F value;
      for (int r = 0; r < W; ++r) value[r] = as_single(rows[r][j]) - center[j];
      sums += value * value;
      store(out + j * kSide, value);
    }
    store(squares + first, sums);
  }
  for (std::size_t r = count; r < padded(count); ++r) {
    squares[r] = std::numeric_limits<float>::infinity();
  }
}

// out[r][c] = squared distance between R rows and V * W columns.
template <int W, int R, int V>
DOTSCAPE_INLINE void distance_tile(const float* rows, const float* columns, std::size_t stride,
                                   std::size_t d, const float* row_squares,
                                   const float* column_squares, float* out, std::size_t width) {
  using F = typename Lanes<W>::F;
  F sums[R][V] = {};
  for (std::size_t j = 0; j < d; ++j) {
    F column[V];
#pragma GCC unroll 16
    for (int v = 0; v < V; ++v) column[v] = load<F>(columns + v * stride + j * kSide);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const float value = rows[j * kSide + r];
#pragma GCC unroll 16
      for (int v = 0; v < V; ++v) sums[r][v] += value * column[v];
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < V; ++v) {
      F distance = load<F>(column_squares + v * W) + row_squares[r] - sums[r][v] * 2.0f;
      distance = distance > 0.0f ? distance : F{};
      store(out + r * width + v * W, distance);
    }
  }
}

// Squared distances of the first `rows` rows of a panel to those of all `count` that come after
// them (and to some before); out is padded(rows) x padded(count).
template <int W>
DOTSCAPE_INLINE void panel_distances(const float* panel, std::size_t d, const float* squares,
                                     std::size_t rows, std::size_t count, float* out) {
  constexpr int R = W == 16 ? 8 : 4;
  const std::size_t width = padded(count);
  for (std::size_t r = 0; r < rows; r += R) {
    const float* row = panel + r / kSide * kSide * d + r % kSide;
    std::size_t c = r / kSide * kSide;
    if constexpr (W == 16) {
      for (; c + 2 * kSide <= width; c += 2 * kSide) {
        distance_tile<W, R, 2>(row, panel + c * d, kSide * d, d, squares + r, squares + c,
                               out + r * width + c, width);
      }
      if (c < width) {
        distance_tile<W, R, 1>(row, panel + c * d, kSide * d, d, squares + r, squares + c,
                               out + r * width + c, width);
      }
    } else {
      for (; c < width; c += 2 * W) {
        distance_tile<W, R, 2>(row, panel + c / kSide * kSide * d + c % kSide, W, d, squares + r,
                               squares + c, out + r * width + c, width);
      }
    }
  }
}

}  // namespace dotscape
