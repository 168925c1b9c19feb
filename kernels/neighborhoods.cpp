#include "neighborhoods.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "levels.hpp"
#include "panel.hpp"
#include "pool.hpp"
#include "splitmix.hpp"

namespace dotscape {
namespace {

constexpr std::size_t kChunk = 64;     // meetings a task
constexpr std::size_t kBuckets = 64;   // ranges of rows whose lists one task changes
constexpr float kNever = -1.0f;        // a limit that no square is below

DOTSCAPE_INLINE float limit_of(const Neighborhoods& lists, std::size_t row) {
  return lists.squares[row * lists.keep + lists.keep - 1];
}

// Adds a neighbour unless it is known or too far; whether it did.
DOTSCAPE_INLINE bool insert_body(const Neighborhoods& lists, std::size_t row, std::uint32_t other,
                                 float square) {
  const std::size_t keep = lists.keep;
  float* squares = lists.squares + row * keep;
  std::uint32_t* codes = lists.codes + row * keep;
  if (!(square < squares[keep - 1])) return false;
  const std::uint32_t code = 2 * other + 1;
  unsigned known = 0;
  for (std::size_t i = 0; i < keep; ++i) known |= (codes[i] | 1u) == code;
  if (known) return false;
  std::size_t at = keep - 1;
  for (; at > 0 && squares[at - 1] > square; --at) {
    squares[at] = squares[at - 1];
    codes[at] = codes[at - 1];
  }
  squares[at] = square;
  codes[at] = code;
  return true;
}

DOTSCAPE_LEVELS(bool, insert, insert_body,
                (const Neighborhoods& lists, std::size_t row, std::uint32_t other, float square),
                (lists, row, other, square))

// One set of rows that are compared: the first `rows` of them with all that come after.
struct Table {
  std::vector<std::int32_t> ids;
  std::vector<float> center, panel, squares, distances, limits;
  std::size_t rows = 0;

  void fit(std::size_t d) {
    const std::size_t width = padded(ids.size());
    center.resize(d);
    panel.resize(width * d);
    squares.resize(width);
    limits.resize(width);
    distances.resize(padded(rows) * width);
  }
};

template <int W, class T>
DOTSCAPE_INLINE void compare_rows(const T* values, std::size_t d, std::int32_t middle, Table& t) {
  for (std::size_t j = 0; j < d; ++j) {
    t.center[j] = as_single(values[static_cast<std::size_t>(middle) * d + j]);
  }
  const std::size_t count = t.ids.size();
  pack_panel<W>(values, d, t.ids.data(), count, t.center.data(), t.panel.data(),
                t.squares.data());
  panel_distances<W>(t.panel.data(), d, t.squares.data(), t.rows, count, t.distances.data());
}

template <int W>
DOTSCAPE_INLINE void compare_body(const Vectors& v, std::int32_t middle, Table& t) {
  if (v.half) return compare_rows<W>(static_cast<const std::uint16_t*>(v.values), v.d, middle, t);
  compare_rows<W>(static_cast<const float*>(v.values), v.d, middle, t);
}

DOTSCAPE_LEVELS_BY_WIDTH(void, compare, compare_body,
                         (const Vectors& vectors, std::int32_t middle, Table& table),
                         (vectors, middle, table))

// Which of 16 columns are near enough for the row or for themselves: one bit each.
DOTSCAPE_INLINE std::uint32_t near_body(const float* distances, float row_limit,
                                        const float* limits) {
  std::uint32_t bits = 0;
  std::int32_t near[kSide];
  std::int32_t any = 0;
  for (std::size_t l = 0; l < kSide; ++l) {
    near[l] = (distances[l] < row_limit) | (distances[l] < limits[l]);
    any |= near[l];
  }
  if (!any) return 0;
  for (std::size_t l = 0; l < kSide; ++l) bits |= static_cast<std::uint32_t>(near[l]) << l;
  return bits;
}

// Calls found(r, c, square) for all pairs r < c that may be news to one of the two.
template <class Found>
DOTSCAPE_INLINE void scan_body(const Table& t, const Found& found) {
  const std::size_t count = t.ids.size(), width = padded(count);
  for (std::size_t r = 0; r < t.rows; ++r) {
    const float* distances = t.distances.data() + r * width;
    for (std::size_t c = r / kSide * kSide; c < width; c += kSide) {
      std::uint32_t bits = near_body(distances + c, t.limits[r], t.limits.data() + c);
      if (c <= r) bits &= ~0u << (r - c) << 1;
      if (c + kSide > count) bits &= (1u << (count - c)) - 1;  // the rest is padding
      for (; bits; bits &= bits - 1) {
        const std::size_t other = c + static_cast<std::size_t>(__builtin_ctz(bits));
        found(r, other, distances[other]);
      }
    }
  }
}

// In a leaf: both learn of each other at once.
DOTSCAPE_INLINE void learn_body(Table& t, const Neighborhoods& lists) {
  scan_body(t, [&](std::size_t r, std::size_t c, float square) {
    const std::int32_t a = t.ids[r], b = t.ids[c];
    if (insert_body(lists, a, b, square)) t.limits[r] = limit_of(lists, a);
    if (insert_body(lists, b, a, square)) t.limits[c] = limit_of(lists, b);
  });
}

DOTSCAPE_LEVELS(void, learn, learn_body, (Table & t, const Neighborhoods& lists), (t, lists))

struct Update {
  std::int32_t row, other;
  float square;
};

// At a meeting: what they learn is written down.
DOTSCAPE_INLINE void note_body(const Table& t, std::vector<Update>& updates) {
  scan_body(t, [&](std::size_t r, std::size_t c, float square) {
    const std::int32_t a = t.ids[r], b = t.ids[c];
    if (a == b) return;
    if (square < t.limits[r]) updates.push_back({a, b, square});
    if (square < t.limits[c]) updates.push_back({b, a, square});
  });
}

DOTSCAPE_LEVELS(void, note, note_body, (const Table& t, std::vector<Update>& updates),
                (t, updates))

void look_up_limits(const Neighborhoods& lists, Table& t) {
  std::fill(t.limits.begin(), t.limits.end(), kNever);
  for (std::size_t i = 0; i < t.ids.size(); ++i) t.limits[i] = limit_of(lists, t.ids[i]);
}

// Updates of one task, sorted by the bucket of their row, else in the order they came.
struct Notes {
  std::vector<Update> updates;
  std::size_t starts[kBuckets + 1];

