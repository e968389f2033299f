// The open exams and everything that can be done to them. The window shows it; tests drive it without a window.
#pragma once

#include "model/exam.h"
#include "model/loader.h"

#include <QObject>
#include <QStringList>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace hipcuff::viewer {

/// A file that gave no picture.
struct Broken {
  QString opened;
  std::filesystem::path path;
  QString problem;
  bool skipped = false;
};

class Workspace : public QObject {
  Q_OBJECT
public:
  struct Options {
    Stages stages;
    Criteria criteria;
    std::filesystem::path journalFolder; ///< empty: no journal
    std::vector<PluginRecord> plugins;   ///< in `stages`, for what is saved
    QString reader;                      ///< who edits and decides
    std::vector<std::string> remarks{};  ///< that every result of an analysis here gets
    bool analyse = true;                 ///< false: pictures only (blinded reading; see Loader)
  };
  explicit Workspace(Options options, QObject* parent = nullptr);
  ~Workspace() override;

  void open(const QStringList& paths);
  void cancelWork() { loader_.cancel(); }
  [[nodiscard]] bool busy() const { return loader_.busy() || saving_; }

  [[nodiscard]] std::size_t exams() const noexcept { return exams_.size(); }
  [[nodiscard]] Exam& exam(std::size_t i) { return *exams_.at(i); }
  [[nodiscard]] const std::vector<Broken>& broken() const noexcept { return broken_; }
  [[nodiscard]] Picture* picture(int id) const; ///< null where there is none
  [[nodiscard]] Exam* examOf(int id) const;
  [[nodiscard]] const Criteria& criteria() const noexcept { return options_.criteria; }
  [[nodiscard]] const Stages& stages() const noexcept { return options_.stages; }
  [[nodiscard]] const QString& reader() const noexcept { return options_.reader; }
  void setReader(const QString& reader) { options_.reader = reader; }
  /// The person looks at it: it is analysed before all others.
  void prefer(int id);
  void closeExam(const std::string& key);

  /// Applies, keeps it in the journal, tells the window. @return what is wrong; empty: done
  QString edit(int id, const review::Edit& edit, int frame);
  void undo(int id);
  void redo(int id);
  [[nodiscard]] review::EditRecord record(const review::Edit& edit, int frame) const;

  [[nodiscard]] bool unsaved() const noexcept;
  /// On a worker; saved() or saveFailed() follows. Until then edits are refused.
  void save(const std::string& examKey, const std::filesystem::path& folder);
  [[nodiscard]] bool saving() const noexcept { return saving_; }
  /// Forgets the unsaved edits of the journal (the person chose to leave them).
  /// @param examKey empty: of all exams
  void discardUnsaved(const std::string& examKey = {});
  /// Whether the last edit is on disk.
  [[nodiscard]] bool journalSafe() const noexcept { return !options_.journalFolder.empty() && !journalBroken_; }

  /// What a session that died left behind.
  [[nodiscard]] std::vector<review::AbandonedJournal> abandoned() const;
  /// Opens their exams and applies the edits as soon as the pictures are there.
  void recover(const review::AbandonedJournal& journal);

signals:
  void pictureAdded(int id);
  void pictureChanged(int id); ///< state, result, thumbnail
  void edited(int id);         ///< the person's doing; pictureChanged comes too
  void examsChanged();         ///< one was added or closed, or its name or hips changed
  void brokenAdded();
  void analysisProgress(int done, int total, QString what);
  void workDone();
  void saved(QString examKey, QString folder);
  void saveFailed(QString examKey, QString problem);
  void trouble(QString problem); ///< not in anybody's way, but to be known
  void recovered(int pictures, QString missing);

private:
  Picture& add(Exam& exam, std::unique_ptr<Picture> picture);
  Exam& examFor(const std::string& key, const std::filesystem::path& path);
  void onOpened(const OpenedFile& file);
  void onStored(const StoredPicture& stored);
  void onAnalysed(const AnalysedFile& file);
  void onFailed(const QString& path, const QString& problem, Picture::State state);
  void makeReview(Picture& picture, ImageResult result, std::optional<ImageResult> asSaved = std::nullopt);
  void changed(Picture& picture);
  bool tryRecover(Picture& picture); ///< @return whether there was anything
  template <typename Write>
  void journal(const Write& write);

  Options options_;
  std::vector<std::unique_ptr<Exam>> exams_;
  std::vector<Broken> broken_;
  int nextId_ = 1;
  std::unique_ptr<review::Journal> journal_;
  bool journalBroken_ = false;
  struct Recovery {
    review::AbandonedJournal journal;
    std::vector<review::UnsavedPicture> open;
    int done = 0;
  };
  std::vector<Recovery> recoveries_;
  std::vector<review::AbandonedJournal> deferred_; ///< to be recovered once saving is done
  bool saving_ = false;
  std::jthread saver_;
  Loader loader_; ///< last: its threads end before what they tell
};

/// ISO 8601, UTC, whole seconds.
[[nodiscard]] std::string utcNow();

} // namespace hipcuff::viewer
