#include "spectral.hpp"

#include <algorithm>
#include <vector>

#include "levels.hpp"
#include "pool.hpp"
#include "simd.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kChunk = 256;
using F = Lanes<kBlockColumns>::F;

struct Job {
  const std::int64_t* starts;
  const std::int32_t* columns;
  const float* weights;
  const float* x;
  float alpha, beta, gamma;
  float* out;
};

DOTSCAPE_INLINE void combine_rows(const Job& job, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    F sum{};
    for (std::int64_t e = job.starts[i]; e < job.starts[i + 1]; ++e) {
      sum += job.weights[e] * load<F>(job.x + std::size_t(job.columns[e]) * kBlockColumns);
    }
    const F own = load<F>(job.x + i * kBlockColumns);
    float* out = job.out + i * kBlockColumns;
    store(out, job.alpha * sum + job.beta * own + job.gamma * load<F>(out));
  }
}

DOTSCAPE_LEVELS(void, combine_some, combine_rows,
                (const Job& job, std::size_t begin, std::size_t end), (job, begin, end))

}  // namespace

void combine(const std::int64_t* starts, const std::int32_t* columns, const float* weights,
             std::size_t n, const float* x, float alpha, float beta, float gamma, float* out,
             int threads) {
  const Job job{starts, columns, weights, x, alpha, beta, gamma, out};
  parallel_for(chunk_count(n, kChunk), threads, [&](std::size_t chunk, int) {
    combine_some(job, chunk * kChunk, std::min(n, (chunk + 1) * kChunk));
  });
}

std::size_t components(const std::int64_t* starts, const std::int32_t* columns, std::size_t n,
                       std::int32_t* labels) {
  std::fill(labels, labels + n, -1);
  std::vector<std::int32_t> waiting;
  std::int32_t count = 0;
  for (std::size_t first = 0; first < n; ++first) {
    if (labels[first] >= 0) continue;
    labels[first] = count;
    waiting.push_back(static_cast<std::int32_t>(first));
    while (!waiting.empty()) {
      const std::int32_t i = waiting.back();
      waiting.pop_back();
      for (std::int64_t e = starts[i]; e < starts[i + 1]; ++e) {
        if (labels[columns[e]] >= 0) continue;
        labels[columns[e]] = count;
        waiting.push_back(columns[e]);
      }
    }
    ++count;
  }
  return static_cast<std::size_t>(count);
}

}  // namespace dotscape
