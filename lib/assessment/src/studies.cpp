#include "hipcuff/assessment/studies.h"

#include "hipcuff/core/patient_key.h"
#include "hipcuff/grading/decision.h"
#include "hipcuff/grading/prevalence.h"
#include "hipcuff/grading/tears.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace hipcuff {
namespace {

bool gradable(const Grade& grade) {
  return grade.grade != GradeClass::notGradable;
}

std::string nameOf(const std::optional<View>& view) {
  return !view ? "a plane not known" : *view == View::longAxis ? "the long axis" : "the short axis";
}

/// Odds against the prevalence multiply; what all planes share, the prevalence, counts once.
std::array<double, 4> joined(const std::vector<ViewResult>& views, const Prevalence& prevalence) {
  std::array<double, 4> p{};
  for (std::size_t k = 0; k < p.size(); ++k) {
    p[k] = prevalence[k];
    for (const ViewResult& view : views)
      p[k] *= view.probabilities[k] / prevalence[k];
  }
  double sum = std::accumulate(p.begin(), p.end(), 0.0);
  if (!(sum > 0)) {
    // Each class is impossible in one plane or another: only a grader that rules classes out altogether (a plugin's)
    // gets there, and there are no odds to multiply. Each plane has one vote; what contradicts itself is unsure.
    p = {};
    for (const ViewResult& view : views)
      for (std::size_t k = 0; k < p.size(); ++k)
        p[k] += view.probabilities[k];
    sum = std::accumulate(p.begin(), p.end(), 0.0);
  }
  for (double& value : p)
    value /= sum;
  return p;
}

std::string severalPatients(int number) {
  return "The files of this study name several patients, who are kept apart: this is patient " +
         std::to_string(number) + ". Look up whose pictures they are.";
}

std::string share(double probability) {
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", 100 * probability);
  return text;
}

} // namespace

std::string studyKey(const ImageResult& image) {
  if (!image.studyInstanceUid.empty())
    return image.studyInstanceUid;
  return "folder:" + image.path.parent_path().lexically_normal().string();
}

std::size_t PatientNumbers::of(const std::string& study, const std::string& patientKey) {
  auto& keys = keys_[study];
  if (patientKey.empty())
    return 0;
  const auto place = static_cast<std::size_t>(std::find(keys.begin(), keys.end(), patientKey) - keys.begin());
  if (place == keys.size())
    keys.push_back(patientKey);
  return place;
}

StudyCollector::StudyCollector(Criteria criteria)
    : criteria_(std::move(criteria)) {
  (void)prevalenceOf(criteria_);
  (void)criteria_.value("unsure_confidence_min");
}

void StudyCollector::add(const ImageResult& image, const std::string& studyDate) {
  const std::string key = studyKey(image);
  const auto [found, isNew] = index_.try_emplace({key, patients_.of(key, image.patientKey)}, studies_.size());
  if (isNew)
    studies_.push_back({image.studyInstanceUid, studyDate, {}, {}, key});
  Study& study = studies_[found->second];
  if (study.patientKey.empty())
    study.patientKey = image.patientKey;
  if (study.date.empty())
    study.date = studyDate;
  Note note{image.sopInstanceUid.empty() ? image.path.string() : image.sopInstanceUid, image.side.value,
            image.view.value, image.grade, image.measurements.thickness.summary};
  if (const Discontinuity* tear = gradedTear(image.grade.grade, image.measurements.discontinuities)) {
    note.tearDepthMm = tear->depthMm;
    note.tearLengthMm = tear->lengthMm;
  }
  study.notes.push_back(std::move(note));
}

ViewResult StudyCollector::viewOf(std::optional<View> view, const std::vector<const Note*>& notes) {
  ViewResult out;
  out.view = view;
  ThicknessSummary sum;
  Interval mean;
  int measured = 0;
  int bounded = 0;
  for (const Note* note : notes) {
    if (!gradable(note->grade) || note->view != view)
      continue;
    ++out.images;
    for (std::size_t k = 0; k < out.probabilities.size(); ++k)
      out.probabilities[k] += note->grade.probabilities[k];
    out.tearDepthMm = std::max(out.tearDepthMm, note->tearDepthMm);
    out.tearLengthMm = std::max(out.tearLengthMm, note->tearLengthMm);
    if (note->thickness) {
      const ThicknessSummary& t = *note->thickness;
      sum.minMm = measured == 0 ? t.minMm : std::min(sum.minMm, t.minMm);
      if (measured == 0 || t.maxMm > sum.maxMm) {
        sum.maxMm = t.maxMm;
        sum.max95 = t.max95;
      }
      if (t.mean95) {
        mean.lower += t.mean95->lower;
        mean.upper += t.mean95->upper;
        ++bounded;
      }
      sum.meanMm += t.meanMm;
      sum.sdMm += t.sdMm * t.sdMm;
      ++measured;
    }
  }
  if (out.images == 0)
    return out;
  for (double& p : out.probabilities)
    p /= out.images;
  out.grade = likeliest(out.probabilities);
  if (measured > 0) {
    sum.meanMm /= measured;
    sum.sdMm = std::sqrt(sum.sdMm / measured);
    // Pictures of one plane can err alike: their interval is no narrower than one picture's.
    if (bounded == measured)
      sum.mean95 = Interval{mean.lower / bounded, mean.upper / bounded};
    out.thickness = sum;
  }
  return out;
}

