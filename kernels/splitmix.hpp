// Random numbers that depend on what they are for, not on when they are asked for.
#pragma once

#include <cstdint>

namespace dotscape {

// The output function of splitmix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).
[[gnu::always_inline]] inline std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace dotscape
