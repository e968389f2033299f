#include "hipcuff/dicom/results/report_of.h"
#include "presentation_words.h"

#include "hipcuff/core/one_line.h"
#include "hipcuff/dicom/results/report_codes.h"
#include "report_parts.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>
#include <stdexcept>
#include <string>
#include <tuple>

namespace hipcuff::dicom {
namespace {

/// The one value of all panes of an image; none where one has none or two differ.
template <typename F>
auto agreed(const std::vector<const ImageResult*>& panes, F value) -> decltype(value(*panes.front())) {
  auto first = value(*panes.front());
  for (const ImageResult* pane : panes)
    if (value(*pane) != first)
      return {};
  return first;
}

LibraryImage libraryImage(const SourceImage& source, const std::vector<const ImageResult*>& panes) {
  LibraryImage out;
  out.image = {source.sopClassUid, source.sopInstanceUid, {}};
  out.frames = source.frames;
  if (source.rows > 0 && source.columns > 0) {
    out.rows = source.rows;
    out.columns = source.columns;
  }
  if (panes.empty())
    return out;
  out.laterality = agreed(panes, [](const ImageResult& i) { return i.side.value; });
  out.view = agreed(panes, [](const ImageResult& i) { return i.view.value; });
  out.mmPerPx = agreed(panes, [](const ImageResult& i) { return i.mmPerPx; });
  const auto origin = [](const ImageResult& i) {
    return std::optional<Code>(codeOf(i.mmPerPx ? i.calibrationOrigin : std::nullopt));
  };
  out.calibration = agreed(panes, origin);
  if (agreed(panes, [](const ImageResult& i) { return i.bodyRegion.value; }) == BodyRegion::lateralHip)
    out.targetRegion = reportCode("29836001");
  return out;
}

/// In sentences; told apart where several name themselves alike.
std::string labelAmong(const std::vector<SourceImage>& sources, const SourceImage& source) {
  const auto same =
      std::count_if(sources.begin(), sources.end(), [&](const auto& s) { return s.label == source.label; });
  std::string out = source.label;
  out.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(out.front())));
  if (same > 1)
    out += " (UID ..." +
           source.sopInstanceUid.substr(source.sopInstanceUid.size() -
                                        std::min<std::size_t>(source.sopInstanceUid.size(), 8)) +
           ")";
  return out;
}

/// What the exam was, as far as its images say.
const Code& procedureOf(const std::vector<ImageResult>& images) {
  bool hip = false;
  bool left = false;
  bool right = false;
  for (const ImageResult& image : images) {
    if (image.bodyRegion.value != BodyRegion::lateralHip)
      continue;
    hip = true;
    left |= image.side.value == Side::left;
    right |= image.side.value == Side::right;
  }
  return reportCode(!hip ? "16310003" : left && right ? "26250-1" : left ? "26251-9" : right ? "26252-7" : "24760-1");
}

bool belongs(const HipResult& hip, const ImageResult& image) {
  return image.side.value == hip.side &&
         std::find(hip.images.begin(), hip.images.end(), image.sopInstanceUid) != hip.images.end();
}

const char* kindWord(DiscontinuityKind kind) noexcept {
  switch (kind) {
  case DiscontinuityKind::undersurface:
    return "undersurface";
  case DiscontinuityKind::bursal:
    return "bursal-sided";
  case DiscontinuityKind::intrasubstance:
    return "intrasubstance";
  case DiscontinuityKind::fullThickness:
    return "full-thickness";
  }
  return "";
}

/// The largest discontinuity of the hip that is likelier there than not; empty where there is none.
std::string largestTear(const HipResult& hip, const std::vector<ImageContext>& images) {
  const Discontinuity* largest = nullptr;
  const ImageContext* where = nullptr;
  const auto rank = [](const Discontinuity& d) {
    return std::tuple(d.kind == DiscontinuityKind::fullThickness, d.depthFraction, d.lengthMm);
  };
  for (const ImageContext& at : images)
    if (at.image.mmPerPx && belongs(hip, at.image) && classThatHolds(at.image) != GradeClass::notGradable)
      for (const Discontinuity& d : at.image.measurements.discontinuities)
        if (!d.suspectedAnisotropy && d.confidence >= 0.5 && (!largest || rank(d) > rank(*largest))) {
          largest = &d;
          where = &at;
        }
  if (!largest)
    return {};
  std::string out = std::string(" Largest discontinuity: ") + kindWord(largest->kind) + ", " +
                    tenths(largest->lengthMm) + " mm long, " + tenths(largest->depthMm) + " mm deep";
  if (largest->kind != DiscontinuityKind::fullThickness)
    out += " (" + std::to_string(static_cast<int>(std::lround(100 * largest->depthFraction))) +
           " % of the local thickness)";
  if (largest->gapMm)
    out += ", gap " + tenths(*largest->gapMm) + " mm";
  if (largest->bareFacet.value_or(false))
    out += ", bare facet";
  std::string image = where->label;
  image.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(image.front())));
  return out + "; " + image + ".";
}

