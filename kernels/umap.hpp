// Epochs of UMAP's optimisation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "points.hpp"

namespace dotscape {

struct Epoch {
  float a, b;  // of the curve 1 / (1 + a d^2b)
  float repulsion;
  float learning_rate;
  int negatives;  // for two attractions, one from either end of an edge
  std::uint32_t number;
  std::uint64_t seed;
};

// A layout being optimised: rows of positions, and what an epoch needs beside them.
//
// An epoch is two halves, and in each an edge acts at both of its ends, or at neither: the heaviest
// edge always, others in proportion to their weight. So an edge acts twice an epoch, as in
// umap-learn, whose edges are stored, and act, once in each direction. In a half each point goes
// its way edge by edge (the attraction and its repulsions, taken from one position, move it at
// once), while all others stand still; then all take their new positions. So the result doesn't
// depend on the number of threads. Repulsions come from a copy of all positions in random order,
// of which 16 points meet 16 in a row: a plain load, as good as 16 random places.
class Scatter {
 public:
  Scatter(const std::int64_t* starts, const std::int32_t* columns, const float* weights,
          std::size_t n, std::uint64_t seed);
  std::size_t points() const { return starts_.size() - 1; }
  // Moves y (n points of `stride` floats) by one epoch, but for rows where `pinned` isn't 0.
  void step(const Epoch& epoch, int dimensions, float* y, const std::uint8_t* pinned, int threads);

 private:
  void half_step(const Epoch& epoch, std::uint32_t half, int dimensions, float* y,
                 const std::uint8_t* pinned, int threads);
  void refresh_pool(int dimensions, const float* y, int threads);

  std::vector<std::int64_t> starts_;
  std::vector<std::int32_t> columns_;
  std::vector<std::uint32_t> rates_;  // an edge acts rate / 2^32 times in half an epoch
  std::vector<std::int32_t> places_;  // of each point in the pool
  std::vector<float> pool_;  // positions in random order by coordinate; the first 16 once more
  std::vector<float> moved_;
};

}  // namespace dotscape
