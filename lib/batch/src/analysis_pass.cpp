#include "analysis_pass.h"

#include "exam_work.h"
#include "memory_gate.h"

#include "hipcuff/core/crew.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <thread>
#include <utility>

namespace hipcuff::batch {
namespace {

using namespace std::chrono_literals;

/// What a worker tells the thread that writes the catalogue.
struct Event {
  int graded = 0;
  int refused = 0;
  std::int64_t work = 0;
  std::optional<InputOutcome> failure;
  std::optional<ExamRecord> exam; ///< with its last input
};

/// Exams in hand, workers over their inputs. The thread that made it plans exams and takes events; nobody else touches
/// the catalogue.
class Pool {
public:
  Pool(const BatchOptions& options, int jobs, const std::string& settings, std::filesystem::path workFolder)
      : options_(options)
      , jobs_(jobs)
      , settings_(settings)
      , workFolder_(std::move(workFolder))
      , crew_(std::make_shared<Crew>(jobs))
      , analyzer_({.stages = options.stages, .criteria = options.criteria, .frames = options.frames, .crew = crew_})
      , gate_(options.maxBytes) {
    for (int i = 0; i < jobs; ++i)
      workers_.emplace_back([this] { work(); });
  }
  ~Pool() {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }

  /// Enough inputs in hand that no worker waits for the next exam.
  [[nodiscard]] bool wantsMore() {
    const std::lock_guard lock(mutex_);
    std::size_t untaken = 0;
    for (const auto& exam : exams_)
      untaken += exam->allTaken() ? 0 : exam->exam().inputs.size();
    return !error_ && untaken < 2 * static_cast<std::size_t>(jobs_) &&
           exams_.size() < 4 * static_cast<std::size_t>(jobs_);
  }
  void add(PlannedExam planned) {
    auto exam = std::make_shared<ExamWork>(std::move(planned), options_, settings_, workFolder_);
    const std::lock_guard lock(mutex_);
    exams_.push_back(std::move(exam));
    changed_.notify_all();
  }
  /// What has happened since; waits a moment where nothing has. @throws what a worker threw
  [[nodiscard]] std::deque<Event> events() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 200ms, [this] { return !events_.empty() || error_ || exams_.empty(); });
    if (error_)
      std::rethrow_exception(error_);
    return std::exchange(events_, {});
  }
  [[nodiscard]] bool idle() {
    const std::lock_guard lock(mutex_);
    return exams_.empty() && events_.empty();
  }

private:
  struct Taken {
    std::shared_ptr<ExamWork> exam;
    std::size_t input = 0;
    std::int64_t bytes = 0;
  };

  std::optional<Taken> take() {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (ending_ || error_)
        return std::nullopt;
      for (const auto& exam : exams_) {
        if (exam->allTaken())
          continue;
        const std::int64_t bytes = gate_.estimate(*exam->peek());
        if (!gate_.mayStart(bytes))
          break; // in order: a large input must not wait for ever behind small ones
        gate_.start(bytes);
        return Taken{exam, *exam->take(), bytes};
      }
      changed_.wait_for(lock, 1s);
    }
  }

  void work() {
    while (auto taken = take()) {
      try {
        one(*taken);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!error_)
          error_ = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      gate_.end(taken->bytes);
      changed_.notify_all();
    }
  }

  void one(const Taken& taken) {
    const Crew::Place place = crew_->takePlace();
    ExamWork& exam = *taken.exam;
    InputOutput output = exam.analyse(taken.input, analyzer_, options_.open);
    Event event;
    event.work = workOf(exam.exam().inputs[taken.input].frames, options_.frames);
    event.failure = output.failure;
    for (const ImageRecord& image : output.records)
      ++(image.gradable ? event.graded : event.refused);
    if (exam.done(taken.input, std::move(output)))
      event.exam = exam.finish();
    const bool last = event.exam.has_value();
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    if (last)
      exams_.remove(taken.exam);
  }

  const BatchOptions& options_;
  int jobs_;
  std::string settings_;
  std::filesystem::path workFolder_;
  std::shared_ptr<Crew> crew_;
  Analyzer analyzer_;
  std::mutex mutex_; ///< guards all below
  std::condition_variable changed_;
  MemoryGate gate_;
  std::list<std::shared_ptr<ExamWork>> exams_; ///< the oldest first
  std::deque<Event> events_;
  std::exception_ptr error_;
  bool ending_ = false;
  std::vector<std::jthread> workers_; ///< last: they end before the rest goes
};

} // namespace

void analyseExams(const BatchOptions& options, const std::string& settings, const ExamFeed& feed,
                  const std::filesystem::path& workFolder, BatchObserver& observer, BatchCounts& counts) {
  const int jobs =
      options.maxBytes ? MemoryGate::threadsFor(options.maxBytes, feed.largest, options.jobs) : options.jobs;
  Pool pool(options, jobs, settings, workFolder);
  const auto count = [&](const Event& event) {
    ++counts.inputsDone;
    counts.graded += event.graded;
    counts.refused += event.refused;
    counts.workDone += event.work;
    if (event.failure) {
      ++counts.failed;
      observer.problem(*event.failure);
    }
    if (event.exam) {
      for (const std::string& note : event.exam->notes)
        observer.note(note);
      feed.put(*event.exam);
      ++counts.examsDone;
    }
  };
  for (;;) {
    bool more = true; // asked again each time: a node's exams come while others are analysed
    while (!observer.stopRequested() && pool.wantsMore()) {
      auto planned = feed.next();
      if (!planned) {
        more = false;
        break;
      }
      // Put in place by a run that was killed before it could say so.
      if (const auto record = alreadyThere(*planned, options, settings)) {
        feed.put(*record);
        --counts.exams;
        counts.alreadyDone += record->images.empty() ? 0 : 1;
        counts.inputsToDo -= static_cast<std::int64_t>(planned->inputs.size());
        counts.failed += std::count_if(record->inputs.begin(), record->inputs.end(),
                                       [](const InputRecord& input) { return input.state == InputState::failed; });
        for (const InputRecord& input : planned->inputs)
          counts.workToDo -= workOf(input.frames, options.frames);
        continue;
      }
      pool.add(std::move(*planned));
    }
    const bool stopping = !more || observer.stopRequested();
    if (stopping && pool.idle())
      break;
    for (const Event& event : pool.events())
      count(event);
    // What was finished is known at once, so that a query sees it and a kill costs little.
    feed.settle();
    observer.progress(BatchObserver::Phase::analysing, counts);
  }
}

} // namespace hipcuff::batch
