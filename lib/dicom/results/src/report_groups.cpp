#include "hipcuff/core/one_line.h"
#include "hipcuff/core/origins.h"
#include "hipcuff/dicom/results/report_codes.h"
#include "hipcuff/dicom/results/result_segments.h"
#include "report_parts.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::dicom {
namespace {

constexpr const char* tendon = "A001";

GradeClass standing(const Review& review, const Grade& program) noexcept {
  switch (*review.verdict) {
  case Verdict::accepted:
    return program.grade;
  case Verdict::changed:
    return review.grade;
  case Verdict::refused:
    break;
  }
  return GradeClass::notGradable;
}

void addAnnotations(MeasurementGroup& to, const ImageContext& at) {
  for (const Annotation& a : at.image.review->annotations) {
    Geometry where{Geometry::Kind::polyline, onObjectGrid(a.px), referenceTo(at, a.frame)};
    const bool caliper = a.kind == Annotation::Kind::caliper;
    if (a.kind != Annotation::Kind::text && a.value && at.image.mmPerPx && a.px.size() == (caliper ? 2U : 3U)) {
      Measurement m = caliper ? millimetres("121206", *a.value) : measured("1483009", *a.value, "deg");
      m.geometry = std::move(where);
      to.measurements.push_back(std::move(m));
    }
    if (!a.text.empty())
      comment(to, "A218",
              (at.source.frames > 1 ? "Frame " + std::to_string(a.frame + 1) + ": " : std::string()) + a.text);
  }
}

MeasurementGroup reviewGroup(const ImageContext& at) {
  const Review& review = *at.image.review;
  MeasurementGroup out = groupOf(at, "review by a person", reportCode("A242"), reportCode(tendon), {});
  out.algorithm.reset();
  out.person = reviewerName(review);
  if (review.verdict) {
    const GradeClass grade = standing(review, at.image.grade);
    out.evaluations.push_back({reportCode("A100"), codeOf(grade)});
    if (*review.verdict == Verdict::changed)
      comment(out, "A109", review.subtype);
    else if (*review.verdict == Verdict::accepted)
      comment(out, "A109", at.image.grade.subtype);
  }
  out.evaluations.push_back({reportCode("A210"), codeOf(review.verdict)});
  out.measurements.push_back(measured("A217", static_cast<double>(review.edits.size()), "{corrections}"));
  comment(out, "A215", review.reason);
  comment(out, "A216", review.at);
  addAnnotations(out, at);
  return out;
}

void addCalibration(MeasurementGroup& to, const ImageResult& image) {
  to.evaluations.push_back({reportCode("A200"), codeOf(image.mmPerPx ? image.calibrationOrigin : std::nullopt)});
}

void addPlugins(MeasurementGroup& to, const ImageResult& image) {
  for (const auto& [stage, by] : originsOf(image.anatomy, image.measurements, image.grade))
    comment(to, "A230",
            stage + ": " + by.plugin + " " + by.version + (by.over.empty() ? std::string() : " on top of " + by.over) +
                (by.fault.empty() ? std::string() : " failed (" + by.fault + "); the built-in stage stood in"));
}

/// Between the tendon's two borders.
std::optional<Geometry> tendonOutline(const ImageContext& at) {
  Polyline outline = at.image.anatomy.tendon.superficialMm();
  const Polyline deep = at.image.anatomy.tendon.deepMm();
  outline.insert(outline.end(), deep.rbegin(), deep.rend());
  return geometryOf(at, Geometry::Kind::polygon, outline);
}

/// Where a thickness was measured: from the bone along its normal, the length that was measured.
std::optional<Geometry> caliperAt(const ImageContext& at, const ThicknessSample& sample) {
  const auto& stations = at.image.anatomy.tendon.stations;
  const TendonStation* nearest = nullptr;
  for (const TendonStation& s : stations)
    if (!nearest || std::abs(s.positionMm - sample.positionMm) < std::abs(nearest->positionMm - sample.positionMm))
      nearest = &s;
  constexpr double farthestMm = 1.0;
  if (!nearest || std::abs(nearest->positionMm - sample.positionMm) > farthestMm)
    return {};
  return geometryOf(at, Geometry::Kind::polyline,
                    {nearest->cortexMm, nearest->cortexMm + nearest->normal * sample.valueMm});
}

Measurement sampleOf(const ThicknessSample& sample, double positionMm) {
  Measurement m = millimetres("A180", sample.valueMm);
  m.lower95 = sample.lowerMm;
  m.upper95 = sample.upperMm;
  m.properties.push_back({reportCode("A183"), positionMm, reportCode("mm")});
  return m;
}

} // namespace

