#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/tuple.h>

#include <optional>
#include <tuple>

#include "../fuzzy.hpp"
#include "../spectral.hpp"
#include "../umap.hpp"
#include "arrays.hpp"
#include "sparse.hpp"
#include "topics.hpp"

namespace dotscape::bindings {
namespace {

auto as_arrays(dotscape::Edges&& edges) {
  return std::make_tuple(as_array(std::move(edges.starts)), as_array(std::move(edges.columns)),
                         as_array(std::move(edges.weights)));
}

// No index may lead out of the arrays.
void check_graph(const Starts& starts, const Columns& columns) {
  require(starts.shape(0) > 1, "no rows");
  const std::size_t n = starts.shape(0) - 1;
  require(n < 0x7fffffffu, "too many points");
  require(starts.data()[0] == 0 && starts.data()[n] == static_cast<std::int64_t>(columns.shape(0)),
          "starts don't fit the entries");
  for (std::size_t i = 0; i < n; ++i) {
    require(starts.data()[i] <= starts.data()[i + 1], "starts must ascend");
  }
  for (std::size_t e = 0; e < columns.shape(0); ++e) {
    require(columns.data()[e] >= 0 && static_cast<std::size_t>(columns.data()[e]) < n,
            "column out of range");
  }
}

void check_edges(const Starts& starts, const Columns& columns, const Floats& weights) {
  require(columns.shape(0) == weights.shape(0), "lengths differ");
  check_graph(starts, columns);
}

void bind_fuzzy(nb::module_& m) {
  m.def(
      "memberships",
      [](const Block& distances, const Distances& p, int threads) {
        require(p.shape(0) == distances.shape(0) && p.shape(1) == distances.shape(1),
                "shapes differ");
        require(distances.shape(0) > 0 && distances.shape(1) > 0, "no neighbours");
        const nb::gil_scoped_release nogil;
        dotscape::memberships(distances.data(), distances.shape(0), distances.shape(1), p.data(),
                              threads);
      },
      "distances"_a, "p"_a, "threads"_a,
      "Row-wise memberships of UMAP from ascending distances, self excluded.");
  m.def(
      "fuzzy_union",
      [](const In<std::int32_t, nb::ndim<2>>& indices, const Block& p, int threads) {
        const std::size_t n = indices.shape(0), k = indices.shape(1);
        check_neighbors(indices, p);
        dotscape::Edges out;
        {
          const nb::gil_scoped_release nogil;
          out = dotscape::fuzzy_union(indices.data(), p.data(), n, k, threads);
        }
        return as_arrays(std::move(out));
      },
      "indices"_a, "p"_a, "threads"_a, "p + p^T - p * p^T as starts, columns, weights.");
  m.def(
      "renamed",
      [](const Starts& starts, const Columns& columns, const Floats& weights, const Rows& order,
         int threads) {
        check_edges(starts, columns, weights);
        const std::size_t n = starts.shape(0) - 1;
        require(order.shape(0) == n, "lengths differ");
        check_rows(order, 0, n, n);
        dotscape::Edges out;
        {
          const nb::gil_scoped_release nogil;
          out = dotscape::renamed(starts.data(), columns.data(), weights.data(), n, order.data(),
                                  threads);
        }
        return as_arrays(std::move(out));
      },
      "starts"_a, "columns"_a, "weights"_a, "order"_a, "threads"_a,
      "The same matrix with row and column order[i] renamed to i.");
}

void bind_spectral(nb::module_& m) {
  m.def(
      "combine",
      [](const Starts& starts, const Columns& columns, const Floats& weights, const Block& x,
         float alpha, float beta, float gamma, const Distances& out, int threads) {
        check_edges(starts, columns, weights);
        const std::size_t n = starts.shape(0) - 1;
        require(x.shape(0) == n && out.shape(0) == n, "lengths differ");
        require(x.shape(1) == dotscape::kBlockColumns && out.shape(1) == dotscape::kBlockColumns,
                "blocks have 8 columns");
        require(x.data() != out.data(), "x and out must differ");
        const nb::gil_scoped_release nogil;
        dotscape::combine(starts.data(), columns.data(), weights.data(), n, x.data(), alpha, beta,
                          gamma, out.data(), threads);
      },
      "starts"_a, "columns"_a, "weights"_a, "x"_a, "alpha"_a, "beta"_a, "gamma"_a, "out"_a,
      "threads"_a, "out = alpha * W x + beta * x + gamma * out for blocks of 8 columns.");
  m.def(
      "components",
      [](const Starts& starts, const Columns& columns,
         const Out<std::int32_t, nb::ndim<1>>& labels) {
        check_graph(starts, columns);
        require(labels.shape(0) == starts.shape(0) - 1, "lengths differ");
        const nb::gil_scoped_release nogil;
        return dotscape::components(starts.data(), columns.data(), labels.shape(0), labels.data());
      },
      "starts"_a, "columns"_a, "labels"_a, "Number connected components; how many there are.");
}

}  // namespace

void bind_umap(nb::module_& m) {
  bind_fuzzy(m);
  bind_spectral(m);
  nb::class_<dotscape::Scatter>(m, "Scatter", "Epochs of UMAP's optimisation over a fuzzy set.")
      .def(
          "__init__",
          [](dotscape::Scatter* self, const Starts& starts, const Columns& columns,
             const Floats& weights, std::uint64_t seed) {
            check_edges(starts, columns, weights);
            new (self) dotscape::Scatter(starts.data(), columns.data(), weights.data(),
                                         starts.shape(0) - 1, seed);
          },
          "starts"_a, "columns"_a, "weights"_a, "seed"_a)
      .def(
          "step",
          [](dotscape::Scatter& self, float a, float b, float repulsion, float learning_rate,
             int negatives, std::uint32_t number, std::uint64_t seed, const Positions& y,
             int dimensions, const std::optional<In<std::uint8_t, nb::ndim<1>>>& pinned,
             int threads) {
            const dotscape::Points points = points_of(y, dimensions);
            require(points.n == self.points(), "lengths differ");
            require(!pinned || pinned->shape(0) == points.n, "lengths differ");
            const dotscape::Epoch epoch{a,         b,      repulsion, learning_rate,
                                        negatives, number, seed};
            const nb::gil_scoped_release nogil;
            self.step(epoch, dimensions, y.data(), pinned ? pinned->data() : nullptr, threads);
          },
          "a"_a, "b"_a, "repulsion"_a, "learning_rate"_a, "negatives"_a, "number"_a, "seed"_a,
          "y"_a, "dimensions"_a, "pinned"_a.none(), "threads"_a,
          "Move y by one epoch. Not to be called from two threads at once.");
}

}  // namespace dotscape::bindings
