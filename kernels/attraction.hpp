// The attractive part of t-SNE's gradient.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dotscape {

// A layout in memory: n points of `stride` floats, of which the first `dimensions` count.
// 2-D has stride 2, 3-D has stride 4.
struct Points {
  const float* values;
  std::size_t n;
  int dimensions;

  std::size_t stride() const { return dimensions == 2 ? 2 : 4; }
};

// forces[i] = sum over j of p[i, j] w (y_i - y_j), w = 1 / (1 + |y_i - y_j|^2), for the rows of a
// sparse P as in affinities.hpp. Where `with_loss`, returns sum of p[i, j] log(1 + |y_i - y_j|^2).
double attraction(const Points& y, const std::int64_t* starts, const std::int32_t* columns,
                  const float* p, bool with_loss, float* forces, int threads);

}  // namespace dotscape
