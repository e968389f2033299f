#include "hipcuff/report/narrative.h"

#include "text.h"

#include "hipcuff/core/version.h"
#include "hipcuff/grading/prevalence.h"
#include "hipcuff/report/plugin_words.h"
#include "hipcuff/report/review_words.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

namespace hipcuff::report {
namespace {

constexpr std::size_t width = 88;
constexpr std::string_view notMeasured = "not measured";
constexpr char glue = '\x1f';          ///< a space at which no line is broken: between a number and its unit
constexpr std::size_t mostImages = 12; ///< described one by one; the table has them all

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

/// Wraps at spaces; lines after the first are indented.
std::string wrapped(std::string_view first, std::string_view text, std::string_view indent) {
  std::string out;
  std::string line(first);
  bool lineHasWord = false;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (lineHasWord && line.size() + 1 + word.size() > width) {
      out += line + "\n";
      line = indent;
      lineHasWord = false;
    }
    if (!line.empty() && line.back() != ' ')
      line += ' ';
    line += word;
    lineHasWord = true;
  }
  out += line + "\n";
  std::replace(out.begin(), out.end(), glue, ' ');
  return out;
}

std::string entry(std::string_view title, const std::string& text) {
  return wrapped(std::string(title) + ":", text, "  ");
}
std::string item(const std::string& text) {
  return wrapped("  -", text, "    ");
}

std::string mm(double value) {
  return fixed(value, 1) + glue + "mm";
}
std::string share(double fraction) {
  return fixed(100 * fraction, 0) + glue + "%";
}

bool gradable(const Grade& grade) {
  return grade.grade != GradeClass::notGradable;
}

/// Whether something may be said of the hip from this image.
bool counts(const ImageResult& image) {
  return classOf(image) != GradeClass::notGradable && image.mmPerPx;
}

bool belongs(const HipResult& hip, const ImageResult& image) {
  const std::string path = toUtf8(image.path.native());
  return std::any_of(hip.images.begin(), hip.images.end(),
                     [&](const std::string& name) { return name == image.sopInstanceUid || toUtf8(name) == path; }) &&
         image.side.value == hip.side;
}

std::string named(const ImageResult& image) {
  std::string text = words(image.view.value);
  if (image.frame && image.frames > 1)
    text += ", frame " + std::to_string(*image.frame) + " of a cine";
  return text;
}

std::string hipName(const HipResult& hip) {
  return hip.side ? std::string(words(hip.side)) + " hip" : std::string("hip, side unknown");
}

std::string gradeText(GradeClass grade, const std::string& subtype) {
  std::string text = words(grade);
  if (!subtype.empty())
    text += " (" + toUtf8(subtype) + ")";
  return text;
}
std::string gradeText(const Grade& grade) {
  return gradeText(grade.grade, grade.subtype);
}

std::string tearText(const Discontinuity& d) {
  const bool full = d.kind == DiscontinuityKind::fullThickness;
  std::string text = capital(words(d.kind)) + (full ? " discontinuity, " : " discontinuity, depth ");
  if (!full)
    text += mm(d.depthMm) + " (" + share(d.depthFraction) + " of the local thickness), ";
  text += "length along the cortex " + mm(d.lengthMm);
  text += d.complete ? ", across the whole footprint" : ", focal";
  if (d.gapMm)
    text += std::string(", gap") + glue + mm(*d.gapMm);
  if (d.retractionMm)
    text += std::string(", retraction") + glue + mm(*d.retractionMm);
  if (d.bareFacet && *d.bareFacet)
    text += ", bare facet";
  if (d.suspectedAnisotropy)
    text += "; may be anisotropy: darkness alone, at an angle where healthy fibres go dark too";
  return text;
}

/// Depth bin and high or low grade, with where they come from.
std::string depthText(const std::optional<TearSubtype>& tear) {
  if (!tear || tear->depth == TearSubtype::Depth::full)
    return {};
  const char* bin = tear->depth == TearSubtype::Depth::underQuarter    ? "less than 25"
                    : tear->depth == TearSubtype::Depth::quarterToHalf ? "25 to 50"
                                                                       : "more than 50";
  return std::string(", ") + bin + glue + "% of the thickness: " + (tear->highGrade ? "high" : "low") +
         "-grade by shoulder analogue";
}

struct Hip {
  const HipResult& result;
  std::vector<const ImageResult*> images;
};

std::string technique(const Hip& hip) {
  std::size_t longAxis = 0;
  std::size_t shortAxis = 0;
  std::size_t cines = 0;
  std::set<std::string> origins;
  for (const ImageResult* image : hip.images) {
    longAxis += image->view.value == View::longAxis;
    shortAxis += image->view.value == View::shortAxis;
    cines += image->frames > 1;
    if (image->calibrationOrigin && image->mmPerPx)
      origins.insert(words(*image->calibrationOrigin));
  }
  std::string text = "B-mode; " + std::to_string(hip.images.size()) + (hip.images.size() == 1 ? " image" : " images") +
                     " (" + std::to_string(longAxis) + " long axis, " + std::to_string(shortAxis) + " short axis, " +
                     std::to_string(cines) + (cines == 1 ? " cine" : " cines") + "). ";
  if (origins.empty())
    return text + "No image is calibrated: no millimetres.";
  text += "Millimetres from ";
  bool first = true;
  for (const std::string& origin : origins) {
    text += (first ? "" : " and ") + origin;
    first = false;
  }
  return text + "; the scanner's millimetres (1540 m/s) show tendon about 7 to 16" + std::string(1, glue) +
         "% too thin.";
}

std::optional<Verdict> verdictOf(const ImageResult& image) {
  return image.review ? image.review->verdict : std::nullopt;
}

std::string limitations(const Hip& hip) {
  std::size_t refused = 0;
  std::set<std::string> why;
  for (const ImageResult* image : hip.images) {
    refused += classOf(*image) == GradeClass::notGradable;
    if (classOf(*image) == GradeClass::notGradable)
      for (const Refusal refusal : image->grade.refusals)
        why.insert(explain(refusal));
    if (verdictOf(*image) == Verdict::refused)
      why.insert(reviewText(*image) + ".");
  }
  if (refused == 0)
    return "every image could be graded.";
  std::string text = std::to_string(refused) + " of " + std::to_string(hip.images.size()) +
                     (hip.images.size() == 1 ? " image was not graded." : " images were not graded.");
  for (const std::string& reason : why)
    text += " " + reason;
  return text;
}

/// Thickness at the stated distances that the picture shows.
std::string sitesText(const Thickness& thickness) {
  std::string text;
  for (const SiteThickness& site : thickness.sites)
    if (site.sample)
      text += (text.empty() ? "" : ", ") + mm(site.sample->valueMm) + " at " + fixed(site.distanceMm, 0) + glue +
              "mm (" + fixed(site.sample->lowerMm, 1) + " to " + fixed(site.sample->upperMm, 1) + ")";
  return text.empty()
             ? text
             : "Thickness from the footprint's edge, with 95" + std::string(1, glue) + "% intervals: " + text + ".";
}

std::string medius(const Hip& hip) {
  std::string out = "GLUTEUS MEDIUS TENDON\n";
  std::vector<const ImageResult*> graded;
  std::copy_if(hip.images.begin(), hip.images.end(), std::back_inserter(graded),
               [](const ImageResult* image) { return counts(*image); });
  std::stable_sort(graded.begin(), graded.end(), [](const ImageResult* a, const ImageResult* b) {
    return severity(classOf(*a)) > severity(classOf(*b));
  });
  for (std::size_t i = 0; i < std::min(graded.size(), mostImages); ++i) {
    const ImageResult* image = graded[i];
    const Measurements& m = image->measurements;
    out += wrapped("  " + capital(named(*image)) + ":", gradeText(classOf(*image), subtypeOf(*image)) + ".", "    ");
    std::string facets;
    for (const FacetThickness& facet : m.thickness.facets)
      if (facet.facet != FacetKind::unknown)
        facets += (facets.empty() ? "" : "; ") + std::string(words(facet.facet)) + " " + words(facet.summary);
    if (!facets.empty())
      out += item("Thickness by facet: " + facets + ".");
    if (m.thickness.summary)
      out += item("Thickness " + (facets.empty() ? std::string() : std::string("overall ")) +
                  words(*m.thickness.summary) + ", from the cortex to the superficial border.");
    else
      out += item("Thickness " + std::string(notMeasured) + ".");
    if (const std::string sites = sitesText(m.thickness); !sites.empty())
      out += item(sites);
    for (const Discontinuity& d : m.discontinuities)
      out += item(tearText(d) + (countsAsTear(classOf(*image)) ? "." : "; not counted as a tear."));
    if (m.discontinuities.empty())
      out += item("No discontinuity found.");
  }
  if (graded.size() > mostImages)
    out += item(std::to_string(graded.size() - mostImages) + " further images, none more severe: see results.csv.");
  if (graded.empty())
    out += "  Not assessed: no gradable image.\n";
  return out;
}

std::string calcification(const Hip& hip) {
  bool looked = false;
  double largest = 0;
  std::size_t most = 0;
  for (const ImageResult* image : hip.images) {
    if (!counts(*image))
      continue;
    looked = true;
    const auto& list = image->measurements.findings.calcifications;
    most = std::max(most, list.size());
    for (const Calcification& c : list)
      largest = std::max(largest, c.sizeMm);
  }
  if (most > 0)
    return "up to " + std::to_string(most) + " in one image, the largest " + mm(largest) + ".";
  return looked ? "none found." : "not assessed.";
}

/// The largest value over the hip's images, as a sentence; "not measured" where there is none.
std::string largest(const Hip& hip, std::optional<double> Findings::*field, const std::string& before,
                    const std::string& after) {
  std::optional<double> value;
  for (const ImageResult* image : hip.images)
    if (const auto v = image->measurements.findings.*field; v && counts(*image) && (!value || *v > *value))
      value = v;
  return value ? before + mm(*value) + after : std::string(notMeasured) + ".";
}

std::string bursa(const Hip& hip) {
  const bool none = std::all_of(hip.images.begin(), hip.images.end(), [](const ImageResult* image) {
    return !counts(*image) || image->measurements.findings.bursalFluidMm.value_or(0) < 0.05;
  });
  const std::string layer = largest(hip, &Findings::bursalFluidMm, "an- or hypoechoic layer on the tendon of ",
                                    ". There is no verified threshold for bursitis.");
  const bool measured = !layer.starts_with(notMeasured);
  return measured && none ? "no an- or hypoechoic layer found on the tendon." : layer;
}

std::string muscle(const Hip& hip) {
  for (const ImageResult* image : hip.images)
    if (const auto v = image->measurements.findings.muscleEchogenicity; v && counts(*image))
      return "mean echogenicity " + fixed(*v, 0) + " grey levels; fatty atrophy is not graded.";
  return std::string(notMeasured) + "; fatty atrophy is not graded.";
}

std::string earlierExam(const HipResult& hip) {
  if (!hip.change)
    return "not compared.";
  const HipChange& change = *hip.change;
  return (change.priorDate.empty() ? std::string("date not known. ") : "of " + isoDate(change.priorDate) + ". ") +
         toUtf8(change.text) + " Matched by side and plane; that it is the same person is the user's word.";
}

std::string otherSide(const StudyResult& study, const HipResult& hip, const Criteria& criteria) {
  if (!hip.side)
    return "not compared; the side of these images is unknown.";
  for (const HipResult& other : study.hips) {
    if (!other.side || other.side == hip.side)
      continue;
    const std::string rescan = againstRescan(hip, criteria);
    std::string text = std::string(words(other.side)) + " hip: " + gradeText(other.grade) + ".";
    if (hip.sideDifferenceMm)
      text += " Mean thickness of this side minus the other: " + mm(*hip.sideDifferenceMm) +
              " (a difference, not a norm" + (rescan.empty() ? "" : "; " + rescan) + ").";
    return text;
  }
  return "no images.";
}

/// What a person said of the hip's images; empty where nobody looked.
std::string reviews(const Hip& hip) {
  std::string text;
  std::size_t count = 0;
  for (const ImageResult* image : hip.images)
    if (image->review && ++count <= mostImages)
      text += " " + capital(named(*image)) + ": " + reviewText(*image) + ".";
  if (count > mostImages)
    text += " " + std::to_string(count - mostImages) + " further images were reviewed: see results.csv.";
  return text;
}

/// Who decided so, joined by "and"; empty where nobody did.
std::string deciders(const Hip& hip, Verdict verdict) {
  std::set<std::string> who;
  for (const ImageResult* image : hip.images)
    if (verdictOf(*image) == verdict)
      who.insert(image->review->by.empty() ? std::string("a reader") : toUtf8(image->review->by));
  std::string text;
  for (const std::string& name : who)
    text += (text.empty() ? "" : " and ") + name;
  return text;
}

/// What of the hip's images was not done by HipCuff's own stages; empty where nothing.
std::string pluginsIn(const Hip& hip) {
  std::set<std::string> texts;
  for (const ImageResult* image : hip.images)
    texts.insert(stagesText(*image));
  texts.erase("");
  std::string text;
  for (const std::string& one : texts)
    text += (text.empty() ? "" : "; ") + one;
  return text;
}

std::string confidence(const Hip& hip, const Criteria& criteria) {
  const Grade& grade = hip.result.grade;
  std::string text;
  const std::string changedBy = deciders(hip, Verdict::changed);
  if (gradable(grade))
    text = (changedBy.empty() ? std::string() : "the class rests on the decision of " + changedBy + "; ") +
           "confidence " + chance(grade.confidence) + "; " + certaintyText(hip.result) + ".";
  else
    text = "no grade was given.";
  text += reviews(hip);
  if (hip.result.contradictory)
    text += " Long and short axis contradict each other.";
  const std::string plugins = pluginsIn(hip);
  if (!plugins.empty())
    text += " By plugins: " + plugins + ". " + notCalibrated;
  if (const auto bound = wrongAtMost(criteria); bound && gradable(grade) && changedBy.empty() && plugins.empty())
    text += " Of graded simulated pictures like those that the criteria were set on, at most " + share(*bound) +
            " were graded wrongly (95" + std::string(1, glue) + "% bound); this says nothing of other pictures.";
  std::optional<double> least;
  for (const ImageResult* image : hip.images)
    if (const auto v = image->measurements.findings.assessableFraction; v && counts(*image))
      least = std::min(least.value_or(1), *v);
  if (least && *least < 0.995)
    text += " Echogenicity could be judged along " + share(*least) +
            " of the tendon at least; elsewhere the fibres lie too oblique to the beam.";
  return text + " Not assessed at all: gluteus minimus, subgluteus minimus bursa, structures outside the pictures.";
}

std::string impression(const Hip& hip, const Criteria& criteria) {
  const Grade& grade = hip.result.grade;
  std::string text = capital(hipName(hip.result)) + ": ";
  if (!gradable(grade)) {
    text += "gluteus medius tendon not gradable.";
    for (const Refusal refusal : grade.refusals)
      text += " " + std::string(explain(refusal));
  } else {
    const char* how = grade.certainty == Certainty::suspected    ? "suspected "
                      : grade.certainty == Certainty::persistent ? "persistent sign of "
                                                                 : "";
    text += grade.grade == GradeClass::normal ? "gluteus medius tendon without sign of tendinosis or tear"
                                              : std::string(how) + gradeText(grade) + " of the gluteus medius tendon";
    if (grade.grade != GradeClass::normal && grade.certainty == Certainty::confirmed)
      text += ", seen in two planes";
    text += depthText(grade.tear) + ".";
    if (grade.tear && grade.tear->retractedFar.value_or(false))
      text += " Retraction flag: stumps far apart.";
    if (hip.result.change && hip.result.change->measurable())
      text += " Changed since the earlier exam.";
  }
  const std::string changedBy = deciders(hip, Verdict::changed);
  const std::string refusedBy = gradable(grade) ? std::string() : deciders(hip, Verdict::refused);
  const std::string acceptedBy = deciders(hip, Verdict::accepted);
  if (!changedBy.empty())
    text += " Class as decided by " + changedBy + ".";
  else if (!refusedBy.empty())
    text += " Refused by " + refusedBy + ".";
  else if (!acceptedBy.empty())
    text += " Accepted by " + acceptedBy + ".";
  return text + " Criteria: " + toUtf8(criteria.name) + " " + toUtf8(criteria.version) +
         ". To be confirmed by a physician.";
}

std::string block(const StudyResult& study, const Hip& hip, const Criteria& criteria) {
  std::string out;
  out +=
      entry("Identity",
            "not part of this report; exam " +
                (study.studyInstanceUid.empty() ? std::string("without a study UID") : toUtf8(study.studyInstanceUid)) +
                (study.studyDate.empty() ? std::string() : " of " + isoDate(study.studyDate)) +
                (study.patient ? ", whose files name several patients: patient " + std::to_string(*study.patient)
                               : std::string()) +
                ".");
  out += entry("Side", hip.result.side ? std::string(words(hip.result.side)) + " hip." : std::string("unknown."));
  out += entry("Indication", "not known to the software.");
  out += entry("Technique", technique(hip));
  out += entry("Limitations", limitations(hip));
  out += "\n" + medius(hip);
  out += entry("  Calcification", calcification(hip));
  out += "\nGLUTEUS MINIMUS TENDON\n  Not assessed.\n\n";
  out += entry("Cortex", largest(hip, &Findings::corticalIrregularityMm, "irregularity ",
                                 " (RMS distance from its smooth course)."));
  out += "Bursae:\n";
  out += item("Trochanteric (subgluteus maximus): " + bursa(hip));
  out += item("Subgluteus medius: " + std::string(notMeasured) + ".");
  out += item("Subgluteus minimus: not assessed.");
  out += entry("Iliotibial band", largest(hip, &Findings::itbMm, "thickness ", "."));
  out += entry("Muscle", muscle(hip));
  out += entry("Other side", otherSide(study, hip.result, criteria));
  out += entry("Earlier exam", earlierExam(hip.result));
  out += entry("Confidence and not assessable", confidence(hip, criteria));
  out += "\nIMPRESSION\n";
  out += wrapped(" ", impression(hip, criteria), "  ");
  return out;
}

} // namespace

std::string narrative(const StudyResult& study, std::span<const ImageResult> images, const Criteria& criteria) {
  const bool reviewed =
      std::any_of(images.begin(), images.end(), [](const ImageResult& image) { return image.review.has_value(); });
  std::string out = "ULTRASOUND OF THE LATERAL HIP, AUTOMATIC MEASUREMENT" +
                    std::string(reviewed ? " REVIEWED BY A PERSON" : "") + " (HipCuff " + std::string(version) + ")\n";
  out += std::string(notice) + "\n";
  if (study.hips.empty())
    return out + "\nNo hip could be assessed.\n";
  for (const HipResult& result : study.hips) {
    Hip hip{result, {}};
    for (const ImageResult& image : images)
      if (belongs(result, image))
        hip.images.push_back(&image);
    out += "\n" + std::string(study.hips.size() > 1 ? "=== " + capital(hipName(result)) + " ===\n" : "");
    out += block(study, hip, criteria);
  }
  return out;
}

} // namespace hipcuff::report
