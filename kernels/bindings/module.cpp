// The module dotscape.core.kernels._kernels: checks shapes, lets go of the GIL, calls the kernels.

#include <nanobind/nanobind.h>

#include "../levels.hpp"
#include "topics.hpp"

NB_MODULE(_kernels, m) {
  using namespace dotscape::bindings;
  m.doc() = "Native loops of dotscape. Arrays in, arrays filled; the GIL is released.";
  dotscape::level();  // read the environment now, not at some later call
  m.def("level", &dotscape::level_name, "Instruction set in use: portable, avx2 or avx512.");
  bind_pack(m);
  bind_rows(m);
  bind_candidates(m);
  bind_neighborhoods(m);
  bind_affinities(m);
  bind_layout(m);
  bind_mesh(m);
  bind_ranks(m);
  bind_umap(m);
}
