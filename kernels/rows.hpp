// Rows of a float16, float32 or float64 matrix made ready for single-precision arithmetic.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dotscape {

enum class Kind { float16, float32, float64 };

// What became of a row.
enum RowState : std::uint8_t { kRowFine = 0, kRowNotFinite = 1, kRowTooLarge = 2 };

// out[i] = source[row(i)] * scale - shift, as float32, for i in 0..count-1, where row(i) is
// rows[i], or first + i where rows is null. Rows that hold a NaN or infinity, or overflow
// float32, become zeros and are marked in state (count bytes). sums (d doubles) receives the
// column sums of out.
void shifted_rows(const void* source, Kind kind, std::size_t d, const std::int64_t* rows,
                  std::size_t first, std::size_t count, double scale, const double* shift,
                  float* out, std::uint8_t* state, double* sums, int threads);

}  // namespace dotscape
