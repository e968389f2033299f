#include "frames.h"

#include "hipcuff/measurement/tracking.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hipcuff {
namespace {

double medianAngle(const Tendon& tendon) {
  std::vector<double> angles;
  for (const TendonStation& station : tendon.stations)
    if (station.fibreAngleDeg)
      angles.push_back(std::abs(*station.fibreAngleDeg));
  if (angles.empty())
    return 90;
  const auto middle = angles.begin() + static_cast<std::ptrdiff_t>(angles.size() / 2);
  std::nth_element(angles.begin(), middle, angles.end());
  return *middle;
}

bool gradable(const FrameNote& note) {
  return note.summary.grade != GradeClass::notGradable;
}

/// How much a frame's word weighs: its own confidence, less the more obliquely the beam meets the fibres.
double weight(const FrameNote& note, double assessableDeg) {
  const double ratio = note.angleDeg / assessableDeg;
  return std::max(note.summary.confidence, 0.01) / (1 + ratio * ratio);
}

bool same(const Discontinuity& a, const Discontinuity& b, double minOverlap) {
  return overlap(a, b) >= minOverlap;
}

constexpr double sameTearOverlap = 0.3; ///< of the shorter one's length: frames differ by the probe's rocking

GradeClass likeliest(const std::array<double, 4>& probabilities) {
  const auto best = std::max_element(probabilities.begin(), probabilities.end());
  return static_cast<GradeClass>(best - probabilities.begin());
}

bool isTear(GradeClass grade) {
  return grade == GradeClass::partialThickness || grade == GradeClass::fullThickness;
}

} // namespace

FrameNote noteOf(const FrameResult& result, int frame, std::optional<double> timeSeconds) {
  FrameNote note;
  note.summary.frame = frame;
  note.summary.timeSeconds = timeSeconds;
  note.summary.grade = result.grade.grade;
  note.summary.refusals = result.grade.refusals;
  note.summary.confidence = result.grade.confidence;
  if (result.measurements.thickness.summary) {
    note.summary.thicknessMeanMm = result.measurements.thickness.summary->meanMm;
    note.summary.thicknessMaxMm = result.measurements.thickness.summary->maxMm;
  }
  note.summary.discontinuities = static_cast<int>(result.measurements.discontinuities.size());
  note.angleDeg = medianAngle(result.anatomy.tendon);
  if (result.anatomy.tendon.found() && note.angleDeg < 90)
    note.summary.fibreAngleDeg = note.angleDeg;
  note.probabilities = result.grade.probabilities;
  for (const Discontinuity& tear : result.measurements.discontinuities)
    if (!tear.suspectedAnisotropy) {
      note.tears.push_back(tear);
      note.tears.back().polygonMm = {};
    }
  return note;
}

int framesWith(const Discontinuity& wanted, const std::vector<FrameNote>& notes) {
  return static_cast<int>(std::count_if(notes.begin(), notes.end(), [&](const FrameNote& note) {
    return gradable(note) && std::any_of(note.tears.begin(), note.tears.end(), [&](const Discontinuity& tear) {
             return same(wanted, tear, sameTearOverlap);
           });
  }));
}

void requireCineCriteria(const Criteria& criteria) {
  for (const char* key : {"fibre_angle_max", "cine_persistence_min_fraction", "cine_persistence_min_frames"})
    (void)criteria.value(key);
}

CineVerdict judgeCine(const std::vector<FrameNote>& notes, const Criteria& criteria) {
  CineVerdict verdict;
  const double assessableDeg = criteria.value("fibre_angle_max");
  const auto seen = std::count_if(notes.begin(), notes.end(), gradable);
  if (seen == 0) {
    // The frame that is refused for the fewest reasons explains best what was missing.
    const auto best = std::min_element(notes.begin(), notes.end(), [](const FrameNote& a, const FrameNote& b) {
      return a.summary.refusals.size() < b.summary.refusals.size();
    });
    verdict.representative = static_cast<int>(best - notes.begin());
    return verdict;
  }

  Grade grade;
  double total = 0;
  double confidence = 0;
  for (const FrameNote& note : notes)
    if (gradable(note)) {
      const double w = weight(note, assessableDeg);
      for (std::size_t i = 0; i < grade.probabilities.size(); ++i)
        grade.probabilities[i] += w * note.probabilities[i];
      confidence += w * note.summary.confidence;
      total += w;
    }
  for (double& p : grade.probabilities)
    p /= total;
  grade.grade = likeliest(grade.probabilities);

  // The best view of what the cine as a whole shows.
  double best = -1;
  for (std::size_t i = 0; i < notes.size(); ++i)
    if (gradable(notes[i])) {
      const double score = weight(notes[i], assessableDeg) + (notes[i].summary.grade == grade.grade ? 10 : 0);
      if (score > best) {
        best = score;
        verdict.representative = static_cast<int>(i);
      }
    }
  const FrameNote& shown = notes[static_cast<std::size_t>(verdict.representative)];
  const auto agreeing = std::count_if(notes.begin(), notes.end(),
                                      [&](const FrameNote& note) { return note.summary.grade == grade.grade; });
  grade.confidence = confidence / total * static_cast<double>(agreeing) / static_cast<double>(seen);

  int most = 0;
  const Discontinuity* tear = nullptr;
  for (const Discontinuity& candidate : shown.tears)
    if (const int count = framesWith(candidate, notes); count > most) {
      most = count;
      tear = &candidate;
    }
  if (isTear(grade.grade) && tear) {
    const bool stays = most >= criteria.value("cine_persistence_min_frames") &&
                       most >= criteria.value("cine_persistence_min_fraction") * static_cast<double>(seen);
    grade.certainty = stays ? Certainty::persistent : Certainty::suspected;
    grade.reasons.push_back("The discontinuity is seen in " + std::to_string(most) + " of " + std::to_string(seen) +
                            " gradable frames" + (stays ? "; it stays while the beam's angle changes." : "."));
  }
  grade.reasons.push_back(std::to_string(agreeing) + " of " + std::to_string(seen) +
                          " gradable frames alone are graded " + toString(grade.grade) + " (" +
                          std::to_string(notes.size()) + " frames analysed).");
  verdict.grade = grade;
  return verdict;
}

} // namespace hipcuff
