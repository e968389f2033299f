// Asking a PACS, fetching a study and sending results, on workers: the window never waits.
#pragma once

#include "model/pacs_peer.h"

#include "hipcuff/dicom/network/fetch.h"

#include <QObject>
#include <QStringList>

#include <atomic>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <thread>
#include <vector>

namespace hipcuff::viewer {

/// What a person asks for; empty fields: any.
struct PacsQuestion {
  QString patientId;
  QString name; ///< its beginning will do
  QString accession;
  QString date; ///< as dicom::dateRange() takes it: "today", "2024-01-31", "2024-01-01..2024-03-31"
  QString studyUid;
  bool ultrasoundOnly = true;

  /// What is wrong with it, in one line; empty: nothing.
  [[nodiscard]] QString problem() const;
  /// @throws UsageError
  [[nodiscard]] dicom::StudyQuery toQuery() const;
};

/// One thing at a time. What is cancelled is over for the window at once; its worker ends by itself, within the time
/// limits of the peer. Lives on the window's thread.
class PacsClient : public QObject {
  Q_OBJECT
public:
  /// @param ownFolder where studies go that nobody gave a folder for; made where missing, for this person only. What
  ///        this object put there goes with it, and so does what sessions that died left there more than a week ago.
  explicit PacsClient(std::filesystem::path ownFolder, QObject* parent = nullptr);
  ~PacsClient() override;

  static constexpr std::size_t mostStudies = 200;

  /// answered() or failed() follows.
  void ask(const PacsPeer& peer, const PacsQuestion& question);
  /// Whether the peer is there and talks to us. echoed() or failed() follows.
  void echo(const PacsPeer& peer);
  /// Into `folder`/STUDY/SERIES, or into a folder of our own where it is empty. coming() and fetched() or failed()
  /// follow.
  void fetch(const PacsPeer& peer, const dicom::FoundStudy& study, const std::filesystem::path& folder = {});
  /// Every .dcm in the folder. coming() and sent() or failed() follow.
  void send(const PacsPeer& peer, const std::filesystem::path& folder);
  /// cancelled() follows at once where something was under way. What was fetched until then stays in a folder that a
  /// person gave, and goes from our own.
  void cancel();
  [[nodiscard]] bool running() const noexcept { return current_ != nullptr; }

signals:
  /// @param more there are more than mostStudies  @param unasked answers that don't fit the question, left out
  void answered(const std::vector<hipcuff::dicom::FoundStudy>& studies, bool more, int unasked);
  void echoed();
  void coming(int done, int total);
  /// @param problem what is missing and why; empty: all is there
  void fetched(const QString& folder, int objects, const QString& problem);
  void sent(int objects, const QString& problem);
  void failed(const QString& problem);
  void cancelled();

private:
  struct Work {
    int number = 0;
    std::atomic<bool> stop = false;
    std::atomic<bool> ended = false;
    std::jthread thread; ///< last: it ends before what it uses
  };
  using Told = std::function<void()>;
  /// @param work on the worker's thread; returns what the window's thread is to do. May throw
  void start(std::function<Told(Work&)> work);
  void tell(const Work& work, const Told& what, bool last);
  [[nodiscard]] std::filesystem::path newOwnFolder();
  /// On the worker's thread. @throws NetworkError, OutputError, ConfigError
  [[nodiscard]] dicom::FetchedStudy fetchInto(const std::filesystem::path& folder, const PacsPeer& peer,
                                              const std::string& studyUid, Work& work);

  std::filesystem::path ownFolder_;
  std::vector<std::filesystem::path> made_;
  std::shared_ptr<Work> current_; ///< null: nothing that the window waits for
  std::list<std::shared_ptr<Work>> all_;
  int started_ = 0;
};

} // namespace hipcuff::viewer
