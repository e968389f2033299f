#include "hipcuff/batch/merge.h"

#include "exam_placing.h"
#include "folder_lock.h"
#include "schema.h"
#include "sqlite.h"
#include "table_copy.h"

#include "hipcuff/batch/catalogue.h"
#include "hipcuff/batch/overview.h"
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"

#include <algorithm>
#include <memory>
#include <tuple>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

/// Where a catalogue to be joined is, and where its exams' folders are.
struct Source {
  fs::path catalogue;
  fs::path batch;
  std::string called; ///< for people
};

/// What two catalogues say of one exam is compared by this.
struct Standing {
  ExamResults results;
  std::string state;
  std::string version;

  /// done, failed, waiting, left out
  [[nodiscard]] int rank() const { return state == "done" ? 3 : state == "failed" ? 2 : state == "waiting" ? 1 : 0; }
  [[nodiscard]] bool sameResults(const Standing& other) const {
    return results.settings == other.results.settings && results.fingerprint == other.results.fingerprint &&
           version == other.version;
  }
  /// Later, and where both were finished in the same second, whatever: but the same one every time.
  [[nodiscard]] bool laterThan(const Standing& other) const {
    const auto order = [](const Standing& s) {
      return std::tie(s.results.finished, s.version, s.results.settings, s.results.fingerprint);
    };
    return order(*this) > order(other);
  }
};

constexpr const char* standingColumns = "id, key, name, state, settings, fingerprint, finished, version";

Standing standingOf(const Statement& row) {
  return {{row.text(1), row.text(2), row.text(4), row.text(5), row.text(6)}, row.text(3), row.text(7)};
}

class Joining {
public:
  Joining(Catalogue& target, const MergeOptions& options, MergeObserver& observer, MergeCounts& counts)
      : target_(target.database())
      , options_(options)
      , observer_(observer)
      , counts_(counts)
      , findExam_(target_, std::string("SELECT ") + standingColumns + " FROM exams WHERE key = ?")
      , nameTaken_(target_, "SELECT key FROM exams WHERE name = ? AND key <> ?")
      , findInput_(target_, "SELECT id, exam FROM inputs WHERE path = ?")
      , dropHips_(target_, "DELETE FROM hips WHERE exam = ?")
      , dropImages_(target_, "DELETE FROM images WHERE exam = ?")
      , inputOf_(target_, "SELECT id FROM inputs WHERE path = ?") {}

  /// @return false where it was stopped; nothing of this source is then taken
  bool take(const Source& source) {
    Catalogue catalogue(source.catalogue, Catalogue::Access::readOnly);
    Database& from = catalogue.database();
    Transaction whole(target_);
    runs_ = std::make_unique<RunMap>(from, target_);
    inputs_ = std::make_unique<TableCopy>(from, target_, "inputs", "exam = ?");
    hips_ = std::make_unique<TableCopy>(from, target_, "hips", "exam = ?");
    images_ = std::make_unique<TableCopy>(from, target_, "images", "exam = ?");
    exams_ = std::make_unique<TableCopy>(from, target_, "exams", "id = ?");
    Statement count(from, "SELECT count(*) FROM exams");
    observer_.source(source.catalogue, count.step() ? count.integer(0) : 0);
    const bool inPlace = options_.sources.empty();
    const ExamPlacer placer(source.batch, options_.out, options_.move);
    Statement rows(from, std::string("SELECT ") + standingColumns + " FROM exams ORDER BY key");
    while (rows.step()) {
      if (observer_.stopRequested())
        return false;
      ++counts_.exams;
      takeExam(rows.integer(0), standingOf(rows), source, inPlace ? nullptr : &placer);
      observer_.advance();
    }
    takeInputs(from);
    takePlugins(from);
    whole.commit();
    ++counts_.sources;
    return true;
  }

private:
  void problem(const std::string& line) {
    ++counts_.problems;
    observer_.problem(line);
  }

