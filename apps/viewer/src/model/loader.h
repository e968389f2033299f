// Opens what a person drops, and analyses it, on worker threads; the window is told by signals.
#pragma once

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"
#include "hipcuff/report/results_reader.h"
#include "hipcuff/review/image_review.h"

#include <QImage>
#include <QObject>
#include <QStringList>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace hipcuff::viewer {

/// A file that was opened: no pixels were analysed yet.
struct OpenedFile {
  QString opened; ///< what the person gave
  std::shared_ptr<const Cine> cine;
  QImage thumbnail;
  int generation = 0; ///< of the loader, when it was told to open this
};

/// A file that could not be opened, or is not for us.
struct BrokenFile {
  QString opened;
  std::filesystem::path path;
  QString problem; ///< with the remedy
  bool skipped = false;
};

/// One image of a results folder.
struct StoredPicture {
  QString opened;
  std::filesystem::path folder;
  std::string studyDate;
  ImageResult result;                    ///< the program's; carries the person's review where there is one
  std::optional<ImageResult> reviewed;   ///< what that review led to
  std::shared_ptr<const Cine> cine;      ///< null where the original can't be opened
  std::shared_ptr<const RgbImage> still; ///< full image size; where the original can't be opened
  QString problem;                       ///< why there is no cine
  QImage thumbnail;
};

struct AnalysedFile {
  std::shared_ptr<const Cine> cine;
  std::vector<ImageResult> results; ///< one a pane
  std::vector<QImage> thumbnails;
};

/// Lives on the window's thread. Destroying it stops the work (within one frame's analysis).
class Loader : public QObject {
  Q_OBJECT
public:
  /// @param analyse false: files get a result that says where the B-mode picture is and how large a pixel is, and
  ///        nothing else; results folders are refused, because they hold the program's answers (blinded reading)
  /// @param remarks that every result of an analysis gets
  Loader(Stages stages, Criteria criteria, bool analyse = true, std::vector<std::string> remarks = {},
         QObject* parent = nullptr);
  ~Loader() override;

  /// Files, folders, DICOMDIR, results folders, in the background.
  void open(const QStringList& paths);
  /// Puts a file in line, unless it is there or somebody works on it; `first`: before all others.
  void analyse(std::shared_ptr<const Cine> cine, bool first = false);
  /// The person is looking at it: before all others, if it is still in line.
  void hurry(const std::shared_ptr<const Cine>& cine);
  /// Stops what is under way and forgets what is in line.
  void cancel();
  /// The same for one file; nobody is told.
  void forget(const std::shared_ptr<const Cine>& cine);
  /// Each cancel() makes a new one: what was opened before it is not to be analysed.
  [[nodiscard]] int generation() const noexcept { return generation_; }
  [[nodiscard]] bool busy() const;
  /// Another number whenever something was put in line.
  [[nodiscard]] int work() const;

signals:
  void openedFile(std::shared_ptr<hipcuff::viewer::OpenedFile> file);
  void brokenFile(std::shared_ptr<hipcuff::viewer::BrokenFile> file);
  void storedPicture(std::shared_ptr<hipcuff::viewer::StoredPicture> picture);
  void analysisStarted(QString path);
  void analysedFile(std::shared_ptr<hipcuff::viewer::AnalysedFile> file);
  void analysisFailed(QString path, QString problem);
  void analysisCancelled(QString path);
  /// Of all files that were put in line since the loader was last idle.
  void progress(int done, int total, QString what);
  /// Nothing in line and nobody working. @param work what work() said then: by the time this is heard there may be more
  void idle(int work);

private:
  /// A file that a worker is on.
  struct Job {
    std::shared_ptr<const Cine> cine;
    int generation = 0;
    std::atomic<bool> forgotten = false;
  };
  void openWork(const std::stop_token& stop);
  void analysisWork(const std::stop_token& stop);
  void openPath(const QString& path, const std::stop_token& stop, int generation);
  void openResults(const QString& path, const std::stop_token& stop, int generation);
  void openInputs(const QString& path, const std::stop_token& stop, int generation);
  void tell(const QString& what);
  void checkIdle();

  Stages stages_;
  Criteria criteria_;
  bool analyse_;
  std::vector<std::string> remarks_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<QString> toOpen_;
  std::deque<std::shared_ptr<const Cine>> toAnalyse_;
  std::atomic<int> generation_ = 0; ///< cancel() makes a new one
  int opening_ = 0;
  int work_ = 0;
  std::list<Job> working_;
  int done_ = 0;
  int total_ = 0;
  std::vector<std::jthread> threads_; ///< last
};

/// Pictures of a cine for corrections: its own decoder, and the screen read once.
/// Its functions may be called from several threads; they take turns.
[[nodiscard]] review::PictureAccess accessTo(std::shared_ptr<const Cine> cine, int pane, const Stages& stages);
/// The same of a stored picture without its original.
[[nodiscard]] review::PictureAccess accessTo(std::shared_ptr<const RgbImage> still, const ImageResult& result);

/// Where the B-mode pictures are and their scale; no frame, no geometry, no grade.
/// @throws InputError where no frame can be decoded
[[nodiscard]] std::vector<ImageResult> bareResults(const Cine& cine, const Stages& stages);

/// Scaled to fit 160 x 120, as displayed.
[[nodiscard]] QImage thumbnailOf(const RgbImage& picture);

/// Whether the folder (or file) is a results folder of hipcuff analyze.
[[nodiscard]] bool isResults(const std::filesystem::path& path);

} // namespace hipcuff::viewer

Q_DECLARE_METATYPE(std::shared_ptr<hipcuff::viewer::OpenedFile>)
Q_DECLARE_METATYPE(std::shared_ptr<hipcuff::viewer::BrokenFile>)
Q_DECLARE_METATYPE(std::shared_ptr<hipcuff::viewer::StoredPicture>)
Q_DECLARE_METATYPE(std::shared_ptr<hipcuff::viewer::AnalysedFile>)
