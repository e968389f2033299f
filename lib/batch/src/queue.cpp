#include "queue_impl.h"

#include "own_files.h"
#include "recovery.h"
#include "settings.h"

#include "hipcuff/batch/overview.h"
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

/// An object that ends the program so often while its header is read is left alone.
constexpr int mostTimesEnded = 5;
constexpr std::string_view endedBegin = "the program was ended ";
constexpr std::string_view endedEnd = " times while it was read";

std::string endedText(int times) {
  return std::string(endedBegin) + std::to_string(times) + std::string(endedEnd);
}

/// 0: it was read to its end.
int timesEnded(const InputRecord& input) {
  if (input.state != InputState::failed || !input.problem.starts_with(endedBegin) || !input.problem.ends_with(endedEnd))
    return 0;
  return std::atoi(input.problem.c_str() + endedBegin.size());
}

FolderLock lockOf(const BatchOptions& options) {
  requireWritableFolder(options.out);
  requireWritableFolder(options.out / "studies");
  return FolderLock(options.out);
}

} // namespace

Queue::Impl::Impl(BatchOptions theOptions, BatchObserver& observer)
    : options(std::move(theOptions))
    , settings(settingsKey(options))
    , lock(lockOf(options))
    , start(std::chrono::steady_clock::now()) {
  requireWritableFolder(options.out / "work");
  tidyUp(options.out / "work", options.out, observer);
  OwnFiles(options.out).removeTorn();
  const fs::path file = catalogueFile(options.out);
  if (Catalogue::isDamaged(file)) {
    const fs::path aside = setAside(file);
    observer.note("The catalogue was damaged: it is now " + aside.filename().string() +
                  " and is made anew from the exams' folders; what it says of results sent is lost, so that they are "
                  "sent again.");
  }
  const std::int64_t found = with([&](Session& now) { return begin(now); });
  if (found > 0)
    observer.note("Found the results of " + std::to_string(found) + " exams in their folders.");
  with([&](Session& now) { countWaiting(now); });
}

Queue::Impl::~Impl() {
  try {
    with([&](Session& now) {
      now.store.endRun(run, "finished", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
                       counts);
    });
    if (session)
      session->catalogue.settle();
  } catch (const Error&) { // the next start does without
  }
  std::error_code ignored;
  fs::remove(options.out / "work", ignored); // if it is empty
}

/// @return how many exams were taken over from their folders
std::int64_t Queue::Impl::begin(Session& now) {
  Store& store = now.store;
  const bool recover = store.isNew() || store.isRecovering();
  run = store.beginRun(options, settings);
  store.setRecovering(recover);
  store.commit();
  claimInbox(now);
  std::int64_t found = 0;
  if (recover) {
    found = recoverExams(options.out, options.shard, run, store);
    store.writing();
    now.database().run("INSERT OR IGNORE INTO arrivals(exam, first_heard, heard, to_export) SELECT id, "
                       "strftime('%s', finished) * 1000, strftime('%s', finished) * 1000, 1 FROM exams WHERE state = "
                       "'done' AND finished IS NOT NULL");
    store.setRecovering(false);
  }
  // Done anew by a batch in the meantime, with another version or other criteria.
  store.writing();
  now.database().run(std::string("UPDATE arrivals SET to_export = 1 WHERE to_export = 0 AND exported IS NOT (SELECT ") +
                     resultKey +
                     " FROM exams WHERE id = arrivals.exam AND state = 'done') AND EXISTS (SELECT 1 FROM "
                     "exams WHERE id = arrivals.exam AND state = 'done')");
  return found;
}

/// Paths in the catalogue are absolute: in another place all objects would be new ones, and every study be done and
/// sent once more.
void Queue::Impl::claimInbox(Session& now) {
  Statement known(now.database(), "SELECT value FROM meta WHERE key = 'inbox'");
  if (known.step()) {
    if (known.text(0) != inbox().string())
      throw ConfigError(options.out,
                        "the catalogue here is of objects in " + known.text(0) + ", not in " + inbox().string(),
                        "have the folder in its old place, by a mount or a link; its results are tied to it");
    return;
  }
  now.store.writing();
  Statement put(now.database(), "INSERT INTO meta(key, value) VALUES('inbox', ?)");
  put.bind(1, inbox().string()).run();
}

