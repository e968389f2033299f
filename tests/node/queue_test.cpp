// The queue alone: what time it is, is said by the test.
#include "node_lab.h"

#include "hipcuff/batch/queue.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/progress.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/pacs/result_objects.h"

#include <gmock/gmock.h>

#include <optional>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace hipcuff;
using batch::Attempt;
using batch::Moment;
using batch::Taken;
using testing::HasSubstr;

class Notes final : public batch::BatchObserver {
public:
  void progress(Phase, const batch::BatchCounts&) override {}
  void problem(const InputOutcome& outcome) override { lines.push_back(outcome.problem); }
  void note(const std::string& line) override { lines.push_back(line); }
  [[nodiscard]] bool stopRequested() const override { return false; }
  std::vector<std::string> lines;
};

/// Looks at screens as the built-in one does, and does something before.
class Hooked final : public ScreenReader {
public:
  Hooked(std::shared_ptr<const ScreenReader> real, std::function<void(const Cine&)> before)
      : real_(std::move(real))
      , before_(std::move(before)) {}
  [[nodiscard]] Screen read(const Cine& cine, const std::vector<RgbImage>& samples) const override {
    before_(cine);
    return real_->read(cine, samples);
  }

private:
  std::shared_ptr<const ScreenReader> real_;
  std::function<void(const Cine&)> before_;
};

class QueueTest : public testing::Test {
protected:
  static constexpr Moment start = 1700000000000;
  static constexpr Moment quiet = 30000;

  batch::BatchOptions options() {
    batch::BatchOptions out;
    out.out = folder.path() / "batch";
    out.inputs = {inbox};
    out.criteria = builtinCriteria();
    out.stages = builtinStages();
    out.pictures = false;
    if (before)
      out.stages.screen = std::make_shared<Hooked>(out.stages.screen, before);
    return out;
  }
  void open() {
    queue.reset();
    queue.emplace(options(), notes);
  }
  Taken take(const std::filesystem::path& file, bool again = false) {
    return queue->take({{file, "US1", "10.0.0.1", now, again}}).at(0);
  }
  std::vector<std::filesystem::path> study(int number, int objects, int first = 1) {
    return nodelab::study(inbox, number, objects, first);
  }
  void analyse(Moment notBefore = 0) {
    batch::AnalysisRequest request;
    request.now = [this] { return now; };
    request.quiet = quiet;
    request.notBefore = notBefore;
    request.held = held;
    request.retry = policy;
    queue->analyse(request, notes);
  }
  /// As the node does it.
  std::size_t exportAll() {
    std::size_t count = 0;
    for (const auto& exam : queue->unexported()) {
      SilentProgress silent;
      const auto made = pacs::writeResultObjects(exam.folder, {.kinds = {dicom::ObjectKind::sr}}, silent);
      std::vector<batch::Outgoing> outgoing;
      for (const auto& object : made.objects)
        outgoing.push_back({"pacs", "sr", "dicom/" + object.path.filename().string(), object.sopInstanceUid});
      queue->queueResults(exam.id, outgoing, {}, now);
      count += made.objects.size();
    }
    return count;
  }
  batch::QueueState::Place place() {
    const auto state = queue->state();
    return state.places.empty() ? batch::QueueState::Place{} : state.places[0];
  }
  /// A study that is analysed and has its report in the queue.
  void done(int number) {
    for (const auto& file : study(number, 1))
      take(file);
    now += quiet;
    analyse();
    ASSERT_EQ(exportAll(), 1U);
  }

  nodelab::Folder folder;
  std::filesystem::path inbox = folder.path() / "inbox";
  Moment now = start;
  std::function<void(const Cine&)> before;
  std::function<bool(const std::string&)> held;
  batch::RetryPolicy policy{1000, 8000, 3600000, 3};
  Notes notes;
  std::optional<batch::Queue> queue;
};

