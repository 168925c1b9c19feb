// A small thread pool shared by all kernels.
//
// Work is cut into chunks whose number never depends on how many threads run, and each chunk writes
// to its own place. So every kernel gives the same bytes for any number of threads.
#pragma once

#include <cstddef>
#include <functional>

namespace dotscape {

// Calls task(chunk, slot) for every chunk in 0..chunks-1, on up to `threads` threads, the caller's
// among them; returns when all are done. `slot` is in 0..threads-1 and no two calls that run at
// the same time share it: use it for scratch space. The first exception of a task is rethrown.
// Safe to call from several threads at once; a task must not call it again.
void parallel_for(std::size_t chunks, int threads,
                  const std::function<void(std::size_t chunk, int slot)>& task);

// Number of chunks of `size` that cover `count` items.
constexpr std::size_t chunk_count(std::size_t count, std::size_t size) {
  return (count + size - 1) / size;
}

}  // namespace dotscape
