// The repulsive part of t-SNE's gradient by Barnes and Hut's tree, in 2-D and 3-D.
//
// Points are sorted along a Morton curve and cut into leaves. All points of a leaf share one list of
// what acts on them: far nodes as their centroid, near points one by one. The list is an array per
// coordinate, so that one loop serves any instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "points.hpp"

namespace dotscape {

class Repulsion {
 public:
  // `leaf`: most points of a leaf.
  explicit Repulsion(std::size_t leaf) : leaf_(leaf) {}

  // forces[i] = sum over j of w^2 (y_i - y_j), w = 1 / (1 + |y_i - y_j|^2); returns the sum of w over
  // all pairs i != j. A node of side s at distance r acts as a whole where s^2 < theta^2 (r^2 + 1).
  // theta = 0: exact.
  double forces(const Points& y, float theta, float* forces, int threads);

  // The points along the curve.
  const std::vector<std::int32_t>& order(const Points& y, int threads);

 private:
  struct Node {
    float center[3];     // of mass
    float mass;
    float low[3], high[3];  // of the points
    float side;
    std::int32_t begin, end;  // points, in sorted order
    std::int32_t first, count;  // children; count is 0 for a leaf
  };
  struct Lists {
    std::vector<float> x, y, z, mass;
    std::vector<std::int32_t> stack;
  };

  void sort(const Points& y, int threads);
  void build(int dimensions);
  void split(std::int32_t node, int shift, int dimensions);
  void finish(std::int32_t node);
  void collect(const Node& group, float theta, Lists& lists) const;
  double act(const Node& group, const Lists& lists, const Points& y, float* forces) const;

  std::size_t leaf_;
  std::vector<std::uint64_t> keys_, spare_;
  std::vector<std::int32_t> order_;
  std::vector<float> coordinates_[3];  // sorted
  std::vector<Node> nodes_;
  std::vector<std::int32_t> leaves_;
  std::vector<double> sums_;
};

// The forces on `count` of the points by `rows`, from all others one by one. forces: count * stride.
void exact_repulsion(const Points& y, const std::int64_t* rows, std::size_t count, float* forces,
                     int threads);

}  // namespace dotscape