TEST_F(QueueTest, AStudyIsAnalysedOnceItIsQuiet) {
  open();
  const auto files = study(1, 3);
  EXPECT_EQ(take(files[0]).kind, Taken::Kind::waiting);
  now += quiet - 1;
  analyse();
  EXPECT_EQ(queue->state().examsWaiting, 1);
  EXPECT_EQ(take(files[1]).kind, Taken::Kind::waiting);
  now += quiet - 1;
  EXPECT_EQ(take(files[2]).kind, Taken::Kind::waiting);
  EXPECT_EQ(queue->objectsWaiting(), 3);
  now += quiet - 1;
  analyse();
  EXPECT_EQ(queue->state().examsDone, 0);
  now += 1;
  analyse(now); // the sender may be about to come back
  EXPECT_EQ(queue->state().examsDone, 0);
  bool arriving = true;
  held = [&](const std::string&) { return arriving; };
  analyse();
  EXPECT_EQ(queue->state().examsDone, 0);
  arriving = false;
  analyse();
  EXPECT_EQ(queue->state().examsDone, 1);
  EXPECT_EQ(queue->objectsWaiting(), 0);
  EXPECT_EQ(exportAll(), 1U);
  EXPECT_EQ(exportAll(), 0U);
  EXPECT_EQ(queue->due("pacs", now, 10).size(), 1U);
  EXPECT_TRUE(queue->due("elsewhere", now, 10).empty());
}

TEST_F(QueueTest, WhatComesLateMakesItWaitAgainAndWhatIsKnownDoesNot) {
  open();
  done(1);
  EXPECT_EQ(take(nodelab::study(folder.path() / "copies", 1, 1).at(0)).kind, Taken::Kind::waiting) << "another path";
  now += quiet;
  analyse();
  exportAll();
  EXPECT_EQ(place().replaced, 1);
  EXPECT_EQ(take(queue->due("pacs", now, 1).at(0).file).kind, Taken::Kind::notForUs) << "our own report";
  EXPECT_EQ(queue->state().examsWaiting, 0);
  const auto files = study(2, 1);
  take(files[0]);
  now += quiet;
  analyse();
  EXPECT_EQ(take(files[0]).kind, Taken::Kind::known);
  EXPECT_EQ(queue->state().examsWaiting, 0);
}

TEST_F(QueueTest, ResultsOfAStateThatNoLongerHoldsStayBehind) {
  open();
  done(1);
  take(study(1, 1, 2).at(0));
  EXPECT_TRUE(queue->due("pacs", now, 10).empty()) << "a newer result is coming";
  now += quiet;
  analyse();
  EXPECT_TRUE(queue->due("pacs", now, 10).empty()) << "not made objects yet";
  EXPECT_EQ(exportAll(), 1U);
  EXPECT_EQ(queue->due("pacs", now, 10).size(), 1U);
  EXPECT_EQ(place().replaced, 1);
}

TEST_F(QueueTest, AStudyThatChangesWhileItIsAnalysedIsAnalysedAgain) {
  const auto late = study(1, 1, 2);
  bool come = false;
  before = [&](const Cine&) {
    if (!std::exchange(come, true))
      take(late[0]);
  };
  open();
  take(study(1, 1)[0]);
  now += quiet;
  analyse();
  EXPECT_EQ(queue->state().examsWaiting, 1);
  EXPECT_EQ(queue->state().examsDone, 0);
  EXPECT_EQ(exportAll(), 0U) << "the result of the old state is not sent";
  ASSERT_FALSE(notes.lines.empty());
  EXPECT_THAT(notes.lines.back(), HasSubstr("has changed while it was analysed"));
  analyse();
  EXPECT_EQ(queue->state().examsDone, 0) << "not quiet yet";
  now += quiet;
  analyse();
  EXPECT_EQ(queue->state().examsDone, 1);
  EXPECT_EQ(exportAll(), 1U);
}

TEST_F(QueueTest, EverythingIsThereAfterARestart) {
  open();
  done(1);
  const auto file = study(2, 1).at(0);
  EXPECT_FALSE(queue->knows(file));
  take(file);
  now += quiet;
  open();
  EXPECT_TRUE(queue->knows(file));
  analyse();
  EXPECT_EQ(queue->state().examsDone, 2);
  EXPECT_EQ(exportAll(), 1U);
  EXPECT_EQ(queue->due("pacs", now, 10).size(), 2U);
}

