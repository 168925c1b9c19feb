#include "affinities.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "levels.hpp"
#include "pool.hpp"
#include "simd.hpp"
#include "transpose.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kChunk = 64;
constexpr int kSteps = 60;
constexpr double kTolerance = 1e-5;  // of the entropy, in nats

struct Moments {
  double z, mean, square;  // sum of w, and of w d and w d^2 over it, for w = exp(-beta d)
};

// d holds `padded` values, a multiple of W, those beyond k so large that their weight is 0.
template <int W>
DOTSCAPE_INLINE Moments moments(const float* d, std::size_t padded, float beta, float* w) {
  using F = typename Lanes<W>::F;
  double z = 0, sum = 0, square = 0;
  for (std::size_t j = 0; j < padded; j += W) {
    const F distance = load<F>(d + j);
    const F weight = exp_negative<W>(distance * -beta);
    store(w + j, weight);
    const F first = weight * distance;
    z += sum_lanes(weight);
    sum += sum_lanes(first);
    square += sum_lanes(first * distance);
  }
  return {z, sum / z, square / z};
}

// Newton's method for log(beta), kept within a bracket. d ascends from 0, its mean is about 1.
template <int W>
DOTSCAPE_INLINE void calibrate_row(const float* d, std::size_t padded, double target, float* w) {
  double low = -50, high = 50, u = 0;
  for (int step = 0; step < kSteps; ++step) {
    const double beta = std::exp(u);
    const Moments m = moments<W>(d, padded, static_cast<float>(beta), w);
    const double entropy = std::log(m.z) + beta * m.mean;
    const double error = entropy - target;
    if (std::abs(error) < kTolerance) return;
    (error > 0 ? low : high) = u;
    const double slope = -beta * beta * (m.square - m.mean * m.mean);
    double next = slope < 0 ? u - error / slope : u;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (next == u) return;
    u = next;
  }
}

struct Rows {
  const float* squared;
  std::size_t k;
  double target;
  float* p;
};

template <int W>
DOTSCAPE_INLINE void calibrate_chunk(const Rows& rows, std::size_t begin, std::size_t end,
                                     float* d, float* w) {
  const std::size_t k = rows.k, padded = chunk_count(k, W) * W;
  for (std::size_t i = begin; i < end; ++i) {
    const float* squared = rows.squared + i * k;
    double mean = 0;
    for (std::size_t j = 0; j < k; ++j) mean += squared[j] - squared[0];
    mean /= static_cast<double>(k);
    const double unit = mean > 0 ? 1 / mean : 0;
    for (std::size_t j = 0; j < padded; ++j) {
      d[j] = j < k ? static_cast<float>((squared[j] - squared[0]) * unit) : 1e30f;
    }
    calibrate_row<W>(d, padded, rows.target, w);
    double z = 0;
    for (std::size_t j = 0; j < k; ++j) z += w[j];
    for (std::size_t j = 0; j < k; ++j) rows.p[i * k + j] = static_cast<float>(w[j] / z);
  }
}

DOTSCAPE_LEVELS_BY_WIDTH(void, calibrate_at_level, calibrate_chunk,
                         (const Rows& rows, std::size_t begin, std::size_t end, float* d,
                          float* w),
                         (rows, begin, end, d, w))

// Calls use(column, value) for the union of two ascending lists, adding where both have one.
template <class Use>
void merged(const Entry* a, const Entry* a_end, const Entry* b, const Entry* b_end, Use use) {
  while (a != a_end || b != b_end) {
    if (b == b_end || (a != a_end && a->column < b->column)) {
      use(a->column, a->value);
      ++a;
    } else if (a == a_end || b->column < a->column) {
      use(b->column, b->value);
      ++b;
    } else {
      use(a->column, a->value + b->value);
      ++a;
      ++b;
    }
  }
}

}  // namespace

