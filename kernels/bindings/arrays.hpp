// Arrays as Python hands them over, and checks of what the kernels take for granted.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "../points.hpp"

namespace dotscape::bindings {

namespace nb = nanobind;
using namespace nb::literals;

template <class T, class... Shape>
using In = nb::ndarray<const T, Shape..., nb::c_contig, nb::device::cpu>;
template <class T, class... Shape>
using Out = nb::ndarray<T, Shape..., nb::c_contig, nb::device::cpu>;

using Block = In<float, nb::ndim<2>>;
using Floats = In<float, nb::ndim<1>>;
using Indices = Out<std::int32_t, nb::ndim<2>>;
using Distances = Out<float, nb::ndim<2>>;

inline void require(bool condition, const char* what) {
  if (!condition) throw std::invalid_argument(what);
}

using Rows = In<std::int64_t, nb::ndim<1>>;

// Row numbers were made by Python: check them all before a pointer follows one.
inline void check_rows(const std::optional<Rows>& rows, std::size_t first, std::size_t count,
                std::size_t n) {
  if (!rows) return require(first <= n && count <= n - first, "rows out of range");
  require(rows->shape(0) == count, "lengths differ");
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t row = rows->data()[i];
    require(row >= 0 && static_cast<std::size_t>(row) < n, "row number out of range");
  }
}

template <class T, class A>
nb::ndarray<nb::numpy, T, nb::ndim<1>, nb::c_contig> as_array(std::vector<T, A>&& values) {
  using Vector = std::vector<T, A>;
  auto* kept = new Vector(std::move(values));
  const nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<Vector*>(p); });
  return {kept->data(), {kept->size()}, owner};
}

using Starts = In<std::int64_t, nb::ndim<1>>;
using Columns = In<std::int32_t, nb::ndim<1>>;

using Positions = Out<float, nb::ndim<2>>;

inline dotscape::Points points_of(const Positions& y, int dimensions) {
  require((dimensions == 2 && y.shape(1) == 2) || (dimensions == 3 && y.shape(1) == 4),
          "layouts have 2 columns in 2-D, 4 in 3-D");
  return {y.data(), y.shape(0), dimensions};
}

inline bool same_shape(const Positions& a, const Positions& b) {
  return a.shape(0) == b.shape(0) && a.shape(1) == b.shape(1);
}

}  // namespace dotscape::bindings
