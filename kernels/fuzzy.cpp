#include "fuzzy.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pool.hpp"
#include "transpose.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kChunk = 256;
constexpr int kSteps = 64;
constexpr double kTolerance = 1e-5;  // of the sum of memberships
constexpr double kLeastSigma = 1e-3;  // of the mean distance

double sum_of_memberships(const float* d, std::size_t k, double rho, double sigma) {
  double sum = 0;
  for (std::size_t j = 0; j < k; ++j) sum += d[j] > rho ? std::exp((rho - d[j]) / sigma) : 1.0;
  return sum;
}

// Bisection, doubling while there is no upper end. The sum grows with sigma.
double calibrated(const float* d, std::size_t k, double rho, double target, double first) {
  double low = 0, high = INFINITY, sigma = first;
  for (int step = 0; step < kSteps; ++step) {
    const double error = sum_of_memberships(d, k, rho, sigma) - target;
    if (std::abs(error) < kTolerance) break;
    (error > 0 ? high : low) = sigma;
    sigma = std::isinf(high) ? sigma * 2 : (low + high) / 2;
  }
  return sigma;
}

void membership_row(const float* d, std::size_t k, double overall, float* p) {
  const float* positive = std::upper_bound(d, d + k, 0.0f);
  const double rho = positive == d + k ? 0.0 : *positive;
  // As umap-learn, which counts the row itself among its neighbours.
  const double mean = std::accumulate(d, d + k, 0.0) / static_cast<double>(k + 1);
  const double size = rho > 0 ? mean : overall;
  double sigma = size;
  if (rho > 0) {
    sigma = calibrated(d, k, rho, std::log2(static_cast<double>(k + 1)), size);
  }
  sigma = std::max(sigma, kLeastSigma * size);
  for (std::size_t j = 0; j < k; ++j) {
    const double beyond = d[j] - rho;
    p[j] = beyond > 0 && sigma > 0 ? static_cast<float>(std::exp(-beyond / sigma)) : 1.0f;
  }
}

// Merges the entries of one column, which a row may have from both ends.
std::size_t united(std::vector<Entry>& row) {
  std::stable_sort(row.begin(), row.end(), by_column);
  std::size_t count = 0;
  for (const Entry& entry : row) {
    if (count > 0 && row[count - 1].column == entry.column) {
      // The larger first: both ends then round alike.
      const float a = std::max(row[count - 1].value, entry.value);
      const float b = std::min(row[count - 1].value, entry.value);
      row[count - 1].value = a + b * (1 - a);
    } else {
      row[count++] = entry;
    }
  }
  row.resize(count);
  return count;
}

template <class Rows>
void each_row(std::size_t n, int threads, Rows use) {
  parallel_for(chunk_count(n, kChunk), threads, [&](std::size_t chunk, int) {
    std::vector<Entry> row;
    for (std::size_t i = chunk * kChunk; i < std::min(n, (chunk + 1) * kChunk); ++i) {
      row.clear();
      use(i, row);
    }
  });
}

void place(const std::vector<Entry>& row, std::int64_t at, Edges& out) {
  for (const Entry& entry : row) {
    out.columns[at] = entry.column;
    out.weights[at++] = entry.value;
  }
}

}  // namespace

void memberships(const float* distances, std::size_t n, std::size_t k, float* p, int threads) {
  const std::size_t chunks = chunk_count(n, kChunk);
  std::vector<double> sums(chunks);
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    const std::size_t begin = chunk * kChunk * k, end = std::min(n, (chunk + 1) * kChunk) * k;
    sums[chunk] = std::accumulate(distances + begin, distances + end, 0.0);
  });
  const double overall =
      std::accumulate(sums.begin(), sums.end(), 0.0) / static_cast<double>(n * (k + 1));
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    for (std::size_t i = chunk * kChunk; i < std::min(n, (chunk + 1) * kChunk); ++i) {
      membership_row(distances + i * k, k, overall, p + i * k);
    }
  });
}

Edges fuzzy_union(const std::int32_t* indices, const float* p, std::size_t n, std::size_t k,
                  int threads) {
  std::vector<std::int64_t> starts;
  std::vector<Entry> reverse;
  transposed(indices, p, n, k, starts, reverse);
  const auto joined = [&](std::size_t i, std::vector<Entry>& row) {
    for (std::size_t j = 0; j < k; ++j) row.push_back({indices[i * k + j], p[i * k + j]});
    row.insert(row.end(), reverse.begin() + starts[i], reverse.begin() + starts[i + 1]);
    return united(row);
  };
  Edges out;
  out.starts.assign(n + 1, 0);
  each_row(n, threads, [&](std::size_t i, std::vector<Entry>& row) {
    out.starts[i + 1] = static_cast<std::int64_t>(joined(i, row));
  });
  std::partial_sum(out.starts.begin(), out.starts.end(), out.starts.begin());
  out.columns.resize(out.starts[n]);
  out.weights.resize(out.starts[n]);
  each_row(n, threads, [&](std::size_t i, std::vector<Entry>& row) {
    joined(i, row);
    place(row, out.starts[i], out);
  });
  return out;
}

Edges renamed(const std::int64_t* starts, const std::int32_t* columns, const float* weights,
              std::size_t n, const std::int64_t* order, int threads) {
  std::vector<std::int32_t> names(n);
  for (std::size_t i = 0; i < n; ++i) names[order[i]] = static_cast<std::int32_t>(i);
  Edges out;
  out.starts.assign(n + 1, 0);
  for (std::size_t i = 0; i < n; ++i) {
    out.starts[i + 1] = out.starts[i] + starts[order[i] + 1] - starts[order[i]];
  }
  out.columns.resize(out.starts[n]);
  out.weights.resize(out.starts[n]);
  each_row(n, threads, [&](std::size_t i, std::vector<Entry>& row) {
    for (std::int64_t e = starts[order[i]]; e < starts[order[i] + 1]; ++e) {
      row.push_back({names[columns[e]], weights[e]});
    }
    std::sort(row.begin(), row.end(), by_column);
    place(row, out.starts[i], out);
  });
  return out;
}

}  // namespace dotscape
