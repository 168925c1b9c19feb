// From distances to neighbours to the joint probabilities of t-SNE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "aligned.hpp"

namespace dotscape {

// For each of n rows of k squared distances d (ascending): p[j] proportional to exp(-beta d[j]),
// summing to 1, with beta such that the entropy of p is log(perplexity). Where no beta does (too
// many ties), the nearest share evenly.
void calibrate(const float* squared, std::size_t n, std::size_t k, float perplexity, float* p,
               int threads);

// Rows of a sparse matrix are filled up to a multiple of so many entries.
constexpr std::size_t kRowMultiple = 16;

// A sparse symmetric matrix by rows. Columns ascend within a row; then come entries (i, i) of value
// 0, so that loops over a row need no special end.
struct Sparse {
  std::vector<std::int64_t> starts;  // n + 1
  AlignedVector<std::int32_t> columns;
  AlignedFloats values;
};

// (p[i, j] + p[j, i]) / (2 n) from the k entries p[i, :] at columns indices[i, :].
Sparse symmetrised(const std::int32_t* indices, const float* p, std::size_t n, std::size_t k,
                   int threads);

// The same matrix with row and column order[i] renamed to i.
Sparse reordered(const std::int64_t* starts, const std::int32_t* columns, const float* values,
                 std::size_t n, const std::int64_t* order, int threads);

}  // namespace dotscape
