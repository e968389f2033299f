// Received objects on their way from the server's threads into the queue.
#pragma once

#include "log.h"

#include "hipcuff/batch/queue.h"
#include "hipcuff/dicom/network/server.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace hipcuff::node {

struct IntakeCounts {
  std::int64_t received = 0; ///< new objects
  std::int64_t again = 0;    ///< that were there already
  std::int64_t refused = 0;  ///< not stored, for whatever reason
  std::int64_t notForUs = 0; ///< stored, not analysed
  std::int64_t unreadable = 0;
};

/// An object is on disk when it comes here. A process that is killed before it is in the catalogue finds it at its next
/// start (see lookThrough()), so that the server's threads need not wait for the catalogue.
class Intake final : public dicom::ServerObserver {
public:
  Intake(batch::Queue& queue, Logger& log, std::int64_t mostWaiting, std::function<batch::Moment()> clock);
  ~Intake() override;

  /// Objects in the inbox that the catalogue does not know. Before the server begins.
  void lookThrough(const std::filesystem::path& inbox);
  /// What is pending goes into the queue still; no more comes.
  void stop();
  /// Whether an object is just arriving in an association that sent others of this exam.
  [[nodiscard]] bool isArriving(const std::string& exam) const;
  [[nodiscard]] IntakeCounts counts() const;

  std::string objectComing(std::uint64_t association) override;
  void objectFailed(std::uint64_t association) override;
  void objectStored(const dicom::ReceivedObject& object) override;
  void associationEnded(const dicom::AssociationSummary& summary) override;
  void problem(const std::string& line) override;

private:
  struct Pending {
    batch::Arrival arrival;
    std::uint64_t association = 0;
  };
  struct Open {
    bool busy = false;
    std::set<std::string> exams;
  };
  void work();
  void take(const std::vector<Pending>& pending);
  void waitBeforeTryingAgain();

  batch::Queue& queue_;
  Logger& log_;
  std::int64_t mostWaiting_;
  std::function<batch::Moment()> clock_;
  mutable std::mutex mutex_; ///< guards all below
  std::condition_variable changed_;
  std::deque<Pending> pending_;
  std::map<std::uint64_t, Open> open_;
  IntakeCounts counts_;
  bool failing_ = false; ///< the catalogue can't be written just now
  bool stopping_ = false;
  std::jthread worker_; ///< last
};

} // namespace hipcuff::node
