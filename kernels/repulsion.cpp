#include "repulsion.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "levels.hpp"
#include "pool.hpp"
#include "simd.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kChunk = 4096;
constexpr std::size_t kPad = 16;    // lists are filled up to a multiple of this
constexpr float kSmallMass = 8;     // nodes of so few points are always near where they are close
constexpr double kDeviations = 4;   // cells cover so many standard deviations on either side

constexpr int bits_per_axis(int dimensions) { return dimensions == 2 ? 16 : 10; }

// The low 16 bits, one zero between each.
std::uint32_t spread2(std::uint32_t v) {
  v = (v | v << 8) & 0x00ff00ffu;
  v = (v | v << 4) & 0x0f0f0f0fu;
  v = (v | v << 2) & 0x33333333u;
  return (v | v << 1) & 0x55555555u;
}

// The low 10 bits, two zeros between each.
std::uint32_t spread3(std::uint32_t v) {
  v = (v | v << 16) & 0x030000ffu;
  v = (v | v << 8) & 0x0300f00fu;
  v = (v | v << 4) & 0x030c30c3u;
  return (v | v << 2) & 0x09249249u;
}

struct Frame {
  double low[3];
  double scale;  // cells per unit
};

// Cells around the mean, as wide as the widest axis needs: a few outliers, which are clamped to the
// outermost cells, must not crowd all others into a few.
Frame frame_of(const Points& y, int threads) {
  const std::size_t chunks = chunk_count(y.n, kChunk), stride = y.stride();
  std::vector<std::array<double, 6>> parts(chunks);
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    std::array<double, 6> sums{};
    const std::size_t end = std::min(y.n, (chunk + 1) * kChunk);
    for (std::size_t i = chunk * kChunk; i < end; ++i) {
      for (int a = 0; a < y.dimensions; ++a) {
        const double v = y.values[i * stride + a];
        sums[a] += v;
        sums[3 + a] += v * v;
      }
    }
    parts[chunk] = sums;
  });
  Frame frame{};
  double reach = 0, mean[3] = {};
  for (int a = 0; a < y.dimensions; ++a) {
    double sum = 0, square = 0;
    for (const auto& part : parts) {
      sum += part[a];
      square += part[3 + a];
    }
    mean[a] = sum / static_cast<double>(y.n);
    const double variance = square / static_cast<double>(y.n) - mean[a] * mean[a];
    reach = std::max(reach, kDeviations * std::sqrt(std::max(variance, 0.0)));
  }
  for (int a = 0; a < y.dimensions; ++a) frame.low[a] = mean[a] - reach;
  frame.scale = reach > 0 ? std::ldexp(0.5, bits_per_axis(y.dimensions)) / reach : 0;
  return frame;
}

std::uint64_t key_of(const float* point, int dimensions, const Frame& frame) {
  const double most = std::ldexp(1.0, bits_per_axis(dimensions)) - 1;
  std::uint32_t cell[3] = {};
  for (int a = 0; a < dimensions; ++a) {
    cell[a] = static_cast<std::uint32_t>(
        std::clamp((point[a] - frame.low[a]) * frame.scale, 0.0, most));
  }
  if (dimensions == 2) return spread2(cell[0]) | spread2(cell[1]) << 1;
  return spread3(cell[0]) | spread3(cell[1]) << 1 | spread3(cell[2]) << 2;
}

// Sorts by the upper 32 bits; stable.
void radix_sort(std::vector<std::uint64_t>& keys, std::vector<std::uint64_t>& spare) {
  constexpr int kBits = 11;
  spare.resize(keys.size());
  for (int shift = 32; shift < 64; shift += kBits) {
    std::array<std::uint32_t, 1 << kBits> starts{};
    const std::uint64_t mask = (1u << kBits) - 1;
    for (const std::uint64_t key : keys) ++starts[key >> shift & mask];
    std::uint32_t sum = 0;
    for (std::uint32_t& start : starts) sum += std::exchange(start, sum);
    for (const std::uint64_t key : keys) spare[starts[key >> shift & mask]++] = key;
    keys.swap(spare);
  }
}

