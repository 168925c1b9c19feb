#include <nanobind/nanobind.h>
#include <nanobind/stl/tuple.h>

#include <tuple>

#include "../pack.hpp"
#include "arrays.hpp"
#include "topics.hpp"

namespace dotscape::bindings {
namespace {

using Layout = In<float, nb::shape<-1, -1>>;

int dimensions_of(const Layout& layout) {
  require(layout.shape(1) == 2 || layout.shape(1) == 3, "layout must have 2 or 3 columns");
  return static_cast<int>(layout.shape(1));
}

}  // namespace

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

}  // namespace dotscape::bindings
