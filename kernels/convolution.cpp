#include "convolution.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pool.hpp"

namespace dotscape {
namespace {

struct Job {
  const Fourier& across;
  const Fourier& down;
  float* grid;  // a real grid of `rows` rows, or null
  std::size_t rows, columns, stride;
  float *re, *im;  // [block][column][lane]
  const float* kernel;
};

// Arrays a multiple of 4096 bytes apart would get in each other's way.
constexpr std::size_t kApart = 5 * kLanes;

AlignedFloats& scratch(std::size_t length) {
  thread_local AlignedFloats space;
  space.resize(4 * (length * kLanes + kApart));
  return space;
}

Waves waves_in(AlignedFloats& space, std::size_t length) {
  float* const first = space.data();
  const std::size_t size = length * kLanes + kApart;
  return {first, first + size, first + 2 * size, first + 3 * size};
}

// out[a][b] = in[b][a] for kLanes x kLanes values, rows `from` and `to` floats apart.
template <int W>
DOTSCAPE_INLINE void transpose(const float* in, std::size_t from, float* out, std::size_t to) {
  for (std::size_t a = 0; a < kLanes; ++a) {
    for (std::size_t b = 0; b < kLanes; ++b) out[a * to + b] = in[b * from + a];
  }
}

// Columns 2 kLanes pair.. of the grid, the first half as real and the second as imaginary part.
template <int W>
DOTSCAPE_INLINE void forward_down(const Job& job, std::size_t pair, Waves x) {
  using F = typename Lanes<W>::F;
  const std::size_t n = job.down.length, blocks = chunk_count(n / 2 + 1, kLanes);
  for (std::size_t y = 0; y < job.rows; ++y) {
    const float* from = job.grid + y * job.stride + pair * 2 * kLanes;
    for (std::size_t l = 0; l < kLanes; l += W) {
      store(x.re + y * kLanes + l, load<F>(from + l));
      store(x.im + y * kLanes + l, load<F>(from + kLanes + l));
    }
  }
  std::fill(x.re + job.rows * kLanes, x.re + n * kLanes, 0.0f);
  std::fill(x.im + job.rows * kLanes, x.im + n * kLanes, 0.0f);
  transform<W>(job.down, x);
  // The two sequences apart: A = (Z[k] + conj Z[-k]) / 2, B = (Z[k] - conj Z[-k]) / 2i.
  alignas(64) float parts[4][kLanes * kLanes];
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t f = 0; f < kLanes; ++f) {
      const std::size_t k = std::min(block * kLanes + f, n / 2), back = k ? n - k : 0;
      for (std::size_t l = 0; l < kLanes; l += W) {
        const F re = load<F>(x.re + k * kLanes + l), im = load<F>(x.im + k * kLanes + l);
        const F back_re = load<F>(x.re + back * kLanes + l);
        const F back_im = load<F>(x.im + back * kLanes + l);
        store(parts[0] + f * kLanes + l, 0.5f * (re + back_re));
        store(parts[1] + f * kLanes + l, 0.5f * (im - back_im));
        store(parts[2] + f * kLanes + l, 0.5f * (im + back_im));
        store(parts[3] + f * kLanes + l, 0.5f * (back_re - re));
      }
    }
    for (std::size_t half = 0; half < 2; ++half) {
      const std::size_t first = (2 * pair + half) * kLanes;
      if (first >= job.columns) continue;
      const std::size_t to = (block * job.stride + first) * kLanes;
      transpose<W>(parts[2 * half], kLanes, job.re + to, kLanes);
      transpose<W>(parts[2 * half + 1], kLanes, job.im + to, kLanes);
    }
  }
}

