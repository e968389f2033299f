// So many threads at work and no more, with idle ones helping where one item can be shared.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

namespace hipcuff {

/// `size` places to work at. Threads that have items of their own take a place for each item; places that nobody needs
/// go to helpers of the crew, who join those that share their work: the frames of a long cine, say, at the end of a run
/// when no other input is left. Results must not depend on how many help.
class Crew {
public:
  /// @param size at least 1
  explicit Crew(int size);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Held while a thread works.
  class Place {
  public:
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

  private:
    friend class Crew;
    explicit Place(Crew& crew)
        : crew_(crew) {}
    Crew& crew_;
  };
  /// Waits until a place is free.
  [[nodiscard]] Place takePlace();

  /// Calls `work` on the calling thread (which holds a place), and at the same time on helpers for whom there are
  /// places, now or as they become free: `work` takes piece after piece from a counter of its own until none is left.
  /// Returns when all calls have returned. The first exception of any call is thrown again here.
  void share(const std::function<void()>& work);

  [[nodiscard]] int size() const noexcept { return size_; }

private:
  struct Offer {
    const std::function<void()>* work = nullptr;
    int inside = 0;   ///< helpers at it
    bool open = true; ///< more may join
    std::exception_ptr error;
  };
  void help();
  void leave();

  int size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_;
  int waiting_ = 0; ///< threads with items of their own that wait for a place; they go before helpers
  bool ending_ = false;
  std::list<Offer*> offers_; ///< the oldest first
  std::vector<std::jthread> helpers_;
};

} // namespace hipcuff
