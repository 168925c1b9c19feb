// One source, compiled for several instruction sets, chosen when the program runs.
//
// A loop is written once as a DOTSCAPE_INLINE function; DOTSCAPE_LEVELS wraps it in one function
// for each instruction set and a dispatcher that calls the best one of this machine. The
// environment variable DOTSCAPE_SIMD (portable, avx2, avx512) asks for a lower one, so that tests
// can run them all.
#pragma once

#define DOTSCAPE_INLINE [[gnu::always_inline]] inline

namespace dotscape {

enum class Level { portable, avx2, avx512 };

// The level in use: the machine's best, or the lower one that DOTSCAPE_SIMD names.
Level level();
const char* level_name();

}  // namespace dotscape

#if defined(__x86_64__)
#define DOTSCAPE_AVX2 __attribute__((target("avx2,fma,f16c,bmi2")))
#define DOTSCAPE_AVX512                                                          \
  __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,f16c,bmi2," \
                        "prefer-vector-width=512")))
// The three bodies may differ, so that each can be a template for its own vector width.
#define DOTSCAPE_LEVELS3(result, name, body512, body2, body1, parameters, arguments) \
  DOTSCAPE_AVX512 result name##_avx512 parameters { return body512 arguments; }      \
  DOTSCAPE_AVX2 result name##_avx2 parameters { return body2 arguments; }            \
  result name##_portable parameters { return body1 arguments; }                      \
  result name parameters {                                                           \
    switch (dotscape::level()) {                                                     \
      case dotscape::Level::avx512: return name##_avx512 arguments;                  \
      case dotscape::Level::avx2: return name##_avx2 arguments;                      \
      case dotscape::Level::portable: break;                                         \
    }                                                                                \
    return name##_portable arguments;                                                \
  }
#else
// NEON is part of every aarch64, so the plain build already uses it.
#define DOTSCAPE_LEVELS3(result, name, body512, body2, body1, parameters, arguments) \
  result name parameters { return body1 arguments; }
#endif

#define DOTSCAPE_LEVELS(result, name, body, parameters, arguments) \
  DOTSCAPE_LEVELS3(result, name, body, body, body, parameters, arguments)
// `body` is a template whose argument is the number of floats in a register.
#define DOTSCAPE_LEVELS_BY_WIDTH(result, name, body, parameters, arguments) \
  DOTSCAPE_LEVELS3(result, name, body<16>, body<8>, body<4>, parameters, arguments)
