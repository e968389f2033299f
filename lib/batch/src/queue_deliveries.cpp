// Results of the queue on their way out.
#include "queue_impl.h"

#include "hipcuff/core/error.h"

#include <algorithm>

namespace hipcuff::batch {

std::int64_t delayAfter(int tries, const RetryPolicy& policy) noexcept {
  std::int64_t delay = policy.first;
  for (int i = 1; i < tries && delay < policy.most; ++i)
    delay *= 2;
  return std::min(delay, policy.most);
}

std::vector<Unexported> Queue::unexported(int most) {
  return impl_->with([&](Impl::Session& now) {
    Statement rows(now.database(),
                   "SELECT e.id, e.name FROM arrivals a JOIN exams e ON e.id = a.exam WHERE a.to_export "
                   "= 1 AND e.state = 'done' ORDER BY a.heard, e.id LIMIT ?");
    rows.bind(1, most);
    std::vector<Unexported> exams;
    while (rows.step())
      exams.push_back({rows.integer(0), rows.text(1), impl_->options.out / examFolder(rows.text(1))});
    return exams;
  });
}

void Queue::queueResults(std::int64_t exam, const std::vector<Outgoing>& objects, const std::string& problem,
                         Moment time) {
  impl_->with([&](Impl::Session& now) {
    Database& database = now.database();
    now.store.writing();
    // In one piece whatever their number: the exam counts as exported only with all of them.
    Statement put(database,
                  "INSERT INTO deliveries(exam, destination, kind, file, sop_instance_uid, state, queued) "
                  "VALUES(?,?,?,?,?,'waiting',?) ON CONFLICT(sop_instance_uid, destination) DO UPDATE SET state = "
                  "iif(state = 'replaced', 'waiting', state)");
    for (const Outgoing& object : objects) {
      put.bind(1, exam).bind(2, object.destination).bind(3, object.kind).bind(4, object.file);
      put.bind(5, object.sopInstanceUid).bind(6, time).run();
    }
    std::vector<std::int64_t> old;
    Statement open(database, "SELECT id, destination, sop_instance_uid FROM deliveries WHERE exam = ? AND state IN "
                             "('waiting', 'given_up')");
    open.bind(1, exam);
    while (open.step())
      if (std::none_of(objects.begin(), objects.end(), [&](const Outgoing& object) {
            return object.destination == open.text(1) && object.sopInstanceUid == open.text(2);
          }))
        old.push_back(open.integer(0));
    Statement replace(database, "UPDATE deliveries SET state = 'replaced', ended = ? WHERE id = ?");
    for (const std::int64_t id : old)
      replace.bind(1, time).bind(2, id).run();
    Statement done(database, std::string("UPDATE arrivals SET to_export = 0, problem = ?2, exported = (SELECT ") +
                                 resultKey + " FROM exams WHERE id = ?1) WHERE exam = ?1");
    done.bind(1, exam).bindText(2, problem).run();
  });
}

std::vector<Delivery> Queue::due(const std::string& destination, Moment time, int most) {
  return impl_->with([&](Impl::Session& now) {
    Statement rows(now.database(),
                   "SELECT d.id, e.name, d.kind, d.file, d.tries FROM deliveries d JOIN exams e ON e.id = d.exam JOIN "
                   "arrivals a ON a.exam = d.exam WHERE d.state = 'waiting' AND d.destination = ? AND d.next_try <= ? "
                   "AND e.state = 'done' AND a.to_export = 0 ORDER BY d.id LIMIT ?");
    rows.bind(1, destination).bind(2, time).bind(3, most);
    std::vector<Delivery> deliveries;
    while (rows.step())
      deliveries.push_back({rows.integer(0), rows.text(1), rows.text(2),
                            impl_->options.out / examFolder(rows.text(1)) / rows.text(3),
                            static_cast<int>(rows.integer(4))});
    return deliveries;
  });
}

bool Queue::note(std::int64_t delivery, Attempt attempt, const std::string& words, Moment time,
                 const RetryPolicy& policy) {
  return impl_->with([&](Impl::Session& now) {
    Statement row(now.database(), "SELECT queued, tries, refusals FROM deliveries WHERE id = ?");
    if (!row.bind(1, delivery).step())
      return false;
    const Moment queued = row.integer(0);
    const auto tries = static_cast<int>(row.integer(1)) + (attempt == Attempt::untried ? 0 : 1);
    const auto refusals = static_cast<int>(row.integer(2)) + (attempt == Attempt::refused ? 1 : 0);
    row.reset();
    const bool sent = attempt == Attempt::sent;
    const bool givenUp = !sent && ((policy.giveUpAfter > 0 && time - queued >= policy.giveUpAfter) ||
                                   (policy.refusals > 0 && refusals >= policy.refusals));
    now.store.writing();
    // One that was replaced meanwhile stays so, unless it has gone out.
    Statement update(
        now.database(),
        "UPDATE deliveries SET state = ?2, tries = ?3, refusals = ?4, next_try = ?5, problem = ?6, ended = "
        "?7 WHERE id = ?1 AND (state = 'waiting' OR ?2 = 'sent')");
    update.bind(1, delivery).bind(2, sent ? "sent" : givenUp ? "given_up" : "waiting").bind(3, tries);
    update.bind(4, refusals).bind(5, attempt == Attempt::untried ? 0 : time + delayAfter(tries, policy));
    update.bindText(6, words);
    if (sent || givenUp)
      update.bind(7, time);
    update.run();
    return givenUp;
  });
}

Moment Queue::destinationDue(const std::string& destination) {
  return impl_->with([&](Impl::Session& now) {
    Statement row(now.database(), "SELECT next_try FROM destinations WHERE name = ?");
    return row.bind(1, destination).step() ? row.integer(0) : Moment{0};
  });
}

void Queue::noteDestination(const std::string& destination, const std::string& problem, Moment time,
                            const RetryPolicy& policy) {
  impl_->with([&](Impl::Session& now) {
    now.store.writing();
    if (problem.empty()) {
      Statement good(now.database(),
                     "INSERT INTO destinations(name, last_sent) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET tries = "
                     "0, next_try = 0, last_sent = excluded.last_sent, problem = NULL");
      good.bind(1, destination).bind(2, time).run();
      return;
    }
    Statement before(now.database(), "SELECT tries FROM destinations WHERE name = ?");
    const int tries = before.bind(1, destination).step() ? static_cast<int>(before.integer(0)) + 1 : 1;
    before.reset();
    Statement bad(
        now.database(),
        "INSERT INTO destinations(name, tries, next_try, problem) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(name) DO "
        "UPDATE SET tries = excluded.tries, next_try = excluded.next_try, problem = excluded.problem");
    bad.bind(1, destination).bind(2, tries).bind(3, time + delayAfter(tries, policy)).bind(4, problem).run();
  });
}

} // namespace hipcuff::batch
