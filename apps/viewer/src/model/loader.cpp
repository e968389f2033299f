#include "model/loader.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/ingest/walk.h"

#include <QMetaObject>

#include <algorithm>
#include <functional>
#include <map>

namespace hipcuff::viewer {
namespace {

QString sentence(const std::string& problem, const std::string& remedy) {
  QString text = QString::fromStdString(problem);
  if (!remedy.empty())
    text += QStringLiteral(" (") + QString::fromStdString(remedy) + QLatin1Char(')');
  return text;
}

/// Says nothing, stops when the work was cancelled.
class StopWhenCancelled final : public Progress {
public:
  explicit StopWhenCancelled(std::function<bool()> stop)
      : stop_(std::move(stop)) {}
  void start(const std::string&, std::int64_t) override {}
  void advance(std::int64_t) override {}
  void finish() override {}
  void say(const std::string&) override {}
  [[nodiscard]] bool stopRequested() const override { return stop_(); }

private:
  std::function<bool()> stop_;
};

/// One source for all that ask for a picture's pixels: the window's thread, and now and then the one that saves.
struct CinePictures {
  CinePictures(std::shared_ptr<const Cine> c, const Stages& s)
      : cine(std::move(c))
      , source(cine->source->clone())
      , screenReader(s.screen) {}
  std::shared_ptr<const Cine> cine;
  std::unique_ptr<FrameSource> source;
  std::shared_ptr<const ScreenReader> screenReader;
  std::optional<Screen> screen;
  std::mutex mutex;

