// Exams of the queue on their way through the batch's engine.
#include "analysis_pass.h"
#include "queue_impl.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <set>

namespace hipcuff::batch {
namespace {

/// Begun so often and never ended: with no other exam beside it, so that it is known which one ends the program.
constexpr int triesTogether = 2;
/// So often: only after a while.
constexpr int triesAtOnce = 4;

class Feeder {
public:
  Feeder(const AnalysisRequest& request, std::function<std::optional<PlannedExam>(Feeder&)> plan)
      : request_(request)
      , plan_(std::move(plan)) {}

  std::optional<PlannedExam> next() {
    if (alone_)
      return std::nullopt;
    auto exam = plan_(*this);
    if (exam)
      inHand_.insert(exam->id);
    return exam;
  }
  void done(std::int64_t exam) {
    inHand_.erase(exam);
    alone_ = false;
  }

  [[nodiscard]] bool mayBegin(std::int64_t exam, const std::string& name, std::int64_t tries) const {
    return !inHand_.contains(exam) && !(request_.held && request_.held(name)) &&
           (tries < triesTogether || inHand_.empty());
  }
  void beginsAlone() { alone_ = true; }
  [[nodiscard]] const std::set<std::int64_t>& inHand() const noexcept { return inHand_; }

private:
  const AnalysisRequest& request_;
  std::function<std::optional<PlannedExam>(Feeder&)> plan_;
  std::set<std::int64_t> inHand_;
  bool alone_ = false;
};

} // namespace

void Queue::analyse(const AnalysisRequest& request, BatchObserver& observer) {
  Impl& impl = *impl_;
  const auto begin = [&](Impl::Session& now, std::int64_t exam, std::int64_t tries, Moment time) {
    now.store.writing();
    Statement row(now.database(),
                  "INSERT INTO arrivals(exam, first_heard, heard, tries, next_try) VALUES(?1, ?2, ?2, 1, "
                  "0) ON CONFLICT(exam) DO UPDATE SET tries = tries + 1, next_try = ?3");
    const auto more = static_cast<int>(tries) + 1 - triesAtOnce;
    row.bind(1, exam)
        .bind(2, time - request.quiet)
        .bind(3, more > 0 ? time + delayAfter(more, request.retry) : 0)
        .run();
  };
  const auto plan = [&](Feeder& feeder) {
    return impl.with([&](Impl::Session& now) -> std::optional<PlannedExam> {
      const Moment time = request.now();
      Statement rows(now.database(),
                     "SELECT e.id, e.name, coalesce(a.tries, 0) FROM exams e LEFT JOIN arrivals a ON a.exam = e.id "
                     "WHERE e.state = 'waiting' AND max(coalesce(a.heard, 0), ?1) <= ?2 AND coalesce(a.next_try, 0) <= "
                     "?3 ORDER BY coalesce(a.tries, 0), coalesce(a.heard, 0), e.id");
      rows.bind(1, request.notBefore).bind(2, time - request.quiet).bind(3, time);
      while (rows.step()) {
        const std::int64_t id = rows.integer(0);
        const std::int64_t tries = rows.integer(2);
        if (!feeder.mayBegin(id, rows.text(1), tries))
          continue;
        auto exam = now.store.planned(id);
        if (!exam || exam->inputs.empty()) { // its inputs are gone; what it gave before stands
          now.store.writing();
          Statement leave(now.database(), "UPDATE exams SET state = iif(images > 0, 'done', 'left_out') WHERE id = ?");
          leave.bind(1, id).run();
          continue;
        }
        if (impl.lacksInputs(now, *exam, time))
          continue;
        begin(now, id, tries, time);
        if (tries >= triesTogether)
          feeder.beginsAlone();
        return exam;
      }
      return std::nullopt;
    });
  };
  Feeder feeder(request, plan);
  ExamFeed feed;
  feed.next = [&] { return feeder.next(); };
  feed.put = [&](const ExamRecord& record) {
    const std::int64_t id = impl.with([&](Impl::Session& now) {
      impl.putResult(now, record, observer);
      impl.countWaiting(now);
      return now.store.exam(record.key, record.studyInstanceUid, record.folder, record.studyDate);
    });
    feeder.done(id);
  };
  feed.settle = [&] {
    if (request.results)
      request.results();
  };
  feed.largest = impl.with([](Impl::Session& now) { return now.store.largestToDo(); });
  try {
    analyseExams(impl.options, impl.settings, feed, impl.options.out / "work", observer, impl.counts);
  } catch (...) {
    // The disk is full, say: that was no fault of the exams in hand.
    try {
      impl.with([&](Impl::Session& now) {
        for (const std::int64_t exam : feeder.inHand()) {
          now.store.writing();
          Statement calm(now.database(), "UPDATE arrivals SET tries = max(0, tries - 1), next_try = 0 WHERE exam = ?");
          calm.bind(1, exam).run();
        }
      });
    } catch (const Error&) { // the first error is the one to be told
    }
    throw;
  }
}

/// A result of the late pictures alone would replace that of the whole study.
bool Queue::Impl::lacksInputs(Session& now, const PlannedExam& planned, Moment time) {
  const std::int64_t exam = planned.id;
  // Removed by hand, say.
  for (const InputRecord& input : planned.inputs) {
    std::error_code error;
    if (std::filesystem::status(input.path, error).type() == std::filesystem::file_type::not_found)
      now.store.setInputState(input.path, InputState::gone, {}, {});
  }
  Statement count(now.database(), "SELECT count(*) FROM inputs WHERE exam = ? AND state = 'gone'");
  const std::int64_t gone = count.bind(1, exam).step() ? count.integer(0) : 0;
  count.reset();
  if (gone == 0)
    return false;
  const std::string problem = std::to_string(gone) + (gone == 1 ? " picture" : " pictures") +
                              " of it that came before can no longer be read (keep_days removes them); it is not "
                              "analysed without: send the whole study again";
  Statement same(now.database(), "SELECT 1 FROM arrivals WHERE exam = ? AND problem = ?");
  if (same.bind(1, exam).bind(2, problem).step())
    return true;
  same.reset();
  now.store.writing();
  Statement tell(now.database(), "INSERT INTO arrivals(exam, first_heard, heard, problem) VALUES(?1, ?2, ?2, ?3) ON "
                                 "CONFLICT(exam) DO UPDATE SET problem = excluded.problem");
  tell.bind(1, exam).bind(2, time).bind(3, problem).run();
  return true;
}

void Queue::Impl::putResult(Session& now, const ExamRecord& record, BatchObserver& observer) {
  now.store.putResult(record, run);
  const std::int64_t id = now.store.exam(record.key, record.studyInstanceUid, record.folder, record.studyDate);
  now.store.writing();
  Statement row(now.database(), "SELECT state FROM exams WHERE id = ?");
  const std::string state = row.bind(1, id).step() ? row.text(0) : std::string();
  row.reset();
  Statement mark(
      now.database(),
      std::string("UPDATE arrivals SET tries = 0, next_try = 0, problem = NULL, to_export = ?2 AND exported IS "
                  "NOT (SELECT ") +
          resultKey + " FROM exams WHERE id = ?1) WHERE exam = ?1");
  mark.bind(1, id).bind(2, state == "done" ? 1 : 0).run();
  if (state == "waiting")
    observer.note(record.name + ": has changed while it was analysed; it is analysed again");
  if (state != "failed")
    return;
  Statement late(now.database(), "UPDATE deliveries SET state = 'replaced' WHERE exam = ? AND state = 'waiting'");
  late.bind(1, id).run();
}

} // namespace hipcuff::batch
