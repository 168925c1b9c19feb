#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <string>

#include "../candidates.hpp"
#include "arrays.hpp"
#include "topics.hpp"

namespace dotscape::bindings {
namespace {

using Keys = Out<std::uint64_t, nb::ndim<2>>;
using Counts = Out<std::int32_t, nb::ndim<1>>;
using Limits = Out<float, nb::ndim<1>>;

dotscape::Candidates candidates_of(const Keys& keys, const Counts& counts, const Limits& limits) {
  const std::size_t n = keys.shape(0);
  require(keys.shape(1) % 2 == 0 && keys.shape(1) > 0, "keys must have 2 * keep columns");
  require(counts.shape(0) == n && limits.shape(0) == n, "lengths differ");
  return {keys.data(), counts.data(), limits.data(), keys.shape(1) / 2};
}

dotscape::Metric metric_of(const std::string& name) {
  if (name == "cosine") return dotscape::Metric::cosine;
  if (name == "inner_product") return dotscape::Metric::inner_product;
  require(name == "euclidean", "metric must be euclidean, cosine or inner_product");
  return dotscape::Metric::euclidean;
}

}  // namespace

void bind_candidates(nb::module_& m) {
  m.def(
      "offer_columns",
      [](const Block& products, const Floats& col_half_norms, std::size_t row_start,
         std::size_t col_start, bool same, const Keys& keys, const Counts& counts,
         const Limits& limits, int threads) {
        const std::size_t rows = products.shape(0), cols = products.shape(1);
        const dotscape::Candidates candidates = candidates_of(keys, counts, limits);
        require(row_start + rows <= keys.shape(0), "rows out of range");
        require(col_start + cols <= col_half_norms.shape(0), "columns out of range");
        const nb::gil_scoped_release nogil;
        dotscape::offer_columns({products.data(), cols, rows, cols, row_start, col_start, nullptr,
                                 col_half_norms.data()},
                                same, candidates, threads);
      },
      "products"_a, "col_half_norms"_a, "row_start"_a, "col_start"_a, "same"_a, "keys"_a,
      "counts"_a, "limits"_a, "threads"_a, "Offer each row of a block its columns.");
  m.def(
      "offer_rows",
      [](const Block& products, const Floats& row_half_norms, std::size_t row_start,
         std::size_t col_start, const Keys& keys, const Counts& counts, const Limits& limits,
         int threads) {
        const std::size_t rows = products.shape(0), cols = products.shape(1);
        const dotscape::Candidates candidates = candidates_of(keys, counts, limits);
        require(col_start + cols <= keys.shape(0), "columns out of range");
        require(row_start + rows <= row_half_norms.shape(0), "rows out of range");
        const nb::gil_scoped_release nogil;
        dotscape::offer_rows({products.data(), cols, rows, cols, row_start, col_start,
                              row_half_norms.data(), nullptr},
                             candidates, threads);
      },
      "products"_a, "row_half_norms"_a, "row_start"_a, "col_start"_a, "keys"_a, "counts"_a,
      "limits"_a, "threads"_a, "Offer each column of a block its rows.");
  m.def(
      "nearest_of_candidates",
      [](const Block& queries, const Block& base, const std::string& metric,
         const Floats& row_norms, float largest_norm, float error, const Keys& keys,
         const Counts& counts, const Limits& limits, const Indices& indices,
         const Distances& distances, const Out<std::uint8_t, nb::ndim<1>>& certain, int threads) {
        const std::size_t rows = queries.shape(0), d = base.shape(1), k = indices.shape(1);
        const dotscape::Candidates candidates = candidates_of(keys, counts, limits);
        const dotscape::Metric kind = metric_of(metric);
        require(queries.shape(1) == d, "widths differ");
        require(keys.shape(0) == rows && row_norms.shape(0) == rows && indices.shape(0) == rows &&
                    distances.shape(0) == rows && certain.shape(0) == rows &&
                    distances.shape(1) == k,
                "lengths differ");
        for (std::size_t r = 0; r < rows; ++r) {
          require(counts.data()[r] > 0 && static_cast<std::size_t>(counts.data()[r]) >= k,
                  "a row has fewer candidates than neighbours are asked for");
        }
        const nb::gil_scoped_release nogil;
        dotscape::nearest_of_candidates(queries.data(), rows, base.data(), d, kind, k,
                                        row_norms.data(), largest_norm, error, candidates,
                                        indices.data(), distances.data(), certain.data(), threads);
      },
      "queries"_a, "base"_a, "metric"_a, "row_norms"_a, "largest_norm"_a, "error"_a, "keys"_a,
      "counts"_a, "limits"_a, "indices"_a, "distances"_a, "certain"_a, "threads"_a,
      "Exact distances of the candidates, nearest first.");
  m.def(
      "nearest_of_all",
      [](const Block& queries, const Rows& which, const Rows& self, const Block& base,
         const std::string& metric, const Indices& indices, const Distances& distances,
         int threads) {
        const std::size_t rows = which.shape(0), n = base.shape(0), k = indices.shape(1);
        const dotscape::Metric kind = metric_of(metric);
        require(queries.shape(1) == base.shape(1), "widths differ");
        require(self.shape(0) == rows && indices.shape(0) == rows && distances.shape(0) == rows &&
                    distances.shape(1) == k,
                "lengths differ");
        check_rows(which, 0, rows, queries.shape(0));
        for (std::size_t r = 0; r < rows; ++r) {
          require(self.data()[r] < static_cast<std::int64_t>(n), "row number out of range");
          require(k + (self.data()[r] >= 0) <= n, "more neighbours than rows");
        }
        const nb::gil_scoped_release nogil;
        dotscape::nearest_of_all(queries.data(), which.data(), self.data(), rows, base.data(), n,
                                 base.shape(1), kind, k, indices.data(), distances.data(),
                                 threads);
      },
      "queries"_a, "which"_a, "self"_a, "base"_a, "metric"_a, "indices"_a, "distances"_a,
      "threads"_a, "Nearest of all rows of base to a few rows of queries, by exact distances.");
}

}  // namespace dotscape::bindings