  /// Sampled as the analysis does it: the panes must be the same.
  const Screen& read() {
    if (screen)
      return *screen;
    std::vector<RgbImage> samples;
    for (const int frame : chooseFrames({FrameChoice::Kind::count, 3}, cine->frames)) {
      try {
        samples.push_back(source->frame(frame));
      } catch (const InputError&) { // the others may be good
      }
    }
    if (samples.empty())
      throw InputError(cine->path, "no frame could be decoded", "export the file again");
    screen = screenReader->read(*cine, samples);
    return *screen;
  }
};

/// The crop back in its place, black around it: coordinates stay those of the full image.
std::shared_ptr<const RgbImage> inItsPlace(const RgbImage& crop, const ImageResult& result) {
  if (!result.regionPx || result.columns <= 0 || result.rows <= 0)
    return std::make_shared<const RgbImage>(crop);
  auto full = std::make_shared<RgbImage>(result.columns, result.rows);
  const PixelBox box = *result.regionPx;
  if (box.x0 < 0 || box.y0 < 0 || box.x0 + crop.width > full->width || box.y0 + crop.height > full->height)
    return std::make_shared<const RgbImage>(crop);
  for (int y = 0; y < crop.height; ++y)
    std::copy_n(crop.row(y), static_cast<std::size_t>(crop.width) * 3,
                full->data.data() + full->index(box.x0, box.y0 + y));
  return full;
}

/// A path as the run wrote it may be relative to where the run was started, which is nowhere written. The results
/// folder and the one that it lies in are the likeliest; what is found must be the same instance anyway.
std::filesystem::path whereIs(const std::filesystem::path& path, const std::filesystem::path& results) {
  std::error_code ignored;
  if (path.is_absolute() || std::filesystem::exists(path, ignored))
    return path;
  for (const std::filesystem::path& base : {results, results.parent_path(), results.parent_path().parent_path()})
    if (std::filesystem::exists(base / path, ignored))
      return base / path;
  return path;
}

} // namespace

QImage thumbnailOf(const RgbImage& picture) {
  if (picture.empty())
    return {};
  const QImage whole(picture.data.data(), picture.width, picture.height, picture.width * 3, QImage::Format_RGB888);
  return whole.scaled(160, 120, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

bool isResults(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return std::filesystem::is_regular_file(path / "results.json", ignored);
  return path.filename() == "results.json" && std::filesystem::is_regular_file(path, ignored);
}

review::PictureAccess accessTo(std::shared_ptr<const Cine> cine, int pane, const Stages& stages) {
  auto pictures = std::make_shared<CinePictures>(cine, stages);
  review::PictureAccess access;
  access.frames = cine->frames;
  access.frame = [pictures](int frame) {
    const std::lock_guard lock(pictures->mutex); // saving reads on its own thread
    return pictures->source->frame(frame);
  };
  access.pane = [pictures, pane] {
    const std::lock_guard lock(pictures->mutex);
    const Screen& screen = pictures->read();
    if (pane < 0 || static_cast<std::size_t>(pane) >= screen.panes.size())
      throw InputError(pictures->cine->path, "no B-mode picture was found on the screen", "");
    return screen.panes[static_cast<std::size_t>(pane)];
  };
  return access;
}

review::PictureAccess accessTo(std::shared_ptr<const RgbImage> still, const ImageResult& result) {
  review::PictureAccess access;
  const int own = result.frame.value_or(0);
  const std::filesystem::path path = result.path;
  access.frames = 1;
  access.frame = [still, own, path](int frame) {
    if (frame != own)
      throw InputError(path, "frame " + std::to_string(frame + 1) + " is not at hand: the original file is gone",
                       "put it back to where it was analysed");
    return *still;
  };
  Pane pane;
  pane.box = result.regionPx.value_or(PixelBox{0, 0, still->width - 1, still->height - 1});
  pane.usable = Mask(pane.box.width(), pane.box.height(), 255);
  if (result.calibrationOrigin != CalibrationOrigin::user) {
    pane.mmPerPx = result.mmPerPx;
    pane.calibrationOrigin = result.calibrationOrigin;
  }
  access.pane = [pane] { return pane; };
  return access;
}

std::vector<ImageResult> bareResults(const Cine& cine, const Stages& stages) {
  CinePictures pictures(std::make_shared<Cine>(cine), stages);
  std::vector<ImageResult> out;
  for (const Pane& pane : pictures.read().panes) {
    ImageResult result;
    result.path = cine.path;
    result.studyInstanceUid = cine.studyInstanceUid;
    result.sopInstanceUid = cine.sopInstanceUid;
    result.pane = static_cast<int>(out.size());
    result.rows = cine.rows;
    result.columns = cine.columns;
    result.frames = cine.frames;
    result.side = cine.side;
    result.view = cine.view;
    result.bodyRegion = cine.bodyRegion;
    result.mmPerPx = pane.mmPerPx;
    result.calibrationOrigin = pane.calibrationOrigin;
    result.regionPx = pane.box;
    result.scale = scaleOf(pane);
    out.push_back(std::move(result));
  }
  return out;
}

Loader::Loader(Stages stages, Criteria criteria, bool analyse, std::vector<std::string> remarks, QObject* parent)
    : QObject(parent)
    , stages_(std::move(stages))
    , criteria_(std::move(criteria))
    , analyse_(analyse)
    , remarks_(std::move(remarks)) {
  qRegisterMetaType<std::shared_ptr<hipcuff::viewer::OpenedFile>>();
  qRegisterMetaType<std::shared_ptr<hipcuff::viewer::BrokenFile>>();
  qRegisterMetaType<std::shared_ptr<hipcuff::viewer::StoredPicture>>();
  qRegisterMetaType<std::shared_ptr<hipcuff::viewer::AnalysedFile>>();
  threads_.emplace_back([this](const std::stop_token& stop) { openWork(stop); });
  // One core is left to the window.
  const unsigned cores = std::thread::hardware_concurrency();
  for (unsigned i = 0; i < std::clamp(cores > 1 ? cores - 1 : 1U, 1U, 8U); ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { analysisWork(stop); });
}

Loader::~Loader() {
  cancel();
  for (std::jthread& thread : threads_)
    thread.request_stop();
  threads_.clear(); // joined before the members that they use go
}

void Loader::open(const QStringList& paths) {
  {
    const std::lock_guard lock(mutex_);
    toOpen_.insert(toOpen_.end(), paths.begin(), paths.end());
    ++work_;
  }
  wake_.notify_all();
}

void Loader::analyse(std::shared_ptr<const Cine> cine, bool first) {
  {
    const std::lock_guard lock(mutex_);
    for (const Job& job : working_)
      if (job.cine == cine && job.generation == generation_ && !job.forgotten)
        return;
    if (std::find(toAnalyse_.begin(), toAnalyse_.end(), cine) != toAnalyse_.end())
      return;
    ++total_;
    ++work_;
    if (first)
      toAnalyse_.push_front(std::move(cine));
    else
      toAnalyse_.push_back(std::move(cine));
  }
  wake_.notify_all();
}

void Loader::hurry(const std::shared_ptr<const Cine>& cine) {
  const std::lock_guard lock(mutex_);
  if (const auto queued = std::find(toAnalyse_.begin(), toAnalyse_.end(), cine); queued != toAnalyse_.end())
    std::rotate(toAnalyse_.begin(), queued, std::next(queued));
}

void Loader::cancel() {
  std::deque<std::shared_ptr<const Cine>> dropped;
  {
    const std::lock_guard lock(mutex_);
    ++generation_;
    toOpen_.clear();
    dropped.swap(toAnalyse_);
    total_ -= static_cast<int>(dropped.size());
  }
  for (const auto& cine : dropped)
    emit analysisCancelled(QString::fromStdString(cine->path.string()));
  checkIdle();
}

void Loader::forget(const std::shared_ptr<const Cine>& cine) {
  {
    const std::lock_guard lock(mutex_);
    for (Job& job : working_)
      if (job.cine == cine)
        job.forgotten = true;
    if (const auto queued = std::find(toAnalyse_.begin(), toAnalyse_.end(), cine); queued != toAnalyse_.end()) {
      toAnalyse_.erase(queued);
      --total_;
    }
  }
  checkIdle();
}

bool Loader::busy() const {
  const std::lock_guard lock(mutex_);
  return opening_ > 0 || !working_.empty() || !toOpen_.empty() || !toAnalyse_.empty();
}

void Loader::tell(const QString& what) {
  int done = 0;
  int total = 0;
  {
    const std::lock_guard lock(mutex_);
    done = done_;
    total = total_;
  }
  emit progress(done, total, what);
}

int Loader::work() const {
  const std::lock_guard lock(mutex_);
  return work_;
}

void Loader::checkIdle() {
  int work = 0;
  {
    const std::lock_guard lock(mutex_);
    if (opening_ > 0 || !working_.empty() || !toOpen_.empty() || !toAnalyse_.empty())
      return;
    done_ = 0;
    total_ = 0;
    work = work_;
  }
  emit idle(work);
}

void Loader::openWork(const std::stop_token& stop) {
  while (true) {
    QString path;
    int generation = 0;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !toOpen_.empty(); }) || stop.stop_requested())
        return;
      path = toOpen_.front();
      toOpen_.pop_front();
      ++opening_;
      generation = generation_;
    }
    openPath(path, stop, generation);
    {
      const std::lock_guard lock(mutex_);
      --opening_;
    }
    checkIdle();
  }
}

