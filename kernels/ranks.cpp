#include "ranks.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "levels.hpp"
#include "pool.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kStrip = 32;  // columns at a time: a strip of them stays in the cache
constexpr std::size_t kRows = 4;    // rows at a time, to use each load of a column so often
constexpr std::size_t kGroup = 32;  // rows of a task: each strip is turned over once for them
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// `strip` is (d, kStrip): one column of the block each, so that sums run over t in order.
void turn_over(const DistanceBlock& p, std::size_t begin, std::size_t count, double* strip) {
  for (std::size_t j = 0; j < kStrip; ++j) {
    const double* row = p.block + (begin + std::min(j, count - 1)) * p.d;
    for (std::size_t t = 0; t < p.d; ++t) strip[t * kStrip + j] = row[t];
  }
}

struct Tile {
  const double* rows[kRows];
  const double* strip;
  std::size_t d;
  double* out;  // (kRows, kStrip)
};

// `W` is the number of floats in a register: half as many doubles.
template <int W>
DOTSCAPE_INLINE void tile_body(const Tile& tile) {
  constexpr std::size_t lanes = W / 2, vectors = W == 16 ? 4 : 2;
  typedef double V __attribute__((vector_size(sizeof(double) * lanes)));
  for (std::size_t j = 0; j < kStrip; j += lanes * vectors) {
    V sums[kRows][vectors] = {};
    for (std::size_t t = 0; t < tile.d; ++t) {
      V column[vectors];
      std::memcpy(column, tile.strip + t * kStrip + j, sizeof(column));
      for (std::size_t r = 0; r < kRows; ++r) {
        const V value = tile.rows[r][t] - V{};
        for (std::size_t v = 0; v < vectors; ++v) {
          const V difference = value - column[v];
          sums[r][v] += difference * difference;
        }
      }
    }
    for (std::size_t r = 0; r < kRows; ++r) {
      std::memcpy(tile.out + r * kStrip + j, sums[r], sizeof(sums[r]));
    }
  }
}

DOTSCAPE_LEVELS_BY_WIDTH(void, tile_at_level, tile_body, (const Tile& tile), (tile))

DOTSCAPE_INLINE std::int64_t count_body(const double* values, double limit, bool ties) {
  std::int64_t count = 0;
  if (ties) {
    for (std::size_t j = 0; j < kStrip; ++j) count += values[j] <= limit;
  } else {
    for (std::size_t j = 0; j < kStrip; ++j) count += values[j] < limit;
  }
  return count;
}

DOTSCAPE_LEVELS(std::int64_t, count_at_level, count_body,
                (const double* values, double limit, bool ties), (values, limit, ties))

// Calls use(row, first column of the strip, columns in it, distances) for all strips of a group of
// rows; places beyond the last column hold infinities.
template <class Use>
void for_strips(const DistanceBlock& p, std::size_t group, const Use& use) {
  std::vector<double> strip(p.d * kStrip);
  double out[kRows * kStrip];
  const std::size_t begin = group * kGroup, end = std::min(p.m, begin + kGroup);
  for (std::size_t j = 0; j < p.b; j += kStrip) {
    const std::size_t count = std::min(kStrip, p.b - j);
    turn_over(p, j, count, strip.data());
    for (std::size_t i = begin; i < end; i += kRows) {
      Tile tile{{}, strip.data(), p.d, out};
      for (std::size_t r = 0; r < kRows; ++r) {
        tile.rows[r] = p.some + std::min(i + r, end - 1) * p.d;
      }
      tile_at_level(tile);
      for (std::size_t r = 0; r < kRows && i + r < end; ++r) {
        std::fill(out + r * kStrip + count, out + (r + 1) * kStrip, kInfinity);
        use(i + r, j, count, out + r * kStrip);
      }
    }
  }
}

using Candidate = std::pair<double, std::int64_t>;

// A heap with the farthest on top; its order in memory is that of Nearest's two arrays.
void add_nearest(const double* values, std::size_t first, std::size_t count,
                 std::vector<Candidate>& heap) {
  for (std::size_t j = 0; j < count; ++j) {
    const Candidate candidate(values[j], static_cast<std::int64_t>(first + j));
    if (!(candidate < heap.front())) continue;
    std::pop_heap(heap.begin(), heap.end());
    heap.back() = candidate;
    std::push_heap(heap.begin(), heap.end());
  }
}

