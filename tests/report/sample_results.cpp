#include "sample_results.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace hipcuff::test {
namespace {

constexpr PixelBox pane{60, 40, 579, 439};
constexpr double pitch = 0.1; // mm per px
constexpr double apexX = 34;

double cortexY(double x) {
  const double d = apexX - x;
  return 22 + (d > 0 ? 0.007 : 0.004) * d * d;
}
double slope(double x) {
  const double d = apexX - x;
  return -2 * (d > 0 ? 0.007 : 0.004) * d;
}
/// Towards the skin.
Point normalAt(double x) {
  return normalized({slope(x), -1});
}
double thicknessAt(double x) {
  return 4.6 - 2.2 / (1 + std::exp(-(x - 33) / 1.2)) + 0.15 * std::sin(x);
}

TendonStation station(double x, double begin) {
  TendonStation s;
  s.positionMm = (x - begin) * std::hypot(1, slope((x + begin) / 2));
  s.cortexMm = {x, cortexY(x)};
  s.normal = normalAt(x);
  s.deepMm = s.cortexMm;
  s.superficialMm = s.cortexMm + s.normal * thicknessAt(x);
  s.fibreAngleDeg = std::atan(slope(x)) * 180 / std::numbers::pi;
  s.sdMm = 0.15 + 0.01 * std::abs(x - 26);
  s.confidence = 0.8;
  s.superficialInferred = x > 30.4 && x < 32;
  return s;
}

Cortex cortex() {
  Cortex c;
  CortexSegment segment;
  for (double x = 16.5; x <= 47; x += 0.5) {
    segment.interfaceMm.push_back({x, cortexY(x)});
    segment.ridgeMm.push_back({x, cortexY(x) + 0.35});
  }
  segment.confidence = 0.91;
  c.segments.push_back(segment);
  c.facets.push_back({FacetKind::lateral, 0, {18, cortexY(18)}, {apexX, cortexY(apexX)}, -6.4});
  c.confidence = 0.91;
  return c;
}

Polyline outline(double x0, double x1, double low, double high) {
  Polyline polygon;
  const auto at = [](double x, double part) { return Point{x, cortexY(x)} + normalAt(x) * (thicknessAt(x) * part); };
  for (double x = x0; x <= x1 + 1e-9; x += 0.25)
    polygon.push_back(at(x, low));
  for (double x = x1; x >= x0 - 1e-9; x -= 0.25) {
    const double t = (x - x0) / (x1 - x0);
    polygon.push_back(at(x, low + (high - low) * std::sqrt(std::max(0.05, std::sin(t * std::numbers::pi)))));
  }
  return polygon;
}

/// Log-compressed speckle with layers, a bright cortex and its shadow; the defects are dark.
std::shared_ptr<const RgbImage> picture(const std::vector<Discontinuity>& defects) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  const int w = pane.width();
  const int h = pane.height();
  FloatImage real(w, h);
  FloatImage imaginary(w, h);
  for (FloatImage* field : {&real, &imaginary})
    for (float& v : field->data)
      v = normal(random);
  const auto blur = [&](FloatImage& field, int radius, bool along) {
    const FloatImage in = field;
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x) {
        float sum = 0;
        for (int k = -radius; k <= radius; ++k) {
          const int xx = std::clamp(along ? x + k : x, 0, w - 1);
          const int yy = std::clamp(along ? y : y + k, 0, h - 1);
          sum += in.at(xx, yy);
        }
        field.at(x, y) = sum / std::sqrt(static_cast<float>(2 * radius + 1));
      }
  };
  for (FloatImage* field : {&real, &imaginary}) {
    blur(*field, 3, true);
    blur(*field, 1, false);
  }
  GreyImage grey(w, h);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const Point mm{x * pitch, y * pitch};
      const double below = mm.y - cortexY(mm.x); // positive: under the bone's interface
      const bool bone = mm.x > 16.5 && mm.x < 48;
      double db = 24; // fat
      const double band = mm.y - (14 + 0.6 * std::sin(mm.x / 7));
      if (mm.y < 2)
        db = 44;
      else if (std::abs(band) < 0.5)
        db = 46; // iliotibial band
      else if (band > 0)
        db = 22 + 5 * std::sin(mm.y * 5 + std::sin(mm.x * 0.4));
      const double depth = -below / thicknessAt(mm.x);
      if (bone && depth > 0 && depth < 1) {
        db = 37 + 5 * std::sin(depth * 40);
        db -= 1.2 * std::max(0.0, std::abs(std::atan(slope(mm.x)) * 57.3) - 3);
      }
      for (const Discontinuity& d : defects)
        if (contains(d.polygonMm, mm))
          db = 8;
      if (bone && below > 0)
        db = below < 0.8 ? 56 : 10 - below;
      const double amplitude = std::hypot(real.at(x, y), imaginary.at(x, y));
      const double value = db + 20 * std::log10(std::max(0.02, amplitude)) - 0.12 * mm.y;
      grey.at(x, y) = static_cast<std::uint8_t>(std::clamp(value / 56 * 255, 0.0, 255.0));
    }
  return std::make_shared<RgbImage>(toRgb(grey));
}

