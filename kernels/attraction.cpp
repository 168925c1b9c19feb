#include "attraction.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

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

#if defined(__x86_64__)
// 16 neighbours by wide loads. In 2-D both coordinates of a point are one 64-bit value.
template <int D>
DOTSCAPE_AVX512 inline void load16(const float* y, const std::int32_t* columns, __m512* axes) {
  if constexpr (D == 2) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(columns));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(columns + 8));
    const __m512 a = _mm512_castpd_ps(_mm512_i32gather_pd(low, y, 8));
    const __m512 b = _mm512_castpd_ps(_mm512_i32gather_pd(high, y, 8));
    const __m512i even =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    axes[0] = _mm512_permutex2var_ps(a, even, b);
    axes[1] = _mm512_permutex2var_ps(a, _mm512_add_epi32(even, _mm512_set1_epi32(1)), b);
  } else {
    __m512 rows[4];
    for (int q = 0; q < 4; ++q) {
      const auto point = [&](int l) { return _mm_loadu_ps(y + std::size_t(columns[l + q]) * 4); };
      const __m256 front = _mm256_insertf128_ps(_mm256_castps128_ps256(point(0)), point(4), 1);
      const __m256 back = _mm256_insertf128_ps(_mm256_castps128_ps256(point(8)), point(12), 1);
      rows[q] = _mm512_insertf32x8(_mm512_castps256_ps512(front), back, 1);
    }
    const __m512 a = _mm512_unpacklo_ps(rows[0], rows[1]), b = _mm512_unpacklo_ps(rows[2], rows[3]);
    const __m512 c = _mm512_unpackhi_ps(rows[0], rows[1]), d = _mm512_unpackhi_ps(rows[2], rows[3]);
    axes[0] = _mm512_shuffle_ps(a, b, 0x44);
    axes[1] = _mm512_shuffle_ps(a, b, 0xee);
    axes[2] = _mm512_shuffle_ps(c, d, 0x44);
  }
}

template <int D, bool with_loss>
DOTSCAPE_AVX512 double attract_rows_avx512(const Job& job, std::size_t begin, std::size_t end) {
  constexpr int stride = D == 2 ? 2 : 4;
  const __m512 one = _mm512_set1_ps(1.0f), two = _mm512_set1_ps(2.0f);
  double loss = 0;
  for (std::size_t i = begin; i < end; ++i) {
    __m512 own[D], force[D], row_loss = _mm512_setzero_ps();
    for (int a = 0; a < D; ++a) {
      own[a] = _mm512_set1_ps(job.y[i * stride + a]);
      force[a] = _mm512_setzero_ps();
    }
    for (std::int64_t e = job.starts[i]; e < job.starts[i + 1]; e += 16) {
      __m512 delta[D], square = one;
      load16<D>(job.y, job.columns + e, delta);
      for (int a = 0; a < D; ++a) {
        delta[a] = _mm512_sub_ps(own[a], delta[a]);
        square = _mm512_fmadd_ps(delta[a], delta[a], square);
      }
      // A division takes longer than all the rest; one step of Newton's makes 14 bits 24.
      const __m512 guess = _mm512_rcp14_ps(square);
      const __m512 w = _mm512_mul_ps(guess, _mm512_fnmadd_ps(square, guess, two));
      const __m512 p = _mm512_loadu_ps(job.p + e);
      const __m512 weight = _mm512_mul_ps(p, w);
      for (int a = 0; a < D; ++a) force[a] = _mm512_fmadd_ps(weight, delta[a], force[a]);
      if (with_loss) row_loss += p * log_positive<16>(square);
    }
    for (int a = 0; a < D; ++a) job.forces[i * stride + a] = _mm512_reduce_add_ps(force[a]);
    if (with_loss) loss += sum_lanes(row_loss);
  }
  return loss;
}

DOTSCAPE_AVX512 double attract_avx512(const Job& job, int dimensions, bool with_loss,
                                      std::size_t begin, std::size_t end) {
  if (dimensions == 2) {
    return with_loss ? attract_rows_avx512<2, true>(job, begin, end)
                     : attract_rows_avx512<2, false>(job, begin, end);
  }
  return with_loss ? attract_rows_avx512<3, true>(job, begin, end)
                   : attract_rows_avx512<3, false>(job, begin, end);
}
#endif

DOTSCAPE_LEVELS3(double, attract_at_level, attract_avx512, attract_any<8>, attract_any<4>,
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
