// What the eigenvectors of a graph's Laplacian are made with.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dotscape {

// Columns of the blocks of vectors.
constexpr std::size_t kBlockColumns = 8;

// out = alpha * W x + beta * x + gamma * out for a sparse W (n, n) by rows; x and out (n, 8).
void combine(const std::int64_t* starts, const std::int32_t* columns, const float* weights,
             std::size_t n, const float* x, float alpha, float beta, float gamma, float* out,
             int threads);

// Numbers the connected components of a symmetric graph from 0 in the order of their first rows;
// labels (n). Returns how many there are.
std::size_t components(const std::int64_t* starts, const std::int32_t* columns, std::size_t n,
                       std::int32_t* labels);

}  // namespace dotscape
