// A workspace without a window, and files of its own to open in it.
#pragma once

#include "model/workspace.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/png.h"
#include "hipcuff/grading/criteria.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hipcuff::viewer {

namespace fs = std::filesystem;

/// Handles events until `done`; false: not in time.
inline bool until(const std::function<bool()>& done, int milliseconds = 60000) {
  QElapsedTimer timer;
  timer.start();
  while (!done()) {
    if (timer.elapsed() > milliseconds)
      return false;
    QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

/// Handles what has already happened.
inline void settle() {
  for (int i = 0; i < 20; ++i) {
    QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

class Folder {
public:
  [[nodiscard]] fs::path path() const { return dir_.path().toStdString(); }
  [[nodiscard]] fs::path operator/(const std::string& name) const { return path() / name; }
  [[nodiscard]] QStringList all() const { return {dir_.path()}; }
  /// One of testdata's files, as NAME.dcm (or under another name).
  fs::path copy(const std::string& name, std::string as = {}) const {
    const bool cine = name.ends_with("cine");
    const fs::path from = fs::path(HIPCUFF_SOURCE_DIR) / "testdata" / name / (cine ? "cine.dcm" : "image.dcm");
    const fs::path to = path() / (as.empty() ? name + ".dcm" : as);
    fs::create_directories(to.parent_path());
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
    return to;
  }
  /// Eleven stills, each a study of its own; more than a loader has workers.
  void copyStills() const {
    for (const char* name : {"bursal-left-long", "full-left-long", "full-right-short", "intrasubstance-right-long",
                             "normal-left-long", "normal-right-long", "normal-right-short", "tendinosis-left-long",
                             "tendinosis-right-short", "undersurface-left-short", "undersurface-right-long"})
      copy(name);
  }
  fs::path write(const std::string& name, const std::string& bytes) const {
    const fs::path to = path() / name;
    fs::create_directories(to.parent_path());
    std::ofstream(to, std::ios::binary) << bytes;
    return to;
  }

private:
  QTemporaryDir dir_;
};

/// Holds the analysis up until it is let through; counts it.
class Gate final : public CortexSegmenter {
public:
  explicit Gate(bool open = false)
      : inner_(builtinStages().cortex)
      , open_(open) {}
  ~Gate() override = default;
  Cortex segment(const Frame& frame, const WorkingFrame& working) const override {
    {
      std::unique_lock lock(mutex_);
      ++calls_;
      wake_.wait(lock, [this] { return open_ || passes_ > 0; });
      if (!open_)
        --passes_;
    }
    return inner_->segment(frame, working);
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    wake_.notify_all();
  }
  void letThrough(int frames) {
    const std::lock_guard lock(mutex_);
    passes_ += frames;
    wake_.notify_all();
  }
  [[nodiscard]] int calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

private:
  std::shared_ptr<const CortexSegmenter> inner_;
  mutable std::mutex mutex_;
  mutable std::condition_variable wake_;
  mutable int calls_ = 0;
  mutable int passes_ = 0;
  bool open_;
};

inline Stages gated(const std::shared_ptr<Gate>& gate) {
  Stages stages = builtinStages();
  stages.cortex = gate;
  return stages;
}

class Session {
public:
  explicit Session(Stages stages = builtinStages(), const fs::path& journal = {}, Criteria criteria = builtinCriteria(),
                   std::vector<std::string> remarks = {})
      : workspace_(Workspace::Options{.stages = std::move(stages),
                                      .criteria = std::move(criteria),
                                      .journalFolder = journal,
                                      .plugins = {},
                                      .reader = QStringLiteral("Reader A"),
                                      .remarks = std::move(remarks)}) {
    QObject::connect(&workspace_, &Workspace::workDone, [this] { ++done_; });
    QObject::connect(&workspace_, &Workspace::saved,
                     [this](const QString&, const QString& folder) { saved_ << folder; });
    QObject::connect(&workspace_, &Workspace::saveFailed, [this](const QString&, const QString& p) { unsaved_ << p; });
    QObject::connect(&workspace_, &Workspace::trouble, [this](const QString& p) { trouble_ << p; });
    QObject::connect(&workspace_, &Workspace::recovered, [this](int pictures, const QString& missing) {
      recovered_ += pictures;
      missing_ << missing;
    });
  }
  Workspace& operator*() { return workspace_; }
  Workspace* operator->() { return &workspace_; }

  void start(const fs::path& path) {
    done_ = 0;
    workspace_.open({QString::fromStdString(path.string())});
  }
  /// Opens and waits until all is done.
  [[nodiscard]] bool open(const fs::path& path) {
    start(path);
    return idle();
  }
  [[nodiscard]] bool idle() {
    return until([this] { return done_ > 0 && !workspace_.busy(); });
  }
  [[nodiscard]] bool save(std::size_t exam, const fs::path& folder) {
    const auto before = saved_.size() + unsaved_.size();
    workspace_.save(workspace_.exam(exam).key, folder);
    return until([&] { return saved_.size() + unsaved_.size() > before; }) && unsaved_.isEmpty();
  }
  Picture& picture(std::size_t exam = 0, std::size_t index = 0) { return *workspace_.exam(exam).pictures.at(index); }
  [[nodiscard]] std::vector<Picture*> pictures() {
    std::vector<Picture*> out;
    for (std::size_t e = 0; e < workspace_.exams(); ++e)
      for (const auto& p : workspace_.exam(e).pictures)
        out.push_back(p.get());
    return out;
  }
  [[nodiscard]] int inState(Picture::State state) {
    int count = 0;
    for (const Picture* p : pictures())
      count += p->state == state ? 1 : 0;
    return count;
  }

  int done_ = 0;
  QStringList saved_;
  QStringList unsaved_;
  QStringList trouble_;
  int recovered_ = 0;
  QStringList missing_;

private:
  Workspace workspace_;
};

/// The superficial border's middle pulled away from the bone.
inline review::Edit pull(const Picture& picture, double byMm = 1.0) {
  const ImageResult& image = picture.review->current();
  const TendonStation& s = image.anatomy.tendon.stations.at(image.anatomy.tendon.stations.size() / 2);
  return review::RedrawBorder{review::Border::superficial,
                              review::pulled(image, review::Border::superficial, image.toFullPixels(s.superficialMm),
                                             image.toFullPixels(s.superficialMm + s.normal * byMm))};
}

inline double meanMm(const Picture& picture) {
  const auto& summary = picture.review->current().measurements.thickness.summary;
  return summary ? summary->meanMm : -1;
}

/// A run of its own that opens `file`, does `words` to each picture (see main.cpp) and is gone, as after kill -9.
inline void editAndDie(const fs::path& file, const fs::path& journal, const std::string& words) {
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  const std::string command =
      "timeout 60 '" + self + "' --die '" + file.string() + "' '" + journal.string() + "' " + words;
  ASSERT_EQ(std::system(command.c_str()), 0);
}

inline int frameOf(const Picture& picture) {
  return picture.review->current().frame.value_or(0);
}

} // namespace hipcuff::viewer
