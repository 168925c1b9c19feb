#include "mesh.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "levels.hpp"
#include "pool.hpp"
#include "simd.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kChunk = 2048;  // points
constexpr std::size_t kStrip = 16;    // rows that one thread fills
constexpr std::size_t kSupport = 4;   // nodes a spline reaches on each axis
constexpr float kLeastExtent = 1;     // smaller layouts leave a grid nothing but rounding errors
constexpr std::size_t kNodes = 1 << 18, kNodesPerPoint = 4;
constexpr std::size_t kLongest = 8192;  // nodes along an axis
constexpr double kRoom = 1.06;  // grids are made a little larger than needed, to last longer
constexpr double kWaste = 1.5;  // and made anew when they are larger than this

using F4 = Lanes<4>::F;
using Spot = Mesh::Spot;

// The four weights of a cubic B-spline at t in 0..1 of its middle cell, and their slopes.
DOTSCAPE_INLINE F4 spline(float t) {
  constexpr F4 c0 = {1 / 6.0f, 4 / 6.0f, 1 / 6.0f, 0}, c1 = {-0.5f, 0, 0.5f, 0};
  constexpr F4 c2 = {0.5f, -1, 0.5f, 0}, c3 = {-1 / 6.0f, 0.5f, -0.5f, 1 / 6.0f};
  return c0 + t * (c1 + t * (c2 + t * c3));
}

DOTSCAPE_INLINE F4 spline_slope(float t) {
  constexpr F4 c1 = {-0.5f, 0, 0.5f, 0}, c2 = {1, -2, 1, 0}, c3 = {-0.5f, 1.5f, -1.5f, 0.5f};
  return c1 + t * (c2 + t * c3);
}

// sum over a, b at distance 0..3 of w_a w_b, and half its slope: how a point acts on itself.
DOTSCAPE_INLINE F4 own_products(F4 w) {
  return F4{w[0] * w[0] + w[1] * w[1] + w[2] * w[2] + w[3] * w[3],
            2 * (w[0] * w[1] + w[1] * w[2] + w[2] * w[3]), 2 * (w[0] * w[2] + w[1] * w[3]),
            2 * w[0] * w[3]};
}

DOTSCAPE_INLINE F4 own_slopes(F4 w, F4 d) {
  return F4{w[0] * d[0] + w[1] * d[1] + w[2] * d[2] + w[3] * d[3],
            w[0] * d[1] + d[0] * w[1] + w[1] * d[2] + d[1] * w[2] + w[2] * d[3] + d[2] * w[3],
            w[0] * d[2] + d[0] * w[2] + w[1] * d[3] + d[1] * w[3], w[0] * d[3] + d[0] * w[3]};
}

DOTSCAPE_INLINE float sum4(F4 v) { return (v[0] + v[2]) + (v[1] + v[3]); }

struct Field {
  const Spot* spots;
  const float* grid;
  std::size_t stride;
  const float* central;
  float factor;  // from slopes a cell to forces
  float* forces;
};

DOTSCAPE_INLINE double read_any(const Field& field, std::size_t begin, std::size_t end) {
  F4 central[4];
  for (int r = 0; r < 4; ++r) central[r] = load<F4>(field.central + 4 * r);
  double total = 0;
  for (std::size_t s = begin; s < end; ++s) {
    const Spot spot = field.spots[s];
    const int column = static_cast<int>(spot.x), row = static_cast<int>(spot.y);
    const float tx = spot.x - static_cast<float>(column), ty = spot.y - static_cast<float>(row);
    const F4 wx = spline(tx), wy = spline(ty), dx = spline_slope(tx), dy = spline_slope(ty);
    const float* from = field.grid + row * field.stride + column;
    F4 across{}, along{};
    for (std::size_t r = 0; r < kSupport; ++r) {
      const F4 values = load<F4>(from + r * field.stride);
      across += values * wy[r];
      along += values * dy[r];
    }
    const F4 ax = own_products(wx), ay = own_products(wy);
    const F4 sx = own_slopes(wx, dx), sy = own_slopes(wy, dy);
    F4 self_across{}, self_along{};
    for (int r = 0; r < 4; ++r) {
      self_across += central[r] * ay[r];
      self_along += central[r] * sy[r];
    }
    total += sum4(across * wx - self_across * ax);
    float* out = field.forces + std::size_t(spot.point) * 2;
    out[0] = field.factor * sum4(across * dx - self_across * sx);
    out[1] = field.factor * sum4(along * wx - self_along * ax);
  }
  return total;
}

