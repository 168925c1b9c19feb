#include "pool.hpp"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace dotscape {
namespace {

using Task = std::function<void(std::size_t, int)>;

struct Job {
  const Task* task;
  std::size_t chunks;
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> finished{0};
  int slots;          // slots handed out so far; guarded by the pool's mutex
  int most_slots;     // never more than this many threads
  std::exception_ptr error;  // the first one; guarded by `mutex`
  std::mutex mutex;
  std::condition_variable done;

  void work(int slot) {
    for (;;) {
      const std::size_t chunk = next.fetch_add(1, std::memory_order_relaxed);
      if (chunk >= chunks) return;
      try {
        (*task)(chunk, slot);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!error) error = std::current_exception();
      }
      if (finished.fetch_add(1, std::memory_order_acq_rel) + 1 == chunks) {
        const std::lock_guard lock(mutex);
        done.notify_all();
      }
    }
  }
};

class Pool {
 public:
  void run(std::size_t chunks, int threads, const Task& task) {
    auto job = std::make_shared<Job>();
    job->task = &task;
    job->chunks = chunks;
    job->slots = 1;  // the caller's
    job->most_slots = static_cast<int>(std::min<std::size_t>(threads, chunks));
    {
      const std::lock_guard lock(mutex_);
      while (static_cast<int>(workers_) < job->most_slots - 1) {
        std::thread([this] { loop(); }).detach();
        ++workers_;
      }
      jobs_.push_back(job);
    }
    for (int i = 1; i < job->most_slots; ++i) wake_.notify_one();
    job->work(0);
    {
      const std::lock_guard lock(mutex_);
      std::erase(jobs_, job);
    }
    std::unique_lock lock(job->mutex);
    job->done.wait(lock, [&] { return job->finished.load() == chunks; });
    if (job->error) std::rethrow_exception(job->error);
  }

 private:
  void loop() {
    for (;;) {
      std::shared_ptr<Job> job;
      int slot = 0;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return (job = claim(slot)) != nullptr; });
      }
      job->work(slot);
    }
  }

  // The oldest job that still has chunks and room for one more thread.
  std::shared_ptr<Job> claim(int& slot) {
    for (const auto& job : jobs_) {
      if (job->slots < job->most_slots && job->next.load() < job->chunks) {
        slot = job->slots++;
        return job;
      }
    }
    return nullptr;
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Job>> jobs_;
  std::size_t workers_ = 0;
};

// Never destroyed: its threads may be waiting while the process ends. A forked child has none of
// the threads, so it starts with a pool of its own.
std::atomic<Pool*> pool{nullptr};

Pool& instance() {
  Pool* current = pool.load(std::memory_order_acquire);
  if (current) return *current;
  static std::mutex creation;
  const std::lock_guard lock(creation);
  if (!pool.load()) {
    static std::once_flag once;
    std::call_once(once, [] { pthread_atfork(nullptr, nullptr, [] { pool.store(nullptr); }); });
    pool.store(new Pool, std::memory_order_release);
  }
  return *pool.load();
}

}  // namespace

void parallel_for(std::size_t chunks, int threads, const Task& task) {
  if (chunks == 0) return;
  if (threads <= 1 || chunks == 1) {
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) task(chunk, 0);
    return;
  }
  instance().run(chunks, threads, task);
}

}  // namespace dotscape