template <int W>
DOTSCAPE_INLINE void backward_down(const Job& job, std::size_t pair, Waves x) {
  using F = typename Lanes<W>::F;
  const std::size_t n = job.down.length, blocks = chunk_count(n / 2 + 1, kLanes);
  alignas(64) float parts[4][kLanes * kLanes] = {};
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t half = 0; half < 2; ++half) {
      const std::size_t first = (2 * pair + half) * kLanes;
      if (first >= job.columns) continue;
      const std::size_t from = (block * job.stride + first) * kLanes;
      transpose<W>(job.re + from, kLanes, parts[2 * half], kLanes);
      transpose<W>(job.im + from, kLanes, parts[2 * half + 1], kLanes);
    }
    for (std::size_t f = 0; f < kLanes && block * kLanes + f <= n / 2; ++f) {
      const std::size_t k = block * kLanes + f, back = k ? n - k : 0;
      for (std::size_t l = 0; l < kLanes; l += W) {
        const F a_re = load<F>(parts[0] + f * kLanes + l), a_im = load<F>(parts[1] + f * kLanes + l);
        const F b_re = load<F>(parts[2] + f * kLanes + l), b_im = load<F>(parts[3] + f * kLanes + l);
        store(x.re + back * kLanes + l, a_re + b_im);
        store(x.im + back * kLanes + l, b_re - a_im);
        store(x.re + k * kLanes + l, a_re - b_im);
        store(x.im + k * kLanes + l, a_im + b_re);
      }
    }
  }
  x.swap_parts();
  transform<W>(job.down, x);
  x.swap_parts();
  for (std::size_t y = 0; y < job.rows; ++y) {
    float* to = job.grid + y * job.stride + pair * 2 * kLanes;
    for (std::size_t l = 0; l < kLanes; l += W) {
      store(to + l, load<F>(x.re + y * kLanes + l));
      store(to + kLanes + l, load<F>(x.im + y * kLanes + l));
    }
  }
}

// Along the rows, times the kernel, and back.
template <int W>
DOTSCAPE_INLINE void filter_across(const Job& job, std::size_t block, Waves x) {
  using F = typename Lanes<W>::F;
  const std::size_t n = job.across.length, used = job.columns * kLanes;
  float* const re = job.re + block * job.stride * kLanes;
  float* const im = job.im + block * job.stride * kLanes;
  std::copy(re, re + used, x.re);
  std::copy(im, im + used, x.im);
  std::fill(x.re + used, x.re + n * kLanes, 0.0f);
  std::fill(x.im + used, x.im + n * kLanes, 0.0f);
  transform<W>(job.across, x);
  const float* const kernel = job.kernel + block * n * kLanes;
  for (std::size_t e = 0; e < n * kLanes; e += W) {
    const F factor = load<F>(kernel + e);
    store(x.re + e, load<F>(x.re + e) * factor);
    store(x.im + e, load<F>(x.im + e) * factor);
  }
  x.swap_parts();
  transform<W>(job.across, x);
  x.swap_parts();
  std::copy(x.re, x.re + used, re);
  std::copy(x.im, x.im + used, im);
}

enum class Step { forward, filter, backward, transform_only };

template <int W>
DOTSCAPE_INLINE void step_any(const Job& job, Step step, std::size_t part, Waves& x) {
  switch (step) {
    case Step::forward: return forward_down<W>(job, part, x);
    case Step::filter: return filter_across<W>(job, part, x);
    case Step::backward: return backward_down<W>(job, part, x);
    case Step::transform_only: return transform<W>(job.across, x);
  }
}

DOTSCAPE_LEVELS_BY_WIDTH(void, step_at_level, step_any,
                         (const Job& job, Step step, std::size_t part, Waves& x),
                         (job, step, part, x))

void run(const Job& job, Step step, std::size_t parts, std::size_t length, int threads) {
  parallel_for(parts, threads, [&](std::size_t part, int) {
    Waves x = waves_in(scratch(length), length);
    step_at_level(job, step, part, x);
  });
}

}  // namespace

