#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>

#include "../attraction.hpp"
#include "../descent.hpp"
#include "../repulsion.hpp"
#include "arrays.hpp"
#include "sparse.hpp"
#include "topics.hpp"

namespace dotscape::bindings {

void bind_layout(nb::module_& m) {
  m.def(
      "attraction",
      [](const Positions& y, int dimensions, const Starts& starts, const Columns& columns,
         const Floats& p, bool with_loss, const Positions& forces, int threads) {
        const dotscape::Points points = points_of(y, dimensions);
        require(same_shape(y, forces), "shapes differ");
        check_sparse(starts, columns, p, points.n);
        const nb::gil_scoped_release nogil;
        return dotscape::attraction(points, starts.data(), columns.data(), p.data(), with_loss,
                                    forces.data(), threads);
      },
      "y"_a, "dimensions"_a, "starts"_a, "columns"_a, "p"_a, "with_loss"_a, "forces"_a,
      "threads"_a, "Attractive forces; the sum of p log(1 + d^2) where with_loss.");
  m.def(
      "descend",
      [](float exaggeration, float normalization, float learning_rate, float momentum,
         float longest, const Positions& attraction, const Positions& repulsion,
         const std::optional<In<std::uint8_t, nb::ndim<1>>>& pinned, const Positions& y,
         const Positions& velocity, const Positions& gains, int threads) {
        require(y.shape(1) == 2 || y.shape(1) == 4, "layouts have 2 or 4 columns");
        require(same_shape(y, attraction) && same_shape(y, repulsion) &&
                    same_shape(y, velocity) && same_shape(y, gains),
                "shapes differ");
        require(!pinned || pinned->shape(0) == y.shape(0), "lengths differ");
        const dotscape::Step step{exaggeration, normalization, learning_rate, momentum, longest};
        const nb::gil_scoped_release nogil;
        return dotscape::descend(step, attraction.data(), repulsion.data(),
                                 pinned ? pinned->data() : nullptr, y.shape(0),
                                 static_cast<int>(y.shape(1)), y.data(), velocity.data(),
                                 gains.data(), threads);
      },
      "exaggeration"_a, "normalization"_a, "learning_rate"_a, "momentum"_a, "longest"_a,
      "attraction"_a, "repulsion"_a, "pinned"_a.none(), "y"_a, "velocity"_a, "gains"_a, "threads"_a,
      "One step of gradient descent; the sum of squares of the gradient.");
  m.def(
      "exact_repulsion",
      [](const Positions& y, int dimensions, const Rows& rows, const Positions& forces,
         int threads) {
        const dotscape::Points points = points_of(y, dimensions);
        check_rows(rows, 0, rows.shape(0), points.n);
        require(forces.shape(0) == rows.shape(0) && forces.shape(1) == y.shape(1),
                "shapes differ");
        const nb::gil_scoped_release nogil;
        dotscape::exact_repulsion(points, rows.data(), rows.shape(0), forces.data(), threads);
      },
      "y"_a, "dimensions"_a, "rows"_a, "forces"_a, "threads"_a,
      "The repulsive forces on some points, from all others one by one.");
  nb::class_<dotscape::Repulsion>(m, "Repulsion", "Repulsive forces by a Barnes-Hut tree.")
      .def(
          "__init__",
          [](dotscape::Repulsion* self, std::size_t leaf) {
            require(leaf > 0, "leaves must hold points");
            new (self) dotscape::Repulsion(leaf);
          },
          "leaf"_a)
      .def(
          "forces",
          [](dotscape::Repulsion& self, const Positions& y, int dimensions, float theta,
             const Positions& forces, int threads) {
            const dotscape::Points points = points_of(y, dimensions);
            require(same_shape(y, forces), "shapes differ");
            require(points.n < 0x7fffffffu, "too many points");
            const nb::gil_scoped_release nogil;
            return self.forces(points, theta, forces.data(), threads);
          },
          "y"_a, "dimensions"_a, "theta"_a, "forces"_a, "threads"_a,
          "Fill forces; the sum of all weights. Not to be called from two threads at once.")
      .def(
          "order",
          [](dotscape::Repulsion& self, const Positions& y, int dimensions, int threads) {
            const dotscape::Points points = points_of(y, dimensions);
            require(points.n < 0x7fffffffu, "too many points");
            std::vector<std::int32_t> order;
            {
              const nb::gil_scoped_release nogil;
              order = self.order(points, threads);
            }
            return as_array(std::move(order));
          },
          "y"_a, "dimensions"_a, "threads"_a, "The points along the Morton curve.");
}

}  // namespace dotscape::bindings