void Queue::Impl::drop() noexcept {
  if (session)
    session->store.rollBack();
  session.reset();
}

void Queue::Impl::explain(const SqlError& error) const {
  const fs::path file = catalogueFile(options.out);
  switch (error.failure()) {
  case SqlFailure::damaged:
  case SqlFailure::notADatabase:
    throw OutputError(file, "the catalogue is damaged: " + error.message(),
                      "start again: it is made anew from the exams' folders, which are untouched");
  case SqlFailure::busy:
    throw OutputError(file, "another program holds the catalogue: " + error.message(), "end that program");
  case SqlFailure::full:
    throw OutputError(file, "the catalogue cannot be written: " + error.message(), "free some space");
  default:
    throw OutputError(file, "the catalogue cannot be written: " + error.message(), "check the folder");
  }
}

void Queue::Impl::countWaiting(Session& now) {
  Statement count(now.database(), "SELECT count(*) FROM inputs WHERE state = 'waiting'");
  objectsWaiting = count.step() ? count.integer(0) : 0;
}

Queue::Queue(BatchOptions options, BatchObserver& observer)
    : impl_(std::make_unique<Impl>(std::move(options), observer)) {}
Queue::~Queue() = default;

std::int64_t Queue::objectsWaiting() const noexcept {
  return impl_->objectsWaiting;
}

bool Queue::knows(const fs::path& file) {
  return impl_->with([&](Impl::Session& now) {
    const auto known = now.store.input(file.string());
    const int ended = known ? timesEnded(*known) : 0;
    return known && known->state != InputState::gone && (ended == 0 || ended >= mostTimesEnded);
  });
}

std::vector<Taken> Queue::take(const std::vector<Arrival>& arrivals) {
  std::vector<std::optional<InputRecord>> known;
  std::vector<std::size_t> together;
  std::vector<std::size_t> alone;
  impl_->with([&](Impl::Session& now) {
    for (const Arrival& arrival : arrivals) {
      known.push_back(now.store.input(arrival.path.string()));
      const bool suspect = known.back() && timesEnded(*known.back()) > 0;
      (suspect ? alone : together).push_back(known.size() - 1);
    }
  });
  std::vector<Taken> taken(arrivals.size());
  const auto takeThese = [&](const std::vector<std::size_t>& these) {
    impl_->with([&](Impl::Session& now) {
      for (const std::size_t i : these)
        impl_->mark(now, arrivals[i].path, known[i]);
    });
    std::vector<Inspected> inspected;
    for (const std::size_t i : these)
      inspected.push_back(inspectFile(arrivals[i].path, known[i] && known[i]->exam != 0 ? known[i] : std::nullopt,
                                      impl_->options.open));
    impl_->with([&](Impl::Session& now) {
      for (std::size_t place = 0; place < these.size(); ++place)
        taken[these[place]] = impl_->put(now, arrivals[these[place]], std::move(inspected[place]));
      impl_->countWaiting(now);
    });
  };
  takeThese(together);
  for (const std::size_t i : alone)
    if (timesEnded(*known[i]) < mostTimesEnded)
      takeThese({i});
    else
      taken[i] = {Taken::Kind::unreadable, {}, known[i]->problem};
  return taken;
}

/// What is being read for the first time says so on disk before it is read: where that ends the program, the next start
/// reads what it may have been one by one, and after some times no more.
void Queue::Impl::mark(Session& now, const fs::path& file, const std::optional<InputRecord>& known) {
  const int before = known ? timesEnded(*known) : 0;
  if (known && before == 0)
    return;
  InputRecord input;
  input.path = file.string();
  input.state = InputState::failed;
  input.problem = endedText(before + 1);
  now.store.putInput(input, run);
}

