#include <nanobind/nanobind.h>

#include "../ranks.hpp"
#include "arrays.hpp"
#include "topics.hpp"

namespace dotscape::bindings {
namespace {

using Values = In<double, nb::ndim<2>>;
using Numbers = In<std::int64_t, nb::ndim<2>>;

dotscape::DistanceBlock block_of(const Values& some, const Values& block, std::size_t first) {
  require(some.shape(1) == block.shape(1), "widths differ");
  return {some.data(), some.shape(0), some.shape(1), block.data(), block.shape(0), first};
}

}  // namespace

void bind_ranks(nb::module_& m) {
  m.def(
      "squared_distances",
      [](const Values& some, const Values& others, const Out<double, nb::ndim<2>>& out,
         int threads) {
        require(out.shape(0) == some.shape(0) && out.shape(1) == others.shape(0),
                "shapes don't fit");
        const auto pair = block_of(some, others, 0);
        const nb::gil_scoped_release nogil;
        dotscape::squared_distances(pair, out.data(), threads);
      },
      "some"_a, "others"_a, "out"_a, "threads"_a, "Squared distances of two sets of rows.");
  m.def(
      "distances_of_pairs",
      [](const Values& some, const Values& others, const Numbers& which,
         const Out<double, nb::ndim<2>>& out, int threads) {
        const std::size_t rows = some.shape(0), k = which.shape(1);
        require(which.shape(0) == rows && out.shape(0) == rows && out.shape(1) == k,
                "shapes don't fit");
        for (std::size_t e = 0; e < rows * k; ++e) {
          const std::int64_t other = which.data()[e];
          require(other >= 0 && static_cast<std::size_t>(other) < others.shape(0),
                  "row number out of range");
        }
        const auto pair = block_of(some, others, 0);
        const nb::gil_scoped_release nogil;
        dotscape::distances_of_pairs(pair, which.data(), k, out.data(), threads);
      },
      "some"_a, "others"_a, "which"_a, "out"_a, "threads"_a,
      "Squared distances of each row and some others named for it.");
  m.def(
      "continue_order",
      [](const Values& some, const Values& block, std::size_t first,
         const In<std::int64_t, nb::ndim<1>>& own, const Out<double, nb::ndim<2>>& distances,
         const Out<std::int64_t, nb::ndim<2>>& columns, const Numbers& asked,
         const Values& limits, const Out<std::int64_t, nb::ndim<2>>& before, int threads) {
        const std::size_t rows = some.shape(0), k = columns.shape(1), ranks = asked.shape(1);
        require(own.shape(0) == rows && columns.shape(0) == rows && asked.shape(0) == rows &&
                    distances.shape(0) == rows && distances.shape(1) == k &&
                    limits.shape(0) == rows && limits.shape(1) == ranks &&
                    before.shape(0) == rows && before.shape(1) == ranks,
                "shapes don't fit");
        const auto pair = block_of(some, block, first);
        const nb::gil_scoped_release nogil;
        dotscape::continue_order(pair, own.data(), {k, distances.data(), columns.data()},
                                 {ranks, asked.data(), limits.data(), before.data()}, threads);
      },
      "some"_a, "block"_a, "first"_a, "own"_a, "distances"_a, "columns"_a, "asked"_a, "limits"_a,
      "before"_a, "threads"_a,
      "Goes on to one more block of columns: the nearest so far, and ranks so far.");
}

}  // namespace dotscape::bindings