HipResult StudyCollector::together(const std::vector<const Note*>& notes) const {
  HipResult hip;
  hip.side = notes.front()->side;
  for (const Note* note : notes)
    if (std::find(hip.images.begin(), hip.images.end(), note->name) == hip.images.end())
      hip.images.push_back(note->name);
  for (const auto& view :
       {std::optional<View>(View::longAxis), std::optional<View>(View::shortAxis), std::optional<View>()})
    if (const ViewResult seen = viewOf(view, notes); seen.images > 0)
      hip.views.push_back(seen);

  if (hip.views.empty()) {
    hip.grade.reasons.push_back("None of the " + std::to_string(notes.size()) + " images of this hip is gradable.");
    for (const Note* note : notes)
      for (const Refusal refusal : note->grade.refusals)
        if (std::find(hip.grade.refusals.begin(), hip.grade.refusals.end(), refusal) == hip.grade.refusals.end())
          hip.grade.refusals.push_back(refusal);
    return hip;
  }
  // Long and short axis cut the tendon in different places: their thickness is not averaged together.
  for (const ViewResult& view : hip.views)
    if (view.thickness) {
      hip.thickness = view.thickness;
      break;
    }

  const auto probabilities = joined(hip.views, prevalenceOf(criteria_));
  const GradeClass grade = likeliest(probabilities);
  // The image that shows it best lends its subtype and its words.
  const auto rank = [grade](const Note* n) {
    return std::pair(n->grade.grade == grade, n->grade.probabilities[static_cast<std::size_t>(grade)]);
  };
  const Note* best = nullptr;
  for (const Note* note : notes)
    if (gradable(note->grade) && (!best || rank(note) > rank(best)))
      best = note;
  hip.grade.grade = grade;
  hip.grade.probabilities = probabilities;
  hip.grade.confidence = probabilities[static_cast<std::size_t>(grade)];
  hip.grade.reasons = best->grade.reasons;
  if (best->grade.grade == grade) {
    hip.grade.subtype = best->grade.subtype;
    hip.grade.tear = best->grade.tear;
    hip.grade.certainty = best->grade.certainty;
  }

  std::vector<std::string> first;
  const auto seen = std::count_if(notes.begin(), notes.end(), [](const Note* n) { return gradable(n->grade); });
  const auto agreeing =
      std::count_if(notes.begin(), notes.end(), [&](const Note* n) { return n->grade.grade == grade; });
  first.push_back(std::to_string(agreeing) + " of " + std::to_string(seen) +
                  " gradable images by themselves are graded " + inWords(grade) + ".");
  const ViewResult& a = hip.views.front();
  const ViewResult& b = hip.views.back();
  const bool twoPlanes = a.view && b.view && *a.view != *b.view;
  hip.contradictory = twoPlanes && isTear(a.grade) != isTear(b.grade);
  if (hip.contradictory)
    first.push_back("The planes contradict each other: " + nameOf(a.view) + " alone says " + inWords(a.grade) + " (" +
                    share(a.probabilities[static_cast<std::size_t>(a.grade)]) + "), " + nameOf(b.view) +
                    " alone says " + inWords(b.grade) + " (" +
                    share(b.probabilities[static_cast<std::size_t>(b.grade)]) +
                    "). A tear may lie outside one plane; look again.");
  else if (twoPlanes && isTear(grade) && isTear(a.grade)) {
    hip.grade.certainty = Certainty::confirmed;
    first.push_back("A tear is seen in the long and in the short axis.");
  }
  if (seen > 1)
    first.push_back("What follows is said of the one image that shows it best.");
  hip.grade.reasons.insert(hip.grade.reasons.begin(), first.begin(), first.end());
  refuseIfUnsure(hip.grade, criteria_);
  return hip;
}

std::vector<StudyResult> StudyCollector::finish() const {
  std::vector<StudyResult> results;
  std::map<std::string, int> patients; // of each study
  for (const Study& study : studies_)
    ++patients[study.key];
  std::map<std::string, int> soFar;
  for (const Study& study : studies_) {
    StudyResult result{study.uid, study.date, {}, study.patientKey};
    const int number = ++soFar[study.key];
    // What was read back keeps its number, where the others stayed behind too.
    result.patient = storedPatientNumber(study.patientKey);
    if (!result.patient && patients[study.key] > 1)
      result.patient = number;
    for (const auto& side :
         {std::optional<Side>(Side::left), std::optional<Side>(Side::right), std::optional<Side>()}) {
      std::vector<const Note*> notes;
      for (const Note& note : study.notes)
        if (note.side == side)
          notes.push_back(&note);
      if (!notes.empty())
        result.hips.push_back(together(notes));
    }
    if (result.hips.size() >= 2 && result.hips[0].side == Side::left && result.hips[1].side == Side::right) {
      // Like with like: the same plane on either side, the long axis before the short one.
      HipResult& left = result.hips[0];
      HipResult& right = result.hips[1];
      for (const ViewResult& l : left.views)
        for (const ViewResult& r : right.views)
          if (!left.sideDifferenceMm && l.view == r.view && l.thickness && r.thickness) {
            left.sideDifferenceMm = l.thickness->meanMm - r.thickness->meanMm;
            right.sideDifferenceMm = -*left.sideDifferenceMm;
          }
    }
    if (result.patient)
      for (HipResult& hip : result.hips)
        hip.grade.reasons.push_back(severalPatients(*result.patient));
    results.push_back(std::move(result));
  }
  return results;
}

} // namespace hipcuff
