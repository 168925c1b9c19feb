// The attractive part of t-SNE's gradient.
#pragma once

#include <cstddef>
#include <cstdint>

#include "points.hpp"

namespace dotscape {

// forces[i] = sum over j of p[i, j] w (y_i - y_j), w = 1 / (1 + |y_i - y_j|^2), for the rows of a
// sparse P as in affinities.hpp. Where `with_loss`, returns sum of p[i, j] log(1 + |y_i - y_j|^2).
double attraction(const Points& y, const std::int64_t* starts, const std::int32_t* columns,
                  const float* p, bool with_loss, float* forces, int threads);

}  // namespace dotscape