Taken Queue::Impl::put(Session& now, const Arrival& arrival, Inspected inspected) {
  Store& store = now.store;
  InputRecord& input = inspected.input;
  if (!inspected.unchanged && (input.state == InputState::skipped || input.state == InputState::failed)) {
    store.putInput(input, run);
    return {input.state == InputState::skipped ? Taken::Kind::notForUs : Taken::Kind::unreadable, {}, input.problem};
  }
  if (inspected.unchanged) {
    if (arrival.again && input.state == InputState::failed)
      input.state = InputState::waiting;
    store.touchInput(input, run);
  } else {
    // Without a study UID nothing says which objects belong together: each is by itself.
    const ExamKey key = inspected.studyInstanceUid.empty()
                            ? ExamKey{"folder:" + input.path, arrival.path.parent_path().string()}
                            : examKeyOf(inspected.studyInstanceUid, input.path);
    input.exam = store.exam(key.key, inspected.studyInstanceUid, key.folder, inspected.studyDate);
    store.putInput(input, run);
  }
  const bool waits = input.state == InputState::waiting;
  Taken taken{waits ? Taken::Kind::waiting : Taken::Kind::known, {}};
  Statement name(now.database(), "SELECT name FROM exams WHERE id = ?");
  if (name.bind(1, input.exam).step())
    taken.exam = name.text(0);
  store.writing();
  if (waits) {
    store.waitFor(input.exam);
    Statement heard(
        now.database(),
        "INSERT INTO arrivals(exam, first_heard, heard, from_ae, from_address) VALUES(?1, ?2, ?2, ?3, ?4) "
        "ON CONFLICT(exam) DO UPDATE SET heard = max(heard, excluded.heard), from_ae = "
        "coalesce(excluded.from_ae, from_ae), from_address = coalesce(excluded.from_address, from_address)");
    heard.bind(1, input.exam).bind(2, arrival.heard).bindText(3, arrival.fromAe).bindText(4, arrival.fromAddress).run();
  }
  if (arrival.again) {
    Statement calm(now.database(), "UPDATE arrivals SET tries = 0, next_try = 0 WHERE exam = ?");
    calm.bind(1, input.exam).run();
    Statement retry(now.database(), "UPDATE deliveries SET state = 'waiting', tries = 0, refusals = 0, next_try = 0, "
                                    "queued = ?2, ended = NULL WHERE exam = ?1 AND state = 'given_up'");
    retry.bind(1, input.exam).bind(2, arrival.heard).run();
  }
  return taken;
}

std::int64_t Queue::dropInputs(Moment before, int most) {
  constexpr std::int64_t nanosecondsAMillisecond = 1000000;
  return impl_->with([&](Impl::Session& now) {
    Statement rows(now.database(),
                   "SELECT path FROM (SELECT i.path FROM inputs i JOIN exams e ON e.id = i.exam JOIN arrivals a ON "
                   "a.exam = e.id WHERE e.state = 'done' AND i.state IN ('done', 'failed') AND a.heard < ?1 AND "
                   "a.to_export = 0 AND a.problem IS NULL AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.exam = "
                   "e.id AND d.state IN ('waiting', 'given_up')) UNION ALL SELECT path FROM inputs WHERE state = "
                   "'skipped' AND modified < ?2) WHERE substr(path, 1, length(?3)) = ?3 LIMIT ?4");
    rows.bind(1, before)
        .bind(2, before * nanosecondsAMillisecond)
        .bind(3, (impl_->inbox() / "").string())
        .bind(4, most);
    std::vector<std::string> paths;
    while (rows.step())
      paths.push_back(rows.text(0));
    // One that can't be removed keeps none of the others; it stays, and is tried again when this is called again.
    std::int64_t removed = 0;
    std::optional<OutputError> first;
    for (const std::string& path : paths) {
      std::error_code error;
      fs::remove(path, error);
      if (error) {
        if (!first)
          first.emplace(path, "cannot be removed: " + error.message(), "check the folder's permissions");
        continue;
      }
      now.store.setInputState(path, InputState::gone, {}, {});
      ++removed;
    }
    if (removed == 0 && first) // what is removed is to be noted
      throw *first;
    return removed;
  });
}

void Queue::writePages() {
  try {
    Catalogue catalogue(impl_->options.out, Catalogue::Access::readOnly);
    writeOverview(catalogue, impl_->options.out);
  } catch (const SqlError& error) {
    throw OutputError(catalogueFile(impl_->options.out), "cannot be read: " + error.message(), "check the disk");
  }
}

} // namespace hipcuff::batch
