#include "umap.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "levels.hpp"
#include "pool.hpp"
#include "simd.hpp"

namespace dotscape {
namespace {

constexpr int kLanes = 16;  // points that are moved in step, on every instruction set
constexpr std::size_t kBlocks = 16;  // of so many points, one after another: a chunk
constexpr float kLongest = 4.0f;  // no coordinate of one force is longer

using F = Lanes<kLanes>::F;
using I = Lanes<kLanes>::I;

std::uint64_t mixed(std::uint64_t x) {  // Steele, Lea and Flood's splitmix64
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// x^power for normal x > 0; relative error under 2e-5 while the result is between 1e-30 and 1e30.
DOTSCAPE_INLINE F raised(F x, float power) {
  const I bits = as_bits<I>(x);
  const I whole = (bits - 0x3f3504f3) >> 23;  // mantissa in sqrt(1/2)..sqrt(2)
  const F m = as_float<F>(bits - (whole << 23)) - 1.0f;
  F p = m * -0.2063557551f + 0.3205919634f;
  p = p * m - 0.3670741980f;
  p = p * m + 0.4795236444f;
  p = p * m - 0.7211642889f;
  p = p * m + 1.4427091927f;
  const F exponent = (p * m + __builtin_convertvector(whole, F)) * power;
  const F shifted = exponent + 12582912.0f;  // rounds to a whole number in the low bits
  const F r = exponent - (shifted - 12582912.0f);
  F q = r * 0.0096760419f + 0.0559220775f;
  q = q * r + 0.2402210727f;
  q = q * r + 0.6931210288f;
  q = q * r + 1.0f;
  return as_float<F>(as_bits<I>(q) + (as_bits<I>(shifted) << 23));
}

DOTSCAPE_INLINE F chosen(I mask, F value) { return as_float<F>(as_bits<I>(value) & mask); }

// All bits where a and b differ. Compilers take comparisons of integer vectors apart.
DOTSCAPE_INLINE I differ(I a, I b) {
  const I bits = a ^ b;
  return (bits | -bits) >> 31;
}

DOTSCAPE_INLINE F limited(F value, float most) {
  value = value > most ? splat<F>(most) : value;
  return value < -most ? splat<F>(-most) : value;
}

// A squared distance as `raised` takes it.
DOTSCAPE_INLINE F tamed(F square) {
  square = square < 1e-12f ? splat<F>(1e-12f) : square;
  return square > 1e12f ? splat<F>(1e12f) : square;
}

struct Job {
  const Epoch* epoch;
  std::uint32_t half;  // how many halves of epochs came before
  int negatives;
  const std::int64_t* starts;
  const std::int32_t* columns;
  const std::uint32_t* rates;
  const std::int32_t* places;
  const float* pool;  // D rows of n + kLanes
  const float* y;
  float* moved;
  std::size_t n;
};

// Neighbours that act on each of 16 points this time: events[t * 16 + lane], own row where there
// are no more. Returns the largest number.
int due(const Job& job, std::size_t first, I& counts, std::vector<std::int32_t>& events) {
  std::size_t longest = 0;
  for (int l = 0; l < kLanes; ++l) {
    const std::size_t i = std::min(first + l, job.n - 1);
    longest = std::max(longest, std::size_t(job.starts[i + 1] - job.starts[i]));
  }
  events.resize((longest + 1) * kLanes);
  int most = 0;
  for (int l = 0; l < kLanes; ++l) {
    const std::size_t i = first + l;
    int count = 0;
    if (i < job.n) {
      for (std::int64_t e = job.starts[i]; e < job.starts[i + 1]; ++e) {
        const std::uint32_t rate = job.rates[e], j = static_cast<std::uint32_t>(job.columns[e]);
        // The same at both ends; spreads the edges of one rate over the epochs.
        const std::uint32_t phase = (j + static_cast<std::uint32_t>(i)) * 0x9e3779b9u;
        const std::uint32_t before = phase + job.half * rate;
        events[count * kLanes + l] = static_cast<std::int32_t>(j);
        count += before + rate < before;
      }
    }
    counts[l] = count;
    most = std::max(most, count);
  }
  for (int l = 0; l < kLanes; ++l) {
    const std::int32_t own = static_cast<std::int32_t>(std::min(first + l, job.n - 1));
    for (int t = counts[l]; t < most; ++t) events[t * kLanes + l] = own;
  }
  return most;
}

// 16 points on their way: one in each lane.
template <int D>
struct Block {
  F at[D];
  F force[D];
  I own;  // places in the pool

  DOTSCAPE_INLINE void attract(const Job& job, const std::int32_t* columns, I active) {
    constexpr int stride = D == 2 ? 2 : 4;
    alignas(64) float there[D][kLanes];
    for (int l = 0; l < kLanes; ++l) {
      const float* y = job.y + std::size_t(columns[l]) * stride;
      for (int a = 0; a < D; ++a) there[a][l] = y[a];
    }
    F delta[D];
    for (int a = 0; a < D; ++a) delta[a] = load<F>(there[a]);
    const F square = tamed(difference(delta));
    const Epoch& e = *job.epoch;
    const F power = raised(square, e.b);
    const F size = (-2.0f * e.a * e.b) * power / (square * (1.0f + e.a * power));
    push(delta, size, active);
  }

  DOTSCAPE_INLINE void repel(const Job& job, std::int32_t base, I active) {
    const std::size_t row = job.n + kLanes;
    F delta[D];
    for (int a = 0; a < D; ++a) delta[a] = load<F>(job.pool + a * row + base);
    const F square = tamed(difference(delta));
    const Epoch& e = *job.epoch;
    const F power = raised(square, e.b);
    const F size = (2.0f * e.repulsion * e.b) / ((0.001f + square) * (1.0f + e.a * power));
    constexpr I lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const std::int32_t n = static_cast<std::int32_t>(job.n);
    const I place = lane + base;
    push(delta, size, active & differ(place, own) & differ(place, own + n));
  }

  DOTSCAPE_INLINE void move(float rate) {
    for (int a = 0; a < D; ++a) {
      at[a] += force[a] * rate;
      force[a] = F{};
    }
  }

 private:
  // Turns positions into differences to them; the squared length.
  DOTSCAPE_INLINE F difference(F* delta) const {
    F square{};
    for (int a = 0; a < D; ++a) {
      delta[a] = at[a] - delta[a];
      square += delta[a] * delta[a];
    }
    return square;
  }

  DOTSCAPE_INLINE void push(const F* delta, F size, I active) {
    for (int a = 0; a < D; ++a) force[a] += chosen(active, limited(size * delta[a], kLongest));
  }
};

template <int D>
DOTSCAPE_INLINE void move_block(const Job& job, std::size_t first,
                                std::vector<std::int32_t>& events) {
  constexpr int stride = D == 2 ? 2 : 4;
  I counts;
  const int most = due(job, first, counts, events);
  alignas(64) float from[D][kLanes];
  Block<D> block;
  for (int l = 0; l < kLanes; ++l) {
    const std::size_t i = std::min(first + l, job.n - 1);
    for (int a = 0; a < D; ++a) from[a][l] = job.y[i * stride + a];
    block.own[l] = job.places[i];
  }
  for (int a = 0; a < D; ++a) {
    block.at[a] = load<F>(from[a]);
    block.force[a] = F{};
  }
  std::uint64_t random = mixed(job.epoch->seed ^ mixed(job.half) ^ mixed(~first));
  for (int t = 0; t < most; ++t) {
    const I active = (t - counts) >> 31;
    block.attract(job, events.data() + std::size_t(t) * kLanes, active);
    for (int s = 0; s < job.negatives; ++s) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      block.repel(job, static_cast<std::int32_t>(((random >> 32) * job.n) >> 32), active);
    }
    block.move(job.epoch->learning_rate);
  }
  for (int a = 0; a < D; ++a) store(from[a], block.at[a]);
  for (int l = 0; l < kLanes && first + l < job.n; ++l) {
    for (int a = 0; a < D; ++a) job.moved[(first + l) * stride + a] = from[a][l];
  }
}

template <int D>
DOTSCAPE_INLINE void move_chunk(const Job& job, std::size_t chunk) {
  thread_local std::vector<std::int32_t> events;
  constexpr std::size_t size = kBlocks * kLanes;
  const std::size_t end = std::min(job.n, (chunk + 1) * size);
  for (std::size_t i = chunk * size; i < end; i += kLanes) move_block<D>(job, i, events);
}

DOTSCAPE_LEVELS(void, move_chunk_2d, move_chunk<2>, (const Job& job, std::size_t chunk),
                (job, chunk))
DOTSCAPE_LEVELS(void, move_chunk_3d, move_chunk<3>, (const Job& job, std::size_t chunk),
                (job, chunk))

}  // namespace

Scatter::Scatter(const std::int64_t* starts, const std::int32_t* columns, const float* weights,
                 std::size_t n, std::uint64_t seed)
    : starts_(starts, starts + n + 1),
      columns_(columns, columns + starts[n]),
      rates_(starts[n]),
      places_(n) {
  const float* end = weights + starts[n];
  const float most = starts[n] > 0 ? *std::max_element(weights, end) : 1.0f;
  const double unit = 4294967295.0 / std::max(most, 1e-30f);
  std::transform(weights, end, rates_.begin(),
                 [&](float w) { return static_cast<std::uint32_t>(w * unit); });
  std::iota(places_.begin(), places_.end(), 0);
  for (std::size_t i = n; i > 1; --i) {  // Fisher and Yates
    const std::uint64_t j = ((mixed(seed ^ mixed(i)) >> 32) * i) >> 32;
    std::swap(places_[i - 1], places_[j]);
  }
}

void Scatter::refresh_pool(int dimensions, const float* y, int threads) {
  const std::size_t n = points(), row = n + kLanes, stride = dimensions == 2 ? 2 : 4;
  constexpr std::size_t size = 4096;
  pool_.resize(row * dimensions);
  parallel_for(chunk_count(n, size), threads, [&](std::size_t chunk, int) {
    for (std::size_t i = chunk * size; i < std::min(n, (chunk + 1) * size); ++i) {
      for (int a = 0; a < dimensions; ++a) pool_[a * row + places_[i]] = y[i * stride + a];
    }
  });
  for (int a = 0; a < dimensions; ++a) {
    float* from = pool_.data() + a * row;
    for (std::size_t l = 0; l < kLanes; ++l) from[n + l] = from[l % n];
  }
}

void Scatter::half_step(const Epoch& epoch, std::uint32_t half, int dimensions, float* y,
                        const std::uint8_t* pinned, int threads) {
  const std::size_t n = points(), stride = dimensions == 2 ? 2 : 4;
  refresh_pool(dimensions, y, threads);
  moved_.resize(n * stride);
  // An odd number of repulsions: one more in every other half.
  const int negatives = (epoch.negatives + static_cast<int>(half & 1)) / 2;
  const Job job{&epoch,         half,         negatives, starts_.data(), columns_.data(),
                rates_.data(),  places_.data(), pool_.data(), y, moved_.data(), n};
  const auto move = dimensions == 2 ? move_chunk_2d : move_chunk_3d;
  constexpr std::size_t size = kBlocks * kLanes;
  const std::size_t chunks = chunk_count(n, size);
  parallel_for(chunks, threads, [&](std::size_t chunk, int) { move(job, chunk); });
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    for (std::size_t i = chunk * size; i < std::min(n, (chunk + 1) * size); ++i) {
      if (pinned && pinned[i]) continue;
      std::memcpy(y + i * stride, moved_.data() + i * stride, sizeof(float) * dimensions);
    }
  });
}

void Scatter::step(const Epoch& epoch, int dimensions, float* y, const std::uint8_t* pinned,
                   int threads) {
  for (std::uint32_t h = 0; h < 2; ++h) {
    half_step(epoch, 2 * epoch.number + h, dimensions, y, pinned, threads);
  }
}

}  // namespace dotscape
