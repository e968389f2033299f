#include "hipcuff/dicom/results/report_of.h"

#include "hipcuff/dicom/results/report_codes.h"
#include "report_parts.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

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

std::string conclusionOf(const HipResult& hip) {
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
  if (hip.thickness)
    out += " Thickness " + tenths(hip.thickness->meanMm) + " mm on average, " + tenths(hip.thickness->maxMm) +
           " mm at most.";
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
    contexts.push_back({image, *source, settings, {}});
  }
  MeasurementReport out;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    out.images.push_back(libraryImage(sources[i], panes[i]));
    for (ImageContext& at : contexts)
      if (&at.source == &sources[i])
        at.label = "Image " + std::to_string(i + 1) +
                   (panes[i].size() > 1
                        ? ", picture " + std::to_string(at.image.pane + 1) + " of " + std::to_string(panes[i].size())
                        : std::string());
  }

  out.device = Device{uidFromText("device\nHipCuff\n" + settings.version), "HipCuff", "HipCuff", "HipCuff sr", {}};
  out.procedures = {procedureOf(images)};
  for (const HipResult& hip : study.hips) {
    out.conclusions.push_back(conclusionOf(hip));
    out.groups.push_back(hipGroup(hip, study, contexts, settings));
  }
  if (study.hips.empty())
    out.conclusions.emplace_back("No image of the study could be assessed.");
  out.conclusions.push_back(researchNotice());

  for (const ImageContext& at : contexts) {
    for (auto* make : {assessmentGroups, tendonGroups, discontinuityGroups, findingGroups, profileGroups}) {
      auto groups = make(at);
      std::move(groups.begin(), groups.end(), std::back_inserter(out.groups));
    }
  }
  for (const MeasurementGroup& group : out.groups)
    if (!group.person.empty() && std::find(out.persons.begin(), out.persons.end(), group.person) == out.persons.end())
      out.persons.push_back(group.person);
  out.comments.push_back({reportCode("A235"), researchNotice()});
  return out;
}

} // namespace hipcuff::dicom