  void takeExam(std::int64_t id, const Standing& theirs, const Source& source, const ExamPlacer* placer) {
    findExam_.bind(1, theirs.results.key);
    const bool there = findExam_.step();
    const std::int64_t known = there ? findExam_.integer(0) : 0;
    const Standing ours = there ? standingOf(findExam_) : Standing{};
    findExam_.reset();
    bool take = !there || theirs.rank() > ours.rank();
    if (there && theirs.rank() == ours.rank() && theirs.rank() >= 2 && !theirs.sameResults(ours)) {
      take = theirs.laterThan(ours);
      ++counts_.differing;
      const Standing& taken = take ? theirs : ours;
      const Standing& other = take ? ours : theirs;
      observer_.differing(theirs.results.name + ": results differ; taken: finished " + taken.results.finished +
                          " by version " + taken.version + (take ? " (" + source.called + ")" : "") +
                          "; other: finished " + other.results.finished + " by version " + other.version +
                          (take ? "" : " (" + source.called + ")"));
    }
    if (!there) {
      nameTaken_.bind(1, theirs.results.name).bind(2, theirs.results.key);
      const bool taken = nameTaken_.step();
      nameTaken_.reset();
      if (taken)
        return problem(source.called + ": " + theirs.results.name +
                       " is the name of another exam, too; it was left out");
    }
    if (take)
      if (const std::string why = folderProblem(theirs, source, placer); !why.empty())
        return problem(why);
    std::int64_t exam = known;
    if (take) {
      exam = exams_->copy(
          id, [&](Columns& row) { row.setInteger("run", runs_->map(row.integer("run"))); }, known);
      dropHips_.bind(1, exam).run();
      dropImages_.bind(1, exam).run();
      ++(there ? counts_.renewed : counts_.added);
    } else {
      ++counts_.kept;
    }
    inputs_->copyEach(id, [&](Columns& row) { return readdressInput(row, exam, take); });
    if (!take)
      return;
    hips_->copyEach(id, [&](Columns& row) {
      row.setInteger("exam", exam);
      return TableCopy::Place::added;
    });
    images_->copyEach(id, [&](Columns& row) {
      row.setInteger("exam", exam);
      inputOf_.bind(1, row.text("path"));
      if (inputOf_.step())
        row.setInteger("input", inputOf_.integer(0));
      else
        row.setNull("input");
      inputOf_.reset();
      return TableCopy::Place::added;
    });
  }

  /// Sees to it that the exam's folder is in place. @return why it is not
  std::string folderProblem(const Standing& theirs, const Source& source, const ExamPlacer* placer) {
    // Of an exam that failed the folder only says so.
    if (theirs.rank() < 2 || (theirs.state == "failed" && !holdsResults(source.batch, theirs.results)))
      return {};
    if (placer != nullptr)
      return placer->place(theirs.results);
    std::error_code ignored;
    if (fs::exists(options_.out / examFolder(theirs.results.name) / "exam.json", ignored))
      return {};
    return source.called + ": the folder of " + theirs.results.name +
           " is gone; it was left out (run the shard again with --resume)";
  }

  /// @param exam 0: none. @param better whether what is known of the exam was replaced
  TableCopy::Place readdressInput(Columns& row, std::int64_t exam, bool better) {
    findInput_.bind(1, row.text("path"));
    const bool there = findInput_.step();
    const bool withExam = there && !findInput_.isNull(1);
    row.setId(there ? findInput_.integer(0) : 0);
    findInput_.reset();
    // Somebody who could open it knows more than somebody who could not.
    if (withExam && !better)
      return TableCopy::Place::none;
    if (exam != 0)
      row.setInteger("exam", exam);
    else
      row.setNull("exam");
    row.setInteger("scan", runs_->map(row.integer("scan")));
    ++counts_.inputs;
    return there ? TableCopy::Place::replaced : TableCopy::Place::added;
  }

  /// Those that belong to no exam.
  void takeInputs(Database& from) {
    TableCopy rest(from, target_, "inputs", "exam IS NULL");
    rest.copyEach([&](Columns& row) { return readdressInput(row, 0, false); });
  }

