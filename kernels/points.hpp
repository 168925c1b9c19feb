// A layout as the kernels take it.
#pragma once

#include <cstddef>

namespace dotscape {

// n points of `stride` floats, of which the first `dimensions` count.
// 2-D has stride 2, 3-D has stride 4.
struct Points {
  const float* values;
  std::size_t n;
  int dimensions;

  std::size_t stride() const { return dimensions == 2 ? 2 : 4; }
};

}  // namespace dotscape