  void sort(std::size_t bucket_rows) {
    std::fill(std::begin(starts), std::end(starts), 0);
    for (const Update& u : updates) ++starts[u.row / bucket_rows + 1];
    std::partial_sum(std::begin(starts), std::end(starts), std::begin(starts));
    std::size_t next[kBuckets];
    std::copy(starts, starts + kBuckets, next);
    std::vector<Update> sorted(updates.size());
    for (const Update& u : updates) sorted[next[u.row / bucket_rows]++] = u;
    updates.swap(sorted);
  }
};

void gather_meeting(const Meetings& m, std::size_t row, Table& t) {
  const std::int32_t* fresh = m.fresh + row * m.room;
  const std::int32_t* old = m.old + row * m.room;
  t.rows = m.fresh_counts[row];
  t.ids.assign(fresh, fresh + t.rows);
  t.ids.insert(t.ids.end(), old, old + m.old_counts[row]);
}

// Adds to a list of rows one that isn't in it yet.
DOTSCAPE_INLINE void add(std::int32_t* list, std::int32_t& count, std::size_t room,
                         std::int32_t row) {
  if (static_cast<std::size_t>(count) == room) return;
  for (std::int32_t i = 0; i < count; ++i) {
    if (list[i] == row) return;
  }
  list[count++] = row;
}

// Calls edge(other, fresh, position) for the nearest `forward` new and old neighbours of a row.
template <class Edge>
DOTSCAPE_INLINE void each_edge(const Neighborhoods& lists, std::size_t row, std::size_t forward,
                               const Edge& edge) {
  std::size_t taken[2] = {0, 0};
  for (std::size_t i = row * lists.keep; i < (row + 1) * lists.keep; ++i) {
    const std::uint32_t code = lists.codes[i];
    if (code == std::numeric_limits<std::uint32_t>::max()) return;
    if (taken[code & 1u]++ < forward) edge(code >> 1, (code & 1u) != 0, i);
  }
}

// Meetings at the rows first..last.
void arrange_range(const Neighborhoods& lists, std::size_t forward, std::uint64_t seed,
                   const Meetings& m, std::size_t first, std::size_t last) {
  std::vector<std::uint32_t> admirers[2];  // how many rows have this one among theirs
  for (auto& counts : admirers) counts.assign(last - first, 0);
  for (std::size_t row = 0; row < lists.n; ++row) {
    each_edge(lists, row, forward, [&](std::size_t other, bool fresh, std::size_t) {
      if (other >= first && other < last) ++admirers[fresh][other - first];
    });
  }
  for (std::size_t row = first; row < last; ++row) {
    m.fresh_counts[row] = m.old_counts[row] = 0;
    each_edge(lists, row, forward, [&](std::size_t other, bool fresh, std::size_t) {
      add((fresh ? m.fresh : m.old) + row * m.room, (fresh ? m.fresh_counts : m.old_counts)[row],
          m.room, static_cast<std::int32_t>(other));
    });
  }
  const std::uint64_t reverse = m.room - forward;
  for (std::size_t row = 0; row < lists.n; ++row) {
    each_edge(lists, row, forward, [&](std::size_t other, bool fresh, std::size_t) {
      if (other < first || other >= last) return;
      const std::uint64_t all = admirers[fresh][other - first];
      const std::uint64_t draw = mixed(seed ^ (row << 32 | other)) >> 32;
      if (all > reverse && draw * all >= reverse << 32) return;
      add((fresh ? m.fresh : m.old) + other * m.room,
          (fresh ? m.fresh_counts : m.old_counts)[other], m.room, static_cast<std::int32_t>(row));
    });
  }
}

}  // namespace

void join_leaves(const Vectors& vectors, const std::int32_t* order, const std::int64_t* starts,
                 std::size_t segments, const Neighborhoods& lists, int threads) {
  std::vector<Table> tables(std::max(threads, 1));
  parallel_for(segments, threads, [&](std::size_t s, int slot) {
    Table& t = tables[slot];
    t.ids.assign(order + starts[s], order + starts[s + 1]);
    t.rows = t.ids.size();
    if (t.rows < 2) return;
    t.fit(vectors.d);
    look_up_limits(lists, t);
    compare(vectors, t.ids[t.rows / 2], t);
    learn(t, lists);
  });
}

void arrange_meetings(const Neighborhoods& lists, std::size_t forward, std::uint64_t seed,
                      const Meetings& meetings, int threads) {
  // Each range reads all lists: no more ranges than threads. What comes out doesn't depend on them.
  const std::size_t ranges = std::max(threads, 1);
  parallel_for(ranges, threads, [&](std::size_t r, int) {
    arrange_range(lists, forward, seed, meetings, lists.n * r / ranges,
                  lists.n * (r + 1) / ranges);
  });
  parallel_for(ranges, threads, [&](std::size_t r, int) {
    for (std::size_t row = lists.n * r / ranges; row < lists.n * (r + 1) / ranges; ++row) {
      each_edge(lists, row, forward,
                [&](std::size_t, bool, std::size_t at) { lists.codes[at] &= ~1u; });
    }
  });
}

std::size_t hold_meetings(const Vectors& vectors, const Meetings& meetings, std::size_t first,
                          std::size_t last, const Neighborhoods& lists, int threads) {
  const std::size_t chunks = chunk_count(last - first, kChunk);
  const std::size_t bucket_rows = chunk_count(lists.n, kBuckets);
  std::vector<Notes> notes(chunks);
  std::vector<Table> tables(std::max(threads, 1));
  parallel_for(chunks, threads, [&](std::size_t chunk, int slot) {
    Table& t = tables[slot];
    const std::size_t begin = first + chunk * kChunk, end = std::min(last, begin + kChunk);
    for (std::size_t row = begin; row < end; ++row) {
      gather_meeting(meetings, row, t);
      if (t.rows == 0 || t.ids.size() < 2) continue;
      t.fit(vectors.d);
      look_up_limits(lists, t);
      compare(vectors, static_cast<std::int32_t>(row), t);
      note(t, notes[chunk].updates);
    }
    notes[chunk].sort(bucket_rows);
  });
  std::size_t changes[kBuckets] = {};
  parallel_for(kBuckets, threads, [&](std::size_t bucket, int) {
    for (const Notes& n : notes) {
      for (std::size_t i = n.starts[bucket]; i < n.starts[bucket + 1]; ++i) {
        const Update& u = n.updates[i];
        changes[bucket] += insert(lists, u.row, u.other, u.square);
      }
    }
  });
  return std::accumulate(std::begin(changes), std::end(changes), std::size_t{0});
}

}  // namespace dotscape