void add_ranks(const double* values, std::size_t first, std::size_t row, const Ranks& ranks) {
  const auto start = static_cast<std::int64_t>(first);
  const auto stop = static_cast<std::int64_t>(first + kStrip);
  for (std::size_t e = row * ranks.k; e < (row + 1) * ranks.k; ++e) {
    const std::int64_t column = ranks.columns[e];
    const double limit = ranks.distances[e];
    if (column < start || column >= stop) {
      ranks.before[e] += count_at_level(values, limit, column >= stop);
      continue;
    }
    for (std::int64_t j = start; j < stop; ++j) {
      const double value = values[j - start];
      ranks.before[e] += j < column ? value <= limit : j > column && value < limit;
    }
  }
}

double largest_limit(const Ranks& ranks, std::size_t row) {
  double largest = -kInfinity;
  for (std::size_t c = 0; c < ranks.k; ++c) {
    largest = std::max(largest, ranks.distances[row * ranks.k + c]);
  }
  return largest;
}

void order_group(const DistanceBlock& p, std::size_t group, const std::int64_t* own,
                 const Nearest& nearest, const Ranks& ranks) {
  const std::size_t begin = group * kGroup, end = std::min(p.m, begin + kGroup);
  std::vector<std::vector<Candidate>> heaps(end - begin);
  std::vector<double> limits(end - begin);
  for (std::size_t i = begin; i < end; ++i) {
    limits[i - begin] = largest_limit(ranks, i);
    auto& heap = heaps[i - begin];
    for (std::size_t e = i * nearest.k; e < (i + 1) * nearest.k; ++e) {
      heap.emplace_back(nearest.distances[e], nearest.columns[e]);
    }
  }
  for_strips(p, group, [&](std::size_t i, std::size_t j, std::size_t count, double* values) {
    const std::size_t first = p.first + j;
    const auto self = static_cast<std::size_t>(own[i]);
    if (self >= first && self < first + count) values[self - first] = kInfinity;
    const double least = *std::min_element(values, values + count);
    auto& heap = heaps[i - begin];
    if (nearest.k && least < heap.front().first) add_nearest(values, first, count, heap);
    if (ranks.k && least <= limits[i - begin]) add_ranks(values, first, i, ranks);
  });
  for (std::size_t i = begin; i < end; ++i) {
    for (std::size_t c = 0; c < nearest.k; ++c) {
      nearest.distances[i * nearest.k + c] = heaps[i - begin][c].first;
      nearest.columns[i * nearest.k + c] = heaps[i - begin][c].second;
    }
  }
}

}  // namespace

void squared_distances(const DistanceBlock& p, double* out, int threads) {
  parallel_for(chunk_count(p.m, kGroup), threads, [&](std::size_t group, int) {
    for_strips(p, group, [&](std::size_t i, std::size_t j, std::size_t count, double* values) {
      std::copy(values, values + count, out + i * p.b + j);
    });
  });
}

void distances_of_pairs(const DistanceBlock& p, const std::int64_t* which, std::size_t k,
                        double* out, int threads) {
  parallel_for(p.m, threads, [&](std::size_t i, int) {
    std::vector<double> others(kStrip * p.d), strip(kStrip * p.d);
    double values[kRows * kStrip];
    const double* row = p.some + i * p.d;
    for (std::size_t c = 0; c < k; c += kStrip) {
      const std::size_t count = std::min(kStrip, k - c);
      for (std::size_t j = 0; j < count; ++j) {
        std::copy_n(p.block + which[i * k + c + j] * p.d, p.d, others.data() + j * p.d);
      }
      turn_over({row, 1, p.d, others.data(), count, 0}, 0, count, strip.data());
      // The same loop as for blocks: the same roundings.
      tile_at_level({{row, row, row, row}, strip.data(), p.d, values});
      std::copy_n(values, count, out + i * k + c);
    }
  });
}

void continue_order(const DistanceBlock& p, const std::int64_t* own, const Nearest& nearest,
                    const Ranks& ranks, int threads) {
  parallel_for(chunk_count(p.m, kGroup), threads, [&](std::size_t group, int) {
    order_group(p, group, own, nearest, ranks);
  });
}

}  // namespace dotscape
