#include "attraction.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "levels.hpp"
#include "pool.hpp"
#include "simd.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kChunk = 64;

struct Job {
  const float* y;
  const std::int64_t* starts;
  const std::int32_t* columns;
  const float* p;
  float* forces;
};

// Coordinate `axis` of W points.
template <int W, int stride>
DOTSCAPE_INLINE typename Lanes<W>::F gather(const float* y, const std::int32_t* columns, int axis) {
  alignas(64) float values[W];
  for (int l = 0; l < W; ++l) values[l] = y[std::size_t(columns[l]) * stride + axis];
  return load<typename Lanes<W>::F>(values);
}

template <int W, int D, bool with_loss>
DOTSCAPE_INLINE double attract_rows(const Job& job, std::size_t begin, std::size_t end) {
  using F = typename Lanes<W>::F;
  constexpr int stride = D == 2 ? 2 : 4;
  double loss = 0;
  for (std::size_t i = begin; i < end; ++i) {
    F own[D], force[D];
    for (int a = 0; a < D; ++a) {
      own[a] = splat<F>(job.y[i * stride + a]);
      force[a] = F{};
    }
    F row_loss{};
    for (std::int64_t e = job.starts[i]; e < job.starts[i + 1]; e += W) {
      F delta[D];
      F square = splat<F>(1.0f);
      for (int a = 0; a < D; ++a) {
        delta[a] = own[a] - gather<W, stride>(job.y, job.columns + e, a);
        square += delta[a] * delta[a];
      }
      const F p = load<F>(job.p + e);
      const F weight = p / square;
      for (int a = 0; a < D; ++a) force[a] += weight * delta[a];
      if (with_loss) row_loss += p * log_positive<W>(square);
    }
    for (int a = 0; a < D; ++a) {
      job.forces[i * stride + a] = static_cast<float>(sum_lanes(force[a]));
    }
    if (with_loss) loss += sum_lanes(row_loss);
  }
  return loss;
}

template <int W>
DOTSCAPE_INLINE double attract_any(const Job& job, int dimensions, bool with_loss,
                                   std::size_t begin, std::size_t end) {
  if (dimensions == 2) {
    return with_loss ? attract_rows<W, 2, true>(job, begin, end)
                     : attract_rows<W, 2, false>(job, begin, end);
  }
  return with_loss ? attract_rows<W, 3, true>(job, begin, end)
                   : attract_rows<W, 3, false>(job, begin, end);
}

DOTSCAPE_LEVELS_BY_WIDTH(double, attract_at_level, attract_any,
                         (const Job& job, int dimensions, bool with_loss, std::size_t begin,
                          std::size_t end),
                         (job, dimensions, with_loss, begin, end))

}  // namespace

double attraction(const Points& y, const std::int64_t* starts, const std::int32_t* columns,
                  const float* p, bool with_loss, float* forces, int threads) {
  const Job job{y.values, starts, columns, p, forces};
  const std::size_t chunks = chunk_count(y.n, kChunk);
  std::vector<double> losses(chunks);
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    const std::size_t begin = chunk * kChunk;
    losses[chunk] =
        attract_at_level(job, y.dimensions, with_loss, begin, std::min(y.n, begin + kChunk));
  });
  return std::accumulate(losses.begin(), losses.end(), 0.0);
}

}  // namespace dotscape
