#include "courier.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/network/client.h"

#include <map>
#include <utility>

namespace hipcuff::node {
namespace {

/// In one association.
constexpr int mostAtOnce = 64;
constexpr auto lookEvery = std::chrono::milliseconds(200);
constexpr auto pause = std::chrono::seconds(5);

batch::Attempt attemptOf(const dicom::SentFile& sent) {
  using dicom::Delivery;
  switch (sent.delivery) {
  case Delivery::stored:
  case Delivery::warned:
    return batch::Attempt::sent;
  case Delivery::refused:
    return dicom::worthAnotherTry(sent.delivery, sent.status) ? batch::Attempt::again : batch::Attempt::refused;
  case Delivery::noContext:
    return batch::Attempt::refused;
  case Delivery::notSent:
    return batch::Attempt::untried;
  case Delivery::lost:
  case Delivery::unreadable: // its exam's folder is being renewed, or was damaged: then it comes anew
    return batch::Attempt::again;
  }
  return batch::Attempt::again;
}

} // namespace

Courier::Courier(batch::Queue& queue, Logger& log, Destination to, batch::RetryPolicy retry,
                 std::function<batch::Moment()> clock)
    : queue_(queue)
    , log_(log)
    , to_(std::move(to))
    , retry_(retry)
    , clock_(std::move(clock))
    , worker_([this] { work(); }) {}

Courier::~Courier() {
  stop();
}

void Courier::stop() {
  const std::lock_guard guard(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

bool Courier::stopping() const {
  const std::lock_guard guard(mutex_);
  return stopping_;
}

void Courier::work() {
  while (!stopping()) {
    bool more = false;
    bool failed = false;
    try {
      more = round();
    } catch (const std::exception& error) { // of the queue: its disk is full
      failed = true;
      log_.seldom(to_.name + ": nothing is sent for now: " + error.what());
    }
    std::unique_lock lock(mutex_);
    if (!more)
      changed_.wait_for(lock, failed ? std::chrono::milliseconds(pause) : lookEvery, [this] { return stopping_; });
  }
}

bool Courier::round() {
  const auto now = clock_();
  if (queue_.destinationDue(to_.name) > now)
    return false;
  const auto due = queue_.due(to_.name, now, mostAtOnce);
  if (due.empty())
    return false;
  deliver(due);
  return true;
}

void Courier::deliver(const std::vector<batch::Delivery>& due) {
  std::vector<std::filesystem::path> files;
  std::map<std::filesystem::path, const batch::Delivery*> byFile;
  for (const auto& delivery : due) {
    files.push_back(delivery.file);
    byFile.emplace(delivery.file, &delivery);
  }
  std::map<std::string, int> sent; // by exam
  bool busy = false;               // the peer is out of resources
  const auto note = [&](const dicom::SentFile& file) {
    const auto& delivery = *byFile.at(file.file);
    const auto attempt = attemptOf(file);
    const bool givenUp = queue_.note(delivery.id, attempt, file.words, clock_(), retry_);
    if (attempt == batch::Attempt::sent)
      ++sent[delivery.exam];
    else if (file.delivery == dicom::Delivery::unreadable)
      log_.seldom(delivery.exam + ": " + delivery.kind + " can't be read now, the study may just be renewed: " +
                  file.words + (givenUp ? "; it is given up" : ""));
    else
      log_.seldom(delivery.exam + ": " + delivery.kind + " was not taken by " + to_.name + ": " + file.words +
                  (givenUp ? "; it is given up" : ""));
    busy = file.delivery == dicom::Delivery::refused && attempt == batch::Attempt::again;
    return !busy && !stopping();
  };
  std::string problem;
  try {
    for (const auto& file : dicom::send(to_.peer, files, note)) {
      if (file.delivery == dicom::Delivery::lost || (file.delivery == dicom::Delivery::notSent && !file.words.empty()))
        problem = file.words;
      if (file.delivery == dicom::Delivery::notSent && !file.words.empty() &&
          queue_.note(byFile.at(file.file)->id, batch::Attempt::untried, file.words, clock_(), retry_))
        log_.line(byFile.at(file.file)->exam + ": " + byFile.at(file.file)->kind + " was not sent to " + to_.name +
                  " for too long; it is given up: " + file.words);
    }
  } catch (const dicom::NetworkError& error) { // its settings can't be
    problem = error.problem();
  }
  if (busy)
    problem = "it is out of resources";
  for (const auto& [exam, count] : sent)
    log_.line(exam + ": " + plural(count, "result") + " sent to " + to_.name);
  if (!sent.empty())
    queue_.noteDestination(to_.name, {}, clock_(), retry_);
  if (!problem.empty())
    blame(problem);
}

void Courier::blame(const std::string& problem) {
  const auto now = clock_();
  queue_.noteDestination(to_.name, problem, now, retry_);
  log_.line(to_.name + " can't be sent to: " + problem + "; next try " + timeText(queue_.destinationDue(to_.name)));
}

} // namespace hipcuff::node
