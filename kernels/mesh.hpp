// The repulsive part of t-SNE's gradient in 2-D by charges on a grid.
//
// With w(r) = 1 / (1 + r^2), the gradient of w is -2 w^2 (y_i - y_j): one convolution of the points
// with w gives both the sum of weights, as values, and the forces, as slopes. Points are spread on
// the grid and read from it by cubic B-splines; the kernel is divided by what the splines smooth
// away, so that it is exact between nodes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "convolution.hpp"
#include "points.hpp"

namespace dotscape {

class Mesh {
 public:
  struct Spot {
    float x, y;  // in cells
    std::int32_t point;
  };

  // `spacing`: of the grid's nodes, in units of the layout.
  explicit Mesh(float spacing) : spacing_(spacing) {}

  // forces[i] = sum over j of w^2 (y_i - y_j), w = 1 / (1 + |y_i - y_j|^2); returns the sum of w over
  // all pairs i != j. Nothing where a grid isn't worth while: the points are all in one place, or
  // spread so far that it would have more than 4 n + 2^18 nodes.
  std::optional<double> forces(const Points& y, float* forces, int threads);

 private:
  bool place(const Points& y, int threads);
  void sort(const Points& y, int threads);
  void spread(int threads);

  float spacing_;
  float low_[2] = {};
  Convolution convolution_;
  AlignedFloats grid_;
  std::vector<Spot> unsorted_, spots_;  // sorted by row
  std::vector<std::int32_t> counts_;    // [chunk][row]
  std::vector<std::int32_t> starts_;    // first spot of each row
  std::vector<double> sums_;
};

}  // namespace dotscape
