#include "frames.h"

#include <cmath>
#include <gtest/gtest.h>

namespace hipcuff {
namespace {

Criteria criteria() {
  Criteria c;
  c.items["fibre_angle_max"] = {7, "degrees", ""};
  c.items["cine_persistence_min_fraction"] = {0.5, "1", ""};
  c.items["cine_persistence_min_frames"] = {3, "frames", ""};
  c.items["cine_angle_spread_min"] = {5, "degrees", ""};
  c.items["cine_echo_spread_min"] = {30, "grey levels", ""};
  return c;
}

Discontinuity tearAt(double begin, double end) {
  Discontinuity tear;
  tear.kind = DiscontinuityKind::undersurface;
  tear.beginMm = begin;
  tear.endMm = end;
  tear.lengthMm = end - begin;
  tear.depthMm = 2;
  tear.depthFraction = 0.5;
  return tear;
}

FrameNote note(int frame, GradeClass grade, std::array<double, 4> probabilities, double angle,
               std::vector<Discontinuity> tears = {}) {
  FrameNote n;
  n.summary.frame = frame;
  n.summary.grade = grade;
  n.summary.confidence = 0.8;
  n.probabilities = probabilities;
  n.angleDeg = std::abs(angle);
  n.signedAngleDeg = angle;
  n.tears = std::move(tears);
  return n;
}

constexpr std::array<double, 4> sureNormal{0.9, 0.05, 0.05, 0};
constexpr std::array<double, 4> surePartial{0.1, 0.1, 0.75, 0.05};

TEST(Cine, TearThatStaysIsPersistent) {
  std::vector<FrameNote> notes;
  for (int i = 0; i < 6; ++i)
    notes.push_back(note(i, GradeClass::partialThickness, surePartial, i, {tearAt(4 + 0.2 * i, 9 + 0.2 * i)}));
  const CineVerdict verdict = judgeCine(notes, criteria());
  ASSERT_TRUE(verdict.grade);
  EXPECT_EQ(verdict.grade->grade, GradeClass::partialThickness);
  EXPECT_EQ(verdict.grade->certainty, Certainty::persistent);
  EXPECT_EQ(verdict.representative, 0) << "the frame whose beam meets the fibres most nearly at a right angle";
  EXPECT_EQ(framesWith(tearAt(4, 9), notes), 6);
}

TEST(Cine, TearThatStaysAtOneAngleIsOnlySuspected) {
  std::vector<FrameNote> notes;
  for (int i = 0; i < 6; ++i)
    notes.push_back(note(i, GradeClass::partialThickness, surePartial, 3 + 0.2 * i, {tearAt(4, 9)}));
  Grade grade = *judgeCine(notes, criteria()).grade;
  EXPECT_EQ(grade.certainty, Certainty::suspected) << "a still probe shows the same picture again and again";
  EXPECT_NE(grade.reasons[0].find("cine_angle_spread_min"), std::string::npos);
  // To either side of the perpendicular: the angle's size hardly changes, the angle does.
  for (FrameNote& n : notes)
    n.signedAngleDeg = (n.summary.frame % 2 == 0 ? 3.0 : -3.0);
  EXPECT_EQ(judgeCine(notes, criteria()).grade->certainty, Certainty::persistent);
  // Where no angle is known, nothing can be said of its change.
  for (FrameNote& n : notes)
    n.signedAngleDeg.reset();
  EXPECT_EQ(judgeCine(notes, criteria()).grade->certainty, Certainty::suspected);
}

/// A cine of the short axis: no angle is seen, the tendon's echo runs from 0 to `echo` grey levels and back.
std::vector<FrameNote> acrossTheFibres(int frames, double echo) {
  std::vector<FrameNote> notes;
  for (int i = 0; i < frames; ++i) {
    notes.push_back(note(i, GradeClass::partialThickness, surePartial, 90, {tearAt(4, 9)}));
    notes.back().signedAngleDeg.reset();
    notes.back().echogenicity = 5 + echo * (1 - std::abs(2.0 * i / (frames - 1) - 1));
  }
  return notes;
}

TEST(Cine, InTheShortAxisTheTendonsEchoTellsThatTheAngleChanged) {
  Grade grade = *judgeCine(acrossTheFibres(13, 40), criteria()).grade;
  EXPECT_EQ(grade.certainty, Certainty::persistent);
  EXPECT_NE(grade.reasons[0].find("brightens and darkens"), std::string::npos) << grade.reasons[0];
  EXPECT_NE(grade.reasons[0].find("cine_echo_spread_min"), std::string::npos) << grade.reasons[0];

  grade = *judgeCine(acrossTheFibres(13, 8), criteria()).grade;
  EXPECT_EQ(grade.certainty, Certainty::suspected) << "a probe held still";
  EXPECT_NE(grade.reasons[0].find("cine_echo_spread_min"), std::string::npos) << grade.reasons[0];

  EXPECT_EQ(judgeCine(acrossTheFibres(5, 40), criteria()).grade->certainty, Certainty::suspected) << "too few frames";

  auto notes = acrossTheFibres(13, 8);
  notes[4].echogenicity = 90;
  EXPECT_EQ(judgeCine(notes, criteria()).grade->certainty, Certainty::suspected) << "one odd frame decides nothing";

  notes = acrossTheFibres(13, 40);
  for (FrameNote& n : notes)
    n.echogenicity.reset();
  EXPECT_EQ(judgeCine(notes, criteria()).grade->certainty, Certainty::suspected) << "not measured";

  // Where the angle is seen, it decides: brightness alone may be anything.
  notes = acrossTheFibres(13, 40);
  for (FrameNote& n : notes)
    n.signedAngleDeg = 2;
  EXPECT_EQ(judgeCine(notes, criteria()).grade->certainty, Certainty::suspected);
}

TEST(Cine, OnlyFramesThatShowTheTearCountForTheAngle) {
  std::vector<FrameNote> notes;
  for (int i = 0; i < 8; ++i)
    notes.push_back(note(i, GradeClass::partialThickness, surePartial, 2, {tearAt(4, 9)}));
  notes.push_back(note(8, GradeClass::normal, sureNormal, -6));
  EXPECT_EQ(judgeCine(notes, criteria()).grade->certainty, Certainty::suspected);
}

TEST(Cine, DarknessInObliqueFramesOnlyIsNotATear) {
  std::vector<FrameNote> notes;
  for (int i = 0; i < 5; ++i)
    notes.push_back(note(i, GradeClass::normal, sureNormal, 2));
  for (int i = 5; i < 10; ++i)
    notes.push_back(note(i, GradeClass::partialThickness, surePartial, 14, {tearAt(4, 9)}));
  const CineVerdict verdict = judgeCine(notes, criteria());
  ASSERT_TRUE(verdict.grade);
  EXPECT_EQ(verdict.grade->grade, GradeClass::normal);
  EXPECT_LT(verdict.grade->confidence, 0.8) << "frames that disagree lower the confidence";
  EXPECT_LT(notes[static_cast<std::size_t>(verdict.representative)].summary.frame, 5);
}

TEST(Cine, TearInTwoFramesStaysSuspected) {
  std::vector<FrameNote> notes;
  for (int i = 0; i < 2; ++i)
    notes.push_back(note(i, GradeClass::partialThickness, surePartial, 2, {tearAt(4, 9)}));
  const CineVerdict verdict = judgeCine(notes, criteria());
  ASSERT_TRUE(verdict.grade);
  EXPECT_EQ(verdict.grade->certainty, Certainty::suspected);
}

TEST(Cine, TearsElsewhereAreNotTheSameTear) {
  std::vector<FrameNote> notes;
  for (int i = 0; i < 6; ++i)
    notes.push_back(note(i, GradeClass::partialThickness, surePartial, 2, {tearAt(6 * i, 6 * i + 4)}));
  const CineVerdict verdict = judgeCine(notes, criteria());
  ASSERT_TRUE(verdict.grade);
  EXPECT_EQ(verdict.grade->certainty, Certainty::suspected);
}

TEST(Cine, NoGradableFrameGivesNoGradeAndTheLeastRefusedFrame) {
  std::vector<FrameNote> notes{note(0, GradeClass::notGradable, {}, 90), note(1, GradeClass::notGradable, {}, 90)};
  notes[0].summary.refusals = {Refusal::noCalibration, Refusal::noCortex};
  notes[1].summary.refusals = {Refusal::noCalibration};
  const CineVerdict verdict = judgeCine(notes, criteria());
  EXPECT_FALSE(verdict.grade);
  EXPECT_EQ(verdict.representative, 1);
}

TEST(Cine, TheFrameShownIsRatherOneOnWhichThePluginDidNotFail) {
  std::vector<FrameNote> notes;
  for (int frame = 0; frame < 4; ++frame)
    notes.push_back(note(frame, GradeClass::normal, sureNormal, frame));
  EXPECT_EQ(judgeCine(notes, criteria()).representative, 0);
  notes[0].fault = notes[1].fault = "it fell over";
  EXPECT_EQ(judgeCine(notes, criteria()).representative, 2);
  notes[2].summary.grade = notes[3].summary.grade = GradeClass::partialThickness;
  EXPECT_EQ(judgeCine(notes, criteria()).representative, 0) << "it shows what the cine is graded";
}

} // namespace
} // namespace hipcuff
