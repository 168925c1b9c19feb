#include "ranks.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "levels.hpp"
#include "pool.hpp"

namespace dotscape {
namespace {

DOTSCAPE_INLINE void ranks_body(const double* row, std::size_t n, const std::int32_t* columns,
                                std::size_t k, std::int32_t* ranks) {
  for (std::size_t i = 0; i < k; ++i) {
    const std::size_t column = columns[i];
    const double value = row[column];
    std::int64_t before = 0;
    for (std::size_t j = 0; j < column; ++j) before += row[j] <= value;
    for (std::size_t j = column + 1; j < n; ++j) before += row[j] < value;
    ranks[i] = static_cast<std::int32_t>(before);
  }
}

DOTSCAPE_LEVELS(void, ranks_at_level, ranks_body,
                (const double* row, std::size_t n, const std::int32_t* columns, std::size_t k,
                 std::int32_t* ranks),
                (row, n, columns, k, ranks))

}  // namespace

void nearest_in_rows(const double* values, std::size_t rows, std::size_t n, std::size_t k,
                     std::int32_t* columns, int threads) {
  parallel_for(rows, threads, [&](std::size_t r, int) {
    const double* row = values + r * n;
    // The largest of the k smallest so far is on top of the heap.
    std::vector<std::pair<double, std::int32_t>> heap;
    heap.reserve(k);
    for (std::size_t j = 0; j < n; ++j) {
      const std::pair<double, std::int32_t> candidate(row[j], static_cast<std::int32_t>(j));
      if (heap.size() < k) {
        heap.push_back(candidate);
        std::push_heap(heap.begin(), heap.end());
      } else if (candidate < heap.front()) {
        std::pop_heap(heap.begin(), heap.end());
        heap.back() = candidate;
        std::push_heap(heap.begin(), heap.end());
      }
    }
    std::sort_heap(heap.begin(), heap.end());
    for (std::size_t i = 0; i < k; ++i) columns[r * k + i] = heap[i].second;
  });
}

void ranks_in_rows(const double* values, std::size_t rows, std::size_t n,
                   const std::int32_t* columns, std::size_t k, std::int32_t* ranks, int threads) {
  parallel_for(rows, threads, [&](std::size_t r, int) {
    ranks_at_level(values + r * n, n, columns + r * k, k, ranks + r * k);
  });
}

}  // namespace dotscape
