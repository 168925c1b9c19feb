#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>

#include "../mesh.hpp"
#include "arrays.hpp"
#include "topics.hpp"

namespace dotscape::bindings {

void bind_mesh(nb::module_& m) {
  nb::class_<dotscape::Mesh>(m, "Mesh", "Repulsive forces in 2-D by charges on a grid.")
      .def(
          "__init__",
          [](dotscape::Mesh* self, float spacing) {
            require(spacing > 0, "nodes must be apart");
            new (self) dotscape::Mesh(spacing);
          },
          "spacing"_a)
      .def(
          "forces",
          [](dotscape::Mesh& self, const Positions& y, const Positions& forces, int threads) {
            const dotscape::Points points = points_of(y, 2);
            require(same_shape(y, forces), "shapes differ");
            require(points.n < 0x7fffffffu, "too many points");
            const nb::gil_scoped_release nogil;
            return self.forces(points, forces.data(), threads);
          },
          "y"_a, "forces"_a, "threads"_a,
          "Fill forces; the sum of all weights, or None where a grid isn't worth while.");
}

}  // namespace dotscape::bindings
