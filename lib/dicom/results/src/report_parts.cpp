#include "report_parts.h"

#include "hipcuff/core/one_line.h"
#include "hipcuff/dicom/results/report_codes.h"
#include "hipcuff/dicom/results/result_segments.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace hipcuff::dicom {
namespace {

const char* sideWord(std::optional<Side> side) noexcept {
  return !side ? "unknown side" : *side == Side::left ? "left" : "right";
}

/// Words of others as they are, unless an object could not hold them.
std::string clean(const std::string& text) {
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\n') || u == 0x7F;
  });
  constexpr std::size_t most = 4000;
  return control || !isUtf8(text) || text.size() > most ? tidy(text, most) : text;
}

/// The hip's groups refer to the frames that its images were judged on.
std::vector<ImageReference> referencesOf(const HipResult& hip, const std::vector<ImageContext>& images) {
  std::vector<ImageReference> out;
  for (const ImageContext& at : images) {
    const bool named = std::find(hip.images.begin(), hip.images.end(), at.image.sopInstanceUid) != hip.images.end();
    if (!named || at.image.side.value != hip.side)
      continue;
    const ImageReference reference = referenceTo(at, at.image.frame);
    if (std::find(out.begin(), out.end(), reference) == out.end())
      out.push_back(reference);
  }
  return out;
}

} // namespace

const char* words(GradeClass grade) noexcept {
  switch (grade) {
  case GradeClass::normal:
    return "normal";
  case GradeClass::tendinosis:
    return "tendinosis";
  case GradeClass::partialThickness:
    return "partial-thickness tear";
  case GradeClass::fullThickness:
    return "full-thickness tear";
  case GradeClass::notGradable:
    return "not gradable";
  }
  return "";
}

const char* seenIn(const Grade& grade) noexcept {
  const bool normal = grade.grade == GradeClass::normal;
  switch (grade.certainty) {
  case Certainty::suspected:
    return normal ? "judged on one frame or plane" : "suspected: seen in one frame or plane";
  case Certainty::persistent:
    return normal ? "judged throughout a cine" : "persistent: seen throughout a cine";
  case Certainty::confirmed:
    return normal ? "judged in two planes" : "confirmed: seen in two planes";
  }
  return "";
}

std::string hipName(std::optional<Side> side) {
  return !side ? "Hip, side unknown" : *side == Side::left ? "Left hip" : "Right hip";
}

std::string tenths(double value) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.1f", std::abs(value) < 0.05 ? 0.0 : value);
  return buffer.data();
}

Algorithm algorithmOf(const ReportSettings& settings) {
  Algorithm out{"HipCuff", settings.version, {}};
  if (!settings.criteriaName.empty())
    out.parameters.push_back("criteria " + settings.criteriaName + " " + settings.criteriaVersion +
                             (settings.criteriaDigest.empty() ? "" : ", SHA-256 " + settings.criteriaDigest));
  return out;
}

Algorithm algorithmOf(const ReportSettings& settings, const std::optional<StageOrigin>& by) {
  // Where a plugin failed, the built-in stage made the value.
  if (!by || !by->fault.empty())
    return algorithmOf(settings);
  Algorithm out{"plugin " + clean(by->plugin), clean(by->version), {}};
  if (!by->over.empty())
    out.parameters.push_back("on top of " + clean(by->over));
  out.parameters.push_back("in HipCuff " + settings.version);
  return out;
}

ImageReference referenceTo(const ImageContext& at, std::optional<int> frame) {
  ImageReference out{at.source.sopClassUid, at.source.sopInstanceUid, {}};
  if (frame && at.source.frames > 1)
    out.frames.push_back(*frame);
  return out;
}

std::optional<Geometry> geometryOf(const ImageContext& at, Geometry::Kind kind, const Polyline& frameMm) {
  Polyline px;
  for (const Point p : frameMm)
    px.push_back(at.image.toFullPixels(p));
  px = onObjectGrid(px);
  px.erase(std::unique(px.begin(), px.end()), px.end());
  if (kind == Geometry::Kind::polygon)
    while (px.size() > 1 && px.front() == px.back())
      px.pop_back();
  const std::size_t least = kind == Geometry::Kind::polygon ? 3 : kind == Geometry::Kind::polyline ? 2 : 1;
  if (px.size() < least)
    return {};
  return Geometry{kind, std::move(px), referenceTo(at, at.image.frame)};
}

