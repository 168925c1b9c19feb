#include "rows.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#include "half.hpp"
#include "levels.hpp"
#include "pool.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kChunk = 64;  // rows; float32 column sums stay accurate over so few

// True where every value is finite: the exponent bits of none are all ones. Integer arithmetic, so
// that the compiler may vectorise the loop.
DOTSCAPE_INLINE bool all_finite(const float* values, std::size_t d) {
  std::uint32_t largest = 0;
  for (std::size_t j = 0; j < d; ++j) {
    const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(values[j]) & 0x7fffffffu;
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest < 0x7f800000u;
}

DOTSCAPE_INLINE bool all_finite(const double* values, std::size_t d) {
  std::uint64_t largest = 0;
  for (std::size_t j = 0; j < d; ++j) {
    const std::uint64_t magnitude = std::bit_cast<std::uint64_t>(values[j]) & ~(1ull << 63);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest < 0x7ff0000000000000u;
}

DOTSCAPE_INLINE bool all_finite(const std::uint16_t* values, std::size_t d) {
  std::uint16_t largest = 0;
  for (std::size_t j = 0; j < d; ++j) {
    const std::uint16_t magnitude = values[j] & 0x7fffu;
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest < 0x7c00u;
}

DOTSCAPE_INLINE void shift_row(const float* in, std::size_t d, double scale, const double*,
                               const float* shift, float* out) {
  const float factor = static_cast<float>(scale);
  for (std::size_t j = 0; j < d; ++j) out[j] = in[j] * factor - shift[j];
}

DOTSCAPE_INLINE void shift_row(const std::uint16_t* in, std::size_t d, double scale,
                               const double*, const float* shift, float* out) {
  const float factor = static_cast<float>(scale);
  for (std::size_t j = 0; j < d; ++j) out[j] = half_to_float(in[j]) * factor - shift[j];
}

// In double precision, so that a large common offset costs no digits.
DOTSCAPE_INLINE void shift_row(const double* in, std::size_t d, double scale,
                               const double* shift, const float*, float* out) {
  for (std::size_t j = 0; j < d; ++j) out[j] = static_cast<float>(in[j] * scale - shift[j]);
}

struct Chunk {
  const void* source;
  std::size_t d;
  const std::int64_t* rows;
  std::size_t first, begin, end;
  double scale;
  const double* shift;
  const float* shift32;
  float* out;
  std::uint8_t* state;
  float* sums;
};

template <class T>
DOTSCAPE_INLINE void shift_chunk(const Chunk& c) {
  for (std::size_t j = 0; j < c.d; ++j) c.sums[j] = 0;
  for (std::size_t i = c.begin; i < c.end; ++i) {
    const std::size_t row = c.rows ? static_cast<std::size_t>(c.rows[i]) : c.first + i;
    const T* in = static_cast<const T*>(c.source) + row * c.d;
    float* out = c.out + i * c.d;
    shift_row(in, c.d, c.scale, c.shift, c.shift32, out);
    c.state[i] = kRowFine;
    if (!all_finite(out, c.d)) {
      c.state[i] = all_finite(in, c.d) ? kRowTooLarge : kRowNotFinite;
      std::fill(out, out + c.d, 0.0f);
    }
    for (std::size_t j = 0; j < c.d; ++j) c.sums[j] += out[j];
  }
}

DOTSCAPE_INLINE void shift_any(const Chunk& c, Kind kind) {
  if (kind == Kind::float16) shift_chunk<std::uint16_t>(c);
  if (kind == Kind::float32) shift_chunk<float>(c);
  if (kind == Kind::float64) shift_chunk<double>(c);
}

DOTSCAPE_LEVELS(void, shift_at_level, shift_any, (const Chunk& c, Kind kind), (c, kind))

}  // namespace

void shifted_rows(const void* source, Kind kind, std::size_t d, const std::int64_t* rows,
                  std::size_t first, std::size_t count, double scale, const double* shift,
                  float* out, std::uint8_t* state, double* sums, int threads) {
  const std::size_t chunks = chunk_count(count, kChunk);
  const std::vector<float> shift32(shift, shift + d);
  std::vector<float> partial(chunks * d);
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    const std::size_t begin = chunk * kChunk;
    const std::size_t end = std::min(count, begin + kChunk);
    shift_at_level({source, d, rows, first, begin, end, scale, shift, shift32.data(), out, state,
                    partial.data() + chunk * d},
                   kind);
  });
  std::fill(sums, sums + d, 0.0);
  for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
    for (std::size_t j = 0; j < d; ++j) sums[j] += partial[chunk * d + j];
  }
}

}  // namespace dotscape