std::string reviewerName(const Review& review) {
  // What would cut the name into components becomes a space.
  std::string out = review.by;
  for (char& c : out)
    if (c == '^' || c == '=' || c == '\\')
      c = ' ';
  out = tidy(out, 64);
  return out.empty() ? "not named" : out;
}

std::vector<MeasurementGroup> assessmentGroups(const ImageContext& at) {
  const ImageResult& image = at.image;
  std::vector<MeasurementGroup> out;
  const bool reviewed = image.review.has_value();
  if (reviewed)
    out.push_back(reviewGroup(at));
  MeasurementGroup group = groupOf(at, "assessment", reportCode("A241"), reportCode(tendon), image.grade.by);
  // A person's verdict is the grade; the program's stands beside it under a name of its own.
  const bool decided = reviewed && image.review->verdict;
  if (reviewed)
    group.evaluations.push_back({reportCode("A106"), codeOf(image.review->program.grade)});
  addGrade(group, image.grade, decided ? "A107" : "A100");
  if (image.view.value)
    group.evaluations.push_back({reportCode("111031"), codeOf(*image.view.value)});
  addCalibration(group, image);
  if (image.mmPerPx && image.measurements.findings.bursalFluidMm)
    group.evaluations.push_back({reportCode("A227"), codeOf(*image.measurements.findings.bursalFluidMm > 0)});
  if (image.measurements.findings.assessableFraction)
    group.measurements.push_back(measured("A223", 100 * *image.measurements.findings.assessableFraction, "%"));
  if (image.mmPerPx && image.measurements.findings.itbMm)
    group.measurements.push_back(millimetres("A221", *image.measurements.findings.itbMm));
  for (const std::string& message : image.messages)
    comment(group, "A231", message);
  addPlugins(group, image);
  out.push_back(std::move(group));
  return out;
}

std::vector<MeasurementGroup> tendonGroups(const ImageContext& at) {
  const ImageResult& image = at.image;
  if (!image.anatomy.tendon.found())
    return {};
  MeasurementGroup group =
      groupOf(at, "gluteus medius tendon", reportCode(tendon), reportCode(tendon), image.anatomy.tendon.by, "tendon");
  group.region = tendonOutline(at);
  group.measurements.push_back(measured("111012", 100 * image.anatomy.tendon.confidence, "%"));
  if (!image.mmPerPx)
    return {std::move(group)};
  const Thickness& thickness = image.measurements.thickness;
  if (thickness.summary)
    addSummary(group.measurements, *thickness.summary, {});
  for (const FacetThickness& facet : thickness.facets) {
    std::vector<Measurement> all;
    addSummary(all, facet.summary, {{reportCode("A190"), codeOf(facet.facet)}});
    group.measurements.insert(group.measurements.end(), all.begin(), all.begin() + 2); // mean and maximum
  }
  for (const SiteThickness& site : thickness.sites) {
    if (site.sample) {
      Measurement m = sampleOf(*site.sample, site.distanceMm);
      m.geometry = caliperAt(at, *site.sample);
      group.measurements.push_back(std::move(m));
    } else if (!site.missing.empty()) {
      comment(group, "A185", tenths(site.distanceMm) + " mm from the footprint's edge: " + site.missing);
    }
  }
  return {std::move(group)};
}

std::vector<MeasurementGroup> discontinuityGroups(const ImageContext& at) {
  if (!at.image.mmPerPx)
    return {};
  std::vector<MeasurementGroup> out;
  const auto keys = discontinuityKeys(at.image);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Discontinuity& d = at.image.measurements.discontinuities[i];
    MeasurementGroup group = groupOf(at, "discontinuity " + std::to_string(i + 1), reportCode("A002"),
                                     reportCode(tendon), at.image.measurements.discontinuitiesBy, keys[i]);
    group.region = geometryOf(at, Geometry::Kind::polygon, d.polygonMm);
    auto& m = group.measurements;
    m.push_back(millimetres("410668003", d.lengthMm));
    m.push_back(millimetres("131197000", d.depthMm));
    m.push_back(measured("A168", 100 * d.depthFraction, "%"));
    if (d.gapMm)
      m.push_back(millimetres("A169", *d.gapMm));
    if (d.retractionMm)
      m.push_back(millimetres("A170", *d.retractionMm));
    m.push_back(millimetres("A183", d.beginMm));
    if (d.fibreAngleDeg)
      m.push_back(measured("A224", *d.fibreAngleDeg, "deg"));
    m.push_back(measured("A175", d.framesSeen, "{frames}"));
    m.push_back(measured("111012", 100 * d.confidence, "%"));
    auto& e = group.evaluations;
    e.push_back({reportCode("A160"), codeOf(d.kind)});
    e.push_back({reportCode("A165"), reportCode(d.complete ? "A167" : "A166")});
    const auto yesOrNo = [&](const char* name, std::optional<bool> value) {
      if (value)
        e.push_back({reportCode(name), codeOf(*value)});
    };
    yesOrNo("A171", d.bareFacet);
    yesOrNo("A172", d.suspectedAnisotropy);
    yesOrNo("A173", d.fluid);
    yesOrNo("A174", d.borderStep);
    if (d.byHand)
      e.push_back({reportCode("A176"), codeOf(true)});
    out.push_back(std::move(group));
  }
  return out;
}

