#include "frames.h"

#include "hipcuff/core/origins.h"
#include "hipcuff/grading/decision.h"
#include "hipcuff/grading/tears.h"
#include "hipcuff/measurement/tracking.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hipcuff {
namespace {

std::optional<double> medianAngle(const Tendon& tendon, bool absolute) {
  std::vector<double> angles;
  for (const TendonStation& station : tendon.stations)
    if (station.fibreAngleDeg)
      angles.push_back(absolute ? std::abs(*station.fibreAngleDeg) : *station.fibreAngleDeg);
  if (angles.empty())
    return std::nullopt;
  const auto middle = angles.begin() + static_cast<std::ptrdiff_t>(angles.size() / 2);
  std::nth_element(angles.begin(), middle, angles.end());
  return *middle;
}

bool gradable(const FrameNote& note) {
  return note.summary.grade != GradeClass::notGradable;
}

/// How much a frame's word weighs: less the more obliquely the beam meets the fibres.
double weight(const FrameNote& note, double assessableDeg) {
  const double ratio = note.angleDeg / assessableDeg;
  return 1 / (1 + ratio * ratio);
}

bool same(const Discontinuity& a, const Discontinuity& b, double minOverlap) {
  return overlap(a, b) >= minOverlap;
}

constexpr double sameTearOverlap = 0.3; ///< of the shorter one's length: frames differ by the probe's rocking

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
  note.signedAngleDeg = medianAngle(result.anatomy.tendon, false);
  note.summary.fibreAngleDeg = medianAngle(result.anatomy.tendon, true);
  note.angleDeg = note.summary.fibreAngleDeg.value_or(90);
  note.echogenicity = result.measurements.findings.echogenicity;
  note.probabilities = result.grade.probabilities;
  for (const NamedOrigin& origin : originsOf(result.anatomy, result.measurements, result.grade))
    if (note.fault.empty())
      note.fault = origin.by.fault;
  for (const Discontinuity& tear : result.measurements.discontinuities)
    if (countsAsEvidence(tear)) {
      note.tears.push_back(tear);
      note.tears.back().polygonMm = {};
    }
  return note;
}

namespace {

bool shows(const FrameNote& note, const Discontinuity& wanted) {
  return gradable(note) && std::any_of(note.tears.begin(), note.tears.end(),
                                       [&](const Discontinuity& tear) { return same(wanted, tear, sameTearOverlap); });
}

/// Over how many degrees the fibre angle changes in the frames that show it; none where it is not known.
std::optional<double> angleSpread(const Discontinuity& wanted, const std::vector<FrameNote>& notes) {
  std::optional<double> low, high;
  for (const FrameNote& note : notes)
    if (note.signedAngleDeg && shows(note, wanted)) {
      low = std::min(low.value_or(*note.signedAngleDeg), *note.signedAngleDeg);
      high = std::max(high.value_or(*note.signedAngleDeg), *note.signedAngleDeg);
    }
  return low ? std::optional(*high - *low) : std::nullopt;
}

/// By how many grey levels the intact tendon brightens and darkens against the tissue above it in the frames that show
/// it, a tenth of the frames left out at either end; none where fewer than six tell.
std::optional<double> echoSpread(const Discontinuity& wanted, const std::vector<FrameNote>& notes) {
  std::vector<double> values;
  for (const FrameNote& note : notes)
    if (note.echogenicity && shows(note, wanted))
      values.push_back(*note.echogenicity);
  constexpr std::size_t leastFrames = 6;
  if (values.size() < leastFrames)
    return std::nullopt;
  std::sort(values.begin(), values.end());
  const std::size_t cut = values.size() / 10;
  return values[values.size() - 1 - cut] - values[cut];
}

std::string degrees(double value) {
  return std::to_string(std::lround(value)) + " degrees";
}

std::string greyLevels(double value) {
  return std::to_string(std::lround(value)) + " grey levels";
}

/// How long the tear stays, and whether the angle changed meanwhile.
void judgePersistence(Grade& grade, const Discontinuity& tear, const std::vector<FrameNote>& notes, long seen,
                      const Criteria& criteria) {
  const int showing = framesWith(tear, notes);
  const bool often = showing >= criteria.value("cine_persistence_min_frames") &&
                     showing >= criteria.value("cine_persistence_min_fraction") * static_cast<double>(seen);
  const auto spread = angleSpread(tear, notes);
  const double least = criteria.value("cine_angle_spread_min");
  // In the short axis the fibres run through the picture's plane and the angle cannot be seen; that it changed shows in
  // the tendon brightening and darkening against the tissue above, whose echo hardly knows an angle.
  const double echo = spread ? -1 : echoSpread(tear, notes).value_or(-1); // below 0: not known
  const double leastEcho = criteria.value("cine_echo_spread_min");
  const bool stays = often && (spread ? *spread >= least : echo >= leastEcho);
  grade.certainty = stays ? Certainty::persistent : Certainty::suspected;
  std::string text =
      "The discontinuity is seen in " + std::to_string(showing) + " of " + std::to_string(seen) + " gradable frames";
  if (stays && !spread)
    text += "; it stays while the tendon around it brightens and darkens by " + greyLevels(echo) +
            " against the tissue above, as it does when the beam's angle to the fibres changes (cine_echo_spread_min " +
            greyLevels(leastEcho) + ").";
  else if (stays)
    text += "; it stays while the fibre angle changes by " + degrees(*spread) + " (cine_angle_spread_min " +
            degrees(least) + ").";
  else if (often && spread)
    text += ", over which the fibre angle changes by " + degrees(*spread) +
            " only: whether it would stay at another angle was not seen (cine_angle_spread_min " + degrees(least) +
            ").";
  else if (often)
    text += "; the fibre angle cannot be seen in this view, and that it changed does not show either: the tendon "
            "brightens and darkens against the tissue above by " +
            (echo >= 0 ? greyLevels(echo) + " only" : std::string("an amount that could not be measured")) +
            " (cine_echo_spread_min " + greyLevels(leastEcho) + ").";
  else
    text += ": not enough to call it persistent (cine_persistence_min_fraction, cine_persistence_min_frames).";
  grade.reasons.push_back(text);
}

} // namespace

