#include "store.h"

#include "schema.h"
#include "settings.h"
#include "sqlite.h"

#include "hipcuff/core/time_now.h"
#include "hipcuff/core/version.h"

namespace hipcuff::batch {
namespace {

/// Rows a transaction: few enough that little is lost, many enough that the disk isn't waited for at each.
constexpr int rowsATransaction = 500;

constexpr const char* inputColumns = "id, exam, path, size, modified, sha256, sop_instance_uid, format, rows, columns, "
                                     "frames, side, view, region, state, problem, remedy, milliseconds";

/// With the table's name before each.
std::string qualified(const std::string& columns) {
  std::string all = "i.";
  for (const char c : columns)
    all += c == ' ' ? std::string(" i.") : std::string(1, c);
  return all;
}

InputRecord inputRow(const Statement& row) {
  InputRecord input;
  input.id = row.integer(0);
  input.exam = row.integer(1);
  input.path = row.text(2);
  input.size = row.integer(3);
  input.modified = row.integer(4);
  input.sha256 = row.text(5);
  input.sopInstanceUid = row.text(6);
  input.format = row.text(7);
  input.rows = static_cast<int>(row.integer(8));
  input.columns = static_cast<int>(row.integer(9));
  input.frames = static_cast<int>(row.integer(10));
  input.side = row.text(11);
  input.view = row.text(12);
  input.region = row.text(13);
  input.state = inputState(row.text(14)).value_or(InputState::waiting);
  input.problem = row.text(15);
  input.remedy = row.text(16);
  input.milliseconds = row.real(17);
  return input;
}

void bindProbabilities(Statement& statement, int first, const std::optional<std::array<double, 4>>& p) {
  for (int i = 0; i < 4; ++i)
    if (p)
      statement.bind(first + i, (*p)[static_cast<std::size_t>(i)]);
    else
      statement.bindNull(first + i);
}

} // namespace

/// Prepared once.
struct Store::Statements {
  explicit Statements(Database& d)
      : input(d, std::string("SELECT ") + inputColumns + " FROM inputs WHERE path = ?")
      // A scan's run tells what headers were read with; what was recovered (scan 0) has its exam's.
      , inputAsRead(d, std::string("SELECT ") + qualified(inputColumns) +
                           " FROM inputs AS i LEFT JOIN runs AS r ON r.id = i.scan LEFT JOIN exams AS e ON e.id = "
                           "i.exam WHERE i.path = ? AND coalesce(r.settings, e.settings) = ? AND "
                           "coalesce(r.version, e.version) = ?")
      , putInput(d, "INSERT INTO inputs(path, exam, size, modified, sha256, sop_instance_uid, format, rows, columns, "
                    "frames, side, view, region, state, problem, remedy, milliseconds, scan) "
                    "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(path) DO UPDATE SET exam=excluded.exam, "
                    "size=excluded.size, modified=excluded.modified, sha256=excluded.sha256, "
                    "sop_instance_uid=excluded.sop_instance_uid, format=excluded.format, rows=excluded.rows, "
                    "columns=excluded.columns, frames=excluded.frames, side=excluded.side, view=excluded.view, "
                    "region=excluded.region, state=excluded.state, problem=excluded.problem, remedy=excluded.remedy, "
                    "milliseconds=excluded.milliseconds, scan=excluded.scan")
      , touchInput(d, "UPDATE inputs SET scan = ?1, modified = ?2, state = ?3, problem = iif(?3 = 'failed', problem, "
                      "NULL), remedy = iif(?3 = 'failed', remedy, NULL) WHERE id = ?4")
      , inputState(d, "UPDATE inputs SET state = ?, problem = ?, remedy = ? WHERE path = ?")
      , findExam(d, "SELECT id FROM exams WHERE key = ?")
      , newExam(d, "INSERT INTO exams(key, name, study_instance_uid, folder, study_date, state) "
                   "VALUES(?,?,?,?,?,'waiting')")
      , wait(d, "UPDATE exams SET state = 'waiting' WHERE id = ?")
      , nextExam(d, "SELECT id, key, name, study_instance_uid, folder, study_date FROM exams "
                    "WHERE state = 'waiting' AND id > ? ORDER BY id LIMIT 1")
      , oneExam(d, "SELECT id, key, name, study_instance_uid, folder, study_date FROM exams WHERE id = ?")
      , examInputs(d, std::string("SELECT ") + inputColumns +
                          " FROM inputs WHERE exam = ? AND state IN ('waiting', 'done', 'failed') ORDER BY path")
      , inputDone(d, "UPDATE inputs SET state=?, problem=?, remedy=?, sha256=?, milliseconds=?, format=?, rows=?, "
                     "columns=?, frames=?, side=?, view=?, region=? WHERE path=?")
      // Were they to come back, the results would not be of them.
      , inputsLeft(d, "UPDATE inputs SET sha256 = NULL WHERE exam = ? AND state IN ('gone', 'left_out')")
      // An input that came while the exam was analysed makes it wait again.
      , examDone(d, "UPDATE exams SET inputs=?2, frames=?3, fingerprint=?4, settings=?5, version=?6, criteria=?7, "
                    "finished=?8, seconds=?9, error=?10, class=?11, severity=?12, confidence=?13, images=?14, "
                    "gradable_images=?15, thumbnail=?16, run=?17, study_date=?18, state=iif(EXISTS(SELECT 1 FROM "
                    "inputs WHERE exam = ?19 AND inputs.state = 'waiting'), 'waiting', ?1) WHERE id=?19")
      , dropHips(d, "DELETE FROM hips WHERE exam = ?")
      , dropImages(d, "DELETE FROM images WHERE exam = ?")
      , putPlugins(d, "INSERT OR IGNORE INTO meta(key, value) VALUES(?, ?)")
      , putHip(d, "INSERT INTO hips(exam, side, class, subtype, severity, certainty, confidence, p_normal, "
                  "p_tendinosis, p_partial_thickness, p_full_thickness, thickness_mean_mm, thickness_max_mm, "
                  "side_difference_mm, tear_depth_mm, tear_length_mm, contradictory, not_gradable_reasons, images, "
                  "thumbnail) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
      , putImage(d, "INSERT INTO images(exam, input, image, sop_instance_uid, path, pane, frames, side, view, region, "
                    "calibration_origin, gradable, class, subtype, severity, certainty, confidence, p_normal, "
                    "p_tendinosis, p_partial_thickness, p_full_thickness, not_gradable_reasons, thickness_mean_mm, "
                    "thickness_max_mm, thickness_min_mm, discontinuities, worst_kind, worst_depth_mm, "
                    "worst_depth_fraction, worst_length_mm, bursal_fluid_mm, calcifications) "
                    "VALUES(?,(SELECT id FROM inputs WHERE path=?),?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
                    "?,?,?,?)") {}

  Statement input, inputAsRead, putInput, touchInput, inputState, findExam, newExam, wait, nextExam, oneExam,
      examInputs, inputDone, inputsLeft, examDone, dropHips, dropImages, putPlugins, putHip, putImage;
};

Store::Store(Catalogue& catalogue)
    : catalogue_(catalogue)
    , statements_(std::make_unique<Statements>(catalogue.database())) {}

Store::~Store() {
  try {
    commit();
  } catch (const SqlError&) { // what was not committed is done again
  }
}

void Store::writing() {
  if (pending_ >= rowsATransaction)
    commit();
  if (pending_++ == 0)
    catalogue_.database().run("BEGIN IMMEDIATE");
}

void Store::commit() {
  if (pending_ == 0)
    return;
  pending_ = 0;
  catalogue_.database().run("COMMIT");
}

void Store::rollBack() noexcept {
  pending_ = 0;
  try {
    catalogue_.database().run("ROLLBACK");
  } catch (const SqlError&) { // SQLite has done so already
  }
}

std::int64_t Store::beginRun(const BatchOptions& options, const std::string& settings) {
  writing();
  Statement insert(catalogue_.database(), "INSERT INTO runs(started, outcome, version, settings, criteria, "
                                          "command_line, jobs, shard) VALUES(?, 'running', ?, ?, ?, ?, ?, ?)");
  insert.bind(1, timeNow()).bind(2, version).bind(3, settings).bind(4, criteriaName(options.criteria));
  insert.bind(5, options.commandLine).bind(6, options.jobs);
  insert.bindText(
      7, options.shard.whole() ? "" : std::to_string(options.shard.index) + "/" + std::to_string(options.shard.count));
  insert.run();
  return catalogue_.database().lastRowId();
}

void Store::endRun(std::int64_t run, const std::string& outcome, double seconds, const BatchCounts& counts) {
  writing();
  Statement update(catalogue_.database(),
                   "UPDATE runs SET ended = ?, outcome = ?, seconds = ?, exams_done = ?, images_done = ?, bytes_read = "
                   "(SELECT sum(size) FROM inputs JOIN exams ON exams.id = inputs.exam WHERE exams.run = ?6 AND "
                   "inputs.state IN ('done', 'failed')) WHERE id = ?6");
  update.bind(1, timeNow()).bind(2, outcome).bind(3, seconds).bind(4, counts.examsDone);
  update.bind(5, counts.graded + counts.refused).bind(6, run).run();
  commit();
}

bool Store::isNew() {
  Statement any(catalogue_.database(), "SELECT 1 FROM runs LIMIT 1");
  return !any.step();
}

bool Store::isRecovering() {
  Statement mark(catalogue_.database(), "SELECT 1 FROM meta WHERE key = 'recovering'");
  return mark.step();
}

void Store::setRecovering(bool recovering) {
  writing();
  catalogue_.database().run(recovering ? "INSERT OR REPLACE INTO meta(key, value) VALUES('recovering', '1')"
                                       : "DELETE FROM meta WHERE key = 'recovering'");
}

std::optional<InputRecord> Store::input(const std::string& path) {
  Statement& find = statements_->input;
  find.bind(1, path);
  std::optional<InputRecord> found;
  if (find.step())
    found = inputRow(find);
  find.reset();
  return found;
}

std::optional<InputRecord> Store::inputAsRead(const std::string& path, const std::string& settings) {
  Statement& find = statements_->inputAsRead;
  find.bind(1, path).bind(2, settings).bind(3, version);
  std::optional<InputRecord> found;
  if (find.step())
    found = inputRow(find);
  find.reset();
  return found;
}

void Store::forget(const std::string& path) {
  const auto before = input(path);
  if (!before)
    return;
  if (before->exam != 0)
    waitFor(before->exam);
  writing();
  Statement let(catalogue_.database(), "UPDATE inputs SET exam = NULL, state = 'gone', problem = NULL, remedy = NULL, "
                                       "sha256 = NULL WHERE id = ?");
  let.bind(1, before->id).run();
}

void Store::putInput(const InputRecord& input, std::int64_t scan) {
  // An exam that loses an input to another one is no longer what it was.
  if (const auto before = this->input(input.path); before && before->exam != 0 && before->exam != input.exam)
    waitFor(before->exam);
  writing();
  Statement& put = statements_->putInput;
  put.bind(1, input.path);
  if (input.exam != 0)
    put.bind(2, input.exam);
  else
    put.bindNull(2);
  put.bind(3, input.size).bind(4, input.modified).bindText(5, input.sha256).bindText(6, input.sopInstanceUid);
  put.bindText(7, input.format).bind(8, input.rows).bind(9, input.columns).bind(10, input.frames);
  put.bindText(11, input.side).bindText(12, input.view).bindText(13, input.region).bind(14, toString(input.state));
  put.bindText(15, input.problem).bindText(16, input.remedy).bindNull(17).bind(18, scan);
  put.run();
}

void Store::waitFor(std::int64_t exam) {
  writing();
  statements_->wait.bind(1, exam).run();
}

void Store::touchInput(const InputRecord& input, std::int64_t scan) {
  writing();
  statements_->touchInput.bind(1, scan).bind(2, input.modified).bind(3, toString(input.state)).bind(4, input.id).run();
}

void Store::setInputState(const std::string& path, InputState state, const std::string& problem,
                          const std::string& remedy) {
  writing();
  statements_->inputState.bind(1, toString(state)).bindText(2, problem).bindText(3, remedy).bind(4, path).run();
}

std::int64_t Store::exam(const std::string& key, const std::string& studyInstanceUid, const std::string& folder,
                         const std::string& studyDate) {
  Statement& find = statements_->findExam;
  find.bind(1, key);
  const std::int64_t id = find.step() ? find.integer(0) : 0;
  find.reset();
  if (id != 0)
    return id;
  writing();
  Statement& make = statements_->newExam;
  make.bind(1, key).bind(2, examName(key)).bindText(3, studyInstanceUid).bindText(4, folder).bindText(5, studyDate);
  make.run();
  return catalogue_.database().lastRowId();
}

std::optional<PlannedExam> Store::nextExam(std::int64_t afterId) {
  statements_->nextExam.bind(1, afterId);
  return planFrom(statements_->nextExam);
}

std::optional<PlannedExam> Store::planned(std::int64_t exam) {
  statements_->oneExam.bind(1, exam);
  return planFrom(statements_->oneExam);
}

std::optional<PlannedExam> Store::planFrom(Statement& row) {
  if (!row.step()) {
    row.reset();
    return std::nullopt;
  }
  PlannedExam exam{row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), {}};
  row.reset();
  Statement& inputs = statements_->examInputs;
  inputs.bind(1, exam.id);
  while (inputs.step())
    exam.inputs.push_back(inputRow(inputs));
  inputs.reset();
  return exam;
}

void Store::putResult(const ExamRecord& record, std::int64_t run) {
  const std::int64_t id = exam(record.key, record.studyInstanceUid, record.folder, record.studyDate);
  writing();
  statements_->dropHips.bind(1, id).run();
  statements_->dropImages.bind(1, id).run();
  int frames = 0;
  for (const InputRecord& input : record.inputs) {
    frames += input.frames;
    statements_->inputDone.bind(1, toString(input.state)).bindText(2, input.problem).bindText(3, input.remedy);
    statements_->inputDone.bindText(4, input.sha256).bind(5, input.milliseconds).bindText(6, input.format);
    statements_->inputDone.bind(7, input.rows).bind(8, input.columns).bind(9, input.frames).bindText(10, input.side);
    statements_->inputDone.bindText(11, input.view).bindText(12, input.region).bind(13, input.path).run();
  }
  statements_->inputsLeft.bind(1, id).run();
  int gradable = 0;
  for (const ImageRecord& image : record.images) {
    gradable += image.gradable ? 1 : 0;
    putImage(id, image);
  }
  if (!record.plugins.empty())
    statements_->putPlugins.bind(1, pluginsKey + record.settings).bind(2, record.plugins).run();
  const HipRecord* worst = nullptr;
  for (const HipRecord& hip : record.hips) {
    putHip(id, hip);
    if (worst == nullptr ||
        std::pair(hip.severity, hip.confidence.value_or(0)) > std::pair(worst->severity, worst->confidence.value_or(0)))
      worst = &hip;
  }
  Statement& done = statements_->examDone;
  done.bind(1, record.images.empty() ? "failed" : "done").bind(2, static_cast<std::int64_t>(record.inputs.size()));
  done.bind(3, frames).bind(4, fingerprintOf(record)).bind(5, record.settings).bind(6, record.version);
  done.bind(7, record.criteria).bind(8, record.finished).bind(9, record.seconds).bindText(10, record.error);
  if (worst != nullptr)
    done.bind(11, worst->grade).bind(12, worst->severity).bind(13, worst->confidence);
  done.bind(14, static_cast<std::int64_t>(record.images.size()))
      .bind(15, gradable)
      .bindText(16, worst != nullptr ? worst->thumbnail : "");
  done.bind(17, run).bindText(18, record.studyDate).bind(19, id).run();
}

void Store::putHip(std::int64_t exam, const HipRecord& hip) {
  Statement& put = statements_->putHip;
  put.bind(1, exam).bindText(2, hip.side).bind(3, hip.grade).bindText(4, hip.subtype).bind(5, hip.severity);
  put.bindText(6, hip.certainty).bind(7, hip.confidence);
  bindProbabilities(put, 8, hip.probabilities);
  put.bind(12, hip.thicknessMeanMm).bind(13, hip.thicknessMaxMm).bind(14, hip.sideDifferenceMm);
  put.bind(15, hip.tearDepthMm).bind(16, hip.tearLengthMm).bind(17, hip.contradictory ? 1 : 0);
  put.bindText(18, hip.reasons).bind(19, hip.images).bindText(20, hip.thumbnail).run();
}

void Store::putImage(std::int64_t exam, const ImageRecord& image) {
  Statement& put = statements_->putImage;
  put.bind(1, exam).bind(2, image.path).bind(3, image.image).bindText(4, image.sopInstanceUid).bind(5, image.path);
  put.bind(6, image.pane).bind(7, image.frames).bindText(8, image.side).bindText(9, image.view);
  put.bindText(10, image.region).bindText(11, image.calibrationOrigin).bind(12, image.gradable ? 1 : 0);
  put.bind(13, image.grade).bindText(14, image.subtype).bind(15, image.severity).bindText(16, image.certainty);
  put.bind(17, image.confidence);
  bindProbabilities(put, 18, image.probabilities);
  put.bindText(22, image.reasons).bind(23, image.thicknessMeanMm).bind(24, image.thicknessMaxMm);
  put.bind(25, image.thicknessMinMm).bind(26, image.discontinuities).bindText(27, image.worstKind);
  put.bind(28, image.worstDepthMm).bind(29, image.worstDepthFraction).bind(30, image.worstLengthMm);
  put.bind(31, image.bursalFluidMm).bind(32, image.calcifications).run();
}

} // namespace hipcuff::batch