DOTSCAPE_INLINE void spread_any(const Spot* spots, std::size_t count, std::size_t first,
                                std::size_t last, std::size_t stride, float* grid) {
  for (std::size_t s = 0; s < count; ++s) {
    const Spot spot = spots[s];
    const std::size_t column = static_cast<std::size_t>(spot.x);
    const std::size_t row = static_cast<std::size_t>(spot.y);
    const F4 wx = spline(spot.x - static_cast<float>(column));
    const F4 wy = spline(spot.y - static_cast<float>(row));
    for (std::size_t r = 0; r < kSupport; ++r) {
      if (row + r < first || row + r >= last) continue;
      float* to = grid + (row + r) * stride + column;
      store(to, load<F4>(to) + wx * wy[r]);
    }
  }
}

DOTSCAPE_LEVELS(double, read_at_level, read_any,
                (const Field& field, std::size_t begin, std::size_t end),
                (field, begin, end))
DOTSCAPE_LEVELS(void, spread_at_level, spread_any,
                (const Spot* spots, std::size_t count, std::size_t first, std::size_t last,
                 std::size_t stride, float* grid),
                (spots, count, first, last, stride, grid))

struct Box {
  float low[2], high[2];
};

Box box_of(const Points& y, int threads) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  std::vector<Box> parts(chunk_count(y.n, kChunk), {{inf, inf}, {-inf, -inf}});
  parallel_for(parts.size(), threads, [&](std::size_t chunk, int) {
    Box box = parts[chunk];
    const std::size_t end = std::min(y.n, (chunk + 1) * kChunk);
    for (std::size_t i = chunk * kChunk; i < end; ++i) {
      for (int a = 0; a < 2; ++a) {
        box.low[a] = std::min(box.low[a], y.values[2 * i + a]);
        box.high[a] = std::max(box.high[a], y.values[2 * i + a]);
      }
    }
    parts[chunk] = box;
  });
  Box box = parts[0];
  for (const Box& part : parts) {
    for (int a = 0; a < 2; ++a) {
      box.low[a] = std::min(box.low[a], part.low[a]);
      box.high[a] = std::max(box.high[a], part.high[a]);
    }
  }
  return box;
}

double smoothing(double frequency) {
  const double once = (2 + std::cos(frequency)) / 3;  // of the splines' values at the nodes
  return once * once;
}

}  // namespace

// Makes the grid cover the points, its middle in theirs.
bool Mesh::place(const Points& y, int threads) {
  const Box box = box_of(y, threads);
  std::size_t needed[2];
  double extent = 0;
  for (int a = 0; a < 2; ++a) {
    const double size = static_cast<double>(box.high[a]) - box.low[a];
    if (!(size < static_cast<double>(spacing_) * kLongest)) return false;
    extent = std::max(extent, size);
    needed[a] = static_cast<std::size_t>(size / spacing_) + kSupport + 2;
  }
  if (extent < kLeastExtent || needed[0] * needed[1] > kNodes + kNodesPerPoint * y.n) return false;
  std::size_t have[2] = {convolution_.columns(), convolution_.rows()};
  bool fits = true;
  for (int a = 0; a < 2; ++a) {
    const bool wasteful = static_cast<double>(have[a]) > kWaste * static_cast<double>(needed[a]) + 8;
    fits = fits && have[a] >= needed[a] && !wasteful;
    if (have[a] < needed[a] || wasteful) have[a] = static_cast<std::size_t>(kRoom * needed[a]) + 2;
  }
  if (!fits) {
    const double h = spacing_;
    convolution_ = Convolution(
        have[0], have[1],
        [h](double dx, double dy) { return static_cast<float>(1 / (1 + h * h * (dx * dx + dy * dy))); },
        smoothing, threads);
    have[0] = convolution_.columns();
    have[1] = convolution_.rows();
  }
  for (int a = 0; a < 2; ++a) {
    const double middle = (static_cast<double>(box.low[a]) + box.high[a]) / 2;
    low_[a] = static_cast<float>(middle - spacing_ * 0.5 * (static_cast<double>(have[a]) - 4));
  }
  return true;
}

