#include "results.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/progress.h"
#include "hipcuff/pacs/result_objects.h"

#include <algorithm>

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

} // namespace

void Results::make() {
  if (std::chrono::steady_clock::now() < notBefore_)
    return;
  try {
    for (const auto& exam : queue_.unexported())
      makeOf(exam);
  } catch (const std::exception& error) { // the disk is full, say
    log_.seldom(std::string("Results wait to be made DICOM objects: ") + error.what());
    notBefore_ = std::chrono::steady_clock::now() + pause;
  }
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
  } catch (const OutputError&) {
    throw;
  } catch (const Error& error) {
    problem = error.problem();
  }
  queue_.queueResults(exam.id, outgoing, problem, clock_());
  ++made_;
  log_.line(exam.name + ": analysed, " + plural(static_cast<std::int64_t>(count), "result object") +
            (problem.empty() ? "" : "; not all: " + problem));
}

} // namespace hipcuff::node
