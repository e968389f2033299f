#include "journal_sample.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>

#include <sys/stat.h>

namespace hipcuff::review {
namespace {

using namespace journal_sample;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Journal, NothingIsLostWhenTheProgramDies) {
  ReviewFolder folder;
  die(folder.path(), [](Journal& j) {
    j.edited(one, frame(1));
    j.edited(two, line(2));
    j.edited(one, frame(3));
  });
  const auto found = abandonedJournals(folder.path());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].file, onlyFile(folder));
  EXPECT_EQ(found[0].lastEdit, "2026-05-04T09:30:00Z");
  ASSERT_THAT(found[0].pictures, SizeIs(2));
  EXPECT_EQ(found[0].pictures[0].picture, one);
  EXPECT_EQ(framesOf(found[0].pictures[0].edits), (std::vector{1, 3}));
  EXPECT_EQ(found[0].pictures[0].undoneBefore, 0);
  EXPECT_EQ(found[0].pictures[1].picture, two);
  ASSERT_THAT(found[0].pictures[1].edits, SizeIs(1));
  EXPECT_EQ(toJson(found[0].pictures[1].edits[0]), toJson(line(2)));
  removeJournal(found[0]);
  EXPECT_THAT(folder.files(), IsEmpty());
}

TEST(Journal, UndoneEditsAreNotOffered) {
  ReviewFolder folder;
  die(folder.path(), [](Journal& j) {
    j.edited(one, frame(1));
    j.edited(one, frame(2));
    j.edited(two, frame(9));
    j.undone(one);
    j.edited(one, frame(2)); // redone
    j.edited(one, frame(3));
    j.undone(one);
    j.undone(two);
  });
  const auto found = abandonedJournals(folder.path());
  ASSERT_THAT(found, SizeIs(1));
  ASSERT_THAT(found[0].pictures, SizeIs(1));
  EXPECT_EQ(framesOf(found[0].pictures[0].edits), (std::vector{1, 2}));
}

TEST(Journal, SavedAndDiscardedEditsAreNotOffered) {
  ReviewFolder folder;
  die(folder.path(), [](Journal& j) {
    j.edited(one, frame(1));
    j.saved(one);
    j.edited(two, frame(2));
    j.discarded(two);
  });
  EXPECT_THAT(abandonedJournals(folder.path()), IsEmpty());
  EXPECT_THAT(folder.files(), IsEmpty()); // and what is of no use is gone
  die(folder.path(), [](Journal& j) {
    j.edited(one, frame(1));
    j.edited(one, frame(2));
    j.saved(one);
    j.edited(one, frame(3));
  });
  const auto found = abandonedJournals(folder.path());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(framesOf(found[0].pictures.at(0).edits), (std::vector{3}));
  EXPECT_EQ(framesOf(found[0].pictures.at(0).saved), (std::vector{1, 2}));
  EXPECT_EQ(found[0].pictures.at(0).undoneBefore, 0);
}

// Saved with 1 and 2, then 2 undone and 3 made: without a word of the undone one it would come back between them.
TEST(Journal, ASavedEditThatWasUndoneIsKnown) {
  ReviewFolder folder;
  die(folder.path(), [](Journal& j) {
    j.edited(one, frame(1));
    j.edited(one, frame(2));
    j.saved(one);
    j.undone(one);
    j.edited(one, frame(3));
    j.undone(two); // an edit that came with the result
  });
  {
    const auto found = abandonedJournals(folder.path());
    ASSERT_THAT(found, SizeIs(1));
    ASSERT_THAT(found[0].pictures, SizeIs(2));
    EXPECT_EQ(framesOf(found[0].pictures[0].edits), (std::vector{3}));
    EXPECT_EQ(found[0].pictures[0].undoneBefore, 1);
    EXPECT_EQ(framesOf(found[0].pictures[0].saved), (std::vector{1, 2}));
    EXPECT_THAT(found[0].pictures[1].edits, IsEmpty());
    EXPECT_EQ(found[0].pictures[1].undoneBefore, 1);
    removeJournal(found[0]);
  }
  die(folder.path(), [](Journal& j) {
    j.edited(one, frame(1));
    j.edited(one, frame(2));
    j.saved(one);
    j.undone(one);
    j.saved(one);
    j.edited(one, frame(4));
  });
  const auto found = abandonedJournals(folder.path());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(framesOf(found[0].pictures[0].saved), (std::vector{1}));
  EXPECT_EQ(found[0].pictures[0].undoneBefore, 0);
}

