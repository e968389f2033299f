// Several inputs at once, results in the order of the inputs, and never more of them in memory than a small window.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace hipcuff {

/// Runs `next` -> `work` -> `emit` over all items.
///
/// @param jobs workers, at least 1
/// @param next  std::optional<Item>(): the next item, or none. One call at a time, in order, on any worker.
/// @param work  Result(Item): on a worker, several at once
/// @param emit  void(Result): on the calling thread, in the order of the items
/// The first exception of any of the three stops the others and is thrown again here. At most 2 * jobs results wait.
template <typename Next, typename Work, typename Emit>
void inOrder(int jobs, Next next, Work work, Emit emit) {
  using Item = typename decltype(next())::value_type;
  using Result = decltype(work(std::declval<Item>()));

  std::mutex nextMutex; // guards `next` alone, so that taking an item doesn't hold up emitting
  std::mutex mutex;     // guards everything below
  std::condition_variable changed;
  std::map<std::size_t, Result> waiting;
  std::size_t taken = 0;
  std::size_t emitted = 0;
  std::optional<std::size_t> end; // number of items, once known
  std::exception_ptr failure;
  bool stop = false;
  const std::size_t window = 2 * static_cast<std::size_t>(jobs);

  const auto fail = [&] {
    const std::lock_guard lock(mutex);
    if (!failure)
      failure = std::current_exception();
    stop = true;
    changed.notify_all();
  };

  const auto worker = [&] {
    try {
      for (;;) {
        std::optional<Item> item;
        std::size_t index = 0;
        {
          const std::lock_guard turn(nextMutex);
          {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return stop || end || taken < emitted + window; });
            if (stop || end)
              return;
            index = taken++;
          }
          item = next();
          if (!item) {
            const std::lock_guard lock(mutex);
            end = index;
            changed.notify_all();
            return;
          }
        }
        Result result = work(std::move(*item));
        const std::lock_guard lock(mutex);
        waiting.emplace(index, std::move(result));
        changed.notify_all();
      }
    } catch (...) {
      fail();
    }
  };

  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < jobs; ++i)
      workers.emplace_back(worker);
    try {
      for (;;) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return stop || waiting.contains(emitted) || (end && emitted == *end); });
        if (stop || !waiting.contains(emitted))
          break;
        Result result = std::move(waiting.extract(emitted).mapped());
        lock.unlock();
        emit(std::move(result));
        lock.lock();
        ++emitted;
        changed.notify_all();
      }
    } catch (...) {
      fail();
    }
  } // joins
  if (failure)
    std::rethrow_exception(failure);
}

} // namespace hipcuff
