// Squared distances in double precision and their order, without keeping them: for measuring how
// neighbourhoods change. Each distance is the sum of (a_t - b_t)^2 in the order of t, so that equal
// rows are at equal distances wherever they stand, and no offset costs digits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dotscape {

// Some rows, (m, d), and a block of the columns of their distances: the b rows from `first` on.
struct DistanceBlock {
  const double* some;
  std::size_t m, d;
  const double* block;
  std::size_t b, first;
};

// out[i, j] = squared distance of some[i] and block[j], (m, b).
void squared_distances(const DistanceBlock& pair, double* out, int threads);

// out[i, c] = squared distance of some[i] and block[which[i, c]], (m, k).
void distances_of_pairs(const DistanceBlock& pair, const std::int64_t* which, std::size_t k,
                        double* out, int threads);

// What is known of the nearest k columns of each row after some blocks, in no order: squared
// distances, infinite at first, and columns. Ties go to the lower column.
struct Nearest {
  std::size_t k;
  double* distances;      // (m, k)
  std::int64_t* columns;  // (m, k)
};

// Columns in question, (m, k), their squared distances, and how many others were nearer so far, a
// tie counting where its column is lower.
struct Ranks {
  std::size_t k;
  const std::int64_t* columns;
  const double* distances;
  std::int64_t* before;
};

// Goes on to one more block; blocks must come in order. own[i] is the column of row i itself, which
// doesn't count. Either of the two may have k = 0.
void continue_order(const DistanceBlock& pair, const std::int64_t* own, const Nearest& nearest,
                    const Ranks& ranks, int threads);

}  // namespace dotscape