TEST_F(QueueTest, ALostCatalogueIsMadeAnewAndResultsAreSentAgain) {
  open();
  done(1);
  ASSERT_FALSE(queue->note(queue->due("pacs", now, 1).at(0).id, Attempt::sent, {}, now, policy));
  queue.reset();
  std::filesystem::remove(folder.path() / "batch" / "catalogue.sqlite");
  open();
  EXPECT_EQ(queue->state().examsDone, 1);
  EXPECT_EQ(exportAll(), 1U);
  EXPECT_EQ(queue->due("pacs", now, 1).size(), 1U);
}

TEST_F(QueueTest, WhatABatchDidAnewMeanwhileIsSent) {
  open();
  done(1);
  done(2);
  open();
  EXPECT_EQ(exportAll(), 0U);
  queue.reset();
  auto again = options();
  again.resume = true;
  again.criteria.version += " of ours";
  EXPECT_EQ(batch::runBatch(again, notes).counts.examsDone, 2);
  open();
  EXPECT_EQ(exportAll(), 2U);
  EXPECT_EQ(place().replaced, 2);
}

TEST_F(QueueTest, AnotherInboxIsRefused) {
  open();
  queue.reset();
  inbox = folder.path() / "other";
  EXPECT_THROW(open(), ConfigError);
}

TEST_F(QueueTest, DelaysDoubleUpToTheMost) {
  std::vector<std::int64_t> delays;
  for (int tries = 1; tries <= 6; ++tries)
    delays.push_back(batch::delayAfter(tries, policy));
  EXPECT_EQ(delays, (std::vector<std::int64_t>{1000, 2000, 4000, 8000, 8000, 8000}));
  EXPECT_EQ(batch::delayAfter(1000000, policy), 8000);
}

TEST_F(QueueTest, WhatWentWrongIsTriedAgainLaterAndGivenUpAtLast) {
  open();
  done(1);
  const auto file = lab::objectsIn(inbox).at(0);
  const Moment queued = now;
  auto due = queue->due("pacs", now, 10);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_FALSE(queue->note(due[0].id, Attempt::again, "busy", now, policy));
  EXPECT_TRUE(queue->due("pacs", now + 999, 10).empty());
  now += 1000;
  due = queue->due("pacs", now, 10);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].tries, 1);
  EXPECT_FALSE(queue->note(due[0].id, Attempt::again, "busy", now, policy));
  EXPECT_TRUE(queue->due("pacs", now + 1999, 10).empty());
  EXPECT_FALSE(queue->note(due[0].id, Attempt::untried, "down", queued + policy.giveUpAfter - 1, policy));
  EXPECT_TRUE(queue->note(due[0].id, Attempt::untried, "down", queued + policy.giveUpAfter, policy));
  EXPECT_EQ(place().givenUp, 1);
  ASSERT_EQ(queue->state().troubles.size(), 1U);
  EXPECT_EQ(queue->state().troubles[0].what, "pacs: sr was given up: down");
  // Whoever sends the study once more asks for its results, too.
  EXPECT_EQ(take(file, true).kind, Taken::Kind::known);
  EXPECT_EQ(place().givenUp, 0);
  EXPECT_EQ(place().waiting, 1);
}

TEST_F(QueueTest, LastingRefusalsAreAnAnswer) {
  open();
  done(1);
  const auto id = queue->due("pacs", now, 10).at(0).id;
  EXPECT_FALSE(queue->note(id, Attempt::refused, "no", now, policy));
  EXPECT_FALSE(queue->note(id, Attempt::again, "busy", now, policy));
  EXPECT_FALSE(queue->note(id, Attempt::refused, "no", now, policy));
  EXPECT_TRUE(queue->note(id, Attempt::refused, "no", now, policy));
  batch::RetryPolicy never{1000, 8000, 0, 0};
  done(2);
  const auto other = queue->due("pacs", now, 10).at(0).id;
  for (int i = 0; i < 20; ++i)
    EXPECT_FALSE(queue->note(other, Attempt::refused, "no", now += 10000000, never));
}