struct Targets {
  const float* coordinates[3];  // sorted
  const std::int32_t* order;
  std::int32_t begin, end;
  float* forces;
};

struct Sources {
  const float* coordinates[3];
  const float* mass;
  std::size_t count;  // a multiple of kPad
};

// T targets at a time, so that each source is loaded once for all of them.
template <int W, int D, int T>
DOTSCAPE_INLINE double act_on(const Targets& targets, const Sources& sources, std::int32_t first) {
  using F = typename Lanes<W>::F;
  constexpr int stride = D == 2 ? 2 : 4;
  F own[T][D], force[T][D], sum[T];
  for (int t = 0; t < T; ++t) {
    sum[t] = F{};
    for (int a = 0; a < D; ++a) {
      own[t][a] = splat<F>(targets.coordinates[a][first + t]);
      force[t][a] = F{};
    }
  }
  for (std::size_t j = 0; j < sources.count; j += W) {
    F other[D];
    for (int a = 0; a < D; ++a) other[a] = load<F>(sources.coordinates[a] + j);
    const F mass = load<F>(sources.mass + j);
    for (int t = 0; t < T; ++t) {
      F delta[D];
      F square = splat<F>(1.0f);
      for (int a = 0; a < D; ++a) {
        delta[a] = own[t][a] - other[a];
        square += delta[a] * delta[a];
      }
      const F weight = W == 16 ? reciprocal<W>(square) : splat<F>(1.0f) / square;
      const F weighed = mass * weight;
      sum[t] += weighed;
      for (int a = 0; a < D; ++a) force[t][a] += weighed * weight * delta[a];
    }
  }
  double total = 0;
  for (int t = 0; t < T; ++t) {
    float* out = targets.forces + std::size_t(targets.order[first + t]) * stride;
    for (int a = 0; a < D; ++a) out[a] = static_cast<float>(sum_lanes(force[t][a]));
    total += sum_lanes(sum[t]) - 1.0;  // the point itself was among the sources
  }
  return total;
}

template <int W, int D>
DOTSCAPE_INLINE double act_on_group(const Targets& targets, const Sources& sources) {
  double total = 0;
  std::int32_t i = targets.begin;
  for (; i + 2 <= targets.end; i += 2) total += act_on<W, D, 2>(targets, sources, i);
  for (; i < targets.end; ++i) total += act_on<W, D, 1>(targets, sources, i);
  return total;
}

template <int W>
DOTSCAPE_INLINE double act_on_any(const Targets& targets, const Sources& sources,
                                  int dimensions) {
  return dimensions == 2 ? act_on_group<W, 2>(targets, sources)
                         : act_on_group<W, 3>(targets, sources);
}

DOTSCAPE_LEVELS_BY_WIDTH(double, act_at_level, act_on_any,
                         (const Targets& targets, const Sources& sources, int dimensions),
                         (targets, sources, dimensions))

// What points from..to-1 do to one.
DOTSCAPE_INLINE void act_exactly(const Points& y, const float* own, std::size_t from,
                                 std::size_t to, double* force) {
  const std::size_t stride = y.stride();
  float sums[3] = {};
  for (std::size_t j = from; j < to; ++j) {
    float delta[3] = {}, square = 1;
    for (int a = 0; a < y.dimensions; ++a) {
      delta[a] = own[a] - y.values[j * stride + a];
      square += delta[a] * delta[a];
    }
    const float weight = 1 / (square * square);
    for (int a = 0; a < 3; ++a) sums[a] += weight * delta[a];
  }
  for (int a = 0; a < 3; ++a) force[a] += sums[a];
}

DOTSCAPE_LEVELS(void, act_exactly_at_level, act_exactly,
                (const Points& y, const float* own, std::size_t from, std::size_t to,
                 double* force),
                (y, own, from, to, force))

}  // namespace

