// Which exams are to be done.
#include "store.h"

#include "sqlite.h"

#include "hipcuff/batch/query.h"
#include "hipcuff/core/version.h"

#include <algorithm>

namespace hipcuff::batch {
namespace {

std::int64_t count(Database& database, const char* sql) {
  Statement statement(database, sql);
  return statement.step() ? statement.integer(0) : 0;
}

} // namespace

void Store::markGone(std::int64_t scan, const std::function<bool(const std::string&)>& isThere, BatchCounts& counts) {
  // In pieces, so that neither a million paths nor one long transaction is held.
  std::int64_t last = 0;
  for (;;) {
    std::vector<std::pair<std::int64_t, std::string>> piece;
    Statement rows(catalogue_.database(), "SELECT id, path FROM inputs WHERE scan <> ? AND state <> 'gone' AND id > ? "
                                          "ORDER BY id LIMIT 500");
    rows.bind(1, scan).bind(2, last);
    while (rows.step())
      piece.emplace_back(rows.integer(0), rows.text(1));
    if (piece.empty())
      return;
    last = piece.back().first;
    for (const auto& [id, path] : piece) {
      if (isThere(path))
        continue;
      ++counts.gone;
      setInputState(path, InputState::gone, {}, {});
    }
  }
}

/// The same SOP instance twice in one exam: the one that was met first counts, wherever and in whichever run the others
/// were. Between exams nothing is compared: they may be on different machines.
void Store::skipCopies(const std::function<void(const std::string&, const std::string&)>& onCopy) {
  struct Instance {
    std::int64_t id = 0;
    std::int64_t exam = 0;
    std::string uid;
  };
  Database& database = catalogue_.database();
  Statement same(database, "SELECT id, path FROM inputs WHERE sop_instance_uid = ? AND exam = ? AND state IN "
                           "('waiting', 'done', 'failed') ORDER BY id");
  std::int64_t last = 0;
  for (;;) {
    std::vector<Instance> piece;
    // Only what is new can be a copy.
    Statement rows(database,
                   "SELECT id, exam, sop_instance_uid FROM inputs AS i WHERE state = 'waiting' AND id > ? AND "
                   "sop_instance_uid IS NOT NULL AND EXISTS (SELECT 1 FROM inputs AS j WHERE j.sop_instance_uid = "
                   "i.sop_instance_uid AND j.exam = i.exam AND j.id <> i.id AND j.state IN ('waiting', 'done', "
                   "'failed')) ORDER BY id LIMIT 500");
    rows.bind(1, last);
    while (rows.step())
      piece.push_back({rows.integer(0), rows.integer(1), rows.text(2)});
    if (piece.empty())
      return;
    last = piece.back().id;
    for (const Instance& instance : piece) {
      same.bind(1, instance.uid).bind(2, instance.exam);
      std::string first;
      std::vector<std::pair<std::int64_t, std::string>> copies;
      while (same.step())
        if (first.empty())
          first = same.text(1);
        else
          copies.emplace_back(same.integer(0), same.text(1));
      same.reset();
      for (const auto& [id, path] : copies) {
        writing();
        Statement skip(database,
                       "UPDATE inputs SET state = 'skipped', exam = NULL, sha256 = NULL, problem = ?, remedy = "
                       "NULL WHERE id = ?");
        skip.bind(1, "same SOP instance as " + first).bind(2, id).run();
        onCopy(path, first);
      }
    }
  }
}

void Store::leaveOut(std::int64_t scan, const std::string& filter) {
  if (filter.empty())
    return;
  const Filter compiled = compileFilter(filter, Entity::inputs, Known::beforeAnalysis);
  writing();
  Statement leave(catalogue_.database(),
                  std::string("UPDATE inputs SET state = 'left_out' WHERE scan = ? AND exam IS NOT NULL AND state IN "
                              "('waiting', 'done', 'failed') AND id NOT IN (SELECT inputs.id FROM ") +
                      tablesOf(Entity::inputs) + " WHERE " + compiled.where + ")");
  leave.bind(1, scan);
  int place = 2;
  for (const auto& value : compiled.values)
    std::visit([&](const auto& v) { leave.bind(place++, v); }, value);
  leave.run();
}

std::int64_t workOf(int frames, const FrameChoice& choice) {
  return 1 + static_cast<std::int64_t>(chooseFrames(choice, std::max(1, frames)).size());
}

void Store::plan(std::int64_t scan, const std::string& settings, const BatchOptions& options,
                 const std::function<bool(const std::string&)>& isThere,
                 const std::function<bool(const std::string&)>& hasResults,
                 const std::function<void(const std::string&, const std::string&)>& onCopy, BatchCounts& counts) {
  Database& database = catalogue_.database();
  markGone(scan, isThere, counts);
  skipCopies(onCopy);
  leaveOut(scan, options.filter);

  // Exams of this scan whose results are of other inputs, settings or version.
  writing();
  Statement stale(database, "UPDATE exams SET state = 'waiting' WHERE state <> 'waiting' AND EXISTS (SELECT 1 FROM "
                            "inputs WHERE exam = exams.id AND scan = ?1 AND state IN ('waiting', 'done', 'failed')) "
                            "AND (settings IS NOT ?2 OR version IS NOT ?3 OR EXISTS (SELECT 1 FROM inputs WHERE exam = "
                            "exams.id AND (state = 'waiting' OR (?4 AND state = 'failed'))))");
  stale.bind(1, scan).bind(2, settings).bind(3, version).bind(4, options.retryFailed ? 1 : 0).run();
  // Where nothing of an exam is wanted or left there is nothing to do; what it gave before stands.
  writing();
  database.run("UPDATE exams SET state = CASE WHEN images > 0 THEN 'done' ELSE 'left_out' END WHERE state = 'waiting' "
               "AND NOT EXISTS (SELECT 1 FROM inputs WHERE exam = exams.id AND state IN ('waiting', 'done', "
               "'failed'))");
  commit();

  // Results that somebody deleted are wanted again.
  std::int64_t last = 0;
  for (;;) {
    std::vector<std::pair<std::int64_t, std::string>> piece;
    Statement rows(database, "SELECT id, name FROM exams WHERE state = 'done' AND id > ? AND EXISTS (SELECT 1 FROM "
                             "inputs WHERE exam = exams.id AND scan = ? AND state IN ('waiting', 'done', 'failed')) "
                             "ORDER BY id LIMIT 500");
    rows.bind(1, last).bind(2, scan);
    while (rows.step())
      piece.emplace_back(rows.integer(0), rows.text(1));
    if (piece.empty())
      break;
    last = piece.back().first;
    for (const auto& [id, name] : piece)
      if (!hasResults(name))
        waitFor(id);
  }
  commit();

  counts.exams = count(database, "SELECT count(*) FROM exams WHERE state = 'waiting'");
  counts.alreadyDone = count(database, "SELECT count(*) FROM exams WHERE state = 'done'");
  // Those whose exam is done again are counted when that has been done.
  Statement broken(database, "SELECT count(*) FROM inputs LEFT JOIN exams ON exams.id = inputs.exam WHERE scan = ? AND "
                             "((inputs.state = 'failed' AND (exams.id IS NULL OR exams.state <> 'waiting')) OR "
                             "(inputs.state = 'gone' AND inputs.problem IS NOT NULL))");
  broken.bind(1, scan);
  counts.failed = broken.step() ? broken.integer(0) : 0;
  Statement todo(database, "SELECT inputs.frames, count(*) FROM inputs JOIN exams ON exams.id = inputs.exam WHERE "
                           "exams.state = 'waiting' AND inputs.state IN ('waiting', 'done', 'failed') GROUP BY 1");
  while (todo.step()) {
    counts.inputsToDo += todo.integer(1);
    counts.workToDo += todo.integer(1) * workOf(static_cast<int>(todo.integer(0)), options.frames);
  }
}

InputRecord Store::largestToDo() {
  Statement rows(catalogue_.database(),
                 "SELECT inputs.rows, inputs.columns FROM exams CROSS JOIN inputs ON inputs.exam = exams.id WHERE "
                 "exams.state = 'waiting' AND inputs.state IN ('waiting', 'done', 'failed') ORDER BY "
                 "inputs.rows * inputs.columns DESC LIMIT 1");
  InputRecord largest;
  if (rows.step()) {
    largest.rows = static_cast<int>(rows.integer(0));
    largest.columns = static_cast<int>(rows.integer(1));
  }
  return largest;
}

void Store::copyScan(Catalogue& from, const Shard& shard, std::int64_t scan) {
  Statement rows(
      from.database(),
      "SELECT i.path, i.size, i.modified, i.sop_instance_uid, i.format, i.rows, i.columns, i.frames, i.side, "
      "i.view, i.region, i.state, i.problem, i.remedy, e.key, e.study_instance_uid, e.folder, e.study_date "
      "FROM inputs i LEFT JOIN exams e ON e.id = i.exam ORDER BY i.id");
  while (rows.step()) {
    InputRecord input;
    input.path = rows.text(0);
    const std::string key = rows.text(14);
    const std::string state = rows.text(11);
    if (!shard.has(key.empty() ? input.path : key) || state == toString(InputState::gone))
      continue;
    input.size = rows.integer(1);
    input.modified = rows.integer(2);
    if (auto known = this->input(input.path);
        known && known->size == input.size && known->exam != 0 && known->modified == input.modified && !key.empty()) {
      takeBack(*known);
      touchInput(*known, scan);
      continue;
    }
    input.sopInstanceUid = rows.text(3);
    input.format = rows.text(4);
    input.rows = static_cast<int>(rows.integer(5));
    input.columns = static_cast<int>(rows.integer(6));
    input.frames = static_cast<int>(rows.integer(7));
    input.side = rows.text(8);
    input.view = rows.text(9);
    input.region = rows.text(10);
    input.state = inputState(state).value_or(InputState::waiting);
    input.problem = rows.text(12);
    input.remedy = rows.text(13);
    if (!key.empty())
      input.exam = exam(key, rows.text(15), rows.text(16), rows.text(17));
    putInput(input, scan);
  }
  commit();
}

} // namespace hipcuff::batch