TEST_F(QueueTest, APlaceThatIsDownIsLeftAloneForAWhile) {
  open();
  EXPECT_EQ(queue->destinationDue("pacs"), 0);
  queue->noteDestination("pacs", "down", now, policy);
  EXPECT_EQ(queue->destinationDue("pacs"), now + 1000);
  queue->noteDestination("pacs", "down", now, policy);
  EXPECT_EQ(queue->destinationDue("pacs"), now + 2000);
  EXPECT_EQ(place().problem, "down");
  EXPECT_EQ(place().tries, 2);
  queue->noteDestination("pacs", {}, now, policy);
  EXPECT_EQ(queue->destinationDue("pacs"), 0);
  EXPECT_EQ(place().problem, "");
  EXPECT_EQ(place().lastSent, now);
}

TEST_F(QueueTest, AClockThatWasAheadHoldsUpNothing) {
  constexpr Moment halfAnHour = 1800000;
  open();
  done(1);
  now += halfAnHour;
  take(study(2, 1).at(0));
  EXPECT_FALSE(queue->note(queue->due("pacs", now, 1).at(0).id, Attempt::again, "busy", now, policy));
  queue->noteDestination("pacs", "down", now, policy);
  now -= halfAnHour;
  open(); // a restart alone is no help
  now += quiet;
  analyse();
  EXPECT_EQ(queue->state().examsDone, 1);
  queue->clockMayHaveBeenAhead(now, policy);
  EXPECT_LE(queue->destinationDue("pacs"), now);
  EXPECT_EQ(queue->due("pacs", now, 10).size(), 1U);
  EXPECT_EQ(queue->state().oldestWaiting, now);
  analyse();
  EXPECT_EQ(queue->state().examsDone, 1) << "not quiet yet";
  now += quiet;
  queue->clockMayHaveBeenAhead(now, policy);
  analyse();
  EXPECT_EQ(queue->state().examsDone, 2);
}

TEST_F(QueueTest, OnlyWhatWasDeliveredIsRemoved) {
  open();
  done(1);
  const auto file = lab::objectsIn(inbox).at(0);
  EXPECT_EQ(queue->dropInputs(now + 1000000), 0) << "its report waits";
  const auto id = queue->due("pacs", now, 1).at(0).id;
  EXPECT_FALSE(queue->note(id, Attempt::sent, {}, now, policy));
  EXPECT_EQ(queue->dropInputs(start - 1), 0) << "too new";
  EXPECT_EQ(queue->dropInputs(now + 1000000), 1);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_FALSE(queue->knows(file));
  EXPECT_EQ(queue->state().examsDone, 1);
  // The same object once more changes nothing.
  const auto again = study(1, 1).at(0);
  std::filesystem::rename(again, file);
  EXPECT_EQ(take(file).kind, Taken::Kind::known);
  EXPECT_EQ(queue->state().examsWaiting, 0);
}

TEST_F(QueueTest, AnObjectThatSomebodyRemovedIsMissed) {
  open();
  done(1);
  std::filesystem::remove(lab::objectsIn(inbox).at(0));
  take(study(1, 1, 2).at(0));
  now += quiet;
  analyse();
  EXPECT_EQ(queue->state().examsWaiting, 1);
  ASSERT_EQ(queue->state().troubles.size(), 1U);
  EXPECT_THAT(queue->state().troubles[0].what, HasSubstr("1 picture of it"));
}

TEST_F(QueueTest, AnObjectThatCantBeRemovedKeepsNoOther) {
  open();
  done(1);
  const auto stuck = lab::objectsIn(inbox).at(0);
  done(2);
  for (const auto& one : queue->due("pacs", now, 10))
    EXPECT_FALSE(queue->note(one.id, Attempt::sent, {}, now, policy));
  std::filesystem::remove(stuck);
  std::filesystem::create_directories(stuck / "full"); // cannot be removed, not even by root
  EXPECT_EQ(queue->dropInputs(now + 1), 1);
  EXPECT_THROW(queue->dropInputs(now + 1), OutputError);
  EXPECT_EQ(lab::objectsIn(inbox).size(), 0U);
  std::filesystem::remove_all(stuck);
  EXPECT_EQ(queue->dropInputs(now + 1), 1);
}