// Spots in the order of their rows, by counting; stable.
void Mesh::sort(const Points& y, int threads) {
  const std::size_t rows = convolution_.rows(), chunks = chunk_count(y.n, kChunk);
  const float cells = 1 / spacing_;
  const float most_x = static_cast<float>(convolution_.columns() - kSupport);
  const float most_y = static_cast<float>(rows - kSupport);
  unsorted_.resize(y.n);
  spots_.resize(y.n);
  counts_.assign(chunks * rows, 0);
  starts_.resize(rows + 1);
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    std::int32_t* const counts = counts_.data() + chunk * rows;
    const std::size_t end = std::min(y.n, (chunk + 1) * kChunk);
    for (std::size_t i = chunk * kChunk; i < end; ++i) {
      const float px = std::clamp((y.values[2 * i] - low_[0]) * cells, 0.0f, most_x);
      const float py = std::clamp((y.values[2 * i + 1] - low_[1]) * cells, 0.0f, most_y);
      unsorted_[i] = {px, py, static_cast<std::int32_t>(i)};
      ++counts[static_cast<std::size_t>(py)];
    }
  });
  std::int32_t sum = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    starts_[row] = sum;
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
      std::int32_t& count = counts_[chunk * rows + row];
      const std::int32_t here = count;
      count = sum;
      sum += here;
    }
  }
  starts_[rows] = sum;
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    std::int32_t* const next = counts_.data() + chunk * rows;
    const std::size_t end = std::min(y.n, (chunk + 1) * kChunk);
    for (std::size_t i = chunk * kChunk; i < end; ++i) {
      spots_[next[static_cast<std::size_t>(unsorted_[i].y)]++] = unsorted_[i];
    }
  });
}

// Each strip of rows takes all points that reach into it, in their order.
void Mesh::spread(int threads) {
  const std::size_t rows = convolution_.rows(), stride = convolution_.stride();
  grid_.resize(rows * stride);
  parallel_for(chunk_count(rows, kStrip), threads, [&](std::size_t strip, int) {
    const std::size_t first = strip * kStrip, last = std::min(rows, first + kStrip);
    std::fill(grid_.begin() + first * stride, grid_.begin() + last * stride, 0.0f);
    const std::size_t from = starts_[first < kSupport ? 0 : first - (kSupport - 1)];
    const std::size_t to = starts_[last];
    spread_at_level(spots_.data() + from, to - from, first, last, stride, grid_.data());
  });
}

std::optional<double> Mesh::forces(const Points& y, float* forces, int threads) {
  if (y.n == 0 || y.dimensions != 2 || !place(y, threads)) return std::nullopt;
  sort(y, threads);
  spread(threads);
  convolution_.apply(grid_.data(), threads);
  const std::size_t chunks = chunk_count(y.n, kChunk);
  sums_.assign(chunks, 0.0);
  const Field field{spots_.data(),          grid_.data(),           convolution_.stride(),
                          convolution_.central(), -0.5f / spacing_, forces};
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    const std::size_t begin = chunk * kChunk;
    sums_[chunk] = read_at_level(field, begin, std::min(y.n, begin + kChunk));
  });
  return std::accumulate(sums_.begin(), sums_.end(), 0.0);
}

}  // namespace dotscape
