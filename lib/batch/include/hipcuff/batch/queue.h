// A batch whose inputs come over the network: the catalogue as a queue of exams to be analysed and of results to be
// sent.
//
//   received objects -> take() -> waiting exams -> analyse() -> results -> put to send -> due deliveries -> noted
//
// All of it stands in DIR/catalogue.sqlite, so that a program that is killed goes on where it was. The exams' folders
// and the catalogue are those of a batch: query, merge, work list and viewer take them as they are.
#pragma once

#include "hipcuff/batch/batch.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::batch {

/// Milliseconds since 1970, UTC. Whoever calls says what time it is; nothing here looks at a clock but for the times
/// that a batch writes, too.
using Moment = std::int64_t;

/// When to try again, and when no more.
struct RetryPolicy {
  std::int64_t first = 30 * 1000;                ///< ms; each further try waits twice as long
  std::int64_t most = 3600 * 1000;               ///< ms; but no longer than this
  std::int64_t giveUpAfter = 7LL * 24 * 3600000; ///< ms since it was queued; 0: never
  int refusals = 5;                              ///< so many lasting refusals are an answer; 0: never
};
/// After so many tries (1, 2 ...) that went wrong. No chance in it.
[[nodiscard]] std::int64_t delayAfter(int tries, const RetryPolicy& policy) noexcept;

/// An object that lies on the disk.
struct Arrival {
  std::filesystem::path path; ///< absolute
  std::string fromAe;
  std::string fromAddress;
  Moment heard = 0;
  bool again = false; ///< it was there before, and somebody sent it once more
};

/// What became of an arrival.
struct Taken {
  enum class Kind {
    waiting,   ///< its exam is to be analysed (again)
    known,     ///< nothing new: its exam's results are of it already
    notForUs,  ///< no ultrasound, or a result of ours that came back
    unreadable ///< told in `problem`
  };
  Kind kind = Kind::waiting;
  std::string exam; ///< its name; empty where it belongs to none
  std::string problem{};
};

/// An exam with a result of which no objects have been made yet.
struct Unexported {
  std::int64_t id = 0;
  std::string name;
  std::filesystem::path folder; ///< absolute
};

/// A result's object that is to be sent.
struct Outgoing {
  std::string destination;
  std::string kind; ///< "sr"
  std::string file; ///< in the exam's folder
  std::string sopInstanceUid;
};

struct Delivery {
  std::int64_t id = 0;
  std::string exam; ///< its name
  std::string kind;
  std::filesystem::path file; ///< absolute
  int tries = 0;
};

/// How an attempt ended.
enum class Attempt {
  sent,
  again,   ///< it may go better later
  refused, ///< the peer does not want it, and will hardly want it later
  untried  ///< the place could not be reached, or not for long enough: it counts for the place, see noteDestination()
};

/// How things stand.
struct QueueState {
  struct Place {
    std::string name;
    std::int64_t waiting = 0, sent = 0, givenUp = 0, replaced = 0;
    std::optional<Moment> oldestWaiting; ///< when it was queued
    int tries = 0;                       ///< since the last object that it took
    Moment nextTry = 0;
    std::optional<Moment> lastSent;
    std::string problem; ///< why it can't be reached now; empty: it can
  };
  struct Trouble {
    std::string exam; ///< name
    std::string what;
    std::optional<Moment> when{};
  };
  std::int64_t examsWaiting = 0, examsDone = 0, examsFailed = 0;
  std::int64_t objectsWaiting = 0, objectsUnreadable = 0;
  std::int64_t unexported = 0;         ///< exams whose results have not been made objects yet
  std::optional<Moment> oldestWaiting; ///< when the exam that waits longest was heard of last
  std::vector<Place> places;           ///< by name
  std::vector<Trouble> troubles;       ///< the latest ones; at most `troublesShown`
  static constexpr int troublesShown = 20;
};
/// Of a batch's folder that may be in use; of a catalogue of an earlier version, too.
/// @throws InputError where there is none or it can't be read
[[nodiscard]] QueueState readQueueState(const std::filesystem::path& folder);
/// Whether a process has the folder's queue open, or a batch is at work there.
[[nodiscard]] bool queueIsOpen(const std::filesystem::path& folder) noexcept;

