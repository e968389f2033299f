#include "results.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/progress.h"
#include "hipcuff/pacs/result_objects.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace hipcuff::node {
namespace {

constexpr auto pause = std::chrono::seconds(10);

/// The first thing that went wrong, and how many more.
std::string problemOf(const pacs::ResultObjects& made) {
  std::string first;
  int more = -1;
  for (const auto& outcome : made.leftOut) {
    if (outcome.kind != InputOutcome::Kind::failed)
      continue;
    if (first.empty())
      first = outcome.problem;
    ++more;
  }
  return more > 0 ? first + " (and " + std::to_string(more) + " more)" : first;
}

/// Then no other exam's objects can be written either.
bool diskIsFull(const std::exception& error) {
  const std::string text = error.what();
  for (const int number : {ENOSPC, EDQUOT})
    if (text.find(std::generic_category().message(number)) != std::string::npos)
      return true;
  return false;
}

} // namespace

void Results::make() {
  const auto now = std::chrono::steady_clock::now();
  if (now < notBefore_)
    return;
  try {
    constexpr std::size_t most = 100;
    const auto exams = queue_.unexported(static_cast<int>(most + stuck_.size()));
    // One that was analysed again, say.
    std::erase_if(stuck_, [&](const auto& one) {
      return std::none_of(exams.begin(), exams.end(), [&](const auto& exam) { return exam.id == one.first; });
    });
    for (const auto& exam : exams)
      if (const auto one = stuck_.find(exam.id); one == stuck_.end() || one->second.notBefore <= now)
        makeOf(exam);
    tell(stuck_.empty() ? std::string() : stuckText());
  } catch (const std::exception& error) { // the disk is full, say
    const std::string text = std::string("Results wait to be made DICOM objects: ") + error.what();
    log_.seldom(text);
    tell(text);
    notBefore_ = std::chrono::steady_clock::now() + pause;
  }
}

std::string Results::trouble() const {
  const std::lock_guard guard(mutex_);
  return trouble_;
}

void Results::tell(const std::string& trouble) {
  const std::lock_guard guard(mutex_);
  trouble_ = trouble;
}

std::string Results::stuckText() const {
  const auto& first = stuck_.begin()->second;
  const auto others = static_cast<std::int64_t>(stuck_.size()) - 1;
  return "The results of " + first.name + " can't be made DICOM objects: " + first.problem +
         (others == 0   ? ""
          : others == 1 ? " (nor those of 1 other)"
                        : " (nor those of " + std::to_string(others) + " others)");
}

void Results::putOff(const batch::Unexported& exam, const std::string& problem) {
  auto& one = stuck_[exam.id];
  one.name = exam.name;
  one.problem = problem;
  one.notBefore =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(batch::delayAfter(++one.tries, config_.retry));
  log_.seldom(exam.name + ": its results can't be made DICOM objects for now: " + problem);
}

void Results::makeOf(const batch::Unexported& exam) {
  std::vector<batch::Outgoing> outgoing;
  std::string problem;
  std::size_t count = 0;
  try {
    SilentProgress silent;
    const auto made = pacs::writeResultObjects(exam.folder, {.kinds = config_.kinds}, silent);
    problem = problemOf(made);
    count = made.objects.size();
    for (const auto& to : config_.destinations)
      for (const auto& object : made.objects)
        if (std::find(to.kinds.begin(), to.kinds.end(), object.kind) != to.kinds.end())
          outgoing.push_back({to.name, toString(object.kind),
                              std::filesystem::relative(object.path, exam.folder).string(), object.sopInstanceUid});
  } catch (const OutputError& error) {
    if (diskIsFull(error))
      throw;
    putOff(exam, error.path().filename().string() + ": " + error.problem());
    return;
  } catch (const Error& error) {
    problem = error.problem();
  } catch (const std::exception& error) {
    if (diskIsFull(error))
      throw;
    putOff(exam, error.what());
    return;
  }
  stuck_.erase(exam.id);
  queue_.queueResults(exam.id, outgoing, problem, clock_());
  ++made_;
  log_.line(exam.name + ": analysed, " + plural(static_cast<std::int64_t>(count), "result object") +
            (problem.empty() ? "" : "; not all: " + problem));
}

} // namespace hipcuff::node
