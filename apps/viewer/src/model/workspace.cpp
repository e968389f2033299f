#include "model/workspace.h"

#include "hipcuff/assessment/studies.h"
#include "hipcuff/core/error.h"
#include "hipcuff/review/exam_review.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace hipcuff::viewer {
namespace {

QString sentence(const Error& error) {
  QString text = QString::fromStdString(error.problem());
  if (!error.path().empty())
    text.prepend(QString::fromStdString(error.path().string()) + QStringLiteral(": "));
  if (!error.remedy().empty())
    text += QStringLiteral(" (") + QString::fromStdString(error.remedy()) + QLatin1Char(')');
  return text;
}

std::string examKey(const Cine& cine) {
  if (!cine.studyInstanceUid.empty())
    return cine.studyInstanceUid;
  return "folder:" + cine.path.parent_path().lexically_normal().string();
}

QString nameOf(const Identity& who) {
  QStringList parts;
  if (!who.patientName.empty())
    parts << QString::fromStdString(who.patientName).replace(QLatin1Char('^'), QLatin1Char(' ')).simplified();
  if (!who.patientId.empty())
    parts << QString::fromStdString(who.patientId);
  return parts.join(QStringLiteral(", "));
}

} // namespace

std::string utcNow() {
  return QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ssZ")).toStdString();
}

Workspace::Workspace(Options options, QObject* parent)
    : QObject(parent)
    , options_(std::move(options))
    , loader_(options_.stages, options_.criteria, options_.analyse, options_.remarks) {
  connect(&loader_, &Loader::openedFile, this, [this](const auto& file) { onOpened(*file); });
  connect(&loader_, &Loader::storedPicture, this, [this](const auto& stored) { onStored(*stored); });
  connect(&loader_, &Loader::analysedFile, this, [this](const auto& file) { onAnalysed(*file); });
  connect(&loader_, &Loader::brokenFile, this, [this](const auto& file) {
    broken_.push_back({file->opened, file->path, file->problem, file->skipped});
    emit brokenAdded();
  });
  connect(&loader_, &Loader::analysisFailed, this,
          [this](const QString& path, const QString& problem) { onFailed(path, problem, Picture::State::failed); });
  connect(&loader_, &Loader::analysisCancelled, this,
          [this](const QString& path) { onFailed(path, {}, Picture::State::cancelled); });
  connect(&loader_, &Loader::analysisStarted, this, [this](const QString& path) {
    for (const auto& exam : exams_)
      for (const auto& picture : exam->pictures)
        if (picture->state == Picture::State::waiting && picture->key.path == path.toStdString()) {
          picture->state = Picture::State::analysing;
          emit pictureChanged(picture->id);
        }
  });
  connect(&loader_, &Loader::progress, this, &Workspace::analysisProgress);
  connect(&loader_, &Loader::idle, this, [this](int work) {
    // Files that were opened meanwhile are in line now, or on their way here.
    if (loader_.busy() || loader_.work() != work)
      return;
    for (Recovery& recovery : recoveries_)
      if (!recovery.open.empty()) {
        QStringList missing;
        for (const auto& picture : recovery.open)
          missing << QString::fromStdString(picture.picture.path);
        emit recovered(recovery.done, missing.join(QStringLiteral(", ")));
        recovery.open.clear(); // the journal's file stays: the pictures may come back
      }
    emit workDone();
  });
}

Workspace::~Workspace() = default;

void Workspace::open(const QStringList& paths) {
  QStringList absolute;
  for (const QString& path : paths)
    absolute << QDir::cleanPath(QFileInfo(path).absoluteFilePath());
  loader_.open(absolute);
}

Picture* Workspace::picture(int id) const {
  for (const auto& exam : exams_)
    for (const auto& picture : exam->pictures)
      if (picture->id == id)
        return picture.get();
  return nullptr;
}

Exam* Workspace::examOf(int id) const {
  for (const auto& exam : exams_)
    for (const auto& picture : exam->pictures)
      if (picture->id == id)
        return exam.get();
  return nullptr;
}

void Workspace::prefer(int id) {
  Picture* wanted = picture(id);
  if (wanted == nullptr)
    return;
  wanted->openedBySession = true;
  if (wanted->cine && wanted->state == Picture::State::waiting)
    loader_.hurry(wanted->cine);
  if (wanted->cine && wanted->state == Picture::State::cancelled) {
    wanted->state = Picture::State::waiting;
    loader_.analyse(wanted->cine, true);
    emit pictureChanged(id);
  }
}