  /// What the exams' settings had of plugins.
  void takePlugins(Database& from) {
    Statement theirs(from, "SELECT key, value FROM meta WHERE key LIKE '" + pluginsKey + "%'");
    Statement put(target_, "INSERT OR IGNORE INTO meta(key, value) VALUES(?, ?)");
    while (theirs.step())
      put.bind(1, theirs.text(0)).bind(2, theirs.text(1)).run();
  }

  Database& target_;
  const MergeOptions& options_;
  MergeObserver& observer_;
  MergeCounts& counts_;
  Statement findExam_, nameTaken_, findInput_, dropHips_, dropImages_, inputOf_;
  std::unique_ptr<RunMap> runs_;
  std::unique_ptr<TableCopy> exams_, inputs_, hips_, images_;
};

/// All catalogues to be joined, opened once to see that they can be: before anything is written.
std::vector<Source> sourcesOf(const MergeOptions& options) {
  std::vector<Source> sources;
  if (options.sources.empty()) {
    for (const ShardState& shard : shardStates(options.out))
      if (shard.hasCatalogue)
        sources.push_back({catalogueFile(shard.folder), options.out,
                           "shard " + std::to_string(shard.index) + "/" + std::to_string(shard.count)});
    if (sources.empty())
      throw InputError(options.out, "holds no shards to join", "give the folder that 'hipcuff batch --shard' wrote");
    return sources;
  }
  for (const fs::path& folder : options.sources) {
    const fs::path file = catalogueFile(folder);
    std::error_code ignored;
    if (!fs::exists(file, ignored) && fs::is_directory(folder / "shards", ignored))
      throw InputError(folder, "holds only shards, not joined yet",
                       "run 'hipcuff merge " + folder.string() + "' first");
    const Catalogue seen(file, Catalogue::Access::readOnly);
    if (fs::equivalent(file.parent_path(), options.out, ignored))
      continue; // what is to be joined is there
    sources.push_back({file, file.parent_path(), file.parent_path().string()});
  }
  return sources;
}

/// Figures over exams that different stages made are about no one of them.
void tellOfPlugins(Database& database, MergeObserver& observer) {
  Statement rows(database, "SELECT count(*), min(settings), (SELECT value FROM meta WHERE key = '" + pluginsKey +
                               "' || settings) AS plugins FROM exams WHERE state = 'done' "
                               "GROUP BY iif(plugins IS NULL, '', settings) ORDER BY plugins, 2");
  std::vector<std::string> groups;
  while (rows.step())
    groups.push_back(std::to_string(rows.integer(0)) +
                     (rows.isNull(2) ? std::string(" without plugins")
                                     : " with " + rows.text(2) + " (settings " + rows.text(1) + ")"));
  if (groups.size() < 2)
    return;
  std::string line = "The exams were not all analysed with the same plugins and parameters: ";
  for (const std::string& group : groups)
    line += (&group == &groups.front() ? "" : ", ") + group;
  observer.differing(line + "; 'hipcuff query' tells them apart by plugins and settings");
}

} // namespace

MergeReport mergeCatalogues(const MergeOptions& options, MergeObserver& observer) {
  if (options.move && options.sources.empty())
    throw UsageError("--move is for batches in several folders", "the exams of shards are in place already");
  const std::vector<Source> sources = sourcesOf(options);
  requireWritableFolder(options.out);
  const FolderLock lock(options.out);
  MergeReport report;
  Catalogue target(options.out, Catalogue::Access::readWrite);
  try {
    Joining joining(target, options, observer, report.counts);
    for (const Source& source : sources)
      try {
        if (!joining.take(source)) {
          report.stopped = true;
          return report;
        }
      } catch (const SqlError& error) {
        if (!Catalogue::isDamaged(source.catalogue))
          throw;
        ++report.counts.problems;
        observer.problem(source.called + ": the catalogue is damaged, and nothing of it was taken: " + error.message() +
                         " (run its batch again with --resume)");
      }
    tellOfPlugins(target.database(), observer);
  } catch (const SqlError& error) {
    throw OutputError(target.file(), "cannot be written: " + error.message(),
                      "check the folder and its free space, then merge again; what was joined stands");
  }
  observer.writing();
  writeOverview(target, options.out);
  target.settle();
  return report;
}

} // namespace hipcuff::batch
