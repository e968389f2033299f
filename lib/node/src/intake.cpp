#include "intake.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <utility>

#include <sys/stat.h>

namespace hipcuff::node {
namespace {

/// One transaction.
constexpr std::size_t mostAtOnce = 200;
/// Beyond, senders wait: the disk that holds the catalogue is slower than the network.
constexpr std::size_t mostPending = 2000;
/// An association that stays open for months must not be a leak.
constexpr std::size_t mostExamsKept = 10000;
constexpr auto pause = std::chrono::seconds(5);

batch::Moment modifiedAt(const std::filesystem::path& file) {
  struct ::stat status {};
  if (::stat(file.c_str(), &status) != 0)
    return 0;
  return static_cast<batch::Moment>(status.st_mtim.tv_sec) * 1000 + status.st_mtim.tv_nsec / 1000000;
}

const char* words(dicom::AssociationEnd end) {
  switch (end) {
  case dicom::AssociationEnd::released:
    return "released";
  case dicom::AssociationEnd::aborted:
    return "aborted or cut off by the sender";
  case dicom::AssociationEnd::timedOut:
    return "cut: too slow or silent";
  case dicom::AssociationEnd::cut:
    return "cut: what came was no DICOM, or too much";
  case dicom::AssociationEnd::refused:
    return "refused";
  case dicom::AssociationEnd::stopped:
    return "cut: the node stops";
  }
  return "";
}

} // namespace

Intake::Intake(batch::Queue& queue, Logger& log, std::int64_t mostWaiting, std::function<batch::Moment()> clock)
    : queue_(queue)
    , log_(log)
    , mostWaiting_(mostWaiting)
    , clock_(std::move(clock))
    , worker_([this] { work(); }) {}

Intake::~Intake() {
  stop();
}

void Intake::stop() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (worker_.joinable())
    worker_.join();
}

void Intake::lookThrough(const std::filesystem::path& inbox) {
  namespace fs = std::filesystem;
  std::int64_t found = 0;
  std::vector<Pending> pending;
  const auto flush = [&] {
    take(pending);
    pending.clear();
  };
  try {
    for (const auto& group : fs::directory_iterator(inbox)) {
      if (!group.is_directory() || group.path().filename().string().size() != 2)
        continue;
      for (const auto& file : fs::directory_iterator(group.path())) {
        if (file.path().extension() != ".dcm" || !file.is_regular_file() || queue_.knows(file.path()))
          continue;
        ++found;
        pending.push_back({{file.path(), {}, {}, modifiedAt(file.path())}, 0});
        if (pending.size() >= mostAtOnce)
          flush();
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw OutputError(inbox, "cannot be looked through: " + error.code().message(), "check the folder's permissions");
  }
  flush();
  if (found > 0)
    log_.line(plural(found, "object") + " in the inbox were not in the queue yet; now they are");
}

std::string Intake::objectComing(std::uint64_t association) {
  const std::lock_guard guard(mutex_);
  if (failing_)
    return "the catalogue can't be written";
  if (queue_.objectsWaiting() + static_cast<std::int64_t>(pending_.size()) >= mostWaiting_) {
    log_.seldom("Objects are refused (A700): " + std::to_string(mostWaiting_) +
                " wait for their analysis, which is as many as limits.waiting_objects allows");
    return "too many objects wait for their analysis";
  }
  open_[association].busy = true;
  return {};
}

void Intake::objectFailed(std::uint64_t association) {
  const std::lock_guard guard(mutex_);
  ++counts_.refused;
  open_[association].busy = false;
}

void Intake::objectStored(const dicom::ReceivedObject& object) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return pending_.size() < mostPending || stopping_ || failing_; });
  ++(object.duplicate ? counts_.again : counts_.received);
  open_[object.association].busy = false;
  pending_.push_back({{object.path, object.callingAe, object.address, clock_(), object.duplicate}, object.association});
  changed_.notify_all();
}

void Intake::associationEnded(const dicom::AssociationSummary& summary) {
  {
    const std::lock_guard guard(mutex_);
    open_.erase(summary.association);
  }
  if (summary.stored + summary.duplicates + summary.failed == 0)
    return; // an echo, or told as a problem
  std::string text = summary.callingAe + " at " + summary.address + ": " +
                     plural(static_cast<std::int64_t>(summary.stored), "object") + " received";
  if (summary.duplicates > 0)
    text += ", " + std::to_string(summary.duplicates) + " that were here already";
  if (summary.failed > 0)
    text += ", " + std::to_string(summary.failed) + " not stored";
  log_.line(text + "; the association was " + words(summary.end));
}

void Intake::problem(const std::string& line) {
  log_.seldom(line);
}

bool Intake::isArriving(const std::string& exam) const {
  const std::lock_guard guard(mutex_);
  return std::any_of(open_.begin(), open_.end(),
                     [&](const auto& entry) { return entry.second.busy && entry.second.exams.contains(exam); });
}

IntakeCounts Intake::counts() const {
  const std::lock_guard guard(mutex_);
  return counts_;
}

void Intake::work() {
  for (;;) {
    std::vector<Pending> pending;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !pending_.empty() || stopping_; });
      if (pending_.empty())
        return;
      const auto count = static_cast<std::ptrdiff_t>(std::min(pending_.size(), mostAtOnce));
      pending.assign(pending_.begin(), pending_.begin() + count);
    }
    try {
      take(pending);
    } catch (const std::exception& error) {
      log_.seldom(std::string("What was received waits on disk: ") + error.what());
      {
        const std::lock_guard guard(mutex_);
        if (stopping_)
          return; // the next start finds it
        failing_ = true;
        changed_.notify_all();
      }
      waitBeforeTryingAgain();
      continue;
    }
    const std::lock_guard guard(mutex_);
    failing_ = false;
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(pending.size()));
    changed_.notify_all();
  }
}

void Intake::waitBeforeTryingAgain() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, pause, [this] { return stopping_; });
}

void Intake::take(const std::vector<Pending>& pending) {
  if (pending.empty())
    return;
  std::vector<batch::Arrival> arrivals;
  for (const auto& one : pending)
    arrivals.push_back(one.arrival);
  const auto taken = queue_.take(arrivals);
  const std::lock_guard guard(mutex_);
  for (std::size_t i = 0; i < taken.size(); ++i) {
    switch (taken[i].kind) {
    case batch::Taken::Kind::waiting:
      // Not where the association has ended meanwhile.
      if (const auto open = open_.find(pending[i].association); open != open_.end()) {
        if (open->second.exams.size() >= mostExamsKept)
          open->second.exams.clear();
        open->second.exams.insert(taken[i].exam);
      }
      break;
    case batch::Taken::Kind::known:
      break;
    case batch::Taken::Kind::notForUs:
      ++counts_.notForUs;
      break;
    case batch::Taken::Kind::unreadable:
      ++counts_.unreadable;
      log_.line("An object from " +
                (pending[i].arrival.fromAe.empty() ? std::string("the inbox") : pending[i].arrival.fromAe) +
                " can't be analysed: " + taken[i].problem);
      break;
    }
  }
}

} // namespace hipcuff::node