struct AnalysisRequest {
  std::function<Moment()> now;
  std::int64_t quiet = 0; ///< ms without an object of a study before it is analysed
  Moment notBefore = 0;   ///< exams count as heard of then: senders whose transfer our end cut are about to come back
  /// Whether more of an exam is just arriving: the exam is left waiting.
  std::function<bool(const std::string& exam)> held;
  RetryPolicy retry; ///< for exams whose analysis ended the program
  /// After each look into the queue, on the calling thread: results may be exported now.
  std::function<void()> results;
};

/// Open in one process at a time. Functions may be called from several threads, unless they say otherwise.
/// All throw OutputError where the disk is full or the catalogue can't be written; nothing is lost then, and the same
/// call may be made again later.
class Queue {
public:
  /// Tidies up after a process that was killed; a damaged catalogue is made anew from the exams' folders.
  /// @param options `inputs` is the one folder that objects arrive in, absolute; `resume`, `shard`, `filter` and the
  ///        scan's are not used
  /// @throws OutputError folder not writable, in use; InputError a catalogue of a newer version; ConfigError the
  ///         catalogue is of objects in another folder
  Queue(BatchOptions options, BatchObserver& observer);
  ~Queue();
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  // --- what came -----------------------------------------------------------------------------------------------------

  /// Whether the file is in the catalogue and was there when it was last looked at.
  [[nodiscard]] bool knows(const std::filesystem::path& file);
  /// Reads headers and puts the objects into their exams, which wait then. One thread at a time. An object sent again
  /// gives exams and results that failed another chance.
  std::vector<Taken> take(const std::vector<Arrival>& arrivals);
  /// Objects that wait for their analysis, as of the last change.
  [[nodiscard]] std::int64_t objectsWaiting() const noexcept;

  // --- analysis ------------------------------------------------------------------------------------------------------

  /// Works off the exams that are due. Returns when none is, or those in hand are done after a stop request. What a
  /// study gets while it is analysed makes it wait again. One thread at a time.
  ///
  /// An exam whose analysis was begun and never ended comes after the others, from the third time on with no other
  /// beside it, and from the fifth on only after a while: one input that ends the program must not keep it from the
  /// rest. One that has got new inputs while earlier ones are gone waits until these are back, and is a trouble in
  /// state(): what is left would replace the whole study's results by its own.
  void analyse(const AnalysisRequest& request, BatchObserver& observer);

  // --- results -------------------------------------------------------------------------------------------------------

  /// Exams whose results are to be made objects; none that waits for another analysis.
  [[nodiscard]] std::vector<Unexported> unexported(int most = 100);
  /// The exam's objects lie in its folder: what of them has not been queued is; what was queued of an older result and
  /// not sent is replaced. @param problem why some are missing; empty: all are there
  void queueResults(std::int64_t exam, const std::vector<Outgoing>& objects, const std::string& problem, Moment now);
  /// Deliveries whose time has come, the oldest first; none of exams that wait for another analysis.
  [[nodiscard]] std::vector<Delivery> due(const std::string& destination, Moment now, int most);
  /// @param words what the peer said, or the problem; one line
  /// @return whether it was given up
  bool note(std::int64_t delivery, Attempt attempt, const std::string& words, Moment now, const RetryPolicy& policy);
  /// When the place may be tried (again).
  [[nodiscard]] Moment destinationDue(const std::string& destination);
  /// It took something, or (with a problem) it could not be reached.
  void noteDestination(const std::string& destination, const std::string& problem, Moment now,
                       const RetryPolicy& policy);

  // --- keeping -------------------------------------------------------------------------------------------------------

  /// Removes the inputs in the inbox of exams that are done, whose results were all delivered, and of which nothing
  /// was heard since `before`; and those that are not for us and older. @return how many
  std::int64_t dropInputs(Moment before, int most = 1000);
  /// What was noted with a clock that was ahead counts as noted now, and may be tried now. To be called from time to
  /// time, and at once where the clock has gone back: else a study or a place would wait until the wrong date has come.
  void clockMayHaveBeenAhead(Moment now, const RetryPolicy& policy);
  [[nodiscard]] QueueState state();
  /// Work list, tables and summary, see writeOverview().
  void writePages();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace hipcuff::batch
