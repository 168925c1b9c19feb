// IEEE half precision to single, without an instruction that some machines lack.
#pragma once

#include <bit>
#include <cstdint>

namespace dotscape {

// Exact for all values, subnormals, infinities and NaN included. No branches: vectorises.
[[gnu::always_inline]] inline float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t rest = static_cast<std::uint32_t>(half & 0x7fffu) << 13;
  // The exponent is 15 too small by 112: a product by 2^112 also makes subnormals normal.
  const float scaled = std::bit_cast<float>(rest) * 0x1p112f;
  const std::uint32_t special = rest >= 0x0f800000u ? 0x7f800000u : 0u;
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(scaled) | special | sign);
}

}  // namespace dotscape
