// The nearest few of each row, kept while blocks of scores go by.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dotscape {

// For each of n rows, room for 2 * keep keys; a key is a score and an index in one integer, so
// that sorting keys sorts by score, ties by index. Of what came so far the `keep` smallest are
// always among them.
struct Candidates {
  std::uint64_t* keys;     // n * 2 * keep
  std::int32_t* counts;    // n: how many keys there are
  float* limits;           // n: scores from here on can't be among the keep smallest
  std::size_t keep;
};

// A block of products: rows are row_start.. and columns col_start.. of the vectors.
// score of column c for row r = half_norms[c] - products[r, c].
struct Products {
  const float* values;
  std::size_t stride, rows, cols, row_start, col_start;
  const float* row_half_norms;  // of all rows, or null where columns aren't to learn of rows
  const float* col_half_norms;  // of all columns
};

// Offers each row of the block its columns, except the one with its own number (`same`: rows and
// columns number the same vectors).
void offer_columns(const Products& block, bool same, const Candidates& of_rows, int threads);

// Offers each column of the block its rows; for blocks off the diagonal of a symmetric problem.
void offer_rows(const Products& block, const Candidates& of_cols, int threads);

enum class Metric { euclidean, cosine, inner_product };

// Exact distances of the candidates of rows row_start.. of `queries`, nearest first, k of them
// (k <= keep). Euclidean: the distance. Cosine: of unit or zero rows, 1 - cos. Inner product: its
// negative. certain[r] = 0 where rounding of the scores, at most `error` relative to products of
// norms, may have lost a true neighbour.
void nearest_of_candidates(const float* queries, std::size_t rows, const float* base,
                           std::size_t d, Metric metric, std::size_t k, const float* row_norms,
                           float largest_norm, float error, const Candidates& candidates,
                           std::int32_t* indices, float* distances, std::uint8_t* certain,
                           int threads);

// The same for a few rows, by exact distances to all n rows of `base`; self[r] is left out.
void nearest_of_all(const float* queries, const std::int64_t* which, const std::int64_t* self,
                    std::size_t rows, const float* base, std::size_t n, std::size_t d,
                    Metric metric, std::size_t k, std::int32_t* indices, float* distances,
                    int threads);

}  // namespace dotscape