void fill(ImageResult& image, std::vector<Discontinuity> defects) {
  image.anatomy.cortex = cortex();
  for (double x = 18; x <= apexX + 1e-9; x += 0.5)
    image.anatomy.tendon.stations.push_back(station(x, 18));
  image.anatomy.tendon.confidence = 0.84;
  Thickness& thickness = image.measurements.thickness;
  ThicknessSummary summary{0, 0, 1e9, 0.41};
  for (const TendonStation& s : image.anatomy.tendon.stations) {
    ThicknessSample sample{s.positionMm, distance(s.cortexMm, s.superficialMm), 0, 0, 0};
    bool gap = false;
    sample.remainingMm = sample.valueMm;
    for (const Discontinuity& d : defects)
      if (sample.positionMm >= d.beginMm && sample.positionMm <= d.endMm) {
        const double t = (sample.positionMm - d.beginMm) / (d.endMm - d.beginMm);
        sample.remainingMm -= d.depthMm * std::sqrt(std::max(0.05, std::sin(t * std::numbers::pi)));
        gap = gap || d.kind == DiscontinuityKind::fullThickness;
      }
    sample.lowerMm = sample.valueMm - 1.96 * s.sdMm;
    sample.upperMm = sample.valueMm + 1.96 * s.sdMm;
    if (gap)
      continue;
    thickness.profile.push_back(sample);
    summary.meanMm += sample.valueMm;
    summary.maxMm = std::max(summary.maxMm, sample.valueMm);
    summary.minMm = std::min(summary.minMm, sample.valueMm);
  }
  summary.meanMm /= static_cast<double>(thickness.profile.size());
  summary.mean95 = Interval{summary.meanMm - 0.3, summary.meanMm + 0.3};
  summary.max95 = Interval{summary.maxMm - 0.4, summary.maxMm + 0.4};
  thickness.summary = summary;
  thickness.sites = {{5, ThicknessSample{5, 4.1, 3.8, 4.4, 4.1}, {}}, {50, {}, "beyond the footprint that is seen"}};
  thickness.facets.push_back({FacetKind::lateral, summary});
  image.picture = picture(defects);
  image.measurements.discontinuities = std::move(defects);
  image.measurements.findings.itbMm = 1.4;
  image.measurements.findings.corticalIrregularityMm = 0.21;
  image.measurements.findings.echogenicity = 31;
  image.measurements.findings.fibreCoherence = 0.62;
  image.measurements.findings.peakSpatialFrequencyPerMm = 2.25;
  image.measurements.findings.coOccurrenceAlong = CoOccurrence{3.5, 0.81, 0.02, 0.6};
  image.measurements.findings.coOccurrenceAcross = CoOccurrence{9.5, 0.31, 0.01, 0.4};
  image.measurements.findings.assessableFraction = 0.55;
}

ImageResult base() {
  ImageResult image;
  image.path = "exams/case-01/right-long.dcm";
  image.studyInstanceUid = "2.25.1001";
  image.sopInstanceUid = "2.25.1001.1";
  image.rows = 480;
  image.columns = 640;
  image.frames = 1;
  image.frame = 0;
  image.side = {Side::right, "tag (0020,0060)"};
  image.view = {View::longAxis, "text 'LONG' in SeriesDescription"};
  image.bodyRegion = {BodyRegion::lateralHip, "text 'lateral hip' in StudyDescription"};
  image.mmPerPx = Spacing{pitch, pitch};
  image.calibrationOrigin = CalibrationOrigin::ultrasoundRegion;
  image.regionPx = pane;
  image.scale = {pitch, pitch};
  return image;
}

} // namespace

