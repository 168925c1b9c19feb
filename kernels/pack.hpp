// Positions as the page's renderer takes them: 16 bit, in draw order.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dotscape {

// Fills order[0..n) with a shuffle of 0..n-1 that depends on n alone.
void draw_order(std::uint32_t* order, std::size_t n);

// Smallest and largest value of each axis over the rows whose coordinates are all finite.
// Returns how many rows are not. With no finite row, low is +inf and high is -inf.
std::size_t bounds(const float* layout, std::size_t n, int dimensions, float low[3],
                   float high[3], int threads);

// packed[i] = x y z w of row order[i]; see docs/http.md. A row that isn't finite becomes zeros.
void pack(const float* layout, const std::uint32_t* order, std::size_t n, int dimensions,
          const float center[3], float half, std::uint16_t* packed, int threads);

}  // namespace dotscape
