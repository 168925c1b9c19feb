// Checks of neighbour graphs, and of sparse matrices by rows.
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

// Each row's neighbours must be rows, with a value each.
inline void check_neighbors(const In<std::int32_t, nb::ndim<2>>& indices, const Block& values) {
  const std::size_t n = indices.shape(0), k = indices.shape(1);
  require(values.shape(0) == n && values.shape(1) == k, "shapes differ");
  for (std::size_t e = 0; e < n * k; ++e) {
    const std::int32_t row = indices.data()[e];
    require(row >= 0 && static_cast<std::size_t>(row) < n, "row number out of range");
  }
}

}  // namespace dotscape::bindings