ImageResult tornHip() {
  ImageResult image = base();
  Discontinuity tear;
  tear.kind = DiscontinuityKind::undersurface;
  tear.depthMm = 2.05;
  tear.depthFraction = 0.45;
  tear.beginMm = 8;
  tear.endMm = 12.5;
  tear.lengthMm = 4.5;
  tear.bareFacet = false;
  tear.polygonMm = outline(26, 30.5, 0, 0.45);
  tear.fibreAngleDeg = -4.6;
  tear.framesSeen = 15;
  tear.confidence = 0.78;
  Discontinuity doubtful;
  doubtful.kind = DiscontinuityKind::intrasubstance;
  doubtful.depthMm = 1.1;
  doubtful.depthFraction = 0.24;
  doubtful.beginMm = 1;
  doubtful.endMm = 3.5;
  doubtful.lengthMm = 2.5;
  doubtful.polygonMm = outline(19, 21.5, 0.35, 0.6);
  doubtful.fibreAngleDeg = -10.8;
  doubtful.suspectedAnisotropy = true;
  doubtful.framesSeen = 4;
  doubtful.confidence = 0.3;
  fill(image, {tear, doubtful});
  image.frames = 24;
  image.frame = 11;
  for (int i = 0; i < 24; ++i) {
    FrameSummary f;
    f.frame = i;
    f.timeSeconds = i / 20.0;
    f.grade = i < 3 || i > 21 ? GradeClass::notGradable
              : i % 7 == 6    ? GradeClass::tendinosis
                              : GradeClass::partialThickness;
    if (f.grade == GradeClass::notGradable)
      f.refusals.push_back(Refusal::beamTooOblique);
    f.confidence = 0.7;
    f.thicknessMeanMm = 4.2;
    f.thicknessMaxMm = 4.8;
    f.discontinuities = 1;
    f.fibreAngleDeg = -5;
    image.frameSummaries.push_back(f);
  }
  image.measurements.findings.bursalFluidMm = 1.3;
  image.measurements.findings.bursalFluidOutlineMm = {{20, 12}, {30, 12}, {30, 10.7}, {20, 10.7}};
  image.measurements.findings.calcifications.push_back({2.2, {40, 21}});
  image.messages.push_back("Ruler and text at the right edge were left out of the analysis.");
  image.grade.grade = GradeClass::partialThickness;
  image.grade.subtype = "undersurface";
  image.grade.certainty = Certainty::persistent;
  image.grade.probabilities = {0.05, 0.14, 0.72, 0.09};
  image.grade.confidence = 0.72;
  image.grade.tear = TearSubtype{TearSubtype::Depth::quarterToHalf, false, false, std::nullopt};
  image.grade.evidence = GradeEvidence{0, 0.78, 0.45, 4.5, -0.5, 0.81};
  image.grade.reasons = {"A dark gap at the tendon's underside, 2.1 mm deep (45 % of the thickness) and 4.5 mm long.",
                         "It stays in 15 of 24 frames while the fibre angle changes from -9 to 3 degrees.",
                         "The fibres there lie 5 degrees off the perpendicular: darkness counts as evidence."};
  return image;
}

ImageResult normalHip() {
  ImageResult image = base();
  image.path = "exams/case-01/left-long.dcm";
  image.sopInstanceUid = "2.25.1001.2";
  image.side = {Side::left, "tag (0020,0060)"};
  fill(image, {});
  image.measurements.findings.bursalFluidMm.reset();
  image.measurements.findings.bursalFluidOutlineMm.clear();
  image.grade.grade = GradeClass::normal;
  image.grade.probabilities = {0.86, 0.1, 0.03, 0.01};
  image.grade.confidence = 0.86;
  image.grade.reasons = {"No discontinuity longer than 1.5 mm.", "Fibrillar pattern throughout (coherence 0.62)."};
  return image;
}

