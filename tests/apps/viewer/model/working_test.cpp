// Work that is stopped, closed and saved in the middle.
#include "session.h"

#include "fake_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hipcuff::viewer {
namespace {

using State = Picture::State;

void copySome(const Folder& folder) {
  for (const char* name : {"bursal-left-long", "full-left-long", "normal-left-long", "tendinosis-left-long",
                           "normal-right-long", "normal-right-short"})
    folder.copy(name);
}

TEST(Working, CancelKeepsWhatIsDoneAndForgetsTheRest) {
  const Folder folder;
  const auto gate = std::make_shared<Gate>();
  copySome(folder);
  Session session(gated(gate));
  session.start(folder.path());
  gate->letThrough(1);
  ASSERT_TRUE(until([&] { return session.inState(State::ready) == 1 && session.pictures().size() == 6; }));
  ASSERT_TRUE(until([&] { return gate->calls() >= 2; }));
  session->cancelWork();
  gate->open();
  ASSERT_TRUE(until([&] { return !session->busy() && session.inState(State::analysing) == 0; }));
  settle();
  EXPECT_EQ(session.inState(State::ready), 1);
  EXPECT_EQ(session.inState(State::cancelled), 5) << "none is left waiting for ever";
  // Looked at again, one of them is analysed after all, and that one alone.
  Picture* again = nullptr;
  for (Picture* picture : session.pictures())
    if (picture->state == State::cancelled)
      again = picture;
  session->prefer(again->id);
  ASSERT_TRUE(until([&] { return again->state == State::ready; }));
  settle();
  EXPECT_EQ(session.inState(State::cancelled), 4);
}

TEST(Working, CancelStopsInTheMiddleOfACine) {
  class ManyFrames final : public FrameSource {
  public:
    explicit ManyFrames(std::shared_ptr<FrameSource> one)
        : one_(std::move(one)) {}
    RgbImage frame(int index) override { return one_->frame(index % 8); }
    std::unique_ptr<FrameSource> clone() const override {
      return std::make_unique<ManyFrames>(std::shared_ptr<FrameSource>(one_->clone()));
    }

  private:
    std::shared_ptr<FrameSource> one_;
  };
  const Folder folder;
  const auto gate = std::make_shared<Gate>();
  Loader loader(gated(gate), builtinCriteria());
  std::shared_ptr<const Cine> few;
  QObject::connect(&loader, &Loader::openedFile, &loader, [&few](const auto& file) { few = file->cine; });
  loader.open({QString::fromStdString(folder.copy("undersurface-left-cine").string())});
  ASSERT_TRUE(until([&] { return few != nullptr; }));
  auto many = std::make_shared<Cine>(*few);
  many->frames = 1000;
  many->frameTimes.reset();
  many->source = std::make_shared<ManyFrames>(few->source);
  int cancelled = 0;
  int analysed = 0;
  QObject::connect(&loader, &Loader::analysisCancelled, &loader, [&](const QString&) { ++cancelled; });
  QObject::connect(&loader, &Loader::analysedFile, &loader, [&](const auto&) { ++analysed; });
  loader.analyse(many);
  gate->letThrough(3);
  ASSERT_TRUE(until([&] { return gate->calls() == 4; }));
  loader.cancel();
  gate->open();
  ASSERT_TRUE(until([&] { return cancelled == 1 && !loader.busy(); }));
  EXPECT_EQ(analysed, 0) << "half a cine's answer is none";
  EXPECT_LE(gate->calls(), 6) << "and the rest of its frames is not looked at";
}

TEST(Working, CancelWhileAFolderIsOpenedAnalysesNothingAfterwards) {
  const Folder folder;
  const auto gate = std::make_shared<Gate>();
  const RgbImage grey(64, 48, 60);
  for (int i = 0; i < 100; ++i)
    folder.write("p" + std::to_string(1000 + i) + ".png", encodePng(grey));
  Session session(gated(gate));
  bool stopped = false;
  QObject::connect(&*session, &Workspace::pictureAdded, [&](int) {
    if (!stopped && session.pictures().size() == 5) {
      stopped = true;
      session->cancelWork();
    }
  });
  session.start(folder.path());
  gate->open();
  ASSERT_TRUE(until([&] { return stopped && !session->busy(); }));
  settle();
  EXPECT_EQ(session.inState(State::waiting), 0);
  EXPECT_EQ(session.inState(State::analysing), 0);
  EXPECT_LE(session.inState(State::ready), 5) << "files that were already opened are not put in line";
}

TEST(Working, ClosingAnExamDuringItsAnalysisLeavesNothing) {
  const Folder folder;
  const Folder other;
  const auto gate = std::make_shared<Gate>();
  Session session(gated(gate));
  session.start(folder.copy("normal-left-long"));
  session.start(other.copy("full-right-short"));
  session.start(other.copy("normal-right-long"));
  ASSERT_TRUE(until([&] { return session->exams() == 3 && gate->calls() > 0; }));
  settle();
  const int before = gate->calls();
  const std::string first = session->exam(0).key;
  const std::string last = session->exam(2).key;
  session->closeExam(first);
  session->closeExam(last);
  EXPECT_EQ(session->exams(), 1U);
  gate->open();
  ASSERT_TRUE(session.idle());
  settle();
  ASSERT_EQ(session->exams(), 1U) << "its result does not bring it back";
  EXPECT_EQ(session.inState(State::ready), 1);
  EXPECT_LE(gate->calls(), before + 1) << "nobody waits for the last one";
}

TEST(Working, AClosedExamCanBeOpenedAgain) {
  const Folder folder;
  const fs::path file = folder.copy("normal-left-long");
  Session session;
  ASSERT_TRUE(session.open(file));
  const int id = session.picture().id;
  session->closeExam(session->exam(0).key);
  EXPECT_EQ(session->picture(id), nullptr);
  ASSERT_TRUE(session.open(file));
  EXPECT_EQ(session.inState(State::ready), 1);
  EXPECT_NE(session.picture().id, id) << "ids are never used twice";
}

TEST(Working, ClosedAndOpenedAgainDuringItsAnalysis) {
  const Folder folder;
  const auto gate = std::make_shared<Gate>();
  const fs::path file = folder.copy("normal-left-long");
  Session session(gated(gate));
  session.start(file);
  ASSERT_TRUE(until([&] { return gate->calls() == 1; }));
  session->closeExam(session->exam(0).key);
  session.start(file);
  ASSERT_TRUE(until([&] { return session.pictures().size() == 1; }));
  gate->open();
  ASSERT_TRUE(session.idle());
  EXPECT_EQ(session->exams(), 1U);
  EXPECT_EQ(session.inState(State::ready), 1);
}

TEST(Working, SavingWhileTheRestIsAnalysedSavesWhatIsThere) {
  const Folder folder;
  const Folder out;
  const auto gate = std::make_shared<Gate>();
  const fs::path home = folder.copy("normal-left-long");
  Session session(gated(gate));
  session.start(home);
  gate->letThrough(1);
  ASSERT_TRUE(until([&] { return session.inState(State::ready) == 1; }));
  gate->letThrough(1); // the first correction reads its frame
  ASSERT_EQ(session->edit(session.picture().id, pull(session.picture()), frameOf(session.picture())).toStdString(), "");
  const Folder more;
  session.start(more.copy("normal-right-long"));
  ASSERT_TRUE(until([&] { return gate->calls() == 3; }));
  session->save(session->exam(0).key, out.path());
  EXPECT_TRUE(session->saving());
  EXPECT_FALSE(session->edit(session.picture().id, pull(session.picture()), 0).isEmpty()) << "not while it is saved";
  const auto exams = session->exams();
  session->closeExam(session->exam(0).key);
  EXPECT_EQ(session->exams(), exams) << "nor closed";
  gate->open();
  ASSERT_TRUE(until([&] { return session.saved_.size() == 1; }));
  EXPECT_FALSE(session->unsaved());
  ASSERT_TRUE(session.idle());
  EXPECT_EQ(session.inState(State::ready), 2);
}

TEST(Working, PicturesThatComeWhileAnExamIsSavedAreNotTakenForSaved) {
  // Two pictures of one exam; one is corrected and being saved when the other comes, with recovered edits.
  const Folder folder;
  const Folder out;
  const Folder home;
  RgbImage large(2000, 1500);
  std::uint32_t noise = 7;
  for (auto& value : large.data)
    value = static_cast<std::uint8_t>((noise = noise * 1664525 + 1013904223) >> 24); // slow to write
  const fs::path a = folder.write("a.png", encodePng(large));
  const fs::path b = folder.write("b.png", encodePng(RgbImage(64, 48, 60)));
  const review::Edit side = review::SetSide{Side::right};
  editAndDie(b, home.path(), "side");

  Session session(builtinStages(), home.path());
  ASSERT_TRUE(session.open(a));
  ASSERT_EQ(session->edit(session.picture().id, side, 0).toStdString(), "");
  const auto journals = session->abandoned();
  ASSERT_EQ(journals.size(), 1U);
  session->save(session->exam(0).key, out.path());
  session->recover(journals.front());
  ASSERT_TRUE(until([&] { return session.saved_.size() == 1 && !session.missing_.isEmpty(); }));
  EXPECT_EQ(session.recovered_, 1) << session.missing_.join(' ').toStdString();
  ASSERT_EQ(session.pictures().size(), 2U);
  EXPECT_FALSE(session.picture(0, 0).unsaved);
  EXPECT_TRUE(session.picture(0, 1).unsaved) << "it was not there when saving began";
  ASSERT_TRUE(session.save(0, out / "both")) << session.unsaved_.join(' ').toStdString();
  EXPECT_FALSE(session->unsaved());
}

TEST(Working, DestroyedInTheMiddle) {
  const Folder folder;
  copySome(folder);
  folder.copy("undersurface-left-cine");
  for (const int wait : {0, 3, 10, 40, 120}) {
    Session session;
    session.start(folder.path());
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait);
    while (std::chrono::steady_clock::now() < end)
      QCoreApplication::processEvents();
  }
}

TEST(Working, ProgressNeverGoesBeyondItsTotal) {
  const Folder folder;
  copySome(folder);
  Session session;
  bool good = true;
  int most = 0;
  QObject::connect(&*session, &Workspace::analysisProgress, [&](int done, int total, const QString&) {
    good = good && done >= 0 && done <= total;
    most = std::max(most, done);
  });
  ASSERT_TRUE(session.open(folder.path()));
  EXPECT_EQ(most, 6);
  ASSERT_TRUE(session.open(folder.copy("undersurface-left-short")));
  EXPECT_TRUE(good);
}

} // namespace
} // namespace hipcuff::viewer
