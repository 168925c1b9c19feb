// Order statistics of rows of distances, for measuring how neighbourhoods change.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dotscape {

// The columns of the k smallest values of each row, ascending, ties by column. Infinite values (a
// point and itself) come last. k <= n.
void nearest_in_rows(const double* values, std::size_t rows, std::size_t n, std::size_t k,
                     std::int32_t* columns, int threads);

// ranks[r, i] = how many values of row r come before that of column columns[r, i], ties by column;
// the nearest has rank 0.
void ranks_in_rows(const double* values, std::size_t rows, std::size_t n,
                   const std::int32_t* columns, std::size_t k, std::int32_t* ranks, int threads);

}  // namespace dotscape