/// Of an image that a person decided on; empty where none did.
std::string reviewOf(const ImageContext& at, const std::string& person) {
  const Review& review = *at.image.review;
  std::string out = at.label + ": ";
  const std::string reason = tidy(review.reason, 1000);
  const std::string said = reason.empty() ? "" : " " + person + " says: " + reason;
  if (!review.verdict)
    return out + "corrected by " + person + ", not yet decided." + said;
  switch (*review.verdict) {
  case Verdict::accepted:
    out += std::string(words(at.image.grade.grade)) + ", accepted by " + person;
    break;
  case Verdict::changed:
    out += "changed to " + std::string(words(review.grade)) + " by " + person;
    break;
  case Verdict::refused:
    out += "refused as not gradable by " + person;
    break;
  }
  return out + "; the program by itself: " + words(review.program.grade) + "." + said;
}

std::string conclusionOf(const HipResult& hip, const std::vector<ImageContext>& images) {
  const Grade& grade = hip.grade;
  std::string out = hipName(hip.side) + ": ";
  if (grade.grade == GradeClass::notGradable) {
    out += "not gradable.";
    for (const Refusal refusal : grade.refusals)
      out += std::string(" ") + explain(refusal);
    return out;
  }
  out += std::string(grade.grade == GradeClass::normal
                         ? "normal gluteus medius tendon"
                         : words(grade.grade) + std::string(" of the gluteus medius tendon"));
  if (!grade.subtype.empty())
    out += " (" + grade.subtype + ")";
  out += std::string("; ") + seenIn(grade) + ".";
  const bool calibrated = std::any_of(
      images.begin(), images.end(), [&](const ImageContext& at) { return at.image.mmPerPx && belongs(hip, at.image); });
  if (calibrated && hip.thickness)
    out += " Thickness " + tenths(hip.thickness->meanMm) + " mm on average, " + tenths(hip.thickness->maxMm) +
           " mm at most.";
  if (severity(grade.grade) >= severity(GradeClass::partialThickness))
    out += largestTear(hip, images);
  const auto all = std::count_if(images.begin(), images.end(), [&](const auto& at) { return belongs(hip, at.image); });
  const auto refused = std::count_if(images.begin(), images.end(), [&](const auto& at) {
    return belongs(hip, at.image) && at.image.grade.grade == GradeClass::notGradable;
  });
  if (refused > 0)
    out += " " + std::to_string(refused) + " of " + std::to_string(all) + " images could not be graded.";
  if (hip.contradictory)
    out += " The planes contradict each other.";
  return out;
}

} // namespace

const std::string& researchNotice() {
  static const std::string notice = "Research software, not a medical device. Computed measurements and grades; not "
                                    "verified by a physician unless a review says so.";
  return notice;
}

MeasurementReport reportOf(const StudyResult& study, const std::vector<ImageResult>& images,
                           const std::vector<SourceImage>& sources, const ReportSettings& settings) {
  std::vector<ImageContext> contexts;
  std::vector<std::vector<const ImageResult*>> panes(sources.size());
  for (const ImageResult& image : images) {
    const auto source = std::find_if(sources.begin(), sources.end(),
                                     [&](const SourceImage& s) { return s.sopInstanceUid == image.sopInstanceUid; });
    if (source == sources.end())
      throw std::invalid_argument("an image result of no given source: " + image.sopInstanceUid);
    panes[static_cast<std::size_t>(std::distance(sources.begin(), source))].push_back(&image);
    contexts.push_back({image, *source, settings, {}, false});
  }
  MeasurementReport out;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    out.images.push_back(libraryImage(sources[i], panes[i]));
    const std::string label = labelAmong(sources, sources[i]);
    for (ImageContext& at : contexts)
      if (&at.source == &sources[i]) {
        at.ofSeveral = panes[i].size() > 1;
        at.label = label + (at.ofSeveral ? ", picture " + std::to_string(at.image.pane + 1) + " of " +
                                               std::to_string(panes[i].size())
                                         : std::string());
      }
  }

  out.device = Device{uidFromText("device\nHipCuff\n" + settings.version), "HipCuff", "HipCuff", "HipCuff sr", {}};
  out.procedures = {procedureOf(images)};
  for (const HipResult& hip : study.hips) {
    out.conclusions.push_back(conclusionOf(hip, contexts));
    out.groups.push_back(hipGroup(hip, study, contexts, settings));
  }
  if (study.hips.empty())
    out.conclusions.emplace_back("No image of the study could be assessed.");

  for (const ImageContext& at : contexts) {
    if (at.image.review)
      out.conclusions.push_back(reviewOf(at, reviewerName(*at.image.review)));
    for (auto* make : {assessmentGroups, tendonGroups, discontinuityGroups, findingGroups, profileGroups}) {
      auto groups = make(at);
      std::move(groups.begin(), groups.end(), std::back_inserter(out.groups));
    }
  }
  for (const MeasurementGroup& group : out.groups)
    if (!group.person.empty() && std::find(out.persons.begin(), out.persons.end(), group.person) == out.persons.end())
      out.persons.push_back(group.person);
  out.conclusions.push_back(researchNotice());
  out.comments.push_back({reportCode("A235"), researchNotice()});
  out.comments.push_back({reportCode("121106"), "The gluteus minimus tendon was not assessed."});
  if (std::any_of(images.begin(), images.end(), [](const ImageResult& i) { return i.mmPerPx.has_value(); }))
    out.comments.push_back({reportCode("121106"),
                            "Millimetres are those of the scanner, which takes sound to travel at "
                            "1540 m/s: it shows tendon about 7 to 16 % too thin."});
  return out;
}

} // namespace hipcuff::dicom