std::vector<MeasurementGroup> findingGroups(const ImageContext& at) {
  if (!at.image.mmPerPx)
    return {};
  const Findings& f = at.image.measurements.findings;
  std::vector<MeasurementGroup> out;
  if (f.bursalFluidMm && *f.bursalFluidMm > 0) { // none seen is said with the image's assessment
    out.push_back(groupOf(at, "bursal fluid", reportCode("A003"), reportCode("446003"), {}, "bursal-fluid"));
    out.back().region = geometryOf(at, Geometry::Kind::polygon, f.bursalFluidOutlineMm);
    out.back().measurements.push_back(millimetres("A220", *f.bursalFluidMm));
  }
  if (f.corticalIrregularityMm) {
    out.push_back(groupOf(at, "bone surface", reportCode("A244"), reportCode("30547004"), at.image.anatomy.cortex.by));
    Measurement m = millimetres("A222", *f.corticalIrregularityMm);
    const CortexSegment* longest = nullptr;
    for (const CortexSegment& s : at.image.anatomy.cortex.segments)
      if (!longest || length(s.interfaceMm) > length(longest->interfaceMm))
        longest = &s;
    if (longest)
      m.geometry = geometryOf(at, Geometry::Kind::polyline, longest->interfaceMm);
    out.back().measurements.push_back(std::move(m));
  }
  for (std::size_t i = 0; i < f.calcifications.size(); ++i) {
    const Calcification& c = f.calcifications[i];
    out.push_back(groupOf(at, "calcification " + std::to_string(i + 1), reportCode("A245"), reportCode(tendon), {}));
    Measurement m = millimetres("A225", c.sizeMm);
    m.geometry = geometryOf(at, Geometry::Kind::point, {c.atMm});
    out.back().measurements.push_back(std::move(m));
  }
  return out;
}

std::vector<MeasurementGroup> profileGroups(const ImageContext& at) {
  const auto& profile = at.image.measurements.thickness.profile;
  if (!at.image.mmPerPx || profile.empty() || at.settings.mostProfilePlaces < 1)
    return {};
  // Every second millimetre; twice as far apart until there are few enough.
  double step = 2;
  std::vector<const ThicknessSample*> chosen;
  do {
    chosen.clear();
    const double first = std::ceil(profile.front().positionMm / step) * step;
    for (double place = first; place <= profile.back().positionMm + 1e-9; place += step) {
      const auto nearest = std::min_element(profile.begin(), profile.end(), [&](const auto& a, const auto& b) {
        return std::abs(a.positionMm - place) < std::abs(b.positionMm - place);
      });
      // Inside a full-thickness gap there is no thickness, and none is made up.
      if (std::abs(nearest->positionMm - place) <= step / 4 && (chosen.empty() || chosen.back() != &*nearest))
        chosen.push_back(&*nearest);
    }
    step *= 2;
  } while (chosen.size() > static_cast<std::size_t>(at.settings.mostProfilePlaces));
  if (chosen.empty())
    return {};
  MeasurementGroup group =
      groupOf(at, "thickness profile", reportCode("A243"), reportCode(tendon), at.image.anatomy.tendon.by);
  for (const ThicknessSample* sample : chosen) {
    Measurement m = sampleOf(*sample, sample->positionMm);
    m.properties.push_back({reportCode("A184"), sample->remainingMm, reportCode("mm")});
    group.measurements.push_back(std::move(m));
  }
  comment(group, "A236",
          "One value every " + std::to_string(static_cast<int>(step / 2)) + " mm along the bone, " +
              std::to_string(chosen.size()) + " of " + std::to_string(profile.size()) +
              " measured places; HipCuff's results.json holds them all.");
  return {std::move(group)};
}

} // namespace hipcuff::dicom