TEST_F(QueueTest, ALatePictureAloneReplacesNoResultsOfAWholeStudy) {
  open();
  const auto files = study(1, 2);
  for (const auto& file : files)
    take(file);
  now += quiet;
  analyse();
  exportAll();
  for (const auto& one : queue->due("pacs", now, 10))
    EXPECT_FALSE(queue->note(one.id, Attempt::sent, {}, now, policy));
  ASSERT_EQ(queue->dropInputs(now + 1), 2);
  const auto late = study(1, 1, 3).at(0);
  EXPECT_EQ(take(late).kind, Taken::Kind::waiting);
  now += quiet;
  analyse();
  EXPECT_EQ(queue->state().examsWaiting, 1);
  EXPECT_EQ(exportAll(), 0U);
  ASSERT_EQ(queue->state().troubles.size(), 1U);
  EXPECT_THAT(queue->state().troubles[0].what, HasSubstr("2 pictures of it"));
  EXPECT_THAT(queue->state().troubles[0].what, HasSubstr("send the whole study again"));
  EXPECT_EQ(queue->dropInputs(now + 1), 0);
  const auto back = study(1, 2);
  std::filesystem::rename(back[0], files[0]);
  std::filesystem::rename(back[1], files[1]);
  take(files[0]);
  now += quiet;
  analyse();
  ASSERT_EQ(queue->state().troubles.size(), 1U);
  EXPECT_THAT(queue->state().troubles[0].what, HasSubstr("1 picture of it"));
  take(files[1]);
  now += quiet;
  open();
  analyse();
  EXPECT_EQ(queue->state().examsDone, 1);
  EXPECT_TRUE(queue->state().troubles.empty());
  ASSERT_EQ(exportAll(), 1U);
  EXPECT_FALSE(queue->note(queue->due("pacs", now, 1).at(0).id, Attempt::sent, {}, now, policy));
  EXPECT_EQ(queue->dropInputs(now + 1), 3) << "the new results are of all three";
}

TEST_F(QueueTest, AnObjectThatCantBeReadStopsNobody) {
  open();
  std::filesystem::create_directories(inbox);
  EXPECT_EQ(take(nodelab::write(inbox / "bad.dcm", "no DICOM")).kind, Taken::Kind::unreadable);
  const auto cut = study(1, 1).at(0);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) - 100);
  EXPECT_EQ(take(cut).kind, Taken::Kind::unreadable);
  done(2);
  EXPECT_EQ(queue->state().examsDone, 1);
  EXPECT_EQ(queue->state().objectsUnreadable, 2);
}

/// A process that analyses and may be ended by what it analyses. @return how it ended
int inAChild(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

TEST_F(QueueTest, AnObjectThatEndsTheProgramDoesNotKeepItFromTheOthers) {
  open();
  take(study(1, 1).at(0));
  now += 1;
  take(study(2, 1).at(0));
  now += quiet;
  queue.reset();
  before = [](const Cine& cine) {
    if (cine.studyInstanceUid == "1.2.7.1")
      ::_exit(7);
  };
  int ended = 0;
  for (int i = 0; i < 10; ++i)
    if (inAChild([&] {
          open();
          analyse();
        }) == 7)
      ++ended;
  open();
  EXPECT_EQ(queue->state().examsDone, 1);
  EXPECT_EQ(queue->state().examsWaiting, 1);
  ASSERT_FALSE(queue->state().troubles.empty());
  EXPECT_THAT(queue->state().troubles[0].what, HasSubstr("the program was ended"));
  EXPECT_EQ(ended, 5) << "then only after a while";
  // Another version that can do it does.
  before = {};
  now += 10000;
  open();
  analyse();
  EXPECT_EQ(queue->state().examsDone, 2);
}

} // namespace
