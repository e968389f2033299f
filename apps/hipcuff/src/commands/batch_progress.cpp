#include "commands/batch_progress.h"

#include "cli/console.h"
#include "cli/help.h"
#include "cli/inputs.h"
#include "cli/table.h"

namespace hipcuff::cli {
namespace {

using namespace std::chrono_literals;

std::string clock(double seconds) {
  const auto whole = static_cast<long long>(seconds + 0.5);
  const auto two = [](long long value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return whole < 3600 ? std::to_string(whole / 60) + ":" + two(whole % 60)
                      : std::to_string(whole / 3600) + ":" + two(whole / 60 % 60) + ":" + two(whole % 60);
}

std::string rate(double count, double seconds, const std::string& what) {
  if (seconds < 1 || count < 1)
    return {};
  const double each = count / seconds;
  return each >= 1 ? decimals(each, each < 10 ? 1 : 0) + " " + what + "/s"
                   : decimals(each * 60, each * 60 < 10 ? 1 : 0) + " " + what + "/min";
}

} // namespace

BatchProgress::BatchProgress(Console& console)
    : console_(console) {}

BatchProgress::~BatchProgress() {
  console_.clearBar();
}

std::string BatchProgress::scanning(const batch::BatchCounts& counts, double seconds) const {
  std::string line = "Looking through the inputs: " + std::to_string(counts.files) + " files";
  if (const std::string each = rate(static_cast<double>(counts.files), seconds, "files"); !each.empty())
    line += ", " + each;
  return line;
}

std::string BatchProgress::analysing(const batch::BatchCounts& counts, double seconds) const {
  std::string line = "Analysing ";
  if (console_.drawsBars() && counts.workToDo > 0 && helpWidth() >= 100) {
    constexpr std::int64_t width = 16;
    const auto filled =
        static_cast<std::size_t>(std::min(width, width * counts.workDone / std::max<std::int64_t>(1, counts.workToDo)));
    line += "[" + std::string(filled, '#') + std::string(width - filled, '.') + "] ";
  }
  line += std::to_string(counts.examsDone) + "/" + std::to_string(counts.exams) + " exams";
  if (const std::string each = rate(static_cast<double>(counts.examsDone), seconds, "exams"); !each.empty())
    line += ", " + each;
  // By frames: a long cine counts for what it costs.
  if (counts.workDone > 0 && counts.workDone < counts.workToDo)
    line +=
        ", " +
        clock(seconds / static_cast<double>(counts.workDone) * static_cast<double>(counts.workToDo - counts.workDone)) +
        " left";
  return line + "; " + std::to_string(counts.graded) + " graded, " + std::to_string(counts.refused) + " not, " +
         std::to_string(counts.failed) + " failed";
}

void BatchProgress::progress(Phase phase, const batch::BatchCounts& counts) {
  const auto now = std::chrono::steady_clock::now();
  const bool begins = phase_ != phase;
  if (begins) {
    phase_ = phase;
    began_ = now;
  }
  if (stopRequested() && !stopTold_ && phase != Phase::writing) {
    stopTold_ = true;
    console_.say(phase == Phase::scanning ? "Stopping; --resume goes on."
                                          : "Stopping when the exams in hand are done; Ctrl-C again stops now. "
                                            "--resume goes on either way.");
  }
  // A log of a night should not be all of this.
  const auto pause = console_.drawsBars() ? 100ms : now - began_ < 10min ? 10s : 60s;
  if (!begins && now - drawn_ < pause)
    return;
  drawn_ = now;
  const double seconds = std::chrono::duration<double>(now - began_).count();
  std::string line = "Writing the work list";
  if (phase == Phase::scanning)
    line = scanning(counts, seconds);
  else if (phase == Phase::analysing)
    line = analysing(counts, seconds);
  if (console_.drawsBars())
    console_.bar(line);
  else if (!begins)
    console_.say(line);
}

void BatchProgress::problem(const InputOutcome& outcome) {
  if (outcome.kind == InputOutcome::Kind::failed)
    console_.error(lineOf(outcome));
  else
    console_.detail("skipped: " + lineOf(outcome));
}

void BatchProgress::note(const std::string& line) {
  console_.say(line);
}

bool BatchProgress::stopRequested() const {
  return interrupted();
}

} // namespace hipcuff::cli
