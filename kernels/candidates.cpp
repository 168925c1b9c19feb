#include "candidates.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "levels.hpp"
#include "pool.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kRowChunk = 16;
constexpr std::size_t kColChunk = 256;
constexpr std::size_t kGroup = 64;  // scores that are compared before any is looked at

// Smaller float <=> smaller integer, for all finite values.
DOTSCAPE_INLINE std::uint64_t key_of(float score, std::uint32_t index) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(score);
  const std::uint32_t ordered = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
  return static_cast<std::uint64_t>(ordered) << 32 | index;
}

DOTSCAPE_INLINE float score_of(std::uint64_t key) {
  const std::uint32_t ordered = static_cast<std::uint32_t>(key >> 32);
  return std::bit_cast<float>(ordered & 0x80000000u ? ordered & 0x7fffffffu : ~ordered);
}

// Makes room: keeps the smallest keys, and learns which scores can't matter any more.
[[gnu::noinline]] void compress(const Candidates& c, std::size_t row) {
  std::uint64_t* keys = c.keys + row * 2 * c.keep;
  std::nth_element(keys, keys + c.keep - 1, keys + c.counts[row]);
  c.counts[row] = static_cast<std::int32_t>(c.keep);
  c.limits[row] = score_of(keys[c.keep - 1]);
}

DOTSCAPE_INLINE void offer(const Candidates& c, std::size_t row, float score, std::size_t index) {
  c.keys[row * 2 * c.keep + c.counts[row]++] = key_of(score, static_cast<std::uint32_t>(index));
  if (static_cast<std::size_t>(c.counts[row]) == 2 * c.keep) compress(c, row);
}

DOTSCAPE_INLINE void offer_columns_chunk(const Products& b, bool same, const Candidates& c,
                                         std::size_t begin, std::size_t end) {
  for (std::size_t r = begin; r < end; ++r) {
    const float* products = b.values + r * b.stride;
    const float* norms = b.col_half_norms + b.col_start;
    const std::size_t row = b.row_start + r;
    for (std::size_t group = 0; group < b.cols; group += kGroup) {
      const std::size_t stop = std::min(b.cols, group + kGroup);
      const float limit = c.limits[row];
      int any = 0;
      // Ties with the limit count: a smaller index may win.
      for (std::size_t j = group; j < stop; ++j) any |= norms[j] - products[j] <= limit;
      if (!any) continue;
      for (std::size_t j = group; j < stop; ++j) {
        const float score = norms[j] - products[j];
        const std::size_t col = b.col_start + j;
        if (score <= c.limits[row] && !(same && col == row)) offer(c, row, score, col);
      }
    }
  }
}

DOTSCAPE_LEVELS(void, offer_columns_at_level, offer_columns_chunk,
                (const Products& b, bool same, const Candidates& c, std::size_t begin,
                 std::size_t end),
                (b, same, c, begin, end))

DOTSCAPE_INLINE void offer_rows_chunk(const Products& b, const Candidates& c, std::size_t begin,
                                      std::size_t end) {
  for (std::size_t r = 0; r < b.rows; ++r) {
    const float* products = b.values + r * b.stride;
    const float norm = b.row_half_norms[b.row_start + r];
    const float* limits = c.limits + b.col_start;
    for (std::size_t group = begin; group < end; group += kGroup) {
      const std::size_t stop = std::min(end, group + kGroup);
      int any = 0;
      for (std::size_t j = group; j < stop; ++j) any |= norm - products[j] <= limits[j];
      if (!any) continue;
      for (std::size_t j = group; j < stop; ++j) {
        const float score = norm - products[j];
        if (score <= limits[j]) offer(c, b.col_start + j, score, b.row_start + r);
      }
    }
  }
}

DOTSCAPE_LEVELS(void, offer_rows_at_level, offer_rows_chunk,
                (const Products& b, const Candidates& c, std::size_t begin, std::size_t end),
                (b, c, begin, end))

struct Distances {
  const float* query;
  const float* base;
  std::size_t d;
  Metric metric;
};

// 16 float sums, added up in double: accurate to a few roundings for any d.
template <bool difference>
DOTSCAPE_INLINE double product_sum(const float* a, const float* b, std::size_t d) {
  float lanes[16] = {};
  std::size_t j = 0;
  for (; j + 16 <= d; j += 16) {
    for (int l = 0; l < 16; ++l) {
      const float delta = a[j + l] - b[j + l];
      lanes[l] += difference ? delta * delta : a[j + l] * b[j + l];
    }
  }
  for (int l = 0; j < d; ++j, ++l) {
    const float delta = a[j] - b[j];
    lanes[l] += difference ? delta * delta : a[j] * b[j];
  }
  double sum = 0;
  for (const float lane : lanes) sum += lane;
  return sum;
}

DOTSCAPE_INLINE bool is_zero(const float* a, std::size_t d) {
  for (std::size_t j = 0; j < d; ++j) {
    if (a[j] != 0.0f) return false;
  }
  return true;
}

// Half the squared distance, or minus the product: what scores approximate.
DOTSCAPE_INLINE double exact_score(const Distances& s, std::size_t index) {
  const float* other = s.base + index * s.d;
  if (s.metric == Metric::inner_product) return -product_sum<false>(s.query, other, s.d);
  const double half = product_sum<true>(s.query, other, s.d) / 2;
  if (s.metric == Metric::euclidean) return half;
  // Between unit vectors half the squared distance is 1 - cos. A zero vector has no direction:
  // its distance to anything is 1, as in scikit-learn.
  if (half > 0.4999 && half < 0.5001 && (is_zero(s.query, s.d) || is_zero(other, s.d))) return 1;
  return half == 0 && is_zero(other, s.d) ? 1 : half;
}