MeasurementGroup groupOf(const ImageContext& at, const std::string& what, const Code& finding, const Code& site,
                         const std::optional<StageOrigin>& by, const std::string& key) {
  MeasurementGroup out;
  out.trackingId = trackingId(at.source, at.ofSeveral ? std::optional(at.image.pane) : std::nullopt, what);
  out.trackingUid = trackingUid(at.source.sopInstanceUid, at.image.pane, key.empty() ? what : key);
  out.finding = finding;
  out.algorithm = algorithmOf(at.settings, by);
  out.site = site;
  out.laterality = at.image.side.value;
  out.images = {referenceTo(at, at.image.frame)};
  return out;
}

Measurement measured(const char* name, double value, const char* unit) {
  Measurement out;
  out.name = reportCode(name);
  out.value = value;
  out.unit = reportCode(unit);
  return out;
}

Measurement millimetres(const char* name, double value) {
  return measured(name, value, "mm");
}

void addSummary(std::vector<Measurement>& to, const ThicknessSummary& summary,
                const std::vector<Evaluation>& modifiers) {
  const auto add = [&](double value, const char* derivation, const std::optional<Interval>& interval) {
    Measurement m = millimetres("A180", value);
    m.modifiers = modifiers;
    m.derivation = reportCode(derivation);
    if (interval) {
      m.lower95 = interval->lower;
      m.upper95 = interval->upper;
    }
    to.push_back(std::move(m));
  };
  add(summary.meanMm, "373098007", summary.mean95);
  add(summary.maxMm, "56851009", summary.max95);
  add(summary.minMm, "255605001", {});
  add(summary.sdMm, "386136009", {});
}

void comment(MeasurementGroup& to, const char* name, const std::string& text) {
  if (std::string words = clean(text); words.find_first_not_of(" \n") != std::string::npos)
    to.comments.push_back({reportCode(name), std::move(words)});
}

void addGrade(MeasurementGroup& to, const Grade& grade, const char* name) {
  to.evaluations.push_back({reportCode(name), codeOf(grade.grade)});
  if (grade.grade == GradeClass::notGradable) {
    for (const Refusal refusal : grade.refusals) {
      to.evaluations.push_back({reportCode("A140"), codeOf(refusal)});
      comment(to, "A140", explain(refusal));
    }
  } else {
    to.evaluations.push_back({reportCode("A110"), codeOf(grade.certainty)});
    if (grade.tear) {
      to.evaluations.push_back({reportCode("A120"), codeOf(grade.tear->depth)});
      to.evaluations.push_back({reportCode("A125"), codeOf(grade.tear->highGrade)});
      to.evaluations.push_back({reportCode("A165"), reportCode(grade.tear->complete ? "A167" : "A166")});
      if (grade.tear->retractedFar)
        to.evaluations.push_back({reportCode("A126"), codeOf(*grade.tear->retractedFar)});
    }
    to.measurements.push_back(measured("111012", 100 * grade.confidence, "%"));
    constexpr const char* names[] = {"A130", "A131", "A132", "A133"};
    for (std::size_t i = 0; i < grade.probabilities.size(); ++i)
      to.measurements.push_back(measured(names[i], 100 * grade.probabilities[i], "%"));
  }
  comment(to, "A109", grade.subtype);
  for (const std::string& reason : grade.reasons)
    comment(to, "A108", reason);
}

MeasurementGroup hipGroup(const HipResult& hip, const StudyResult& study, const std::vector<ImageContext>& images,
                          const ReportSettings& settings) {
  MeasurementGroup out;
  out.trackingId = hipName(hip.side);
  out.trackingUid = uidFromText("tracking\n" + study.studyInstanceUid + "\n" + sideWord(hip.side));
  out.finding = reportCode("A240");
  out.algorithm = algorithmOf(settings, hip.grade.by);
  out.site = reportCode("A001");
  out.laterality = hip.side;
  out.images = referencesOf(hip, images);
  // No millimetre without a calibration, whatever a file of results says.
  const bool calibrated = std::any_of(images.begin(), images.end(), [&](const ImageContext& at) {
    return at.image.mmPerPx && at.image.side.value == hip.side &&
           std::find(hip.images.begin(), hip.images.end(), at.image.sopInstanceUid) != hip.images.end();
  });
  if (calibrated && hip.thickness)
    addSummary(out.measurements, *hip.thickness, {});
  if (calibrated && hip.sideDifferenceMm)
    out.measurements.push_back(millimetres("A232", *hip.sideDifferenceMm));
  addGrade(out, hip.grade, "A100");
  if (hip.contradictory)
    out.evaluations.push_back({reportCode("A233"), codeOf(true)});
  if (hip.change)
    comment(out, "A234", hip.change->text);
  return out;
}

} // namespace hipcuff::dicom
