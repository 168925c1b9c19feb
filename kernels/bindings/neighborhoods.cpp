#include <nanobind/nanobind.h>

#include "../forest.hpp"
#include "../neighborhoods.hpp"
#include "arrays.hpp"
#include "topics.hpp"

namespace dotscape::bindings {
namespace {

// A float16 or float32 matrix, read only.
using Rows2 = nb::ndarray<nb::ro, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Order = In<std::int32_t, nb::ndim<1>>;
using Codes = Out<std::uint32_t, nb::ndim<2>>;
using Counts = Out<std::int32_t, nb::ndim<1>>;

dotscape::Vectors vectors_of(const Rows2& rows) {
  const nb::dlpack::dtype type = rows.dtype();
  require(type.code == static_cast<std::uint8_t>(nb::dlpack::dtype_code::Float) &&
              (type.bits == 16 || type.bits == 32),
          "vectors must be float16 or float32");
  return {rows.data(), type.bits == 16, rows.shape(0), rows.shape(1)};
}

dotscape::Neighborhoods lists_of(const Codes& codes, const Distances& squares) {
  require(codes.shape(0) == squares.shape(0) && codes.shape(1) == squares.shape(1),
          "shapes differ");
  require(codes.shape(1) > 0 && codes.shape(0) < 0x7fffffffu, "lists of no or too many rows");
  return {codes.data(), squares.data(), codes.shape(0), codes.shape(1)};
}

dotscape::Meetings meetings_of(const Indices& fresh, const Counts& fresh_counts,
                               const Indices& old, const Counts& old_counts, std::size_t n) {
  require(fresh.shape(0) == n && old.shape(0) == n && fresh.shape(1) == old.shape(1) &&
              fresh_counts.shape(0) == n && old_counts.shape(0) == n,
          "shapes differ");
  return {fresh.data(), old.data(), fresh_counts.data(), old_counts.data(), fresh.shape(1)};
}

// Parts of `order`, and rows that exist.
void check_segments(const Order& order, const Starts& starts, std::size_t n) {
  require(starts.shape(0) > 0, "no parts");
  const std::size_t segments = starts.shape(0) - 1;
  require(starts.data()[0] >= 0 && static_cast<std::size_t>(starts.data()[segments]) <=
                                       order.shape(0),
          "parts out of range");
  for (std::size_t s = 0; s < segments; ++s) {
    require(starts.data()[s] <= starts.data()[s + 1], "parts must ascend");
  }
  for (std::int64_t i = starts.data()[0]; i < starts.data()[segments]; ++i) {
    require(order.data()[i] >= 0 && static_cast<std::size_t>(order.data()[i]) < n,
            "row number out of range");
  }
}

void check_lists(const dotscape::Neighborhoods& lists) {
  for (std::size_t i = 0; i < lists.n * lists.keep; ++i) {
    require(lists.codes[i] == 0xffffffffu || (lists.codes[i] >> 1) < lists.n,
            "neighbour out of range");
  }
}

void check_meetings(const std::int32_t* list, const std::int32_t* counts, std::size_t room,
                    std::size_t first, std::size_t last, std::size_t n) {
  for (std::size_t row = first; row < last; ++row) {
    require(counts[row] >= 0 && static_cast<std::size_t>(counts[row]) <= room, "too many meet");
    for (std::int32_t i = 0; i < counts[row]; ++i) {
      const std::int32_t other = list[row * room + i];
      require(other >= 0 && static_cast<std::size_t>(other) < n, "row number out of range");
    }
  }
}

}  // namespace

void bind_neighborhoods(nb::module_& m) {
  m.def(
      "split_segments",
      [](const Block& points, const Out<std::int32_t, nb::ndim<1>>& order, const Starts& starts,
         std::uint64_t seed, int threads) {
        check_segments(Order(order), starts, points.shape(0));
        const nb::gil_scoped_release nogil;
        dotscape::split_segments(points.data(), points.shape(1), order.data(), starts.data(),
                                 starts.shape(0) - 1, seed, threads);
      },
      "points"_a, "order"_a, "starts"_a, "seed"_a, "threads"_a,
      "Halve each part of the order along a random direction.");
  m.def(
      "join_leaves",
      [](const Rows2& vectors, const Order& order, const Starts& starts, const Codes& codes,
         const Distances& squares, int threads) {
        const dotscape::Vectors rows = vectors_of(vectors);
        const dotscape::Neighborhoods lists = lists_of(codes, squares);
        require(lists.n == rows.n, "lengths differ");
        check_segments(order, starts, rows.n);
        const nb::gil_scoped_release nogil;
        dotscape::join_leaves(rows, order.data(), starts.data(), starts.shape(0) - 1, lists,
                              threads);
      },
      "vectors"_a, "order"_a, "starts"_a, "codes"_a, "squares"_a, "threads"_a,
      nb::sig("def join_leaves(vectors: NDArray[typing.Any], order: NDArray[numpy.int32], "
              "starts: NDArray[numpy.int64], codes: NDArray[numpy.uint32], "
              "squares: NDArray[numpy.float32], threads: int) -> None"),
      "Compare all pairs within each part of the order; no row may be in two parts.");
  m.def(
      "arrange_meetings",
      [](const Codes& codes, const Distances& squares, std::size_t forward, std::uint64_t seed,
         const Indices& fresh, const Counts& fresh_counts, const Indices& old,
         const Counts& old_counts, int threads) {
        const dotscape::Neighborhoods lists = lists_of(codes, squares);
        const dotscape::Meetings meetings =
            meetings_of(fresh, fresh_counts, old, old_counts, lists.n);
        require(forward <= meetings.room, "more neighbours than room");
        check_lists(lists);
        const nb::gil_scoped_release nogil;
        dotscape::arrange_meetings(lists, forward, seed, meetings, threads);
      },
      "codes"_a, "squares"_a, "forward"_a, "seed"_a, "fresh"_a, "fresh_counts"_a, "old"_a,
      "old_counts"_a, "threads"_a, "Who is to be compared at each row.");
  m.def(
      "hold_meetings",
      [](const Rows2& vectors, const Indices& fresh, const Counts& fresh_counts,
         const Indices& old, const Counts& old_counts, std::size_t first, std::size_t last,
         const Codes& codes, const Distances& squares, int threads) {
        const dotscape::Vectors rows = vectors_of(vectors);
        const dotscape::Neighborhoods lists = lists_of(codes, squares);
        const dotscape::Meetings meetings =
            meetings_of(fresh, fresh_counts, old, old_counts, rows.n);
        require(lists.n == rows.n && first <= last && last <= rows.n, "rows out of range");
        check_meetings(meetings.fresh, meetings.fresh_counts, meetings.room, first, last, rows.n);
        check_meetings(meetings.old, meetings.old_counts, meetings.room, first, last, rows.n);
        const nb::gil_scoped_release nogil;
        return dotscape::hold_meetings(rows, meetings, first, last, lists, threads);
      },
      "vectors"_a, "fresh"_a, "fresh_counts"_a, "old"_a, "old_counts"_a, "first"_a, "last"_a,
      "codes"_a, "squares"_a, "threads"_a,
      nb::sig("def hold_meetings(vectors: NDArray[typing.Any], fresh: NDArray[numpy.int32], "
              "fresh_counts: NDArray[numpy.int32], old: NDArray[numpy.int32], "
              "old_counts: NDArray[numpy.int32], first: int, last: int, "
              "codes: NDArray[numpy.uint32], squares: NDArray[numpy.float32], threads: int) -> int"),
      "Compare those who meet at rows first..last; how many entries changed.");
}

}  // namespace dotscape::bindings
