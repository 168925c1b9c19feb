// Checks of sparse matrices by rows.
#pragma once

#include "../affinities.hpp"
#include "arrays.hpp"

namespace dotscape::bindings {

// P was made by `symmetrised`; still, no index may lead out of the arrays.
inline void check_sparse(const Starts& starts, const Columns& columns, const Floats& values,
                  std::size_t n) {
  require(starts.shape(0) == n + 1 && columns.shape(0) == values.shape(0), "lengths differ");
  require(starts.data()[0] == 0 &&
              starts.data()[n] == static_cast<std::int64_t>(columns.shape(0)),
          "starts don't fit the entries");
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t length = starts.data()[i + 1] - starts.data()[i];
    require(length >= 0 && length % dotscape::kRowMultiple == 0, "rows must be padded");
  }
}

}  // namespace dotscape::bindings