void calibrate(const float* squared, std::size_t n, std::size_t k, float perplexity, float* p,
               int threads) {
  const Rows rows{squared, k, std::log(static_cast<double>(perplexity)), p};
  const std::size_t padded = chunk_count(k, 16) * 16;
  parallel_for(chunk_count(n, kChunk), threads, [&](std::size_t chunk, int) {
    std::vector<float> space(2 * padded);
    const std::size_t begin = chunk * kChunk;
    calibrate_at_level(rows, begin, std::min(n, begin + kChunk), space.data(),
                       space.data() + padded);
  });
}

Sparse symmetrised(const std::int32_t* indices, const float* p, std::size_t n, std::size_t k,
                   int threads) {
  std::vector<std::int64_t> starts;
  std::vector<Entry> reverse;
  transposed(indices, p, n, k, starts, reverse);
  Sparse out;
  out.starts.assign(n + 1, 0);
  const float factor = static_cast<float>(0.5 / static_cast<double>(n));
  const std::size_t chunks = chunk_count(n, kChunk);
  // Twice over the rows: once to count, once to fill.
  const auto each_row = [&](auto use) {
    parallel_for(chunks, threads, [&](std::size_t chunk, int) {
      std::vector<Entry> forward(k);
      for (std::size_t i = chunk * kChunk; i < std::min(n, (chunk + 1) * kChunk); ++i) {
        for (std::size_t j = 0; j < k; ++j) forward[j] = {indices[i * k + j], p[i * k + j]};
        std::sort(forward.begin(), forward.end(), by_column);
        use(i, forward.data(), forward.data() + k, reverse.data() + starts[i],
            reverse.data() + starts[i + 1]);
      }
    });
  };
  each_row([&](std::size_t i, const Entry* a, const Entry* a_end, const Entry* b,
               const Entry* b_end) {
    std::size_t count = 0;
    merged(a, a_end, b, b_end, [&](std::int32_t, float) { ++count; });
    out.starts[i + 1] = static_cast<std::int64_t>(chunk_count(count, kRowMultiple) * kRowMultiple);
  });
  std::partial_sum(out.starts.begin(), out.starts.end(), out.starts.begin());
  out.columns.resize(out.starts[n]);
  out.values.resize(out.starts[n]);
  each_row([&](std::size_t i, const Entry* a, const Entry* a_end, const Entry* b,
               const Entry* b_end) {
    std::int64_t at = out.starts[i];
    merged(a, a_end, b, b_end, [&](std::int32_t column, float value) {
      out.columns[at] = column;
      out.values[at++] = value * factor;
    });
    for (; at < out.starts[i + 1]; ++at) {
      out.columns[at] = static_cast<std::int32_t>(i);
      out.values[at] = 0;
    }
  });
  return out;
}

Sparse reordered(const std::int64_t* starts, const std::int32_t* columns, const float* values,
                 std::size_t n, const std::int64_t* order, int threads) {
  std::vector<std::int32_t> renamed(n);
  for (std::size_t i = 0; i < n; ++i) renamed[order[i]] = static_cast<std::int32_t>(i);
  Sparse out;
  out.starts.assign(n + 1, 0);
  for (std::size_t i = 0; i < n; ++i) {
    out.starts[i + 1] = out.starts[i] + starts[order[i] + 1] - starts[order[i]];
  }
  out.columns.resize(out.starts[n]);
  out.values.resize(out.starts[n]);
  parallel_for(chunk_count(n, kChunk), threads, [&](std::size_t chunk, int) {
    std::vector<Entry> row;
    for (std::size_t i = chunk * kChunk; i < std::min(n, (chunk + 1) * kChunk); ++i) {
      row.clear();
      std::int64_t e = starts[order[i]];
      const std::int64_t end = starts[order[i] + 1];
      for (; e < end && columns[e] != order[i]; ++e) row.push_back({renamed[columns[e]], values[e]});
      std::sort(row.begin(), row.end(), by_column);
      for (; e < end; ++e) row.push_back({static_cast<std::int32_t>(i), 0.0f});
      std::int64_t at = out.starts[i];
      for (const Entry& entry : row) {
        out.columns[at] = entry.column;
        out.values[at++] = entry.value;
      }
    }
  });
  return out;
}

}  // namespace dotscape