TEST(Journal, IsRemovedAtTheEndUnlessSomethingIsUnsaved) {
  ReviewFolder folder;
  {
    Journal journal(folder.path());
    EXPECT_THAT(folder.files(), SizeIs(1));
  }
  EXPECT_THAT(folder.files(), IsEmpty());
  {
    Journal journal(folder.path());
    journal.edited(one, frame(1));
    journal.edited(one, frame(2));
    journal.undone(one);
    journal.undone(one);
    journal.edited(two, frame(1));
    journal.saved(two);
    journal.undone(two);
    journal.discarded(two);
  }
  EXPECT_THAT(folder.files(), IsEmpty());
  for (const auto& work : std::vector<std::function<void(Journal&)>>{[](Journal& j) { j.edited(one, frame(1)); },
                                                                     [](Journal& j) { j.undone(one); }}) {
    {
      Journal journal(folder.path());
      work(journal);
    }
    EXPECT_THAT(folder.files(), SizeIs(1));
    const auto found = abandonedJournals(folder.path());
    ASSERT_THAT(found, SizeIs(1));
    removeJournal(found[0]);
  }
}

TEST(Journal, NobodyElseCanReadIt) {
  ReviewFolder folder;
  const mode_t before = ::umask(0);
  {
    Journal journal(folder.path() / "state" / "journal");
    journal.edited(one, frame(1));
    ::umask(before);
    struct stat facts {};
    ASSERT_EQ(::stat((folder.path() / "state" / "journal").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0700U);
    ASSERT_EQ(::stat(onlyFile(folder).c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600U);
  }
}

TEST(Journal, PathsOfAnyBytesComeBack) {
  ReviewFolder folder;
  const PictureKey odd{"/exams/\xff\xfe 100%\n", "/exams/Bürger \"x\"\\y/\x01%41.dcm", "", 3};
  die(folder.path(), [&](Journal& j) { j.edited(odd, frame(1)); });
  const auto found = abandonedJournals(folder.path());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].pictures.at(0).picture, odd);
}

TEST(Journal, AnEditThatCannotBeKeptIsRefusedAndTheRestIsUnharmed) {
  ReviewFolder folder;
  die(folder.path(), [&](Journal& j) {
    j.edited(one, frame(1));
    try {
      j.edited(one, {SetFrame{-1}, 0, "AB", ""});
      ::_exit(3);
    } catch (const InputError&) {
    }
    j.edited(one, frame(2));
  });
  const auto found = abandonedJournals(folder.path());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(framesOf(found[0].pictures.at(0).edits), (std::vector{1, 2}));
}

// Two programs

TEST(Journal, AProgramThatLivesKeepsItsOwn) {
  ReviewFolder folder;
  Journal mine(folder.path());
  mine.edited(one, frame(1));
  Child other([&](int report) {
    Journal theirs(folder.path());
    theirs.edited(two, frame(2));
    say(report, static_cast<int>(abandonedJournals(folder.path()).size()));
    for (;;)
      ::pause();
  });
  EXPECT_EQ(other.next(), 0); // neither of them is offered to the other
  EXPECT_THAT(abandonedJournals(folder.path()), IsEmpty());
  EXPECT_THAT(folder.files(), SizeIs(2));
  other.kill();
  const auto found = abandonedJournals(folder.path());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].pictures.at(0).picture, two);
}

TEST(Journal, IsOfferedToOneProgramOnly) {
  ReviewFolder folder;
  die(folder.path(), [](Journal& j) { j.edited(one, frame(1)); });
  {
    const auto found = abandonedJournals(folder.path());
    ASSERT_THAT(found, SizeIs(1));
    Child other([&](int report) { say(report, static_cast<int>(abandonedJournals(folder.path()).size())); });
    EXPECT_EQ(other.next(), 0);
  }
  EXPECT_THAT(abandonedJournals(folder.path()), SizeIs(1)); // let go of, without a decision
}

