// What the parts of Queue share.
#pragma once

#include "batch_home.h"
#include "folder_lock.h"
#include "inspect.h"
#include "sqlite.h"
#include "store.h"

#include "hipcuff/batch/queue.h"

#include <atomic>
#include <mutex>
#include <utility>

namespace hipcuff::batch {

/// The result that an exam's row speaks of: another one has other objects. In SQL, of the table or alias `exams`.
inline constexpr const char* resultKey = "fingerprint || ' ' || settings || ' ' || version";

struct Queue::Impl {
  struct Session {
    explicit Session(const std::filesystem::path& folder)
        : catalogue(folder, Catalogue::Access::readWrite)
        , store(catalogue) {}
    [[nodiscard]] Database& database() noexcept { return catalogue.database(); }
    Catalogue catalogue;
    Store store;
  };

  Impl(BatchOptions theOptions, BatchObserver& observer);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// `work` in one transaction. After a failure nothing of it is there, and the next call starts with a connection of
  /// its own. @throws OutputError
  template <typename Work>
  auto with(Work&& work) {
    const std::lock_guard guard(mutex);
    try {
      if (!session)
        session = std::make_unique<Session>(options.out);
      if constexpr (std::is_void_v<decltype(work(*session))>) {
        work(*session);
        session->store.commit();
      } else {
        auto answer = work(*session);
        session->store.commit();
        return answer;
      }
    } catch (const SqlError& error) {
      drop();
      explain(error);
    } catch (...) {
      drop();
      throw;
    }
  }

  Taken put(Session& now, const Arrival& arrival, Inspected inspected);
  [[nodiscard]] bool lacksInputs(Session& now, const PlannedExam& planned, Moment time);
  void putResult(Session& now, const ExamRecord& record, BatchObserver& observer);
  void countWaiting(Session& now);
  std::int64_t begin(Session& now);
  void claimInbox(Session& now);
  void mark(Session& now, const std::filesystem::path& file, const std::optional<InputRecord>& known);
  [[nodiscard]] const std::filesystem::path& inbox() const { return options.inputs.at(0); }

  BatchOptions options;
  std::string settings;
  FolderLock lock;
  std::int64_t run = 0;
  std::mutex mutex; ///< guards the session
  std::unique_ptr<Session> session;
  std::atomic<std::int64_t> objectsWaiting{0};
  BatchCounts counts; ///< of this run; the analysis' thread
  std::chrono::steady_clock::time_point start;

private:
  void drop() noexcept;
  [[noreturn]] void explain(const SqlError& error) const;
};

} // namespace hipcuff::batch
