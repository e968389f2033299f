// What the queue does where the computer's clock was wrong.
#include "queue_impl.h"

namespace hipcuff::batch {

void Queue::clockMayHaveBeenAhead(Moment time, const RetryPolicy& policy) {
  impl_->with([&](Impl::Session& now) {
    now.store.writing();
    const auto put = [&](const char* sql, Moment latest) {
      Statement update(now.database(), sql);
      update.bind(1, time);
      if (latest != time)
        update.bind(2, latest);
      update.run();
    };
    put("UPDATE arrivals SET heard = ?1, first_heard = min(first_heard, ?1) WHERE heard > ?1", time);
    put("UPDATE deliveries SET queued = ?1 WHERE state IN ('waiting', 'given_up') AND queued > ?1", time);
    put("UPDATE destinations SET last_sent = ?1 WHERE last_sent > ?1", time);
    // No pause is longer than the policy's longest.
    const Moment latest = time + policy.most;
    put("UPDATE arrivals SET next_try = ?1 WHERE next_try > ?2", latest);
    put("UPDATE deliveries SET next_try = ?1 WHERE state = 'waiting' AND next_try > ?2", latest);
    put("UPDATE destinations SET next_try = ?1 WHERE next_try > ?2", latest);
  });
}

} // namespace hipcuff::batch
