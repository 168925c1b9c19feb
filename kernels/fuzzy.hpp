// From distances to neighbours to the fuzzy simplicial set of UMAP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dotscape {

// For each of n rows of k distances d (ascending, self excluded): p[j] = exp(-max(0, d[j] - rho) /
// sigma), rho the smallest d above 0 and sigma such that the sum of p is log2(k + 1).
void memberships(const float* distances, std::size_t n, std::size_t k, float* p, int threads);

// A sparse symmetric matrix by rows; columns ascend within a row.
struct Edges {
  std::vector<std::int64_t> starts;  // n + 1
  std::vector<std::int32_t> columns;
  std::vector<float> weights;
};

// a + b - a b for a = p[i, j], b = p[j, i], from the k entries p[i, :] at columns indices[i, :].
Edges fuzzy_union(const std::int32_t* indices, const float* p, std::size_t n, std::size_t k,
                  int threads);

// The same matrix with row and column order[i] renamed to i.
Edges renamed(const std::int64_t* starts, const std::int32_t* columns, const float* weights,
              std::size_t n, const std::int64_t* order, int threads);

}  // namespace dotscape
