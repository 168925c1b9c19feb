#include "fourier.hpp"

#include <cmath>
#include <numbers>

namespace dotscape {
namespace {

constexpr int kRadices[] = {4, 2, 3, 5};

bool can_be_transformed(std::size_t length) {
  for (const std::size_t prime : {2, 3, 5}) {
    while (length % prime == 0) length /= prime;
  }
  return length == 1;
}

}  // namespace

std::size_t Fourier::good_length(std::size_t least) {
  std::size_t length = least + least % 2;
  while (!can_be_transformed(length)) length += 2;
  return length;
}

Fourier::Fourier(std::size_t n) : length(n) {
  std::size_t rest = n, stride = 1;
  for (const int radix : kRadices) {
    for (; rest % radix == 0; rest /= radix) {
      const std::size_t groups = rest / radix;
      passes.push_back({radix, groups, stride, twiddles.size()});
      for (std::size_t g = 0; g < groups; ++g) {
        for (int r = 1; r < radix; ++r) {
          const double angle = -2 * std::numbers::pi * static_cast<double>(g * r) / static_cast<double>(rest);
          twiddles.push_back(static_cast<float>(std::cos(angle)));
          twiddles.push_back(static_cast<float>(std::sin(angle)));
        }
      }
      stride *= radix;
    }
  }
}

}  // namespace dotscape
