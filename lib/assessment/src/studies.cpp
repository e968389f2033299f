#include "hipcuff/assessment/studies.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {
namespace {

bool gradable(const Grade& grade) {
  return grade.grade != GradeClass::notGradable;
}
bool isTear(const Grade& grade) {
  return grade.grade == GradeClass::partialThickness || grade.grade == GradeClass::fullThickness;
}

} // namespace

std::string studyKey(const ImageResult& image) {
  if (!image.studyInstanceUid.empty())
    return image.studyInstanceUid;
  return "folder:" + image.path.parent_path().lexically_normal().string();
}

void StudyCollector::add(const ImageResult& image, const std::string& studyDate) {
  const std::string key = studyKey(image);
  const auto [found, isNew] = index_.try_emplace(key, studies_.size());
  if (isNew)
    studies_.push_back({image.studyInstanceUid, studyDate, {}});
  Study& study = studies_[found->second];
  if (study.date.empty())
    study.date = studyDate;
  Note note{image.sopInstanceUid.empty() ? image.path.string() : image.sopInstanceUid, image.side.value,
            image.view.value, image.grade, image.measurements.thickness.summary};
  study.notes.push_back(std::move(note));
}

HipResult StudyCollector::together(const std::vector<const Note*>& notes) {
  HipResult hip;
  hip.side = notes.front()->side;
  for (const Note* note : notes)
    if (std::find(hip.images.begin(), hip.images.end(), note->name) == hip.images.end())
      hip.images.push_back(note->name);

  // The most severe gradable image speaks for the hip: a tear is often seen in one plane only, and averaging it away
  // with planes that miss it would hide it. The certainty says that it was one plane.
  const Note* worst = nullptr;
  for (const Note* note : notes)
    if (gradable(note->grade) &&
        (!worst || severity(note->grade.grade) > severity(worst->grade.grade) ||
         (note->grade.grade == worst->grade.grade && note->grade.confidence > worst->grade.confidence)))
      worst = note;
  if (!worst) {
    hip.grade.reasons.push_back("None of the " + std::to_string(notes.size()) + " images of this hip is gradable.");
    for (const Note* note : notes)
      for (const Refusal refusal : note->grade.refusals)
        if (std::find(hip.grade.refusals.begin(), hip.grade.refusals.end(), refusal) == hip.grade.refusals.end())
          hip.grade.refusals.push_back(refusal);
    return hip;
  }
  hip.grade = worst->grade;

  const auto seen = std::count_if(notes.begin(), notes.end(), [](const Note* n) { return gradable(n->grade); });
  const auto agreeing =
      std::count_if(notes.begin(), notes.end(), [&](const Note* n) { return n->grade.grade == worst->grade.grade; });
  const bool otherPlane = std::any_of(notes.begin(), notes.end(), [&](const Note* n) {
    return isTear(n->grade) && n->view && worst->view && *n->view != *worst->view;
  });
  if (isTear(worst->grade) && otherPlane)
    hip.grade.certainty = Certainty::confirmed;
  hip.grade.reasons.insert(hip.grade.reasons.begin(), std::to_string(agreeing) + " of " + std::to_string(seen) +
                                                          " gradable images show this; the most severe one counts.");

  // Long and short axis cut the tendon in different places: their thickness is not averaged together.
  for (const auto& view :
       {std::optional<View>(View::longAxis), std::optional<View>(View::shortAxis), std::optional<View>()}) {
    ThicknessSummary sum;
    int count = 0;
    for (const Note* note : notes)
      if (gradable(note->grade) && note->view == view && note->thickness) {
        const ThicknessSummary& t = *note->thickness;
        sum.minMm = count == 0 ? t.minMm : std::min(sum.minMm, t.minMm);
        sum.maxMm = count == 0 ? t.maxMm : std::max(sum.maxMm, t.maxMm);
        sum.meanMm += t.meanMm;
        sum.sdMm += t.sdMm * t.sdMm;
        ++count;
      }
    if (count > 0) {
      sum.meanMm /= count;
      sum.sdMm = std::sqrt(sum.sdMm / count);
      hip.thickness = sum;
      break;
    }
  }
  return hip;
}

std::vector<StudyResult> StudyCollector::finish() const {
  std::vector<StudyResult> results;
  for (const Study& study : studies_) {
    StudyResult result{study.uid, study.date, {}};
    for (const auto& side :
         {std::optional<Side>(Side::left), std::optional<Side>(Side::right), std::optional<Side>()}) {
      std::vector<const Note*> notes;
      for (const Note& note : study.notes)
        if (note.side == side)
          notes.push_back(&note);
      if (!notes.empty())
        result.hips.push_back(together(notes));
    }
    if (result.hips.size() >= 2 && result.hips[0].side == Side::left && result.hips[1].side == Side::right &&
        result.hips[0].thickness && result.hips[1].thickness) {
      const double difference = result.hips[0].thickness->meanMm - result.hips[1].thickness->meanMm;
      result.hips[0].sideDifferenceMm = difference;
      result.hips[1].sideDifferenceMm = -difference;
    }
    results.push_back(std::move(result));
  }
  return results;
}

} // namespace hipcuff
