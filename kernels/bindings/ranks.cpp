#include <nanobind/nanobind.h>

#include "../ranks.hpp"
#include "arrays.hpp"
#include "topics.hpp"

namespace dotscape::bindings {

void bind_ranks(nb::module_& m) {
  using Values = In<double, nb::ndim<2>>;
  m.def(
      "nearest_in_rows",
      [](const Values& values, const Indices& columns, int threads) {
        require(columns.shape(0) == values.shape(0) && columns.shape(1) <= values.shape(1),
                "shapes don't fit");
        const nb::gil_scoped_release nogil;
        dotscape::nearest_in_rows(values.data(), values.shape(0), values.shape(1),
                                  columns.shape(1), columns.data(), threads);
      },
      "values"_a, "columns"_a, "threads"_a, "Columns of the smallest values of each row.");
  m.def(
      "ranks_in_rows",
      [](const Values& values, const In<std::int32_t, nb::ndim<2>>& columns,
         const Indices& ranks, int threads) {
        const std::size_t rows = values.shape(0), n = values.shape(1), k = columns.shape(1);
        require(columns.shape(0) == rows && ranks.shape(0) == rows && ranks.shape(1) == k,
                "shapes don't fit");
        for (std::size_t e = 0; e < rows * k; ++e) {
          const std::int32_t column = columns.data()[e];
          require(column >= 0 && static_cast<std::size_t>(column) < n, "column out of range");
        }
        const nb::gil_scoped_release nogil;
        dotscape::ranks_in_rows(values.data(), rows, n, columns.data(), k, ranks.data(), threads);
      },
      "values"_a, "columns"_a, "ranks"_a, "threads"_a,
      "How many values of the row come before that of each column named.");
}

}  // namespace dotscape::bindings