DOTSCAPE_INLINE float distance_of(double score, Metric metric) {
  return static_cast<float>(metric == Metric::euclidean ? std::sqrt(2 * score) : score);
}

struct Scored {
  double score;
  std::int32_t index;
  bool operator<(const Scored& other) const {
    return score != other.score ? score < other.score : index < other.index;
  }
};

void write_nearest(std::vector<Scored>& scored, std::size_t k, Metric metric,
                   std::int32_t* indices, float* distances) {
  std::partial_sort(scored.begin(), scored.begin() + k, scored.end());
  for (std::size_t i = 0; i < k; ++i) {
    indices[i] = scored[i].index;
    distances[i] = distance_of(scored[i].score, metric);
  }
}

DOTSCAPE_INLINE void score_candidates_body(const Distances& s, const std::uint64_t* keys,
                                           std::size_t count, Scored* scored) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t index = static_cast<std::uint32_t>(keys[i]);
    scored[i] = {exact_score(s, index), static_cast<std::int32_t>(index)};
  }
}

DOTSCAPE_LEVELS(void, score_candidates, score_candidates_body,
                (const Distances& s, const std::uint64_t* keys, std::size_t count,
                 Scored* scored),
                (s, keys, count, scored))

DOTSCAPE_INLINE void score_all_body(const Distances& s, std::size_t n, Scored* scored) {
  for (std::size_t i = 0; i < n; ++i) {
    scored[i] = {exact_score(s, i), static_cast<std::int32_t>(i)};
  }
}

DOTSCAPE_LEVELS(void, score_all, score_all_body,
                (const Distances& s, std::size_t n, Scored* scored), (s, n, scored))

struct Bound {
  Metric metric;
  double norm, largest_norm, error;
};

// Whether no vector that scored `limit` or more can be nearer than `last`, for all the rounding of
// scores: at most error * (|x| |y| + |y|^2).
bool is_certain(const Bound& b, double last, double limit) {
  if (b.metric == Metric::inner_product) return last <= limit - b.error * b.norm * b.largest_norm;
  if (last == 0) return true;
  if (b.metric == Metric::cosine && b.norm == 0) return true;  // all others are at distance 1
  // A much longer y is farther than `last`, however its score was rounded.
  const double longest = std::min(b.largest_norm, 3 * (b.norm + std::sqrt(2 * last)));
  // Scores leave out half the row's own squared norm.
  return last <= limit + 0.5 * b.norm * b.norm - b.error * longest * (b.norm + longest);
}

}  // namespace

void offer_columns(const Products& block, bool same, const Candidates& of_rows, int threads) {
  parallel_for(chunk_count(block.rows, kRowChunk), threads, [&](std::size_t chunk, int) {
    const std::size_t begin = chunk * kRowChunk;
    offer_columns_at_level(block, same, of_rows, begin, std::min(block.rows, begin + kRowChunk));
  });
}

void offer_rows(const Products& block, const Candidates& of_cols, int threads) {
  parallel_for(chunk_count(block.cols, kColChunk), threads, [&](std::size_t chunk, int) {
    const std::size_t begin = chunk * kColChunk;
    offer_rows_at_level(block, of_cols, begin, std::min(block.cols, begin + kColChunk));
  });
}

void nearest_of_candidates(const float* queries, std::size_t rows, const float* base,
                           std::size_t d, Metric metric, std::size_t k, const float* row_norms,
                           float largest_norm, float error, const Candidates& candidates,
                           std::int32_t* indices, float* distances, std::uint8_t* certain,
                           int threads) {
  parallel_for(chunk_count(rows, kRowChunk), threads, [&](std::size_t chunk, int) {
    std::vector<Scored> scored;
    const std::size_t end = std::min(rows, (chunk + 1) * kRowChunk);
    for (std::size_t r = chunk * kRowChunk; r < end; ++r) {
      const std::size_t count = candidates.counts[r];
      std::uint64_t* keys = candidates.keys + r * 2 * candidates.keep;
      // Of more than `keep` candidates only the best are complete; the others are a bonus.
      const bool all = count < candidates.keep;
      std::nth_element(keys, keys + std::min(count, candidates.keep) - 1, keys + count);
      const float limit = score_of(keys[std::min(count, candidates.keep) - 1]);
      scored.resize(count);
      score_candidates({queries + r * d, base, d, metric}, keys, count, scored.data());
      write_nearest(scored, k, metric, indices + r * k, distances + r * k);
      certain[r] = all || is_certain({metric, row_norms[r], largest_norm, error},
                                     scored[k - 1].score, limit);
    }
  });
}

void nearest_of_all(const float* queries, const std::int64_t* which, const std::int64_t* self,
                    std::size_t rows, const float* base, std::size_t n, std::size_t d,
                    Metric metric, std::size_t k, std::int32_t* indices, float* distances,
                    int threads) {
  parallel_for(rows, threads, [&](std::size_t r, int) {
    std::vector<Scored> scored(n);
    score_all({queries + which[r] * d, base, d, metric}, n, scored.data());
    if (self[r] >= 0) scored.erase(scored.begin() + self[r]);
    write_nearest(scored, k, metric, indices + r * k, distances + r * k);
  });
}

}  // namespace dotscape