ImageResult ruptureHip() {
  ImageResult image = base();
  image.path = "exams/case-02/long.dcm";
  image.studyInstanceUid = "2.25.1002";
  image.sopInstanceUid = "2.25.1002.1";
  Discontinuity gap;
  gap.kind = DiscontinuityKind::fullThickness;
  gap.depthMm = 4.5;
  gap.depthFraction = 1;
  gap.beginMm = 7;
  gap.endMm = 12;
  gap.lengthMm = 5;
  gap.gapMm = 4.8;
  gap.retractionMm = 5.1;
  gap.bareFacet = true;
  gap.polygonMm = outline(25, 30, 0, 1);
  gap.fibreAngleDeg = -5;
  gap.confidence = 0.9;
  fill(image, {gap});
  image.grade.grade = GradeClass::fullThickness;
  image.grade.subtype = "retracted";
  image.grade.tear = TearSubtype{TearSubtype::Depth::full, true, false, true};
  image.grade.probabilities = {0.01, 0.02, 0.12, 0.85};
  image.grade.confidence = 0.85;
  image.grade.reasons = {"No tendon over 5.0 mm of the lateral facet; both stumps are seen 4.8 mm apart."};
  return image;
}

ImageResult uncalibrated() {
  ImageResult image = tornHip();
  image.path = "exported/bone.png";
  image.studyInstanceUid.clear();
  image.sopInstanceUid.clear();
  image.frames = 1;
  image.frame = 0;
  image.frameSummaries.clear();
  image.mmPerPx.reset();
  image.calibrationOrigin.reset();
  image.side = {};
  image.view = {};
  image.bodyRegion = {};
  image.grade = {};
  image.grade.refusals = {Refusal::noCalibration, Refusal::regionUnconfirmed};
  return image;
}

ImageResult undecodable() {
  ImageResult image;
  image.path = "exams/case-03/broken.dcm";
  image.studyInstanceUid = "2.25.1003";
  image.sopInstanceUid = "2.25.1003.1";
  image.rows = 480;
  image.columns = 640;
  image.frames = 3;
  image.grade.refusals = {Refusal::undecodable};
  return image;
}

ImageResult reviewedHip() {
  ImageResult image = tornHip();
  image.path = "exams/case-04/left-short.dcm";
  image.studyInstanceUid = "2.25.1004";
  image.sopInstanceUid = "2.25.1004.1";
  image.side = {Side::left, "reader AB"};
  image.view.value = View::shortAxis;
  image.mmPerPx = image.scale = {0.0813, 0.0627}; // pixels that are not square
  image.calibrationOrigin = CalibrationOrigin::user;
  auto& stations = image.anatomy.tendon.stations;
  for (std::size_t i = 0; i < stations.size(); ++i) {
    stations[i].cortexByHand = i < 3;
    stations[i].deepByHand = i > 5 && i < 9;
    stations[i].superficialByHand = i > 7 && i < 12;
    stations[i].deepInferred = i > 20 && i < 24;
    if (i > 10 && i < 15)
      stations[i].deepMm = stations[i].cortexMm + stations[i].normal * 0.4; // fluid between
  }
  stations[4].fibreAngleDeg.reset();
  image.anatomy.tendon.arrivesFromLeft = false;
  Facet& facet = image.anatomy.cortex.facets.front();
  facet.end = {true, {33.71234, 22.00337}, 31.25, 4.1, 0.77, 0.83};
  facet.confidence = 0.83;
  image.anatomy.cortex.trochanterLikeness = 0.64;
  image.measurements.discontinuities.front().byHand = true;
  image.measurements.discontinuities.front().fluid = true;
  image.measurements.discontinuities.front().borderStep = false;
  image.measurements.findings.degeneratedShare = 0.2;
  image.measurements.findings.tornShare = 0.31;
  image.measurements.findings.tornAreaMm2 = 4.4;
  image.measurements.findings.muscleEchogenicity = 61;
  image.grade.evidence->texture.reset();
  Review review;
  review.by = "AB";
  review.at = "2026-05-04T09:30:00Z";
  review.verdict = Verdict::changed;
  review.grade = GradeClass::tendinosis;
  review.reason = "The dark band moves with the probe <heel-toe>: anisotropy.";
  review.edits = {R"({"do":"redraw_border","border":"superficial","px":[[200.25,180.5],[230,181]]})", "{cut off"};
  review.annotations = {{1, 11, Annotation::Kind::caliper, {{300, 200}, {301.5, 240.25}}, {}, 4.12},
                        {2, 11, Annotation::Kind::angle, {{300, 200}, {320, 210}, {340, 190}}, {}, 131.5},
                        {4, 3, Annotation::Kind::text, {{310, 100}}, "scar?", std::nullopt}};
  review.program = image.grade;
  review.program.reasons = {"What the program said first."};
  review.programThickness = image.measurements.thickness.summary;
  review.programDiscontinuities = 3;
  image.review = review;
  return image;
}

