#include "session.h"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hipcuff::viewer {
namespace {

using testing::HasSubstr;
using State = Picture::State;

std::map<std::string, std::string> problems(Session& session) {
  std::map<std::string, std::string> out;
  for (const Broken& broken : session->broken())
    out[broken.path.filename().string()] = broken.problem.toStdString();
  return out;
}

TEST(Opening, AFileIsThereAndAnalysed) {
  const Folder folder;
  Session session;
  ASSERT_TRUE(session.open(folder.copy("full-left-long")));
  ASSERT_EQ(session->exams(), 1U);
  Picture& picture = session.picture();
  EXPECT_EQ(picture.state, State::ready);
  EXPECT_EQ(picture.side(), Side::left);
  EXPECT_EQ(picture.view(), View::longAxis);
  EXPECT_FALSE(picture.thumbnail.isNull());
  EXPECT_LE(picture.thumbnail.width(), 160);
  ASSERT_NE(picture.result(), nullptr);
  EXPECT_TRUE(picture.result()->mmPerPx);
  EXPECT_FALSE(picture.unsaved);
  ASSERT_EQ(session->exam(0).assessed(session->criteria()).size(), 1U);
  EXPECT_EQ(session->exam(0).hips.front().hips.front().side, Side::left);
  EXPECT_EQ(session->picture(picture.id), &picture);
  EXPECT_EQ(session->examOf(picture.id), &session->exam(0));
  EXPECT_EQ(session->picture(999), nullptr);
}

TEST(Opening, WhatHoldsForTheWholeSessionStandsInEveryResult) {
  const Folder folder;
  Session session(builtinStages(), {}, builtinCriteria(), {"plugin 'x' was left out"});
  ASSERT_TRUE(session.open(folder.copy("full-left-long")));
  EXPECT_THAT(session.picture().result()->messages, testing::Contains("plugin 'x' was left out"));
}

TEST(Opening, AFolderGivesAnExamForEachStudyAndALineForEachBrokenFile) {
  const Folder folder;
  folder.copy("normal-left-long", "a/one.dcm");
  folder.copy("full-right-short", "b/two");
  folder.copy("tendinosis-left-long", "b/three.dcm");
  const std::string whole = [&] {
    std::ifstream in(folder.copy("normal-right-long", "whole.dcm"), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  fs::remove(folder / "whole.dcm");
  folder.write("cut.dcm", whole.substr(0, whole.size() / 3));
  folder.write("empty.dcm", "");
  folder.write("text.png", "no picture");
  folder.write("notes.txt", "of no interest");
  Session session;
  ASSERT_TRUE(session.open(folder.path()));
  EXPECT_EQ(session->exams(), 3U);
  EXPECT_EQ(session.inState(State::ready), 3);
  const auto told = problems(session);
  for (const char* name : {"cut.dcm", "empty.dcm", "text.png"}) {
    ASSERT_TRUE(told.contains(name)) << name;
    EXPECT_FALSE(told.at(name).empty()) << name;
    EXPECT_THAT(told.at(name), testing::Not(HasSubstr("\n"))) << "one line";
  }
  for (const Broken& broken : session->broken())
    EXPECT_EQ(broken.skipped, broken.path.filename() == "notes.txt") << broken.path;
}

TEST(Opening, WhatIsNotThereIsTold) {
  const Folder folder;
  Session session;
  ASSERT_TRUE(session.open(folder / "missing"));
  EXPECT_EQ(session->exams(), 0U);
  ASSERT_EQ(session->broken().size(), 1U);
  EXPECT_FALSE(session->broken().front().skipped);
}

TEST(Opening, DicomdirListsItsFiles) {
  const Folder folder;
  folder.copy("normal-left-long", "IMAGES/IM1");
  folder.copy("normal-left-long", "IMAGES/IM2");
  const std::string make = "cd '" + folder.path().string() +
                           "' && dcmodify -nb -gin IMAGES/IM2 && dcmmkdir -Pgp IMAGES/IM1 IMAGES/IM2 2>/dev/null";
  if (std::system(make.c_str()) != 0 || !fs::exists(folder / "DICOMDIR"))
    GTEST_SKIP() << "dcmmkdir is not installed or refuses";
  fs::remove(folder / "IMAGES/IM2");
  Session session;
  ASSERT_TRUE(session.open(folder / "DICOMDIR"));
  EXPECT_EQ(session.inState(State::ready), 1);
  ASSERT_EQ(session->broken().size(), 1U);
  EXPECT_THAT(session->broken().front().problem.toStdString(), HasSubstr("IM2"));
}

TEST(Opening, TheSameInstanceTwiceIsOnePictureAndOneLine) {
  const Folder folder;
  folder.copy("normal-left-long", "a.dcm");
  folder.copy("normal-left-long", "b.dcm");
  Session session;
  ASSERT_TRUE(session.open(folder.path()));
  EXPECT_EQ(session.pictures().size(), 1U);
  ASSERT_EQ(session->broken().size(), 1U);
  EXPECT_TRUE(session->broken().front().skipped);
  EXPECT_THAT(session->broken().front().problem.toStdString(), HasSubstr("a.dcm"));
}

TEST(Opening, TheSameInstanceDroppedTwiceIsOnePictureToo) {
  const Folder folder;
  const fs::path a = folder.copy("normal-left-long", "a.dcm");
  const fs::path b = folder.copy("normal-left-long", "elsewhere/b.dcm");
  Session session;
  session->open({QString::fromStdString(a.string()), QString::fromStdString(b.string())});
  ASSERT_TRUE(session.idle());
  ASSERT_TRUE(session.open(b));
  EXPECT_EQ(session.pictures().size(), 1U);
  ASSERT_FALSE(session->broken().empty());
  EXPECT_TRUE(session->broken().front().skipped);
  EXPECT_THAT(session->broken().front().problem.toStdString(), HasSubstr("a.dcm"));
}

TEST(Opening, AnOpenFileIsNotOpenedTwice) {
  const Folder folder;
  const fs::path file = folder.copy("normal-left-long");
  Session session;
  ASSERT_TRUE(session.open(file));
  ASSERT_TRUE(session.open(folder.path() / "." / file.filename()));
  ASSERT_TRUE(session.open(folder.path()));
  EXPECT_EQ(session.pictures().size(), 1U);
  EXPECT_TRUE(session->broken().empty());
}

TEST(Opening, APictureIsAnalysedOnceThoughThePersonLooksAtItAtOnce) {
  const Folder folder;
  const auto gate = std::make_shared<Gate>(true);
  folder.copy("normal-left-long");
  folder.copy("normal-right-long");
  folder.copy("full-left-long");
  Session session(gated(gate));
  // As the window does: the first picture is shown, and so preferred, as it comes.
  QObject::connect(&*session, &Workspace::pictureAdded, [&](int id) {
    session->prefer(id);
    std::this_thread::sleep_for(std::chrono::milliseconds(20)); // a worker takes it meanwhile
  });
  ASSERT_TRUE(session.open(folder.path()));
  settle();
  EXPECT_EQ(session.inState(State::ready), 3);
  EXPECT_EQ(gate->calls(), 3) << "one frame each";
}

TEST(Opening, ThePicturePreferredIsAnalysedNext) {
  const Folder folder;
  const auto gate = std::make_shared<Gate>();
  folder.copyStills();
  Session session(gated(gate));
  session.start(folder.path());
  ASSERT_TRUE(until([&] { return session.pictures().size() == 11 && gate->calls() > 0; }));
  settle();
  Picture* last = session.pictures().back();
  ASSERT_EQ(last->state, State::waiting);
  session->prefer(last->id);
  const int before = gate->calls();
  gate->letThrough(before); // what is in work gets done
  ASSERT_TRUE(until([&] { return last->state != State::waiting; }));
  int waiting = session.inState(State::waiting);
  EXPECT_GE(waiting, 11 - 2 * before - 1) << "before the others";
  gate->open();
  ASSERT_TRUE(session.idle());
  EXPECT_EQ(session.inState(State::ready), 11);
}

TEST(Opening, EachPaneOfAScreenIsAPicture) {
  // Left half and right half, each of them the whole B-mode picture's height.
  class TwoPanes final : public ScreenReader {
  public:
    Screen read(const Cine& cine, const std::vector<RgbImage>& samples) const override {
      Screen screen = inner_->read(cine, samples);
      Pane left = screen.panes.at(0);
      Pane right = left;
      const PixelBox whole = left.box;
      const int half = whole.width() / 2;
      left.box.x1 = whole.x0 + half - 1;
      right.box.x0 = whole.x0 + half;
      left.usable = Mask(left.box.width(), left.box.height(), 255);
      right.usable = Mask(right.box.width(), right.box.height(), 255);
      screen.panes = {left, right};
      return screen;
    }

  private:
    std::shared_ptr<const ScreenReader> inner_ = builtinStages().screen;
  };
  const Folder other;
  const Folder folder;
  other.copy("normal-right-long");
  const fs::path file = folder.copy("normal-left-long");
  Stages stages = builtinStages();
  stages.screen = std::make_shared<TwoPanes>();
  Session session(stages);
  ASSERT_TRUE(session.open(file));
  ASSERT_EQ(session.pictures().size(), 2U);
  EXPECT_EQ(session->exams(), 1U);
  const Picture& left = session.picture(0, 0);
  const Picture& right = session.picture(0, 1);
  EXPECT_EQ(left.key.pane, 0);
  EXPECT_EQ(right.key.pane, 1);
  EXPECT_EQ(left.key.path, right.key.path);
  EXPECT_EQ(right.key.opened, file.string());
  EXPECT_EQ(left.state, State::ready);
  EXPECT_EQ(right.state, State::ready);
  EXPECT_LT(left.result()->regionPx->x1, right.result()->regionPx->x0);
  // A correction of the second one reads the second pane's pixels.
  const auto& program = session.picture(0, 1).review->program();
  EXPECT_EQ(session.picture(0, 1).access.pane().box, *program.regionPx);
}

TEST(Opening, EachPaneRemembersWhatItWasOpenedFrom) {
  // Two files of one folder that aren't DICOM are one exam, opened one by one.
  const Folder folder;
  const RgbImage grey(64, 48, 90);
  folder.write("a.png", encodePng(grey));
  folder.write("b.png", encodePng(grey));
  Stages stages = builtinStages();
  class OnePane final : public ScreenReader {
  public:
    Screen read(const Cine& cine, const std::vector<RgbImage>&) const override {
      Screen screen;
      Pane pane;
      pane.box = {0, 0, cine.columns - 1, cine.rows - 1};
      pane.usable = Mask(cine.columns, cine.rows, 255);
      screen.panes = {pane, pane};
      return screen;
    }
  };
  stages.screen = std::make_shared<OnePane>();
  Session session(stages);
  ASSERT_TRUE(session.open(folder / "a.png"));
  ASSERT_TRUE(session.open(folder / "b.png"));
  ASSERT_EQ(session->exams(), 1U);
  ASSERT_EQ(session.pictures().size(), 4U);
  for (const Picture* picture : session.pictures())
    EXPECT_EQ(picture->key.opened, picture->key.path) << "or a crash could not bring it back";
}

TEST(Opening, CriteriaOfAFileAreUsed) {
  const Folder folder;
  const fs::path file = folder.copy("full-left-long");
  nlohmann::json text = nlohmann::json::parse(builtinCriteriaJson());
  text["name"] = "of this test";
  text["items"]["fibre_angle_max"]["value"] = 0.001;
  const Criteria strict = loadCriteria(folder.write("mine.json", text.dump()));
  Session usual;
  Session other(builtinStages(), {}, strict);
  ASSERT_TRUE(usual.open(file));
  ASSERT_TRUE(other.open(file));
  EXPECT_EQ(other->criteria().name, "of this test");
  EXPECT_LT(other.picture().result()->measurements.findings.assessableFraction.value_or(0),
            usual.picture().result()->measurements.findings.assessableFraction.value_or(0))
      << "no angle is good enough any more";
}

TEST(Opening, ManySmallFilesCostEachTheSame) {
  const Folder folder;
  constexpr int files = 200;
  RgbImage grey(64, 48, 60);
  for (int i = 0; i < files; ++i)
    folder.write("p" + std::to_string(1000 + i) + ".png", encodePng(grey));
  Session session;
  int changes = 0;
  int exams = 0;
  QObject::connect(&*session, &Workspace::pictureChanged, [&](int) { ++changes; });
  QObject::connect(&*session, &Workspace::examsChanged, [&] { ++exams; });
  QElapsedTimer timer;
  timer.start();
  ASSERT_TRUE(session.open(folder.path()));
  RecordProperty("milliseconds", static_cast<int>(timer.elapsed()));
  EXPECT_EQ(session.pictures().size(), static_cast<std::size_t>(files));
  EXPECT_EQ(session->exams(), 1U);
  EXPECT_EQ(session.inState(State::waiting) + session.inState(State::analysing), 0);
  EXPECT_LE(changes, 3 * files) << "analysing, ready: no picture is told of for another's sake";
  EXPECT_LE(exams, 2 * files + 2);
}

TEST(Opening, AFileThatVanishesBeforeItsTurnFailsAlone) {
  const Folder folder;
  const auto gate = std::make_shared<Gate>();
  folder.copyStills(); // more than there are workers
  const fs::path last = folder / "undersurface-right-long.dcm";
  Session session(gated(gate));
  session.start(folder.path());
  ASSERT_TRUE(until([&] { return session.pictures().size() == 11 && gate->calls() > 0; }));
  settle();
  ASSERT_EQ(session.pictures().back()->state, State::waiting);
  fs::remove(last);
  gate->open();
  ASSERT_TRUE(session.idle());
  EXPECT_EQ(session.inState(State::ready), 10);
  EXPECT_EQ(session.pictures().back()->state, State::failed);
  EXPECT_FALSE(session.pictures().back()->problem.isEmpty());
}

TEST(Opening, OpeningGoesOnWhileOthersAreAnalysed) {
  const Folder first;
  const Folder second;
  const auto gate = std::make_shared<Gate>();
  Session session(gated(gate));
  session.start(first.copy("normal-left-long"));
  ASSERT_TRUE(until([&] { return gate->calls() == 1; }));
  session.start(second.copy("normal-right-long"));
  ASSERT_TRUE(until([&] { return session.pictures().size() == 2; })) << "it does not wait for the analysis";
  EXPECT_TRUE(session->busy());
  gate->open();
  ASSERT_TRUE(session.idle());
  EXPECT_EQ(session.inState(State::ready), 2);
}

} // namespace
} // namespace hipcuff::viewer