Exam& Workspace::examFor(const std::string& key, const std::filesystem::path& path) {
  for (const auto& exam : exams_)
    if (exam->key == key)
      return *exam;
  auto exam = std::make_unique<Exam>();
  exam->key = key;
  exam->place = QString::fromStdString(path.parent_path().filename().string());
  exams_.push_back(std::move(exam));
  emit examsChanged();
  return *exams_.back();
}

Picture& Workspace::add(Exam& exam, std::unique_ptr<Picture> picture) {
  picture->id = nextId_++;
  exam.pictures.push_back(std::move(picture));
  Picture& added = *exam.pictures.back();
  emit pictureAdded(added.id);
  return added;
}

void Workspace::onOpened(const OpenedFile& file) {
  const std::string path = file.cine->path.string();
  for (const auto& exam : exams_)
    for (const auto& picture : exam->pictures)
      if (picture->key.path == path && picture->cine)
        return; // open already
  const std::string& uid = file.cine->sopInstanceUid;
  for (const auto& exam : exams_)
    for (const auto& picture : exam->pictures)
      if (!uid.empty() && picture->key.sopInstanceUid == uid && picture->cine) {
        broken_.push_back({file.opened, file.cine->path,
                           tr("a second copy of %1").arg(QString::fromStdString(picture->key.path)), true});
        emit brokenAdded();
        return;
      }
  Exam& exam = examFor(examKey(*file.cine), file.cine->path);
  if (exam.name.isEmpty())
    exam.name = nameOf(file.cine->identity);
  if (exam.date.empty())
    exam.date = file.cine->studyDate;
  auto picture = std::make_unique<Picture>();
  picture->key = {file.opened.toStdString(), path, file.cine->sopInstanceUid, 0};
  picture->cine = file.cine;
  picture->thumbnail = file.thumbnail;
  // Before anybody hears of it: who looks at it at once finds it in line.
  if (file.generation == loader_.generation())
    loader_.analyse(file.cine);
  else // the person stopped the work while this file was on its way here
    picture->state = Picture::State::cancelled;
  add(exam, std::move(picture));
  emit examsChanged();
}

void Workspace::onStored(const StoredPicture& stored) {
  const ImageResult& result = stored.result;
  Exam& exam = examFor(studyKey(result), result.path);
  for (const auto& picture : exam.pictures)
    if (picture->key.pane == result.pane &&
        (picture->key.path == result.path.string() ||
         (!result.sopInstanceUid.empty() && picture->key.sopInstanceUid == result.sopInstanceUid)))
      return; // open already; twice it would count twice
  exam.results = stored.folder;
  if (exam.date.empty())
    exam.date = stored.studyDate;
  if (exam.name.isEmpty() && stored.cine) // results name nobody
    exam.name = nameOf(stored.cine->identity);
  auto picture = std::make_unique<Picture>();
  picture->key = {stored.opened.toStdString(), result.path.string(), result.sopInstanceUid, result.pane};
  picture->cine = stored.cine;
  picture->still = stored.still;
  picture->problem = stored.problem;
  picture->thumbnail = stored.thumbnail;
  Picture& added = add(exam, std::move(picture));
  makeReview(added, result, stored.reviewed);
  emit examsChanged();
}

void Workspace::makeReview(Picture& picture, ImageResult result, std::optional<ImageResult> asSaved) {
  try {
    review::PictureAccess access;
    if (picture.cine)
      access = accessTo(picture.cine, picture.key.pane, options_.stages);
    else if (picture.still)
      access = accessTo(picture.still, result);
    else
      access.frame = [path = result.path](int) -> RgbImage {
        throw InputError(path, "neither the original nor a stored picture is at hand", "put the file back");
      };
    if (!access.pane)
      access.pane = [path = result.path]() -> Pane {
        throw InputError(path, "neither the original nor a stored picture is at hand", "put the file back");
      };
    picture.access = access;
    result.picture.reset(); // read again when it is looked at: a year of exams must not lie in memory
    picture.review.emplace(std::move(result), std::move(access), options_.stages, options_.criteria,
                           std::move(asSaved));
    picture.state = Picture::State::ready;
    tryRecover(picture);
  } catch (const Error& error) {
    picture.state = Picture::State::failed;
    picture.problem = sentence(error);
  }
  changed(picture);
}

void Workspace::changed(Picture& picture) {
  if (Exam* exam = examOf(picture.id))
    exam->stale = true;
  emit pictureChanged(picture.id);
}