Convolution::Convolution(std::size_t columns, std::size_t rows,
                         const std::function<float(double, double)>& kernel,
                         const std::function<double(double)>& smoothing, int threads)
    : across_(Fourier::good_length(2 * columns)), down_(Fourier::good_length(2 * rows)) {
  const std::size_t nx = across_.length, ny = down_.length, half = nx / 2 + 1;
  const std::size_t padded = chunk_of(half, 2 * kLanes) * 2 * kLanes;
  spectrum_re_.resize(blocks() * padded * kLanes);
  spectrum_im_.resize(spectrum_re_.size());
  AlignedFloats grid(ny * padded, 0.0f);
  parallel_for(ny, threads, [&](std::size_t y, int) {
    for (std::size_t x = 0; x < half; ++x) {
      grid[y * padded + x] = kernel(static_cast<double>(x), static_cast<double>(std::min(y, ny - y)));
    }
  });
  const Job job{across_, down_, grid.data(), ny, half, padded, spectrum_re_.data(),
                spectrum_im_.data(), nullptr};
  run(job, Step::forward, padded / (2 * kLanes), ny, threads);
  std::vector<double> divisor(nx);
  const double unit = 2 * std::numbers::pi;
  for (std::size_t k = 0; k < nx; ++k) {
    divisor[k] = smoothing(unit * static_cast<double>(k) / static_cast<double>(nx)) *
                 static_cast<double>(nx * ny);
  }
  kernel_.resize(blocks() * nx * kLanes);
  parallel_for(blocks(), threads, [&](std::size_t block, int) {
    Waves x = waves_in(scratch(nx), nx);
    for (std::size_t k = 0; k < nx; ++k) {
      const float* from = spectrum_re_.data() + (block * padded + std::min(k, nx - k)) * kLanes;
      std::copy(from, from + kLanes, x.re + k * kLanes);
    }
    std::fill(x.im, x.im + nx * kLanes, 0.0f);
    step_at_level(job, Step::transform_only, block, x);
    for (std::size_t l = 0; l < kLanes; ++l) {
      const std::size_t f = block * kLanes + l;
      const double own = f > ny / 2 ? 0 : 1 / smoothing(unit * static_cast<double>(f) / static_cast<double>(ny));
      for (std::size_t k = 0; k < nx; ++k) {
        kernel_[(block * nx + k) * kLanes + l] =
            static_cast<float>(x.re[k * kLanes + l] * own / divisor[k]);
      }
    }
  });
  spectrum_re_.assign(blocks() * stride() * kLanes, 0.0f);
  spectrum_im_.assign(blocks() * stride() * kLanes, 0.0f);
  find_center();
}

void Convolution::find_center() {
  const std::size_t nx = across_.length, ny = down_.length;
  const double unit = 2 * std::numbers::pi;
  double sums[16] = {};
  std::vector<double> cosines(4 * nx);
  for (std::size_t k = 0; k < nx; ++k) {
    for (std::size_t o = 0; o < 4; ++o) {
      cosines[4 * k + o] = std::cos(unit * static_cast<double>(k * o % nx) / static_cast<double>(nx));
    }
  }
  for (std::size_t block = 0; block < blocks(); ++block) {
    double lanes[4][kLanes] = {};
    for (std::size_t k = 0; k < nx; ++k) {
      const float* from = kernel_.data() + (block * nx + k) * kLanes;
      for (std::size_t o = 0; o < 4; ++o) {
        for (std::size_t l = 0; l < kLanes; ++l) lanes[o][l] += cosines[4 * k + o] * from[l];
      }
    }
    for (std::size_t l = 0; l < kLanes; ++l) {
      const std::size_t f = block * kLanes + l;
      if (f > ny / 2) continue;
      const double weight = f == 0 || f == ny / 2 ? 1 : 2;  // the other half mirrors this one
      for (std::size_t y = 0; y < 4; ++y) {
        const double c = weight * std::cos(unit * static_cast<double>(f * y) / static_cast<double>(ny));
        for (std::size_t x = 0; x < 4; ++x) sums[4 * y + x] += c * lanes[x][l];
      }
    }
  }
  for (std::size_t o = 0; o < 16; ++o) central_[o] = static_cast<float>(sums[o]);
}

void Convolution::apply(float* grid, int threads) {
  const Job job{across_, down_, grid, rows(), columns(), stride(), spectrum_re_.data(),
                spectrum_im_.data(), kernel_.data()};
  const std::size_t pairs = stride() / (2 * kLanes);
  run(job, Step::forward, pairs, down_.length, threads);
  run(job, Step::filter, blocks(), across_.length, threads);
  run(job, Step::backward, pairs, down_.length, threads);
}

}  // namespace dotscape