int framesWith(const Discontinuity& wanted, const std::vector<FrameNote>& notes) {
  return static_cast<int>(
      std::count_if(notes.begin(), notes.end(), [&](const FrameNote& note) { return shows(note, wanted); }));
}

void requireCineCriteria(const Criteria& criteria) {
  for (const char* key : {"fibre_angle_max", "cine_persistence_min_fraction", "cine_persistence_min_frames",
                          "cine_angle_spread_min", "cine_echo_spread_min", "unsure_confidence_min"})
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
  for (const FrameNote& note : notes)
    if (gradable(note)) {
      const double w = weight(note, assessableDeg);
      for (std::size_t i = 0; i < grade.probabilities.size(); ++i)
        grade.probabilities[i] += w * note.probabilities[i];
      total += w;
    }
  for (double& p : grade.probabilities)
    p /= total;
  grade.grade = likeliest(grade.probabilities);

  // The best view of what the cine as a whole shows. Rather one that a plugin in use made: were it the one on which it
  // failed, the result would look like the built-in stages' work.
  double best = -1;
  for (std::size_t i = 0; i < notes.size(); ++i)
    if (gradable(notes[i])) {
      const double score = notes[i].summary.confidence * weight(notes[i], assessableDeg) +
                           (notes[i].summary.grade == grade.grade ? 10 : 0) + (notes[i].fault.empty() ? 5 : 0);
      if (score > best) {
        best = score;
        verdict.representative = static_cast<int>(i);
      }
    }
  const FrameNote& shown = notes[static_cast<std::size_t>(verdict.representative)];
  const auto agreeing = std::count_if(notes.begin(), notes.end(),
                                      [&](const FrameNote& note) { return note.summary.grade == grade.grade; });
  grade.confidence = grade.probabilities[static_cast<std::size_t>(grade.grade)];

  int most = 0;
  const Discontinuity* tear = nullptr;
  for (const Discontinuity& candidate : shown.tears)
    if (const int count = framesWith(candidate, notes); count > most) {
      most = count;
      tear = &candidate;
    }
  if (isTear(grade.grade) && tear)
    judgePersistence(grade, *tear, notes, seen, criteria);
  grade.reasons.push_back(std::to_string(agreeing) + " of " + std::to_string(seen) +
                          " gradable frames by themselves are graded " + inWords(grade.grade) + " (" +
                          std::to_string(notes.size()) + " frames analysed).");
  verdict.grade = grade;
  return verdict;
}

} // namespace hipcuff
