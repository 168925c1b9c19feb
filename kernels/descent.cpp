#include "descent.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "levels.hpp"
#include "pool.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kChunk = 1024;  // points; float sums stay accurate over so few

struct Arrays {
  const float* attraction;
  const float* repulsion;
  const std::uint8_t* pinned;
  float* y;
  float* velocity;
  float* gains;
};

struct Part {
  double square;
  std::array<double, 4> sums;
};

DOTSCAPE_INLINE float moved(const Step& s, const Arrays& a, float inverse, std::size_t e) {
  const float gradient = s.exaggeration * a.attraction[e] - a.repulsion[e] * inverse;
  const float old = a.velocity[e];
  const float gain = std::max(gradient * old < 0 ? a.gains[e] + 0.2f : a.gains[e] * 0.8f, 0.01f);
  a.gains[e] = gain;
  a.velocity[e] = s.momentum * old - s.learning_rate * gain * gradient;
  return gradient * gradient;
}

template <int stride>
DOTSCAPE_INLINE Part descend_chunk(const Step& s, const Arrays& a, std::size_t begin,
                                   std::size_t end) {
  const float inverse = 1 / s.normalization, longest2 = s.longest * s.longest;
  float squares[stride] = {}, sums[stride] = {};
  for (std::size_t i = begin; i < end; ++i) {
    if (a.pinned && a.pinned[i]) continue;
    float length2 = 0;
    for (int c = 0; c < stride; ++c) {
      const std::size_t e = i * stride + c;
      squares[c] += moved(s, a, inverse, e);
      length2 += a.velocity[e] * a.velocity[e];
    }
    const float shrink = length2 > longest2 ? s.longest / std::sqrt(length2) : 1.0f;
    for (int c = 0; c < stride; ++c) {
      const std::size_t e = i * stride + c;
      a.velocity[e] *= shrink;
      a.y[e] += a.velocity[e];
      sums[c] += a.y[e];
    }
  }
  Part part{};
  for (int c = 0; c < stride; ++c) {
    part.square += squares[c];
    part.sums[c] = sums[c];
  }
  return part;
}

DOTSCAPE_INLINE Part descend_any(const Step& s, const Arrays& a, int stride, std::size_t begin,
                                 std::size_t end) {
  return stride == 2 ? descend_chunk<2>(s, a, begin, end) : descend_chunk<4>(s, a, begin, end);
}

DOTSCAPE_LEVELS(Part, descend_at_level, descend_any,
                (const Step& s, const Arrays& a, int stride, std::size_t begin, std::size_t end),
                (s, a, stride, begin, end))

}  // namespace

double descend(const Step& step, const float* attraction, const float* repulsion,
               const std::uint8_t* pinned, std::size_t n, int stride, float* y, float* velocity,
               float* gains, int threads) {
  const Arrays arrays{attraction, repulsion, pinned, y, velocity, gains};
  const std::size_t chunks = chunk_count(n, kChunk);
  std::vector<Part> parts(chunks);
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    const std::size_t begin = chunk * kChunk;
    parts[chunk] = descend_at_level(step, arrays, stride, begin, std::min(n, begin + kChunk));
  });
  Part all{};
  for (const Part& part : parts) {
    all.square += part.square;
    for (int c = 0; c < 4; ++c) all.sums[c] += part.sums[c];
  }
  if (pinned) return all.square;
  float mean[4];
  for (int c = 0; c < 4; ++c) mean[c] = static_cast<float>(all.sums[c] / static_cast<double>(n));
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    const std::size_t end = std::min(n, (chunk + 1) * kChunk) * stride;
    for (std::size_t e = chunk * kChunk * stride; e < end; ++e) y[e] -= mean[e % stride];
  });
  return all.square;
}

}  // namespace dotscape
