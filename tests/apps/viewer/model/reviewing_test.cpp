// Corrections, their journal, and saving.
#include "session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace hipcuff::viewer {
namespace {

using State = Picture::State;
using testing::HasSubstr;

TEST(Reviewing, AnEditChangesTheNumbersAndIsUndone) {
  const Folder folder;
  Session session;
  ASSERT_TRUE(session.open(folder.copy("normal-left-long")));
  Picture& picture = session.picture();
  const double before = meanMm(picture);
  ASSERT_GT(before, 0);
  std::vector<int> told;
  QObject::connect(&*session, &Workspace::edited, [&](int id) { told.push_back(id); });
  EXPECT_EQ(session->edit(picture.id, pull(picture), frameOf(picture)).toStdString(), "");
  const double after = meanMm(picture);
  EXPECT_GT(after, before + 0.05);
  EXPECT_TRUE(picture.unsaved);
  EXPECT_TRUE(session->unsaved());
  EXPECT_TRUE(session->exam(0).stale);
  session->undo(picture.id);
  EXPECT_DOUBLE_EQ(meanMm(picture), before);
  session->redo(picture.id);
  EXPECT_DOUBLE_EQ(meanMm(picture), after);
  EXPECT_EQ(told, (std::vector<int>{picture.id, picture.id, picture.id}));
  session->redo(picture.id); // nothing to redo
  EXPECT_EQ(told.size(), 3U);
  EXPECT_EQ(picture.review->edits().front().by, "Reader A");
}

TEST(Reviewing, WhatCannotBeDoneIsToldAndChangesNothing) {
  const Folder folder;
  Session session;
  ASSERT_TRUE(session.open(folder.copy("normal-left-long")));
  Picture& picture = session.picture();
  EXPECT_FALSE(session->edit(picture.id, review::Calibrate{{0, 0}, {100, 0}, 10}, 0).isEmpty())
      << "the file has its own millimetres";
  EXPECT_FALSE(session->edit(picture.id, review::Decide{Verdict::changed, GradeClass::normal, "", ""}, 0).isEmpty())
      << "a reason is missing";
  EXPECT_FALSE(session->edit(4711, review::SetSide{Side::left}, 0).isEmpty());
  EXPECT_FALSE(picture.unsaved);
  EXPECT_FALSE(picture.review->canUndo());
}

TEST(Reviewing, SavedAndOpenedAgainItIsTheSameWithoutAnalysis) {
  const Folder folder;
  const Folder out;
  const Folder home;
  const fs::path file = folder.copy("full-left-long");
  double saved = 0;
  {
    Session session(builtinStages(), home.path());
    ASSERT_TRUE(session.open(file));
    Picture& picture = session.picture();
    ASSERT_TRUE(session->edit(picture.id, pull(picture), frameOf(picture)).isEmpty());
    ASSERT_TRUE(
        session->edit(picture.id, review::Decide{Verdict::changed, GradeClass::tendinosis, "", "no gap"}, 0).isEmpty());
    saved = meanMm(picture);
    ASSERT_TRUE(session.save(0, out.path())) << session.unsaved_.join(' ').toStdString();
    EXPECT_FALSE(session->unsaved());
    EXPECT_EQ(session->exam(0).results, out.path());
    EXPECT_TRUE(session->abandoned().empty());
  }
  const auto gate = std::make_shared<Gate>(true);
  for (const fs::path& way : {out.path(), out / "results.json"}) {
    Session session(gated(gate), home.path());
    EXPECT_TRUE(session->abandoned().empty());
    ASSERT_TRUE(session.open(way));
    ASSERT_EQ(session.pictures().size(), 1U);
    const Picture& picture = session.picture();
    EXPECT_EQ(picture.state, State::ready);
    EXPECT_TRUE(picture.cine) << "the original is there";
    EXPECT_TRUE(picture.problem.isEmpty());
    EXPECT_FALSE(picture.unsaved);
    EXPECT_EQ(picture.review->edits().size(), 2U);
    EXPECT_NEAR(meanMm(picture), saved, 0.01);
    ASSERT_TRUE(picture.result()->review);
    EXPECT_EQ(picture.result()->review->verdict, Verdict::changed);
    EXPECT_EQ(standingGrade(*picture.result()), GradeClass::tendinosis);
  }
  EXPECT_EQ(gate->calls(), 0) << "no second analysis";
}

TEST(Reviewing, AResultsFolderWhoseOriginalIsGoneIsShownAndReviewed) {
  const Folder folder;
  const Folder out;
  const fs::path file = folder.copy("normal-left-long");
  {
    Session session;
    ASSERT_TRUE(session.open(file));
    ASSERT_TRUE(session->edit(session.picture().id, review::Decide{Verdict::accepted, {}, "", ""}, 0).isEmpty());
    ASSERT_TRUE(session.save(0, out.path()));
  }
  fs::remove(file);
  const auto gate = std::make_shared<Gate>(true);
  Session session(gated(gate));
  ASSERT_TRUE(session.open(out.path()));
  ASSERT_EQ(session.pictures().size(), 1U);
  Picture& picture = session.picture();
  EXPECT_FALSE(picture.cine);
  ASSERT_TRUE(picture.still) << "the stored picture";
  EXPECT_EQ(picture.still->width, picture.result()->columns) << "in its place in the full image";
  EXPECT_FALSE(picture.problem.isEmpty());
  EXPECT_EQ(picture.state, State::ready);
  EXPECT_EQ(gate->calls(), 0);
  EXPECT_EQ(session->edit(picture.id, pull(picture), frameOf(picture)).toStdString(), "") << "it can be corrected";
}

TEST(Reviewing, AnotherFileInTheOriginalsPlaceIsNotTakenForIt) {
  const Folder folder;
  const Folder out;
  const fs::path file = folder.copy("normal-left-long");
  {
    Session session;
    ASSERT_TRUE(session.open(file));
    ASSERT_TRUE(session->edit(session.picture().id, review::Decide{Verdict::accepted, {}, "", ""}, 0).isEmpty());
    ASSERT_TRUE(session.save(0, out.path()));
  }
  folder.copy("normal-right-long", file.filename().string());
  Session session;
  ASSERT_TRUE(session.open(out.path()));
  ASSERT_EQ(session.pictures().size(), 1U);
  EXPECT_FALSE(session.picture().cine);
  EXPECT_THAT(session.picture().problem.toStdString(), HasSubstr("another one"));
}

TEST(Reviewing, ABrokenResultsFolderIsALine) {
  const Folder out;
  out.write("results.json", "{\"schema\": \"hipcuff.results/1\", ");
  Session session;
  ASSERT_TRUE(session.open(out.path()));
  EXPECT_EQ(session->exams(), 0U);
  ASSERT_EQ(session->broken().size(), 1U);
  EXPECT_FALSE(session->broken().front().problem.isEmpty());
}

TEST(Reviewing, ASaveThatFailsLeavesTheWorkUnsaved) {
  const Folder folder;
  const Folder out;
  Session session;
  ASSERT_TRUE(session.open(folder.copy("normal-left-long")));
  ASSERT_TRUE(session->edit(session.picture().id, pull(session.picture()), frameOf(session.picture())).isEmpty());
  const fs::path inTheWay = out.write("taken", "a file, not a folder");
  EXPECT_FALSE(session.save(0, inTheWay / "results"));
  ASSERT_EQ(session.unsaved_.size(), 1);
  EXPECT_FALSE(session.unsaved_.front().isEmpty());
  EXPECT_TRUE(session->unsaved());
  EXPECT_FALSE(session->saving());
  EXPECT_TRUE(session->exam(0).results.empty());
  session.unsaved_.clear();
  EXPECT_TRUE(session.save(0, out / "good")) << "elsewhere it goes";
  EXPECT_FALSE(session->unsaved());
}

TEST(Reviewing, EditsOfAProgramThatDiedComeBack) {
  const Folder folder;
  const Folder home;
  const fs::path file = folder.copy("normal-left-long");
  editAndDie(file, home.path(), "pull back side undo");
  Session same;
  ASSERT_TRUE(same.open(file));
  ASSERT_TRUE(same->edit(same.picture().id, pull(same.picture()), frameOf(same.picture())).isEmpty());
  ASSERT_TRUE(same->edit(same.picture().id, pull(same.picture(), -0.5), frameOf(same.picture())).isEmpty());

  {
    Session session(builtinStages(), home.path());
    const auto journals = session->abandoned();
    ASSERT_EQ(journals.size(), 1U);
    session->recover(journals.front());
    ASSERT_TRUE(session.idle());
    EXPECT_EQ(session.recovered_, 1);
    EXPECT_EQ(session.missing_, QStringList{QString()});
    EXPECT_TRUE(session.trouble_.isEmpty());
    EXPECT_TRUE(session.picture().unsaved);
    EXPECT_EQ(session.picture().review->edits().size(), 2U);
    EXPECT_DOUBLE_EQ(meanMm(session.picture()), meanMm(same.picture()));
    EXPECT_EQ(session.picture().side(), Side::left) << "that one was undone";
  }
  // Left unsaved, by a program that ends well: its own journal is offered next time.
  Session third(builtinStages(), home.path());
  const auto journals = third->abandoned();
  ASSERT_EQ(journals.size(), 1U);
  ASSERT_EQ(journals.front().pictures.size(), 1U);
  EXPECT_EQ(journals.front().pictures.front().edits.size(), 2U) << "once, not twice";
}

TEST(Reviewing, RecoveryOfAnExamThatIsOpenAlready) {
  const Folder folder;
  const Folder home;
  const fs::path file = folder.copy("normal-left-long");
  editAndDie(file, home.path(), "pull");
  Session session(builtinStages(), home.path());
  ASSERT_TRUE(session.open(file));
  const double before = meanMm(session.picture());
  const auto journals = session->abandoned();
  ASSERT_EQ(journals.size(), 1U);
  session.done_ = 0;
  session->recover(journals.front());
  ASSERT_TRUE(until([&] { return session.recovered_ > 0 || !session.missing_.isEmpty(); }, 20000));
  EXPECT_EQ(session.recovered_, 1);
  EXPECT_GT(meanMm(session.picture()), before);
  EXPECT_TRUE(session.picture().unsaved);
}

TEST(Reviewing, WhatCannotBeFoundAnyMoreStaysInTheJournal) {
  const Folder folder;
  const Folder home;
  const fs::path one = folder.copy("normal-left-long");
  const fs::path two = folder.copy("normal-right-long");
  editAndDie(folder.path(), home.path(), "pull");
  const Folder away;
  fs::rename(two, away / "two.dcm");
  const Folder out;
  {
    Session session(builtinStages(), home.path());
    const auto journals = session->abandoned();
    ASSERT_EQ(journals.size(), 1U);
    session->recover(journals.front());
    ASSERT_TRUE(until([&] { return !session.missing_.isEmpty(); }));
    EXPECT_EQ(session.recovered_, 1);
    EXPECT_THAT(session.missing_.join(' ').toStdString(), HasSubstr(two.filename().string()));
    ASSERT_TRUE(session.save(0, out.path()));
  }
  fs::rename(away / "two.dcm", two);
  Session session(builtinStages(), home.path());
  const auto journals = session->abandoned();
  ASSERT_EQ(journals.size(), 1U);
  ASSERT_EQ(journals.front().pictures.size(), 1U) << "the other one is saved";
  session->recover(journals.front());
  ASSERT_TRUE(session.idle());
  EXPECT_EQ(session.recovered_, 1);
}

TEST(Reviewing, LeftWorkIsNotOfferedAgain) {
  const Folder folder;
  const Folder home;
  {
    Session session(builtinStages(), home.path());
    ASSERT_TRUE(session.open(folder.copy("normal-left-long")));
    ASSERT_TRUE(session->edit(session.picture().id, pull(session.picture()), frameOf(session.picture())).isEmpty());
    session->discardUnsaved();
    EXPECT_FALSE(session->unsaved());
  }
  {
    Session session(builtinStages(), home.path());
    EXPECT_TRUE(session->abandoned().empty());
    ASSERT_TRUE(session.open(folder.path()));
    ASSERT_TRUE(session->edit(session.picture().id, pull(session.picture()), frameOf(session.picture())).isEmpty());
    session->closeExam(session->exam(0).key);
  }
  const Session session(builtinStages(), home.path());
  EXPECT_TRUE(const_cast<Session&>(session)->abandoned().empty()) << "closing it was the person's will";
}

TEST(Reviewing, AJournalThatCannotBeWrittenIsToldOnceAndStopsNobody) {
  const Folder folder;
  const Folder home;
  const fs::path inTheWay = home.write("taken", "a file");
  Session session(builtinStages(), inTheWay / "journal");
  ASSERT_TRUE(session.open(folder.copy("normal-left-long")));
  ASSERT_TRUE(session->edit(session.picture().id, pull(session.picture()), frameOf(session.picture())).isEmpty());
  ASSERT_TRUE(session->edit(session.picture().id, pull(session.picture()), frameOf(session.picture())).isEmpty());
  EXPECT_EQ(session.trouble_.size(), 1);
}

TEST(Reviewing, HipsFollowTheEdits) {
  const Folder folder;
  Session session;
  ASSERT_TRUE(session.open(folder.copy("normal-left-long")));
  Exam& exam = session->exam(0);
  ASSERT_EQ(exam.assessed(session->criteria()).front().hips.front().side, Side::left);
  ASSERT_TRUE(session->edit(session.picture().id, review::SetSide{Side::right}, 0).isEmpty());
  EXPECT_EQ(exam.assessed(session->criteria()).front().hips.front().side, Side::right);
  session->undo(session.picture().id);
  EXPECT_EQ(exam.assessed(session->criteria()).front().hips.front().side, Side::left);
}

} // namespace
} // namespace hipcuff::viewer
