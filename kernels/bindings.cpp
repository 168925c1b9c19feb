// The module dotscape.core.kernels._kernels: checks shapes, lets go of the GIL, calls the kernels.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/tuple.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>

#include "levels.hpp"
#include "pack.hpp"
#include "rows.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

template <class T, class... Shape>
using In = nb::ndarray<const T, Shape..., nb::c_contig, nb::device::cpu>;
template <class T, class... Shape>
using Out = nb::ndarray<T, Shape..., nb::c_contig, nb::device::cpu>;

using Layout = In<float, nb::shape<-1, -1>>;

void require(bool condition, const char* what) {
  if (!condition) throw std::invalid_argument(what);
}

int dimensions_of(const Layout& layout) {
  require(layout.shape(1) == 2 || layout.shape(1) == 3, "layout must have 2 or 3 columns");
  return static_cast<int>(layout.shape(1));
}

void bind_pack(nb::module_& m) {
  m.def(
      "draw_order",
      [](const Out<std::uint32_t, nb::ndim<1>>& order) {
        require(order.shape(0) <= 0xffffffffu, "too many rows for 32-bit row numbers");
        const nb::gil_scoped_release nogil;
        dotscape::draw_order(order.data(), order.shape(0));
      },
      "order"_a, "Fill order with the fixed shuffle of its n row numbers.");
  m.def(
      "bounds",
      [](const Layout& layout, int threads) {
        const int dimensions = dimensions_of(layout);
        float low[3], high[3];
        std::size_t missing;
        {
          const nb::gil_scoped_release nogil;
          missing = dotscape::bounds(layout.data(), layout.shape(0), dimensions, low, high, threads);
        }
        return std::make_tuple(std::make_tuple(low[0], low[1], low[2]),
                               std::make_tuple(high[0], high[1], high[2]), missing);
      },
      "layout"_a, "threads"_a,
      "Lowest and highest finite value of each axis, and how many rows are not finite.");
  m.def(
      "pack",
      [](const Layout& layout, const In<std::uint32_t, nb::ndim<1>>& order,
         std::tuple<float, float, float> center, float half,
         const Out<std::uint16_t, nb::shape<-1, 4>>& packed, int threads) {
        const int dimensions = dimensions_of(layout);
        const std::size_t n = layout.shape(0);
        require(order.shape(0) == n && packed.shape(0) == n, "lengths differ");
        const float c[3] = {std::get<0>(center), std::get<1>(center), std::get<2>(center)};
        const nb::gil_scoped_release nogil;
        dotscape::pack(layout.data(), order.data(), n, dimensions, c, half, packed.data(), threads);
      },
      "layout"_a, "order"_a, "center"_a, "half"_a, "packed"_a, "threads"_a,
      "Quantise rows to 16 bit in draw order.");
}

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

using Rows = In<std::int64_t, nb::ndim<1>>;

// Row numbers were made by Python: check them all before a pointer follows one.
void check_rows(const std::optional<Rows>& rows, std::size_t first, std::size_t count,
                std::size_t n) {
  if (!rows) return require(first <= n && count <= n - first, "rows out of range");
  require(rows->shape(0) == count, "lengths differ");
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t row = rows->data()[i];
    require(row >= 0 && static_cast<std::size_t>(row) < n, "row number out of range");
  }
}

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

}  // namespace

NB_MODULE(_kernels, m) {
  m.doc() = "Native loops of dotscape. Arrays in, arrays filled; the GIL is released.";
  m.def("level", &dotscape::level_name, "Instruction set in use: portable, avx2 or avx512.");
  bind_pack(m);
  bind_rows(m);
}