void Workspace::onAnalysed(const AnalysedFile& file) {
  const std::string path = file.cine->path.string();
  Picture* first = nullptr;
  for (const auto& exam : exams_)
    for (const auto& picture : exam->pictures)
      if (picture->key.path == path && picture->cine)
        first = first == nullptr ? picture.get() : first;
  if (first == nullptr)
    return; // closed meanwhile
  Exam& exam = *examOf(first->id);
  const std::string opened = first->key.opened;
  for (std::size_t i = 0; i < file.results.size(); ++i) {
    const ImageResult& result = file.results[i];
    Picture* found = nullptr;
    for (const auto& picture : exam.pictures)
      if (picture->key.path == path && picture->key.pane == result.pane)
        found = picture.get();
    if (found == nullptr) {
      auto picture = std::make_unique<Picture>();
      picture->key = {opened, path, result.sopInstanceUid, result.pane};
      picture->cine = file.cine;
      found = &add(exam, std::move(picture));
    }
    if (found->review)
      continue;
    if (!file.thumbnails[i].isNull())
      found->thumbnail = file.thumbnails[i];
    makeReview(*found, result);
  }
  emit examsChanged();
}

void Workspace::onFailed(const QString& path, const QString& problem, Picture::State state) {
  for (const auto& exam : exams_)
    for (const auto& picture : exam->pictures)
      if (picture->key.path == path.toStdString() && !picture->review) {
        picture->state = state;
        picture->problem = problem;
        emit pictureChanged(picture->id);
      }
}

void Workspace::closeExam(const std::string& key) {
  const auto found = std::find_if(exams_.begin(), exams_.end(), [&](const auto& e) { return e->key == key; });
  if (found == exams_.end() || saving_) // the saver reads the exam
    return;
  for (const auto& picture : (*found)->pictures)
    if (picture->unsaved)
      journal([&](review::Journal& j) { j.discarded(picture->key); });
  const std::unique_ptr<Exam> closed = std::move(*found);
  exams_.erase(found);
  for (const auto& picture : closed->pictures)
    if (picture->cine && !picture->review)
      loader_.forget(picture->cine);
  emit examsChanged();
}

template <typename Write>
void Workspace::journal(const Write& write) {
  if (options_.journalFolder.empty())
    return;
  try {
    if (!journal_)
      journal_ = std::make_unique<review::Journal>(options_.journalFolder);
    write(*journal_);
    journalBroken_ = false;
  } catch (const Error& error) {
    if (std::exchange(journalBroken_, true))
      return; // said once, not with every stroke
    emit trouble(tr("Edits are not being kept safe against a crash: %1. Save often.").arg(sentence(error)));
  }
}

review::EditRecord Workspace::record(const review::Edit& edit, int frame) const {
  return {edit, frame, options_.reader.toStdString(), utcNow()};
}

QString Workspace::edit(int id, const review::Edit& edit, int frame) {
  Picture* p = picture(id);
  if (p == nullptr || !p->review)
    return tr("This picture is not analysed yet.");
  if (saving_)
    return tr("The exam is being saved; try again in a moment.");
  try {
    const review::EditRecord done = record(edit, frame);
    p->review->apply(done);
    p->unsaved = true;
    journal([&](review::Journal& j) { j.edited(p->key, done); });
  } catch (const Error& error) {
    return sentence(error);
  }
  changed(*p);
  emit edited(id);
  return {};
}

void Workspace::undo(int id) {
  Picture* p = picture(id);
  if (p == nullptr || !p->review || !p->review->canUndo() || saving_)
    return;
  try {
    p->review->undo();
  } catch (const Error& error) { // pixels that it needs are gone
    emit trouble(sentence(error));
    return;
  }
  p->unsaved = true;
  journal([&](review::Journal& j) { j.undone(p->key); });
  changed(*p);
  emit edited(id);
}

void Workspace::redo(int id) {
  Picture* p = picture(id);
  if (p == nullptr || !p->review || !p->review->canRedo() || saving_)
    return;
  const review::EditRecord again = *p->review->nextRedo();
  try {
    p->review->redo();
  } catch (const Error& error) {
    emit trouble(sentence(error));
    return;
  }
  p->unsaved = true;
  journal([&](review::Journal& j) { j.edited(p->key, again); });
  changed(*p);
  emit edited(id);
}

bool Workspace::unsaved() const noexcept {
  return std::any_of(exams_.begin(), exams_.end(), [](const auto& e) { return e->unsaved(); });
}