TEST(Journal, ManyProgramsStartAtOnce) {
  ReviewFolder folder;
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < 8; ++i)
    children.push_back(std::make_unique<Child>([&, i](int) {
      for (int n = 0; n < 10; ++n) {
        (void)abandonedJournals(folder.path()); // looks at files just made
        Journal journal(folder.path());
        journal.edited(one, frame(i));
        journal.discarded(one);
      }
      Journal last(folder.path());
      last.edited(one, frame(i));
    }));
  for (auto& child : children)
    EXPECT_EQ(child->wait(), 0);
  std::vector<int> seen;
  for (const auto& journal : abandonedJournals(folder.path()))
    seen.push_back(journal.pictures.at(0).edits.at(0).frame);
  EXPECT_THAT(seen, testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(Journal, TheLatestComesFirst) {
  ReviewFolder folder;
  for (const char* at : {"2026-05-04T09:30:00Z", "2026-05-06T09:30:00Z", "2026-05-05T09:30:00Z"})
    die(folder.path(), [&](Journal& j) { j.edited(one, {SetFrame{1}, 0, "AB", at}); });
  std::vector<std::string> order;
  for (const auto& journal : abandonedJournals(folder.path()))
    order.push_back(journal.lastEdit);
  EXPECT_THAT(order, testing::ElementsAre("2026-05-06T09:30:00Z", "2026-05-05T09:30:00Z", "2026-05-04T09:30:00Z"));
}

// Taking it over

/// "undo N, apply A B"
std::string plan(const UnsavedPicture& picture, const std::vector<EditRecord>& inForce) {
  const Recovery r = recoveryOf(picture, inForce);
  std::string out = "undo " + std::to_string(r.undo) + ", apply";
  for (const EditRecord& e : r.apply)
    out += " " + std::to_string(e.frame);
  return out;
}

std::vector<EditRecord> frames(const std::vector<int>& numbers) {
  std::vector<EditRecord> out;
  for (const int n : numbers)
    out.push_back(frame(n));
  return out;
}

TEST(Recovery, BringsAPictureToWhereItWas) {
  const UnsavedPicture unsaved{one, frames({1, 2}), 0, {}};
  EXPECT_EQ(plan(unsaved, {}), "undo 0, apply 1 2");
  EXPECT_EQ(plan(unsaved, frames({8, 9})), "undo 0, apply 1 2"); // came with the result
  // Saved, and the program died before it could note it:
  EXPECT_EQ(plan(unsaved, frames({1, 2})), "undo 0, apply");
  EXPECT_EQ(plan(unsaved, frames({9, 1})), "undo 0, apply 2");

  const UnsavedPicture after{one, frames({3}), 0, frames({1, 2})};
  EXPECT_EQ(plan(after, frames({1, 2})), "undo 0, apply 3");    // opened where it was saved
  EXPECT_EQ(plan(after, frames({9, 1, 2})), "undo 0, apply 3"); // with edits from before
  EXPECT_EQ(plan(after, {}), "undo 0, apply 1 2 3");            // the original: it holds no review
  EXPECT_EQ(plan(after, frames({9})), "undo 0, apply 1 2 3");

  const UnsavedPicture undone{one, frames({3}), 1, frames({1, 2})};
  EXPECT_EQ(plan(undone, frames({1, 2})), "undo 1, apply 3");
  EXPECT_EQ(plan(undone, frames({9, 1, 2})), "undo 1, apply 3");
  EXPECT_EQ(plan(undone, {}), "undo 0, apply 1 3");

  const UnsavedPicture fromResult{one, {}, 2, {}};
  EXPECT_EQ(plan(fromResult, frames({7, 8, 9})), "undo 2, apply");
  EXPECT_EQ(plan(fromResult, {}), "undo 0, apply");
  const UnsavedPicture deep{one, frames({3}), 3, frames({1, 2})};
  EXPECT_EQ(plan(deep, frames({8, 9, 1, 2})), "undo 3, apply 3");
  EXPECT_EQ(plan(deep, frames({8, 9})), "undo 1, apply 3");
}

TEST(Recovery, PictureByPicture) {
  ReviewFolder folder;
  die(folder.path(), [](Journal& j) {
    j.edited(one, frame(1));
    j.edited(two, frame(2));
  });
  {
    const auto found = abandonedJournals(folder.path());
    ASSERT_THAT(found, SizeIs(1));
    settle(found[0], one);
  }
  {
    const auto found = abandonedJournals(folder.path());
    ASSERT_THAT(found, SizeIs(1));
    ASSERT_THAT(found[0].pictures, SizeIs(1));
    EXPECT_EQ(found[0].pictures[0].picture, two);
    settle(found[0], two);
  }
  EXPECT_THAT(abandonedJournals(folder.path()), IsEmpty());
  EXPECT_THAT(folder.files(), IsEmpty());
}

} // namespace
} // namespace hipcuff::review