ImageResult hipByPlugins() {
  ImageResult image = ruptureHip();
  image.path = "exams/d/plugins.dcm";
  image.sopInstanceUid = "2.25.777";
  image.studyInstanceUid = "2.25.1007";
  image.anatomy.tendon.by = StageOrigin{"level_set", "1.0.0", "smooth 0.2.0", ""};
  image.measurements.discontinuitiesBy = StageOrigin{"gaps", "3.1.4", "", "plugin 'gaps' 3.1.4: returned <nonsense>"};
  image.grade.by = StageOrigin{"my_rules", "2.0.1", "", ""};
  return image;
}

std::vector<PluginRecord> samplePlugins() {
  PluginRecord level;
  level.name = "level_set";
  level.version = "1.0.0";
  level.summary = "Borders by <level sets>";
  level.author = "A. Uthor";
  level.license = "Apache-2.0";
  level.stages = {"tendon"};
  level.moduleSha256 = std::string(64, 'a');
  level.parameters = {{"smoothing_mm", 0.5},
                      {"whole", 2.0},
                      {"steps", 30LL},
                      {"fast", true},
                      {"mode", std::string("edges")},
                      {"model", PluginRecord::File{"net.onnx", std::string(64, 'b')}},
                      {"mask", std::monostate{}}};
  PluginRecord rules;
  rules.name = "my_rules";
  rules.version = "2.0.1";
  rules.stages = {"grader", "exporter"};
  rules.moduleSha256 = std::string(64, 'c');
  return {level, rules};
}

HipResult hipOf(const ImageResult& image) {
  HipResult hip;
  hip.side = image.side.value;
  hip.grade = image.grade;
  if (image.review && image.review->verdict == Verdict::changed) {
    hip.grade.grade = image.review->grade; // as the review room grades it
    hip.grade.subtype = image.review->subtype;
    hip.grade.tear.reset();
  }
  hip.thickness = image.measurements.thickness.summary;
  if (!image.mmPerPx)
    hip.thickness.reset();
  if (image.grade.grade != GradeClass::notGradable) {
    ViewResult view;
    view.view = image.view.value;
    view.images = 1;
    view.grade = image.grade.grade;
    view.probabilities = image.grade.probabilities;
    view.thickness = hip.thickness;
    hip.views = {view};
  }
  hip.images = {image.sopInstanceUid.empty() ? image.path.string() : image.sopInstanceUid};
  return hip;
}

HipChange sampleChange() {
  HipChange change;
  change.priorStudyUid = "2.25.77";
  change.priorDate = "20250110";
  change.priorGrade = GradeClass::normal;
  change.measures = {{"thickness_mean", View::longAxis, 4.0, 4.3, 0.5, false},
                     {"tear_length", View::longAxis, 0, 4.5, 3, true}};
  change.text = "Measurable change: tear length (long axis) 0.0 mm then, 4.5 mm now.";
  return change;
}

StudyResult studyOf(const std::vector<ImageResult>& images) {
  StudyResult study;
  study.studyInstanceUid = images.front().studyInstanceUid;
  study.studyDate = study.studyInstanceUid.empty() ? "" : "20260401";
  for (const ImageResult& image : images)
    study.hips.push_back(hipOf(image));
  if (study.hips.size() == 2 && study.hips[0].thickness && study.hips[1].thickness) {
    const double difference = study.hips[0].thickness->meanMm - study.hips[1].thickness->meanMm;
    study.hips[0].sideDifferenceMm = difference;
    study.hips[1].sideDifferenceMm = -difference;
  }
  return study;
}

Criteria sampleCriteria() {
  Criteria criteria;
  criteria.name = "sample";
  criteria.version = "1.0";
  criteria.items["fibre_angle_max"] = {7, "degrees", "Crass 1988 <Radiology>"};
  criteria.items["tear_length_min"] = {1.5, "mm", "engineering choice"};
  return criteria;
}

} // namespace hipcuff::test