void Workspace::save(const std::string& key, const std::filesystem::path& folder) {
  const auto found = std::find_if(exams_.begin(), exams_.end(), [&](const auto& e) { return e->key == key; });
  if (found == exams_.end() || saving_)
    return;
  saving_ = true;
  Exam* exam = found->get(); // stays: it can't be closed while it is saved
  // What there is now: pictures that come meanwhile, with recovered edits perhaps, are not in it.
  std::vector<int> inIt;
  for (const auto& picture : exam->pictures)
    if (picture->review)
      inIt.push_back(picture->id);
  saver_ = std::jthread([this, exam, key, folder, inIt, reviews = exam->reviews(), date = exam->date] {
    QString problem;
    try {
      review::ExamReview(reviews, date, options_.criteria).save({folder, "hipcuff-viewer", options_.plugins});
    } catch (const Error& error) {
      problem = sentence(error);
    } catch (const std::exception& error) {
      problem = QString::fromUtf8(error.what());
    }
    QMetaObject::invokeMethod(
        this,
        [this, exam, key, folder, inIt, problem] {
          saving_ = false;
          const auto waiting = std::exchange(deferred_, {});
          const auto after = [&] {
            for (const review::AbandonedJournal& one : waiting)
              recover(one);
          };
          if (!problem.isEmpty()) {
            emit saveFailed(QString::fromStdString(key), problem);
            after();
            return;
          }
          exam->results = folder;
          for (const auto& picture : exam->pictures)
            if (picture->unsaved && std::find(inIt.begin(), inIt.end(), picture->id) != inIt.end()) {
              picture->unsaved = false;
              journal([&](review::Journal& j) { j.saved(picture->key); });
              emit pictureChanged(picture->id);
            }
          emit saved(QString::fromStdString(key), QString::fromStdString(folder.string()));
          after();
        },
        Qt::QueuedConnection);
  });
}

void Workspace::discardUnsaved(const std::string& examKey) {
  for (const auto& exam : exams_) {
    if (!examKey.empty() && exam->key != examKey)
      continue;
    for (const auto& picture : exam->pictures)
      if (picture->unsaved) {
        journal([&](review::Journal& j) { j.discarded(picture->key); });
        picture->unsaved = false;
      }
  }
}

std::vector<review::AbandonedJournal> Workspace::abandoned() const {
  if (options_.journalFolder.empty())
    return {};
  return review::abandonedJournals(options_.journalFolder);
}

void Workspace::recover(const review::AbandonedJournal& journal) {
  if (saving_) { // the saver reads what recovering would change
    deferred_.push_back(journal);
    return;
  }
  recoveries_.push_back({journal, journal.pictures, 0});
  // Those that are open already.
  for (const auto& exam : exams_)
    for (const auto& picture : exam->pictures)
      if (picture->review && tryRecover(*picture))
        changed(*picture);
  QStringList paths;
  for (const auto& unsaved : recoveries_.back().open) {
    const QString path = QString::fromStdString(unsaved.picture.opened);
    if (!paths.contains(path))
      paths << path;
  }
  if (!paths.isEmpty())
    open(paths);
}

bool Workspace::tryRecover(Picture& picture) {
  bool any = false;
  for (Recovery& recovery : recoveries_) {
    const auto found = std::find_if(recovery.open.begin(), recovery.open.end(), [&](const auto& unsaved) {
      return unsaved.picture.path == picture.key.path && unsaved.picture.pane == picture.key.pane &&
             unsaved.picture.sopInstanceUid == picture.key.sopInstanceUid;
    });
    if (found == recovery.open.end())
      continue;
    const auto wanted = review::recoveryOf(*found, picture.review->edits());
    for (std::size_t i = 0; i < wanted.undo; ++i) {
      picture.review->undo();
      this->journal([&](review::Journal& j) { j.undone(picture.key); });
      picture.unsaved = true;
    }
    for (const review::EditRecord& edit : wanted.apply) {
      try {
        picture.review->apply(edit);
        this->journal([&](review::Journal& j) { j.edited(picture.key, edit); });
        picture.unsaved = true;
      } catch (const Error& error) {
        emit trouble(tr("An edit could not be recovered: %1").arg(sentence(error)));
      }
    }
    const bool safe = !journalBroken_ && !options_.journalFolder.empty(); // in this session's journal now
    if (safe)
      review::settle(recovery.journal, found->picture);
    recovery.open.erase(found);
    ++recovery.done;
    any = true;
    if (recovery.open.empty()) {
      if (safe)
        review::removeJournal(recovery.journal);
      emit recovered(recovery.done, {});
    }
  }
  return any;
}

} // namespace hipcuff::viewer