void Loader::openPath(const QString& path, const std::stop_token& stop, int generation) {
  try {
    if (isResults(path.toStdString()) && !analyse_)
      throw InputError({}, "a results folder holds the program's answers", "open the exam's files themselves");
    if (isResults(path.toStdString()))
      openResults(path, stop, generation);
    else
      openInputs(path, stop, generation);
  } catch (const Error& error) {
    emit brokenFile(std::make_shared<BrokenFile>(
        BrokenFile{path, path.toStdString(), sentence(error.problem(), error.remedy()), false}));
  } catch (const std::exception& error) {
    emit brokenFile(
        std::make_shared<BrokenFile>(BrokenFile{path, path.toStdString(), QString::fromUtf8(error.what()), false}));
  }
}

void Loader::openInputs(const QString& path, const std::stop_token& stop, int generation) {
  InputWalker walker({std::filesystem::path(path.toStdString())});
  SeenInstances seen;
  while (auto item = walker.next()) {
    if (stop.stop_requested() || generation_ != generation)
      return;
    if (const auto* outcome = std::get_if<InputOutcome>(&*item)) {
      emit brokenFile(
          std::make_shared<BrokenFile>(BrokenFile{path, outcome->path, sentence(outcome->problem, outcome->remedy),
                                                  outcome->kind == InputOutcome::Kind::skipped}));
      continue;
    }
    const FoundInput& found = std::get<FoundInput>(*item);
    try {
      auto cine = std::make_shared<Cine>(openCine(found.path));
      if (const auto before = seen.seenBefore(cine->sopInstanceUid, found.path)) {
        emit brokenFile(std::make_shared<BrokenFile>(BrokenFile{
            path, found.path, tr("a second copy of %1").arg(QString::fromStdString(before->string())), true}));
        continue;
      }
      QImage thumbnail;
      try {
        thumbnail = thumbnailOf(cine->source->clone()->frame(cine->frames / 2));
      } catch (const InputError&) { // the analysis will say what is wrong with its frames
      }
      emit openedFile(
          std::make_shared<OpenedFile>(OpenedFile{path, std::move(cine), std::move(thumbnail), generation}));
    } catch (const NotForUs& error) {
      emit brokenFile(std::make_shared<BrokenFile>(
          BrokenFile{path, found.path, sentence(error.problem(), error.remedy()), !found.named}));
    } catch (const Error& error) {
      emit brokenFile(
          std::make_shared<BrokenFile>(BrokenFile{path, found.path, sentence(error.problem(), error.remedy()), false}));
    } catch (const std::exception& error) { // a library's own: this file's trouble alone
      emit brokenFile(
          std::make_shared<BrokenFile>(BrokenFile{path, found.path, QString::fromUtf8(error.what()), false}));
    }
  }
}

