// Approximate neighbours of all rows, made better by comparing rows that share a neighbour.
//
// Dong, Charikar and Li, "Efficient k-nearest neighbor graph construction for generic similarity
// measures", 2011, doi:10.1145/1963405.1963487: NN-descent, with its new and old flags, sampled
// reverse neighbours and local joins.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dotscape {

// n rows of d values, float32 or IEEE half.
struct Vectors {
  const void* values;
  bool half;
  std::size_t n, d;
};

// The best `keep` neighbours known of each row, nearest first: squared distances, infinite where
// there is none yet, and codes 2 * row + 1 of neighbours that are new, 2 * row of old ones.
struct Neighborhoods {
  std::uint32_t* codes;  // n * keep
  float* squares;        // n * keep
  std::size_t n, keep;
};

// For each row: up to `room` new and as many old rows to compare.
struct Meetings {
  std::int32_t* fresh;  // n * room
  std::int32_t* old;
  std::int32_t* fresh_counts;  // n
  std::int32_t* old_counts;
  std::size_t room;
};

// Compares all pairs of rows within each of the parts starts[s]..starts[s + 1] of `order`, where
// no row is in two of them.
void join_leaves(const Vectors& vectors, const std::int32_t* order, const std::int64_t* starts,
                 std::size_t segments, const Neighborhoods& lists, int threads);

// Who meets at each row: its nearest `forward` new (and old) neighbours, and a random sample of
// the rows that have it among theirs. The new ones that take part are old from then on.
void arrange_meetings(const Neighborhoods& lists, std::size_t forward, std::uint64_t seed,
                      const Meetings& meetings, int threads);

// Compares, for the rows first..last, those that meet at each of them, unless both are old.
// Returns how many entries of the lists changed.
std::size_t hold_meetings(const Vectors& vectors, const Meetings& meetings, std::size_t first,
                          std::size_t last, const Neighborhoods& lists, int threads);

}  // namespace dotscape
