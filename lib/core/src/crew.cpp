#include "hipcuff/core/crew.h"

#include <algorithm>

namespace hipcuff {

Crew::Crew(int size)
    : size_(std::max(1, size))
    , free_(size_) {
  for (int i = 1; i < size_; ++i)
    helpers_.emplace_back([this] { help(); });
}

Crew::~Crew() {
  const std::lock_guard lock(mutex_);
  ending_ = true;
  changed_.notify_all();
} // the helpers are joined as members go, after the lock is released

Crew::Place::~Place() {
  crew_.leave();
}

Crew::Place Crew::takePlace() {
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_.wait(lock, [this] { return free_ > 0; });
  --waiting_;
  --free_;
  return Place(*this);
}

void Crew::leave() {
  const std::lock_guard lock(mutex_);
  ++free_;
  changed_.notify_all();
}

void Crew::share(const std::function<void()>& work) {
  Offer offer;
  offer.work = &work;
  {
    const std::lock_guard lock(mutex_);
    offers_.push_back(&offer);
    changed_.notify_all();
  }
  std::exception_ptr own;
  try {
    work();
  } catch (...) {
    own = std::current_exception();
  }
  std::unique_lock lock(mutex_);
  offers_.remove(&offer);
  changed_.wait(lock, [&offer] { return offer.inside == 0; });
  if (own)
    std::rethrow_exception(own);
  if (offer.error)
    std::rethrow_exception(offer.error);
}

void Crew::help() {
  std::unique_lock lock(mutex_);
  for (;;) {
    Offer* joined = nullptr;
    changed_.wait(lock, [&] {
      if (ending_)
        return true;
      if (free_ == 0 || waiting_ > 0)
        return false;
      const auto found = std::find_if(offers_.begin(), offers_.end(), [](const Offer* o) { return o->open; });
      joined = found == offers_.end() ? nullptr : *found;
      return joined != nullptr;
    });
    if (ending_)
      return;
    --free_;
    ++joined->inside;
    lock.unlock();
    std::exception_ptr error;
    try {
      (*joined->work)();
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    joined->open = false; // nothing was left when it returned
    if (error && !joined->error)
      joined->error = error;
    --joined->inside;
    ++free_;
    changed_.notify_all();
  }
}

} // namespace hipcuff
