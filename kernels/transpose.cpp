#include "transpose.hpp"

#include <numeric>

namespace dotscape {

void transposed(const std::int32_t* indices, const float* p, std::size_t n, std::size_t k,
                std::vector<std::int64_t>& starts, std::vector<Entry>& entries) {
  starts.assign(n + 1, 0);
  for (std::size_t e = 0; e < n * k; ++e) ++starts[indices[e] + 1];
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<std::int64_t> next(starts.begin(), starts.end() - 1);
  entries.resize(n * k);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      entries[next[indices[i * k + j]]++] = {static_cast<std::int32_t>(i), p[i * k + j]};
    }
  }
}

}  // namespace dotscape
