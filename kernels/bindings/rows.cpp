#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>

#include "../rows.hpp"
#include "arrays.hpp"
#include "topics.hpp"

namespace dotscape::bindings {
namespace {

// A float16, float32 or float64 matrix, read only.
using Matrix = nb::ndarray<nb::ro, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

dotscape::Kind kind_of(const Matrix& matrix) {
  const nb::dlpack::dtype type = matrix.dtype();
  require(type.code == static_cast<std::uint8_t>(nb::dlpack::dtype_code::Float),
          "the matrix must be float16, float32 or float64");
  if (type.bits == 16) return dotscape::Kind::float16;
  if (type.bits == 32) return dotscape::Kind::float32;
  require(type.bits == 64, "the matrix must be float16, float32 or float64");
  return dotscape::Kind::float64;
}

}  // namespace

void bind_rows(nb::module_& m) {
  m.def(
      "shifted_rows",
      [](const Matrix& source, const std::optional<Rows>& rows, std::size_t first, double scale,
         const In<double, nb::ndim<1>>& shift, const Out<float, nb::ndim<2>>& out,
         const Out<std::uint8_t, nb::ndim<1>>& state, const Out<double, nb::ndim<1>>& sums,
         int threads) {
        const dotscape::Kind kind = kind_of(source);
        const std::size_t d = source.shape(1), count = out.shape(0);
        require(out.shape(1) == d && shift.shape(0) == d && sums.shape(0) == d, "widths differ");
        require(state.shape(0) == count, "lengths differ");
        check_rows(rows, first, count, source.shape(0));
        const std::int64_t* numbers = rows ? rows->data() : nullptr;
        const nb::gil_scoped_release nogil;
        dotscape::shifted_rows(source.data(), kind, d, numbers, first, count, scale, shift.data(),
                               out.data(), state.data(), sums.data(), threads);
      },
      "source"_a, "rows"_a.none(), "first"_a, "scale"_a, "shift"_a, "out"_a, "state"_a, "sums"_a,
      "threads"_a,
      nb::sig("def shifted_rows(source: NDArray[typing.Any], rows: NDArray[numpy.int64] | None, "
              "first: int, scale: float, shift: NDArray[numpy.float64], "
              "out: NDArray[numpy.float32], state: NDArray[numpy.uint8], "
              "sums: NDArray[numpy.float64], threads: int) -> None"),
      "out = source rows * scale - shift in float32; marks rows that are not finite.");
}

}  // namespace dotscape::bindings
