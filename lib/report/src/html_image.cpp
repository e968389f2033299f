#include "html_image.h"

#include "html_chart.h"
#include "html_picture.h"
#include "text.h"

#include "hipcuff/grading/prevalence.h"
#include "hipcuff/report/plugin_words.h"
#include "hipcuff/report/review_words.h"

#include <algorithm>
#include <array>

namespace hipcuff::report {
namespace {

/// The criterion beyond which darkness is no evidence.
constexpr const char* angleCriterion = "fibre_angle_max";

std::string row(const std::string& name, const std::string& value) {
  return "<tr><th scope=\"row\">" + name + "</th><td>" + value + "</td></tr>\n";
}

std::string withOrigin(const std::string& value, const std::string& origin) {
  return origin.empty() ? value : value + " <span class=\"origin\">from " + escapeHtml(origin) + "</span>";
}

std::string heading(const ImageResult& image) {
  std::string text = badge(classOf(image), subtypeOf(image)) + "<span class=\"name\">" +
                     escapeHtml(image.path.filename().native()) + "</span><span class=\"what\">" +
                     words(image.view.value) + ", " + words(image.side.value);
  if (image.pane > 0)
    text += ", pane " + std::to_string(image.pane);
  if (image.frames > 1)
    text += ", cine of " + std::to_string(image.frames) + " frames";
  if (image.mmPerPx && image.measurements.thickness.summary)
    text += ", mean " + fixed(image.measurements.thickness.summary->meanMm, 1) + " mm";
  if (image.review)
    text += image.review->verdict ? ", reviewed" : ", corrected";
  return text + "</span>";
}

/// What of the geometry a person drew; empty where nothing.
std::string drawnByHand(const ImageResult& image) {
  const auto& stations = image.anatomy.tendon.stations;
  const auto& tears = image.measurements.discontinuities;
  std::string text;
  const auto add = [&](bool drawn, const std::string& name) { text += drawn ? (text.empty() ? "" : ", ") + name : ""; };
  const auto any = [&](bool TendonStation::*flag) {
    return std::any_of(stations.begin(), stations.end(), [&](const TendonStation& s) { return s.*flag; });
  };
  add(any(&TendonStation::superficialByHand), "superficial border");
  add(any(&TendonStation::deepByHand), "deep border");
  add(any(&TendonStation::cortexByHand), "cortex");
  const auto outlines = std::count_if(tears.begin(), tears.end(), [](const Discontinuity& d) { return d.byHand; });
  add(outlines > 0, std::to_string(outlines) + (outlines == 1 ? " discontinuity" : " discontinuities"));
  return text;
}

/// What a person said, above what the program says of the same picture.
std::string reviewBlock(const ImageResult& image) {
  if (!image.review)
    return {};
  std::string out = "<p class=\"review\"><b>" + escapeHtml(reviewText(image)) + ".</b></p>\n";
  if (const std::string drawn = drawnByHand(image); !drawn.empty())
    out += "<p class=\"review\">Drawn by hand: " + drawn + "</p>\n";
  for (const Annotation& a : image.review->annotations) {
    const char* unit = a.kind == Annotation::Kind::caliper ? " mm" : "°";
    const std::string value = a.value ? fixed(*a.value, 1) + unit : std::string();
    const std::string name =
        a.kind == Annotation::Kind::text ? std::string("Remark") : "Own " + std::string(toString(a.kind));
    const std::string words = value + (value.empty() || a.text.empty() ? "" : ", ") + escapeHtml(a.text);
    out += "<p class=\"review\">" + name + " in frame " + std::to_string(a.frame) + ": " +
           (words.empty() ? "no millimetres" : words) + "</p>\n";
  }
  if (image.review->verdict && *image.review->verdict != Verdict::accepted)
    out += "<h4>What the program says of it</h4>\n<p>" + badge(image.grade.grade, image.grade.subtype) + "</p>\n";
  return out;
}

/// What the probabilities assume; empty where the criteria don't say.
std::string assumption(const Criteria& criteria) {
  std::string text;
  for (const char* name : {"normal", "tendinosis", "partial", "full"}) {
    const auto item = criteria.items.find(std::string("prevalence_") + name);
    if (item == criteria.items.end())
      return {};
    text += (text.empty() ? "" : ", ") + std::string(name) + " " + percent(item->second.value);
  }
  return ", where the classes are as common as " + text;
}

std::string probabilities(const Grade& grade, const Criteria& criteria) {
  constexpr std::array classes = {GradeClass::normal, GradeClass::tendinosis, GradeClass::partialThickness,
                                  GradeClass::fullThickness};
  std::string out = "<table class=\"bars\"><caption>Probabilities" + escapeHtml(assumption(criteria)) + "</caption>\n";
  for (std::size_t i = 0; i < classes.size(); ++i)
    out += "<tr><th scope=\"row\">" + std::string(words(classes[i])) +
           "</th><td class=\"bar\"><span style=\"width:" + fixed(100 * grade.probabilities[i], 0) +
           "%\"></span></td><td class=\"n\">" + escapeHtml(chance(grade.probabilities[i])) + "</td></tr>\n";
  return out + "</table>\n";
}

std::string list(const std::vector<std::string>& items) {
  std::string out = "<ul>\n";
  for (const std::string& item : items)
    out += "<li>" + escapeHtml(item) + "</li>\n";
  return out + "</ul>\n";
}

/// Who did what, where that was not HipCuff itself.
std::string stagesBlock(const ImageResult& image) {
  std::string out;
  if (const std::string text = stagesText(image); !text.empty())
    out += "<p class=\"plugins\"><b>By plugins:</b> " + escapeHtml(text) + ". " +
           (image.grade.grade == GradeClass::notGradable ? std::string() : escapeHtml(notCalibrated)) + "</p>\n";
  if (const std::string text = standInsText(image); !text.empty())
    out += "<p class=\"plugins\" role=\"alert\"><b>Warning:</b> a plugin failed on this picture (" + escapeHtml(text) +
           ") and HipCuff's own stage stood in; see the remarks.</p>\n";
  return out;
}

std::string gradeBlock(const Grade& grade, const Criteria& criteria, bool builtIn) {
  if (grade.grade == GradeClass::notGradable) {
    std::string out = "<h4>Why it was not graded</h4>\n<ul class=\"why\">\n";
    for (const Refusal refusal : grade.refusals)
      out += "<li>" + escapeHtml(explain(refusal)) + " <code>" + toString(refusal) + "</code></li>\n";
    return out + "</ul>\n" + (grade.reasons.empty() ? "" : list(grade.reasons));
  }
  std::string out = "<p class=\"sure\"><b>Confidence " + escapeHtml(chance(grade.confidence)) + "</b>; " +
                    certaintyText(grade) + ".</p>\n";
  if (grade.tear && grade.tear->depth != TearSubtype::Depth::full)
    out += std::string("<p>") + (grade.tear->highGrade ? "High" : "Low") +
           "-grade by depth <span class=\"origin\">(shoulder analogue, not validated for the hip)</span></p>\n";
  if (const auto bound = wrongAtMost(criteria); bound && builtIn)
    out += "<p class=\"hint\">Of graded simulated pictures like those that the criteria were set on, at most " +
           percent(*bound) + " were graded wrongly (95 % bound). This says nothing of other pictures.</p>\n";
  if (!grade.reasons.empty())
    out += "<h4>Reasons</h4>\n" + list(grade.reasons);
  return out + probabilities(grade, criteria);
}

std::string discontinuityTable(const ImageResult& image) {
  const auto& all = image.measurements.discontinuities;
  if (!image.mmPerPx || !image.anatomy.tendon.found())
    return {};
  if (all.empty())
    return "<h4>Discontinuities</h4><p>None found.</p>\n";
  const bool cine = image.frameSummaries.size() > 1;
  std::string out = "<h4>Discontinuities</h4>\n<div class=\"scroll\"><table class=\"grid tight "
                    "tears\"><thead><tr><th>No.</th><th>Kind</th>"
                    "<th>Depth</th><th>Length</th><th>Fibre angle</th>" +
                    std::string(cine ? "<th>Frames</th>" : "") + "<th>Confidence</th></tr></thead><tbody>\n";
  const auto cell = [](const std::string& text) { return "<td>" + text + "</td>"; };
  const auto mm = [](double v) { return fixed(v, 1) + " mm"; };
  int number = 0;
  for (const Discontinuity& d : all) {
    std::string kind = std::string(words(d.kind)) + (d.complete ? ", complete" : ", focal");
    kind += d.bareFacet.value_or(false) ? ", bare facet" : "";
    kind += d.gapMm ? ", gap " + mm(*d.gapMm) : "";
    kind += d.retractionMm ? ", retraction " + mm(*d.retractionMm) : "";
    kind += d.fluid.value_or(false) ? ", as dark as fluid" : "";
    kind += d.borderStep.value_or(false) ? ", the border sinks over it" : "";
    kind += d.suspectedAnisotropy ? "<br><em>may be anisotropy</em>" : "";
    kind += countsAsTear(classOf(image)) ? "" : "<br><em>not counted as a tear</em>";
    out += "<tr>" + cell(std::to_string(++number)) + cell(kind) +
           cell(mm(d.depthMm) + " (" + percent(d.depthFraction) + ")") + cell(mm(d.lengthMm)) +
           cell(d.fibreAngleDeg ? fixed(*d.fibreAngleDeg, 0) + "°" : "–") +
           (cine ? cell(std::to_string(d.framesSeen)) : std::string()) + cell(escapeHtml(chance(d.confidence))) +
           "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string measurementTable(const ImageResult& image) {
  const Measurements& m = image.measurements;
  const auto number = [&](const std::optional<double>& v, int decimals, const char* unit) {
    return v ? fixed(*v, decimals) + unit : std::string("<span class=\"none\">not measured</span>");
  };
  const auto mm = [&](const std::optional<double>& v) { return number(image.mmPerPx ? v : std::nullopt, 1, " mm"); };
  const auto between = [](double value, double lower, double upper) {
    return fixed(value, 1) + " mm <span class=\"origin\">(" + fixed(lower, 1) + " to " + fixed(upper, 1) + ")</span>";
  };
  const auto bounded = [&](double value, const std::optional<Interval>& i) {
    return i ? between(value, i->lower, i->upper) : fixed(value, 1) + " mm";
  };
  const auto summary = [&](const ThicknessSummary& t) {
    return "mean " + bounded(t.meanMm, t.mean95) + ", thickest " + bounded(t.maxMm, t.max95) + ", thinnest " +
           fixed(t.minMm, 1) + " mm";
  };
  const bool measured = image.mmPerPx && m.thickness.summary;
  std::string out = "<h4>Measurements</h4>\n<table class=\"pairs\">\n";
  out += row(measured ? "Thickness <span class=\"origin\">(95 % interval)</span>" : "Thickness",
             measured ? summary(*m.thickness.summary) : mm(std::nullopt));
  if (measured)
    for (const FacetThickness& facet : m.thickness.facets)
      out += row("– " + std::string(words(facet.facet)), summary(facet.summary));
  if (measured)
    for (const SiteThickness& site : m.thickness.sites)
      out += row("– " + fixed(site.distanceMm, 0) + " mm from the edge where the tendon arrives",
                 site.sample ? between(site.sample->valueMm, site.sample->lowerMm, site.sample->upperMm)
                             : "<span class=\"none\">" + escapeHtml(site.missing) + "</span>");
  const auto fluid = m.findings.bursalFluidMm;
  out += row("Fluid layer on the tendon", image.mmPerPx && fluid && *fluid < 0.05 ? "none found" : mm(fluid));
  out += row("Iliotibial band", mm(m.findings.itbMm));
  std::string calcium = mm(std::nullopt);
  if (image.mmPerPx && image.anatomy.tendon.found()) {
    calcium = m.findings.calcifications.empty() ? "none found" : "";
    for (const Calcification& c : m.findings.calcifications)
      calcium += (calcium.empty() ? "" : ", ") + fixed(c.sizeMm, 1) + " mm";
  }
  out += row("Calcifications", calcium);
  out += row("Cortical irregularity (RMS)",
             number(image.mmPerPx ? m.findings.corticalIrregularityMm : std::nullopt, 2, " mm"));
  out += row("Echogenicity against the tissue above", number(m.findings.echogenicity, 0, " grey levels"));
  out += row("Fibre coherence (0 to 1)", number(m.findings.fibreCoherence, 2, ""));
  out += row("Peak spatial frequency of the pattern",
             number(image.mmPerPx ? m.findings.peakSpatialFrequencyPerMm : std::nullopt, 1, " per mm"));
  if (const auto& a = m.findings.coOccurrenceAlong, &b = m.findings.coOccurrenceAcross; image.mmPerPx && a && b)
    out += row("Co-occurrence, along / across the tendon",
               "contrast " + fixed(a->contrast, 1) + " / " + fixed(b->contrast, 1) + ", correlation " +
                   fixed(a->correlation, 2) + " / " + fixed(b->correlation, 2) + ", energy " + fixed(a->energy, 3) +
                   " / " + fixed(b->energy, 3) + ", homogeneity " + fixed(a->homogeneity, 2) + " / " +
                   fixed(b->homogeneity, 2));
  if (m.findings.degeneratedShare)
    out += row("Tendon that looks degenerated", percent(*m.findings.degeneratedShare));
  out += row("Muscle echogenicity <span class=\"origin\">(not graded)</span>",
             number(m.findings.muscleEchogenicity, 0, " grey levels"));
  if (m.findings.assessableFraction)
    out += row("Tendon length where darkness can be judged", percent(*m.findings.assessableFraction));
  return out + "</table>\n";
}

std::string sourceTable(const ImageResult& image, const std::string& id) {
  std::string out = "<details class=\"source\"><summary>Source</summary><table class=\"pairs\">\n";
  out += row("File", "<span class=\"path\">" + escapeHtml(image.path.native()) + "</span>");
  if (!image.sopInstanceUid.empty())
    out += row("SOP instance", escapeHtml(image.sopInstanceUid));
  out += row("Side", withOrigin(words(image.side.value), image.side.origin));
  out += row("View", withOrigin(words(image.view.value), image.view.origin));
  out += row("Region", withOrigin(!image.bodyRegion.value                             ? "unknown"
                                  : *image.bodyRegion.value == BodyRegion::lateralHip ? "lateral hip"
                                                                                      : "another part of the body",
                                  image.bodyRegion.origin));
  if (image.mmPerPx)
    out += row("Scale", fixed(image.mmPerPx->x, 5) + " × " + fixed(image.mmPerPx->y, 5) + " mm per pixel" +
                            (image.calibrationOrigin ? ", from " + std::string(words(*image.calibrationOrigin)) : ""));
  else
    out += row("Scale", "none: no millimetres are reported");
  out += row("Picture", std::to_string(image.columns) + " × " + std::to_string(image.rows) + " pixels, " +
                            std::to_string(image.frames) + (image.frames == 1 ? " frame" : " frames") + ", pane " +
                            std::to_string(image.pane));
  if (image.frame)
    out += row("Frame shown", std::to_string(*image.frame) + " (counted from 0)");
  out += row("Files", "<code>" + id + ".png</code> in pictures/ and masks/, where there is one");
  return out + "</table></details>\n";
}

/// One bar per run of frames with the same class; the higher the worse, so that it reads in grey.
std::string frameStrip(const ImageResult& image) {
  const auto& frames = image.frameSummaries;
  if (frames.size() < 2)
    return {};
  const double step = 600.0 / static_cast<double>(frames.size());
  std::string bars;
  for (std::size_t i = 0; i < frames.size();) {
    std::size_t end = i + 1;
    while (end < frames.size() && frames[end].grade == frames[i].grade)
      ++end;
    const double height = 4 + 8 * severity(frames[i].grade);
    const std::string range =
        end - i == 1 ? "frame " + std::to_string(frames[i].frame)
                     : "frames " + std::to_string(frames[i].frame) + " to " + std::to_string(frames[end - 1].frame);
    bars += "<rect class=\"s-" + std::string(toString(frames[i].grade)) + "\" x=\"" +
            fixed(step * static_cast<double>(i), 1) + "\" y=\"" + fixed(40 - height, 0) + "\" width=\"" +
            fixed(step * static_cast<double>(end - i), 1) + "\" height=\"" + fixed(height, 0) + "\"><title>" + range +
            ": " + words(frames[i].grade) + "</title></rect>";
    i = end;
  }
  std::string mark;
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (image.frame && frames[i].frame == *image.frame)
      mark = "<path class=\"shown\" d=\"M" + fixed(step * (static_cast<double>(i) + 0.5), 1) + " 43l-5 9h10Z\"/>";
  return "<h4>The cine, frame by frame</h4><svg class=\"strip\" viewBox=\"0 0 600 54\" role=\"img\" "
         "aria-label=\"Class of each analysed frame\">" +
         bars + mark + "</svg><p class=\"hint\">" + std::to_string(frames.size()) + " of " +
         std::to_string(image.frames) +
         " frames analysed, in order; the higher, the more severe (lowest: not gradable). The triangle marks the "
         "frame shown.</p>\n";
}

} // namespace

std::string badge(GradeClass grade, const std::string& subtype) {
  const char* symbol = grade == GradeClass::fullThickness      ? "●"
                       : grade == GradeClass::partialThickness ? "◐"
                       : grade == GradeClass::tendinosis       ? "◒"
                       : grade == GradeClass::normal           ? "○"
                                                               : "–";
  std::string text = std::string("<span class=\"badge b-") + toString(grade) + "\"><span aria-hidden=\"true\">" +
                     symbol + "</span> " + words(grade);
  if (!subtype.empty())
    text += ", " + escapeHtml(subtype);
  return text + "</span>";
}

std::string imageSection(const ImageResult& image, const std::string& id, std::string_view png,
                         const Criteria& criteria) {
  std::optional<double> angleLimit;
  if (const auto found = criteria.items.find(angleCriterion); found != criteria.items.end())
    angleLimit = found->second.value;
  std::string out = "<details class=\"image\" id=\"" + id + "\">\n<summary>" + heading(image) +
                    "</summary>\n<div class=\"columns\"><div>\n";
  out += pictureFigure(image, id, png, angleLimit) + frameStrip(image);
  if (const std::string chart = thicknessChart(image); !chart.empty())
    out += "<h4>Thickness along the tendon</h4>\n" + chart;
  out += "</div><div>\n" + reviewBlock(image) + gradeBlock(image.grade, criteria, allBuiltIn(image)) +
         stagesBlock(image) + discontinuityTable(image);
  if (image.frame)
    out += measurementTable(image);
  if (!image.messages.empty())
    out += "<h4>Remarks</h4>\n" + list(image.messages);
  return out + sourceTable(image, id) + "</div></div>\n</details>\n";
}

} // namespace hipcuff::report
