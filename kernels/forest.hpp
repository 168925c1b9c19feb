// Trees that halve a set of points again and again, so that those in one leaf are near each other.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dotscape {

// One level of a tree: halves each of the `segments` parts starts[s]..starts[s + 1] of `order`,
// which numbers rows of `points` (n x d). Afterwards the (length / 2) rows that lie lowest along a
// random direction come first. The direction is a random vector times the covariance of some of
// the part's rows, so that it leans to where they spread.
void split_segments(const float* points, std::size_t d, std::int32_t* order,
                    const std::int64_t* starts, std::size_t segments, std::uint64_t seed,
                    int threads);

}  // namespace dotscape
