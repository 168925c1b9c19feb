// Short vectors of floats by the compiler's vector extension, with exp and log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "levels.hpp"

namespace dotscape {

// W floats or integers; the instruction set decides which W is one register.
template <int W>
struct Lanes {
  typedef float F __attribute__((vector_size(sizeof(float) * W)));
  typedef std::int32_t I __attribute__((vector_size(sizeof(float) * W)));
  typedef float U __attribute__((vector_size(sizeof(float) * W), aligned(4)));
};

template <class F>
DOTSCAPE_INLINE F load(const float* from) {
  F value;
  std::memcpy(&value, from, sizeof(F));
  return value;
}

template <class F>
DOTSCAPE_INLINE void store(float* to, F value) {
  std::memcpy(to, &value, sizeof(F));
}

template <class F>
DOTSCAPE_INLINE F splat(float value) {
  return value - F{};
}

template <class F>
DOTSCAPE_INLINE double sum_lanes(F value) {
  double sum = 0;
  for (std::size_t l = 0; l < sizeof(F) / sizeof(float); ++l) sum += value[l];
  return sum;
}

template <class F, class I>
DOTSCAPE_INLINE F as_float(I bits) {
  F value;
  std::memcpy(&value, &bits, sizeof(F));
  return value;
}

template <class I, class F>
DOTSCAPE_INLINE I as_bits(F value) {
  I bits;
  std::memcpy(&bits, &value, sizeof(F));
  return bits;
}

// 1 / x for normal x in 2^-100..2^100, to about 2e-7: a guess from the exponent and three steps of
// Newton's, which wide registers do faster than they divide.
template <int W>
DOTSCAPE_INLINE typename Lanes<W>::F reciprocal(typename Lanes<W>::F x) {
  using F = typename Lanes<W>::F;
  using I = typename Lanes<W>::I;
  F guess = as_float<F>(0x7ef311c7 - as_bits<I>(x));
  for (int step = 0; step < 3; ++step) guess += guess * (1.0f - x * guess);
  return guess;
}

// exp(x) for x <= 0, 0 below -87; relative error under 2e-7. Polynomial of Cephes' expf (Moshier).
template <int W>
DOTSCAPE_INLINE typename Lanes<W>::F exp_negative(typename Lanes<W>::F x) {
  using F = typename Lanes<W>::F;
  using I = typename Lanes<W>::I;
  const I keep = x > -87.0f;
  x = as_float<F>(as_bits<I>(x) & keep);
  const F shifted = x * 1.44269504f + 12582912.0f;  // rounds to a whole number in the low bits
  const F whole = shifted - 12582912.0f;
  const F r = (x - whole * 0.693359375f) - whole * -2.12194440e-4f;
  F p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const I exponent = as_bits<I>(shifted) << 23;
  return as_float<F>((as_bits<I>(p) + exponent) & keep);
}

// log(x) for normal x > 0; error under 2e-7 of max(1, |log x|). Polynomial of Cephes' logf.
template <int W>
DOTSCAPE_INLINE typename Lanes<W>::F log_positive(typename Lanes<W>::F x) {
  using F = typename Lanes<W>::F;
  using I = typename Lanes<W>::I;
  const I bits = as_bits<I>(x);
  // Mantissa in sqrt(1/2)..sqrt(2).
  const I shift = (bits - 0x3f3504f3) >> 23;
  const F m = as_float<F>(bits - (shift << 23)) - 1.0f;
  const F e = __builtin_convertvector(shift, F);
  const F z = m * m;
  F p = m * 7.0376836292e-2f - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  p = p * m * z + e * -2.12194440e-4f - z * 0.5f;
  return m + p + e * 0.693359375f;
}

}  // namespace dotscape
