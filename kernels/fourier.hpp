// Fourier transforms of many sequences at once, one in each lane of a vector.
#pragma once

#include <cstddef>
#include <vector>

#include "levels.hpp"
#include "simd.hpp"

namespace dotscape {

// Element i of the sequences is at values[i * kLanes ...]: kLanes of them side by side.
constexpr std::size_t kLanes = 16;

// Lengths with no prime factor but 2, 3 and 5.
class Fourier {
 public:
  Fourier() = default;
  explicit Fourier(std::size_t length);

  // The smallest even length of at least `least` that can be transformed.
  static std::size_t good_length(std::size_t least);

  struct Pass {
    int radix;
    std::size_t groups, stride;      // groups * radix * stride = length
    std::size_t twiddles;            // where its (cos, sin) begin: radix - 1 for each group
  };
  std::size_t length = 0;
  std::vector<Pass> passes;
  std::vector<float> twiddles;
};

// Two pairs of arrays of length * kLanes floats; `now` holds the values, `next` is scratch.
struct Waves {
  float *re, *im, *next_re, *next_im;

  void swap_buffers() {
    float* const r = re;
    float* const i = im;
    re = next_re;
    im = next_im;
    next_re = r;
    next_im = i;
  }
  // Transforming the conjugate turns a forward transform into a backward one.
  void swap_parts() {
    float* r = re;
    re = im;
    im = r;
    r = next_re;
    next_re = next_im;
    next_im = r;
  }
};

namespace fourier {

template <class F>
struct Complex {
  F re, im;
};

template <class F>
DOTSCAPE_INLINE Complex<F> operator+(Complex<F> a, Complex<F> b) {
  return {a.re + b.re, a.im + b.im};
}
template <class F>
DOTSCAPE_INLINE Complex<F> operator-(Complex<F> a, Complex<F> b) {
  return {a.re - b.re, a.im - b.im};
}
template <class F>
DOTSCAPE_INLINE Complex<F> times_minus_i(Complex<F> a) {
  return {a.im, -a.re};
}
template <class F>
DOTSCAPE_INLINE Complex<F> scaled(Complex<F> a, float factor) {
  return {a.re * factor, a.im * factor};
}

// The transform of R values, in place.
template <int R, class F>
DOTSCAPE_INLINE void butterfly(Complex<F>* x) {
  if constexpr (R == 2) {
    const Complex<F> a = x[0], b = x[1];
    x[0] = a + b;
    x[1] = a - b;
  } else if constexpr (R == 3) {
    const Complex<F> sum = x[1] + x[2];
    const Complex<F> turned = times_minus_i(scaled(x[1] - x[2], 0.86602540f));
    const Complex<F> middle = x[0] - scaled(sum, 0.5f);
    x[0] = x[0] + sum;
    x[1] = middle + turned;
    x[2] = middle - turned;
  } else if constexpr (R == 4) {
    const Complex<F> a = x[0] + x[2], b = x[0] - x[2];
    const Complex<F> c = x[1] + x[3], d = times_minus_i(x[1] - x[3]);
    x[0] = a + c;
    x[1] = b + d;
    x[2] = a - c;
    x[3] = b - d;
  } else {
    constexpr float cos1 = 0.30901699f, cos2 = -0.80901699f;
    constexpr float sin1 = 0.95105652f, sin2 = 0.58778525f;
    const Complex<F> a = x[1] + x[4], b = x[2] + x[3];
    const Complex<F> c = x[1] - x[4], d = x[2] - x[3];
    const Complex<F> p = x[0] + scaled(a, cos1) + scaled(b, cos2);
    const Complex<F> q = x[0] + scaled(a, cos2) + scaled(b, cos1);
    const Complex<F> s = times_minus_i(scaled(c, sin1) + scaled(d, sin2));
    const Complex<F> t = times_minus_i(scaled(c, sin2) - scaled(d, sin1));
    x[0] = x[0] + a + b;
    x[1] = p + s;
    x[2] = q + t;
    x[3] = q - t;
    x[4] = p - s;
  }
}

template <int W, int R>
DOTSCAPE_INLINE void pass_of(const Fourier::Pass& pass, const float* twiddles, const Waves& x) {
  using F = typename Lanes<W>::F;
  const std::size_t apart = pass.groups * pass.stride * kLanes;
  const std::size_t next_apart = pass.stride * kLanes;
  for (std::size_t g = 0; g < pass.groups; ++g) {
    const float* w = twiddles + pass.twiddles + g * 2 * (R - 1);
    for (std::size_t s = 0; s < pass.stride; ++s) {
      const std::size_t from = (g * pass.stride + s) * kLanes;
      const std::size_t to = (g * R * pass.stride + s) * kLanes;
      Complex<F> values[R];
      for (int r = 0; r < R; ++r) {
        values[r] = {load<F>(x.re + from + r * apart), load<F>(x.im + from + r * apart)};
      }
      butterfly<R>(values);
      store(x.next_re + to, values[0].re);
      store(x.next_im + to, values[0].im);
      for (int r = 1; r < R; ++r) {
        const float c = w[2 * r - 2], d = w[2 * r - 1];
        store(x.next_re + to + r * next_apart, values[r].re * c - values[r].im * d);
        store(x.next_im + to + r * next_apart, values[r].re * d + values[r].im * c);
      }
    }
  }
}

template <int W>
DOTSCAPE_INLINE void transform_lanes(const Fourier& plan, Waves x) {
  for (const Fourier::Pass& pass : plan.passes) {
    switch (pass.radix) {
      case 2: pass_of<W, 2>(pass, plan.twiddles.data(), x); break;
      case 3: pass_of<W, 3>(pass, plan.twiddles.data(), x); break;
      case 4: pass_of<W, 4>(pass, plan.twiddles.data(), x); break;
      default: pass_of<W, 5>(pass, plan.twiddles.data(), x); break;
    }
    x.swap_buffers();
  }
}

}  // namespace fourier

// X[k] = sum over j of x[j] exp(-2 pi i j k / length) in every lane; afterwards `x` holds X. After
// Stockham: each pass writes to the other buffer in such an order that none needs sorting.
template <int W>
DOTSCAPE_INLINE void transform(const Fourier& plan, Waves& x) {
  for (std::size_t lane = 0; lane < kLanes; lane += W) {
    fourier::transform_lanes<W>(plan, {x.re + lane, x.im + lane, x.next_re + lane, x.next_im + lane});
  }
  if (plan.passes.size() % 2) x.swap_buffers();
}

}  // namespace dotscape
