// Sums of a kernel over all charges on a 2-D grid, by Fourier transforms.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "aligned.hpp"
#include "fourier.hpp"

namespace dotscape {

// The transform of a real symmetric kernel for grids of some size.
//
// Grids are padded with zeros to twice their size, so that nothing wraps around. The transform over
// the columns comes first, two sequences of real numbers as one of complex ones, and only half of
// its frequencies are kept. What lies between the two passes is in blocks of kLanes frequencies:
// [block][column][lane].
class Convolution {
 public:
  Convolution() = default;
  // kernel(x, y) at offsets of whole cells, x and y >= 0; its transform is divided by
  // smoothing(fx) * smoothing(fy), frequencies in radians a cell.
  Convolution(std::size_t columns, std::size_t rows,
              const std::function<float(double x, double y)>& kernel,
              const std::function<double(double frequency)>& smoothing, int threads);

  std::size_t columns() const { return across_.length / 2; }
  std::size_t rows() const { return down_.length / 2; }
  // Floats from one row of a grid to the next.
  std::size_t stride() const { return chunk_of(columns(), 2 * kLanes) * 2 * kLanes; }

  // grid[y][x] = sum of kernel(x - x', y - y') grid[y'][x'], in place.
  void apply(float* grid, int threads);

  // The divided kernel itself at offsets 0..3: central[4 * y + x].
  const float* central() const { return central_; }

 private:
  static std::size_t chunk_of(std::size_t count, std::size_t size) {
    return (count + size - 1) / size;
  }
  std::size_t blocks() const { return chunk_of(down_.length / 2 + 1, kLanes); }
  void find_center();

  Fourier across_, down_;
  AlignedFloats kernel_;               // [block][frequency across][lane]
  AlignedFloats spectrum_re_, spectrum_im_;
  float central_[16] = {};
};

}  // namespace dotscape
