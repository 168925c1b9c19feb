#include "levels.hpp"

#include <cstdlib>
#include <cstring>

namespace dotscape {
namespace {

Level best() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    return Level::avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return Level::avx2;
#endif
  return Level::portable;
}

Level choose() {
  const Level most = best();
  const char* wish = std::getenv("DOTSCAPE_SIMD");
  if (!wish) return most;
  Level asked = most;
  if (std::strcmp(wish, "portable") == 0) asked = Level::portable;
  if (std::strcmp(wish, "avx2") == 0) asked = Level::avx2;
  return asked < most ? asked : most;
}

}  // namespace

Level level() {
  static const Level chosen = choose();
  return chosen;
}

const char* level_name() {
  switch (level()) {
    case Level::avx512: return "avx512";
    case Level::avx2: return "avx2";
    case Level::portable: break;
  }
  return "portable";
}

}  // namespace dotscape