void Loader::openResults(const QString& path, const std::stop_token& stop, int generation) {
  std::filesystem::path folder = path.toStdString();
  if (!std::filesystem::is_directory(folder))
    folder = folder.parent_path();
  const report::StoredResults stored = report::readResults(folder);
  // A person's review lies beside the program's results; its pictures replace the program's.
  std::map<std::string, ImageResult> reviewed;
  if (isResults(folder / "reviewed"))
    for (report::StoredStudy& study : report::readResults(folder / "reviewed").studies)
      for (report::StoredImage& image : study.images)
        if (image.result.review)
          reviewed.emplace(image.id, std::move(image.result));
  for (const InputOutcome& outcome : stored.outcomes)
    emit brokenFile(std::make_shared<BrokenFile>(BrokenFile{
        path, outcome.path, sentence(outcome.problem, outcome.remedy), outcome.kind == InputOutcome::Kind::skipped}));
  for (const report::StoredStudy& study : stored.studies)
    for (const report::StoredImage& image : study.images) {
      if (stop.stop_requested() || generation_ != generation)
        return;
      auto picture = std::make_shared<StoredPicture>();
      picture->opened = path;
      picture->folder = folder;
      picture->studyDate = study.study.studyDate;
      picture->result = image.result;
      if (const auto mineToo = reviewed.find(image.id); mineToo != reviewed.end()) {
        picture->result.review = mineToo->second.review;
        picture->reviewed = mineToo->second;
      }
      try {
        auto cine = std::make_shared<Cine>(openCine(whereIs(image.result.path, folder)));
        cine->path = image.result.path; // the result's name for it, whatever the way there
        if (cine->sopInstanceUid == image.result.sopInstanceUid && cine->columns == image.result.columns &&
            cine->rows == image.result.rows && cine->frames == image.result.frames)
          picture->cine = std::move(cine);
        else
          picture->problem = tr("the file at %1 is another one now; the stored picture is shown")
                                 .arg(QString::fromStdString(image.result.path.string()));
      } catch (const Error& error) {
        picture->problem = tr("the original file can't be opened, the stored picture is shown: %1")
                               .arg(sentence(error.problem(), error.remedy()));
      }
      try {
        if (!image.picture.empty()) {
          const RgbImage crop = readPng(image.picture, 16384);
          picture->thumbnail = thumbnailOf(crop);
          if (!picture->cine)
            picture->still = inItsPlace(crop, image.result);
        } else if (picture->cine) {
          picture->thumbnail = thumbnailOf(picture->cine->source->clone()->frame(image.result.frame.value_or(0)));
        }
      } catch (const Error& error) {
        if (!picture->cine)
          picture->problem = sentence(error.problem(), error.remedy());
      }
      emit storedPicture(std::move(picture));
    }
}

void Loader::analysisWork(const std::stop_token& stop) {
  while (true) {
    std::list<Job>::iterator job;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !toAnalyse_.empty(); }) || stop.stop_requested())
        return;
      job = working_.emplace(working_.end());
      job->cine = toAnalyse_.front();
      job->generation = generation_;
      toAnalyse_.pop_front();
    }
    const std::shared_ptr<const Cine>& cine = job->cine;
    const QString path = QString::fromStdString(cine->path.string());
    const QString name = QString::fromStdString(cine->path.filename().string());
    StopWhenCancelled cancelled(
        [&] { return stop.stop_requested() || generation_ != job->generation || job->forgotten; });
    const auto failed = [&](const QString& problem) {
      if (!cancelled.stopRequested())
        emit analysisFailed(path, problem);
      else if (!job->forgotten)
        emit analysisCancelled(path);
    };
    emit analysisStarted(path);
    tell(name);
    try {
      Cine own = *cine;
      own.source = std::shared_ptr<FrameSource>(cine->source->clone());
      own.problems.insert(own.problems.end(), remarks_.begin(), remarks_.end());
      AnalyzerOptions options;
      options.stages = stages_;
      options.criteria = criteria_;
      const Analyzer analyzer(std::move(options));
      auto done = std::make_shared<AnalysedFile>();
      done->results = analyse_ ? analyzer.analyze(own, cancelled) : bareResults(own, stages_);
      done->cine = cine;
      for (const ImageResult& result : done->results)
        done->thumbnails.push_back(result.picture ? thumbnailOf(*result.picture) : QImage());
      if (!cancelled.stopRequested())
        emit analysedFile(std::move(done));
      else if (!job->forgotten)
        emit analysisCancelled(path);
    } catch (const Error& error) {
      failed(sentence(error.problem(), error.remedy()));
    } catch (const std::exception& error) {
      failed(QString::fromUtf8(error.what()));
    }
    {
      const std::lock_guard lock(mutex_);
      working_.erase(job);
      ++done_;
    }
    tell(name);
    checkIdle();
  }
}

} // namespace hipcuff::viewer
