#include <nanobind/nanobind.h>
#include <nanobind/stl/tuple.h>

#include <tuple>

#include "../affinities.hpp"
#include "arrays.hpp"
#include "sparse.hpp"
#include "topics.hpp"

namespace dotscape::bindings {
namespace {

auto as_arrays(dotscape::Sparse&& sparse) {
  return std::make_tuple(as_array(std::move(sparse.starts)), as_array(std::move(sparse.columns)),
                         as_array(std::move(sparse.values)));
}

}  // namespace

void bind_affinities(nb::module_& m) {
  m.def(
      "calibrate",
      [](const Block& squared, float perplexity, const Distances& p, int threads) {
        require(p.shape(0) == squared.shape(0) && p.shape(1) == squared.shape(1), "shapes differ");
        require(squared.shape(1) > 0, "no neighbours");
        const nb::gil_scoped_release nogil;
        dotscape::calibrate(squared.data(), squared.shape(0), squared.shape(1), perplexity,
                            p.data(), threads);
      },
      "squared"_a, "perplexity"_a, "p"_a, "threads"_a,
      "Row-wise probabilities of a given perplexity from ascending squared distances.");
  m.def(
      "symmetrised",
      [](const In<std::int32_t, nb::ndim<2>>& indices, const Block& p, int threads) {
        const std::size_t n = indices.shape(0), k = indices.shape(1);
        check_neighbors(indices, p);
        dotscape::Sparse out;
        {
          const nb::gil_scoped_release nogil;
          out = dotscape::symmetrised(indices.data(), p.data(), n, k, threads);
        }
        return as_arrays(std::move(out));
      },
      "indices"_a, "p"_a, "threads"_a,
      "(P + P^T) / 2n as starts, columns, values; rows padded with zeros to 16 entries.");
  m.def(
      "reordered",
      [](const Starts& starts, const Columns& columns, const Floats& values, const Rows& order,
         int threads) {
        const std::size_t n = order.shape(0);
        check_sparse(starts, columns, values, n);
        check_rows(order, 0, n, n);
        for (std::size_t e = 0; e < columns.shape(0); ++e) {
          require(columns.data()[e] >= 0 && static_cast<std::size_t>(columns.data()[e]) < n,
                  "column out of range");
        }
        dotscape::Sparse out;
        {
          const nb::gil_scoped_release nogil;
          out = dotscape::reordered(starts.data(), columns.data(), values.data(), n, order.data(),
                                    threads);
        }
        return as_arrays(std::move(out));
      },
      "starts"_a, "columns"_a, "values"_a, "order"_a, "threads"_a,
      "The same matrix with row and column order[i] renamed to i.");
}

}  // namespace dotscape::bindings
