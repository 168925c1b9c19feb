// A neighbour graph read from its other ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dotscape {

struct Entry {
  std::int32_t column;
  float value;
};

inline bool by_column(const Entry& a, const Entry& b) { return a.column < b.column; }

// Which rows name each row, in ascending order, for indices and values (n, k): starts (n + 1) and
// entries (n * k).
void transposed(const std::int32_t* indices, const float* p, std::size_t n, std::size_t k,
                std::vector<std::int64_t>& starts, std::vector<Entry>& entries);

}  // namespace dotscape