void exact_repulsion(const Points& y, const std::int64_t* rows, std::size_t count, float* forces,
                     int threads) {
  constexpr std::size_t kSummed = 256;  // float sums stay accurate over so few
  parallel_for(count, threads, [&](std::size_t row, int) {
    double force[3] = {};
    const float* own = y.values + rows[row] * y.stride();
    for (std::size_t from = 0; from < y.n; from += kSummed) {
      act_exactly_at_level(y, own, from, std::min(y.n, from + kSummed), force);
    }
    for (int a = 0; a < y.dimensions; ++a) {
      forces[row * y.stride() + a] = static_cast<float>(force[a]);
    }
  });
}

void Repulsion::sort(const Points& y, int threads) {
  const Frame frame = frame_of(y, threads);
  const std::size_t stride = y.stride(), chunks = chunk_count(y.n, kChunk);
  keys_.resize(y.n);
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    const std::size_t end = std::min(y.n, (chunk + 1) * kChunk);
    for (std::size_t i = chunk * kChunk; i < end; ++i) {
      keys_[i] = key_of(y.values + i * stride, y.dimensions, frame) << 32 | i;
    }
  });
  radix_sort(keys_, spare_);
  order_.resize(y.n);
  for (auto& axis : coordinates_) axis.resize(y.n);
  parallel_for(chunks, threads, [&](std::size_t chunk, int) {
    const std::size_t end = std::min(y.n, (chunk + 1) * kChunk);
    for (std::size_t i = chunk * kChunk; i < end; ++i) {
      const std::uint32_t row = static_cast<std::uint32_t>(keys_[i]);
      order_[i] = static_cast<std::int32_t>(row);
      for (int a = 0; a < y.dimensions; ++a) {
        coordinates_[a][i] = y.values[row * stride + a];
      }
    }
  });
}

void Repulsion::build(int dimensions) {
  nodes_.clear();
  leaves_.clear();
  Node root{};
  root.end = static_cast<std::int32_t>(keys_.size());
  nodes_.push_back(root);
  split(0, 32 + bits_per_axis(dimensions) * dimensions, dimensions);
}

// Children of a node are the runs of equal key bits above `shift`; in a cell that can't be divided
// any more they are halves.
void Repulsion::split(std::int32_t index, int shift, int dimensions) {
  const std::int32_t begin = nodes_[index].begin, end = nodes_[index].end;
  if (static_cast<std::size_t>(end - begin) <= leaf_) {
    leaves_.push_back(index);
    return finish(index);
  }
  const std::int32_t first = static_cast<std::int32_t>(nodes_.size());
  const auto add = [&](std::int32_t from, std::int32_t to) {
    Node child{};
    child.begin = from;
    child.end = to;
    nodes_.push_back(child);
  };
  if (shift > 32) {
    shift -= dimensions;
    for (std::int32_t from = begin; from < end;) {
      const std::uint64_t cell = keys_[from] >> shift;
      const auto same = [&](std::uint64_t key) { return key >> shift == cell; };
      const auto to = std::partition_point(keys_.begin() + from, keys_.begin() + end, same);
      add(from, static_cast<std::int32_t>(to - keys_.begin()));
      from = static_cast<std::int32_t>(to - keys_.begin());
    }
  } else {
    add(begin, begin + (end - begin) / 2);
    add(begin + (end - begin) / 2, end);
  }
  const std::int32_t count = static_cast<std::int32_t>(nodes_.size()) - first;
  nodes_[index].first = first;
  nodes_[index].count = count;
  for (std::int32_t child = first; child < first + count; ++child) split(child, shift, dimensions);
  finish(index);
}

