// The module dotscape.core.kernels._kernels: checks shapes, lets go of the GIL, calls the kernels.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "affinities.hpp"
#include "attraction.hpp"
#include "candidates.hpp"
#include "descent.hpp"
#include "levels.hpp"
#include "pack.hpp"
#include "ranks.hpp"
#include "repulsion.hpp"
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

using Block = In<float, nb::ndim<2>>;
using Floats = In<float, nb::ndim<1>>;
using Keys = Out<std::uint64_t, nb::ndim<2>>;
using Counts = Out<std::int32_t, nb::ndim<1>>;
using Limits = Out<float, nb::ndim<1>>;
using Indices = Out<std::int32_t, nb::ndim<2>>;
using Distances = Out<float, nb::ndim<2>>;

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
                    distances.shape(1) == k && k < n,
                "lengths differ");
        check_rows(which, 0, rows, queries.shape(0));
        for (std::size_t r = 0; r < rows; ++r) {
          require(self.data()[r] < static_cast<std::int64_t>(n), "row number out of range");
        }
        const nb::gil_scoped_release nogil;
        dotscape::nearest_of_all(queries.data(), which.data(), self.data(), rows, base.data(), n,
                                 base.shape(1), kind, k, indices.data(), distances.data(),
                                 threads);
      },
      "queries"_a, "which"_a, "self"_a, "base"_a, "metric"_a, "indices"_a, "distances"_a,
      "threads"_a, "Nearest of all rows of base to a few rows of queries, by exact distances.");
}

template <class T>
nb::ndarray<nb::numpy, T, nb::ndim<1>, nb::c_contig> as_array(std::vector<T>&& values) {
  auto* kept = new std::vector<T>(std::move(values));
  const nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  return {kept->data(), {kept->size()}, owner};
}

using Starts = In<std::int64_t, nb::ndim<1>>;
using Columns = In<std::int32_t, nb::ndim<1>>;

auto as_arrays(dotscape::Sparse&& sparse) {
  return std::make_tuple(as_array(std::move(sparse.starts)), as_array(std::move(sparse.columns)),
                         as_array(std::move(sparse.values)));
}

// P was made by `symmetrised`; still, no index may lead out of the arrays.
void check_sparse(const Starts& starts, const Columns& columns, const Floats& values,
                  std::size_t n) {
  require(starts.shape(0) == n + 1 && columns.shape(0) == values.shape(0), "lengths differ");
  require(starts.data()[0] == 0 &&
              starts.data()[n] == static_cast<std::int64_t>(columns.shape(0)),
          "starts don't fit the entries");
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t length = starts.data()[i + 1] - starts.data()[i];
    require(length >= 0 && length % dotscape::kRowMultiple == 0, "rows must be padded");
  }
}

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
        require(p.shape(0) == n && p.shape(1) == k, "shapes differ");
        for (std::size_t e = 0; e < n * k; ++e) {
          const std::int32_t row = indices.data()[e];
          require(row >= 0 && static_cast<std::size_t>(row) < n, "row number out of range");
        }
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

using Positions = Out<float, nb::ndim<2>>;

dotscape::Points points_of(const Positions& y, int dimensions) {
  require((dimensions == 2 && y.shape(1) == 2) || (dimensions == 3 && y.shape(1) == 4),
          "layouts have 2 columns in 2-D, 4 in 3-D");
  return {y.data(), y.shape(0), dimensions};
}

bool same_shape(const Positions& a, const Positions& b) {
  return a.shape(0) == b.shape(0) && a.shape(1) == b.shape(1);
}

void bind_layout(nb::module_& m) {
  m.def(
      "attraction",
      [](const Positions& y, int dimensions, const Starts& starts, const Columns& columns,
         const Floats& p, bool with_loss, const Positions& forces, int threads) {
        const dotscape::Points points = points_of(y, dimensions);
        require(same_shape(y, forces), "shapes differ");
        check_sparse(starts, columns, p, points.n);
        const nb::gil_scoped_release nogil;
        return dotscape::attraction(points, starts.data(), columns.data(), p.data(), with_loss,
                                    forces.data(), threads);
      },
      "y"_a, "dimensions"_a, "starts"_a, "columns"_a, "p"_a, "with_loss"_a, "forces"_a,
      "threads"_a, "Attractive forces; the sum of p log(1 + d^2) where with_loss.");
  m.def(
      "descend",
      [](float exaggeration, float normalization, float learning_rate, float momentum,
         float longest, const Positions& attraction, const Positions& repulsion,
         const Positions& y, const Positions& velocity, const Positions& gains, int threads) {
        require(y.shape(1) == 2 || y.shape(1) == 4, "layouts have 2 or 4 columns");
        require(same_shape(y, attraction) && same_shape(y, repulsion) &&
                    same_shape(y, velocity) && same_shape(y, gains),
                "shapes differ");
        const dotscape::Step step{exaggeration, normalization, learning_rate, momentum, longest};
        const nb::gil_scoped_release nogil;
        return dotscape::descend(step, attraction.data(), repulsion.data(), y.shape(0),
                                 static_cast<int>(y.shape(1)), y.data(), velocity.data(),
                                 gains.data(), threads);
      },
      "exaggeration"_a, "normalization"_a, "learning_rate"_a, "momentum"_a, "longest"_a,
      "attraction"_a, "repulsion"_a, "y"_a, "velocity"_a, "gains"_a, "threads"_a,
      "One step of gradient descent; the sum of squares of the gradient.");
  nb::class_<dotscape::Repulsion>(m, "Repulsion", "Repulsive forces by a Barnes-Hut tree.")
      .def(
          "__init__",
          [](dotscape::Repulsion* self, std::size_t leaf) {
            require(leaf > 0, "leaves must hold points");
            new (self) dotscape::Repulsion(leaf);
          },
          "leaf"_a)
      .def(
          "forces",
          [](dotscape::Repulsion& self, const Positions& y, int dimensions, float theta,
             const Positions& forces, int threads) {
            const dotscape::Points points = points_of(y, dimensions);
            require(same_shape(y, forces), "shapes differ");
            require(points.n < 0x7fffffffu, "too many points");
            const nb::gil_scoped_release nogil;
            return self.forces(points, theta, forces.data(), threads);
          },
          "y"_a, "dimensions"_a, "theta"_a, "forces"_a, "threads"_a,
          "Fill forces; the sum of all weights. Not to be called from two threads at once.")
      .def(
          "order",
          [](const dotscape::Repulsion& self) {
            return as_array(std::vector<std::int32_t>(self.order()));
          },
          "The points along the Morton curve, as of the last call of forces.");
}

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

}  // namespace

NB_MODULE(_kernels, m) {
  m.doc() = "Native loops of dotscape. Arrays in, arrays filled; the GIL is released.";
  dotscape::level();  // read the environment now, not at some later call
  m.def("level", &dotscape::level_name, "Instruction set in use: portable, avx2 or avx512.");
  bind_pack(m);
  bind_rows(m);
  bind_candidates(m);
  bind_affinities(m);
  bind_layout(m);
  bind_ranks(m);
}
