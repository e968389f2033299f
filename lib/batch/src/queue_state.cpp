// How the queue stands, in numbers.
#include "queue_impl.h"

#include "hipcuff/core/error.h"

#include <map>

namespace hipcuff::batch {
namespace {

std::int64_t number(Database& database, const char* sql) {
  Statement statement(database, sql);
  return statement.step() ? statement.integer(0) : 0;
}

void addTroubles(Database& database, const char* sql, std::vector<QueueState::Trouble>& troubles) {
  Statement rows(database, sql);
  while (static_cast<int>(troubles.size()) < QueueState::troublesShown && rows.step())
    troubles.push_back({rows.text(0), rows.text(1), rows.isNull(2) ? std::nullopt : std::optional(rows.integer(2))});
}

void readPlaces(Database& database, QueueState& state) {
  std::map<std::string, QueueState::Place> places;
  Statement known(database, "SELECT name, tries, next_try, last_sent, problem FROM destinations");
  while (known.step()) {
    auto& place = places[known.text(0)];
    place.tries = static_cast<int>(known.integer(1));
    place.nextTry = known.integer(2);
    if (!known.isNull(3))
      place.lastSent = known.integer(3);
    place.problem = known.text(4);
  }
  // From the index alone: there are as many rows as there ever were results.
  Statement counts(database, "SELECT destination, state, count(*) FROM deliveries GROUP BY state, destination");
  while (counts.step()) {
    auto& place = places[counts.text(0)];
    const std::string what = counts.text(1);
    std::int64_t& count = what == "waiting"    ? place.waiting
                          : what == "sent"     ? place.sent
                          : what == "given_up" ? place.givenUp
                                               : place.replaced;
    count = counts.integer(2);
  }
  Statement oldest(database, "SELECT destination, min(queued) FROM deliveries WHERE state = 'waiting' GROUP BY 1");
  while (oldest.step())
    places[oldest.text(0)].oldestWaiting = oldest.integer(1);
  for (auto& [name, place] : places) {
    place.name = name;
    state.places.push_back(std::move(place));
  }
}

QueueState read(Database& database) {
  QueueState state;
  Statement exams(database, "SELECT state, count(*) FROM exams GROUP BY 1");
  while (exams.step()) {
    const std::string what = exams.text(0);
    (what == "waiting"  ? state.examsWaiting
     : what == "failed" ? state.examsFailed
                        : state.examsDone) += what == "left_out" ? 0 : exams.integer(1);
  }
  state.objectsWaiting = number(database, "SELECT count(*) FROM inputs WHERE state = 'waiting'");
  state.objectsUnreadable = number(database, "SELECT count(*) FROM inputs WHERE state = 'failed'");
  addTroubles(database,
              "SELECT name, error, strftime('%s', finished) * 1000 FROM exams WHERE state = 'failed' ORDER BY finished "
              "DESC, id DESC LIMIT 20",
              state.troubles);
  if (number(database, "SELECT count(*) FROM sqlite_master WHERE name = 'arrivals'") == 0)
    return state;
  state.unexported = number(database, "SELECT count(*) FROM arrivals WHERE to_export = 1");
  Statement oldest(database, "SELECT min(a.heard) FROM exams e CROSS JOIN arrivals a ON a.exam = e.id WHERE e.state = "
                             "'waiting'");
  if (oldest.step() && !oldest.isNull(0))
    state.oldestWaiting = oldest.integer(0);
  readPlaces(database, state);
  addTroubles(
      database,
      "SELECT e.name, d.destination || ': ' || d.kind || ' was given up: ' || coalesce(d.problem, ''), d.ended FROM "
      "deliveries d JOIN exams e ON e.id = d.exam WHERE d.state = 'given_up' ORDER BY d.ended DESC, d.id DESC "
      "LIMIT 20",
      state.troubles);
  addTroubles(database,
              "SELECT e.name, a.problem, a.heard FROM arrivals a JOIN exams e ON e.id = a.exam WHERE a.problem IS NOT "
              "NULL ORDER BY a.heard DESC LIMIT 20",
              state.troubles);
  addTroubles(database,
              "SELECT e.name, 'the program was ended ' || a.tries || ' times while it was analysed', NULL FROM "
              "arrivals a JOIN exams e ON e.id = a.exam WHERE a.tries > 2 AND e.state = 'waiting' LIMIT 20",
              state.troubles);
  return state;
}

} // namespace

QueueState readQueueState(const std::filesystem::path& folder) {
  try {
    Catalogue catalogue(folder, Catalogue::Access::readOnly);
    return read(catalogue.database());
  } catch (const SqlError& error) {
    throw InputError(catalogueFile(folder), "the catalogue cannot be read: " + error.message(), "check the folder");
  }
}

bool queueIsOpen(const std::filesystem::path& folder) noexcept {
  return FolderLock::isHeld(folder);
}

QueueState Queue::state() {
  return impl_->with([](Impl::Session& now) { return read(now.database()); });
}

} // namespace hipcuff::batch
