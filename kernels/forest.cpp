#include "forest.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#include "levels.hpp"
#include "pool.hpp"
#include "splitmix.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kProbe = 64;    // rows whose covariance is used
constexpr std::size_t kChunk = 4096;  // rows projected at a time

struct Part {
  const float* points;
  std::size_t d;
  const std::int32_t* order;  // of this part
  std::size_t count;
};

DOTSCAPE_INLINE float product(const float* a, const float* b, std::size_t d) {
  float lanes[16] = {};
  std::size_t j = 0;
  for (; j + 16 <= d; j += 16) {
    for (int l = 0; l < 16; ++l) lanes[l] += a[j + l] * b[j + l];
  }
  for (int l = 0; j < d; ++j, ++l) lanes[l] += a[j] * b[j];
  float sum = 0;
  for (const float lane : lanes) sum += lane;
  return sum;
}

// Uniform in -1..1.
float random_sign(std::uint64_t seed) {
  return static_cast<float>(static_cast<std::int32_t>(mixed(seed) >> 32)) * 0x1p-31f;
}

// C r for a random r and the covariance C of some rows; r itself where they are all equal.
DOTSCAPE_INLINE void direction_body(const Part& part, std::uint64_t seed, float* out) {
  const std::size_t d = part.d, probe = std::min(part.count, kProbe);
  std::vector<float> random(d), mean(d), row(d);
  for (std::size_t j = 0; j < d; ++j) random[j] = random_sign(seed + j);
  std::vector<const float*> rows(probe);
  for (std::size_t s = 0; s < probe; ++s) {
    const std::size_t at = mixed(seed ^ (s + 1) << 40) % part.count;
    rows[s] = part.points + static_cast<std::size_t>(part.order[at]) * d;
    for (std::size_t j = 0; j < d; ++j) mean[j] += rows[s][j] / static_cast<float>(probe);
  }
  std::fill(out, out + d, 0.0f);
  for (std::size_t s = 0; s < probe; ++s) {
    for (std::size_t j = 0; j < d; ++j) row[j] = rows[s][j] - mean[j];
    const float weight = product(row.data(), random.data(), d);
    for (std::size_t j = 0; j < d; ++j) out[j] += weight * row[j];
  }
  if (std::all_of(out, out + d, [](float x) { return x == 0.0f; })) {
    std::copy(random.begin(), random.end(), out);
  }
}

DOTSCAPE_LEVELS(void, choose_direction, direction_body,
                (const Part& part, std::uint64_t seed, float* out), (part, seed, out))

// Sorting keys sorts by value, ties by row.
DOTSCAPE_INLINE void keys_body(const Part& part, const float* direction, std::uint64_t* keys) {
  for (std::size_t i = 0; i < part.count; ++i) {
    const std::uint32_t row = static_cast<std::uint32_t>(part.order[i]);
    const float value = product(part.points + row * part.d, direction, part.d);
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t ordered = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
    keys[i] = static_cast<std::uint64_t>(ordered) << 32 | row;
  }
}

DOTSCAPE_LEVELS(void, keys_along, keys_body,
                (const Part& part, const float* direction, std::uint64_t* keys),
                (part, direction, keys))

}  // namespace

void split_segments(const float* points, std::size_t d, std::int32_t* order,
                    const std::int64_t* starts, std::size_t segments, std::uint64_t seed,
                    int threads) {
  const std::size_t first = starts[0], last = starts[segments];
  std::vector<std::uint64_t> keys(last - first);
  std::vector<float> directions(segments * d);
  parallel_for(segments, threads, [&](std::size_t s, int) {
    const std::size_t begin = starts[s], count = starts[s + 1] - begin;
    if (count < 2) return;
    choose_direction({points, d, order + begin, count}, mixed(seed + s), &directions[s * d]);
  });
  parallel_for(chunk_count(last - first, kChunk), threads, [&](std::size_t chunk, int) {
    std::size_t at = first + chunk * kChunk;
    const std::size_t end = std::min(last, at + kChunk);
    std::size_t s = std::upper_bound(starts, starts + segments + 1, at) - starts - 1;
    for (; at < end; ++s) {
      const std::size_t stop = std::min<std::size_t>(end, starts[s + 1]);
      keys_along({points, d, order + at, stop - at}, &directions[s * d], &keys[at - first]);
      at = stop;
    }
  });
  parallel_for(segments, threads, [&](std::size_t s, int) {
    const std::size_t begin = starts[s], end = starts[s + 1];
    std::uint64_t* part = keys.data() - first;
    std::nth_element(part + begin, part + begin + (end - begin) / 2, part + end);
    for (std::size_t i = begin; i < end; ++i) {
      order[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(part[i]));
    }
  });
}

}  // namespace dotscape