// Centre, mass and tight box, from the points or from the children.
void Repulsion::finish(std::int32_t index) {
  Node& node = nodes_[index];
  constexpr float inf = std::numeric_limits<float>::infinity();
  double center[3] = {};
  for (int a = 0; a < 3; ++a) {
    node.low[a] = inf;
    node.high[a] = -inf;
  }
  for (std::int32_t c = node.first; c < node.first + node.count; ++c) {
    const Node& child = nodes_[c];
    for (int a = 0; a < 3; ++a) {
      center[a] += static_cast<double>(child.center[a]) * child.mass;
      node.low[a] = std::min(node.low[a], child.low[a]);
      node.high[a] = std::max(node.high[a], child.high[a]);
    }
  }
  if (node.count == 0) {
    for (int a = 0; a < 3; ++a) {
      for (std::int32_t i = node.begin; i < node.end; ++i) {
        const float v = coordinates_[a][i];
        center[a] += v;
        node.low[a] = std::min(node.low[a], v);
        node.high[a] = std::max(node.high[a], v);
      }
    }
  }
  node.mass = static_cast<float>(node.end - node.begin);
  for (int a = 0; a < 3; ++a) {
    node.center[a] = static_cast<float>(center[a] / node.mass);
    node.side = std::max(node.side, node.high[a] - node.low[a]);
  }
}

void Repulsion::collect(const Node& group, float theta, Lists& lists) const {
  lists.x.clear();
  lists.y.clear();
  lists.z.clear();
  lists.mass.clear();
  lists.stack.assign(1, 0);
  const float theta2 = theta * theta;
  while (!lists.stack.empty()) {
    const Node& node = nodes_[lists.stack.back()];
    lists.stack.pop_back();
    float distance2 = node.mass > kSmallMass ? 1.0f : 0.0f;
    for (int a = 0; a < 3; ++a) {
      const float outside =
          std::max({group.low[a] - node.center[a], node.center[a] - group.high[a], 0.0f});
      distance2 += outside * outside;
    }
    const bool own = node.begin <= group.begin && group.end <= node.end;
    if (!own && node.side * node.side < theta2 * distance2) {
      lists.x.push_back(node.center[0]);
      lists.y.push_back(node.center[1]);
      lists.z.push_back(node.center[2]);
      lists.mass.push_back(node.mass);
    } else if (node.count) {
      for (std::int32_t c = node.first; c < node.first + node.count; ++c) lists.stack.push_back(c);
    } else {
      const auto append = [&](std::vector<float>& list, const std::vector<float>& from) {
        list.insert(list.end(), from.begin() + node.begin, from.begin() + node.end);
      };
      append(lists.x, coordinates_[0]);
      append(lists.y, coordinates_[1]);
      append(lists.z, coordinates_[2]);
      lists.mass.insert(lists.mass.end(), node.end - node.begin, 1.0f);
    }
  }
  while (lists.x.size() % kPad) {
    lists.x.push_back(0);
    lists.y.push_back(0);
    lists.z.push_back(0);
    lists.mass.push_back(0);
  }
}

double Repulsion::act(const Node& group, const Lists& lists, const Points& y,
                      float* forces) const {
  const Targets targets{{coordinates_[0].data(), coordinates_[1].data(), coordinates_[2].data()},
                        order_.data(),
                        group.begin,
                        group.end,
                        forces};
  const Sources sources{
      {lists.x.data(), lists.y.data(), lists.z.data()}, lists.mass.data(), lists.x.size()};
  return act_at_level(targets, sources, y.dimensions);
}

const std::vector<std::int32_t>& Repulsion::order(const Points& y, int threads) {
  sort(y, threads);
  return order_;
}

double Repulsion::forces(const Points& y, float theta, float* forces, int threads) {
  if (y.n == 0) return 0;
  sort(y, threads);
  if (y.dimensions == 2) std::fill(coordinates_[2].begin(), coordinates_[2].end(), 0.0f);
  build(y.dimensions);
  sums_.assign(leaves_.size(), 0.0);
  std::vector<Lists> lists(std::max(threads, 1));
  parallel_for(leaves_.size(), threads, [&](std::size_t leaf, int slot) {
    const Node& group = nodes_[leaves_[leaf]];
    collect(group, theta, lists[slot]);
    sums_[leaf] = act(group, lists[slot], y, forces);
  });
  return std::accumulate(sums_.begin(), sums_.end(), 0.0);
}

}  // namespace dotscape
