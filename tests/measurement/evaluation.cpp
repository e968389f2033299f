#include "evaluation.h"

#include "hipcuff/grading/criteria.h"
#include "hipcuff/grading/rule_grader.h"
#include "hipcuff/measurement/defect_detector.h"
#include "hipcuff/measurement/picture_quality.h"
#include "hipcuff/measurement/tendon_measurer.h"
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/layer_tendon_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>

namespace hipcuff::test {

using phantom::Pathology;

Anatomy anatomyOf(const phantom::Truth& truth) {
  Anatomy anatomy;
  CortexSegment segment;
  segment.interfaceMm = truth.cortex.mm;
  segment.ridgeMm = truth.cortex.mm;
  segment.confidence = 1;
  anatomy.cortex.segments.push_back(segment);
  anatomy.cortex.confidence = 1;
  for (const phantom::TruthFacet& f : truth.facets) {
    Facet facet;
    facet.kind = f.kind;
    facet.beginMm = f.beginMm;
    facet.endMm = f.endMm;
    anatomy.cortex.facets.push_back(facet);
  }
  for (const phantom::TruthStation& t : truth.stations) {
    TendonStation station;
    station.positionMm = t.positionMm;
    station.cortexMm = t.cortexMm;
    station.normal = t.normal;
    station.superficialMm = t.superficialMm;
    station.deepMm = t.cortexMm;
    station.fibreAngleDeg = t.fibreAngleDeg;
    station.superficialInferred = t.inGap;
    station.sdMm = 0.1;
    station.confidence = 1;
    anatomy.tendon.stations.push_back(station);
  }
  anatomy.tendon.arrivesFromLeft = truth.arrivesFromLeft;
  anatomy.tendon.confidence = 1;
  return anatomy;
}

EvaluatedCase evaluateCase(std::uint64_t seed, const EvaluationOptions& options) {
  constexpr Pathology turns[] = {Pathology::normal, Pathology::tendinosis,     Pathology::undersurface,
                                 Pathology::bursal, Pathology::intrasubstance, Pathology::fullThickness};
  EvaluatedCase c;
  c.seed = seed;
  phantom::RecipeWishes wishes;
  // Every other case is normal: specificity is the first figure.
  wishes.pathology = seed % 2 == 0 ? Pathology::normal : turns[1 + (seed / 2) % 5];
  wishes.view = options.view;
  c.recipe = phantom::drawRecipe(seed, wishes);
  const phantom::HipSimulator simulator(c.recipe);
  c.truth = simulator.truth();
  Pane pane;
  pane.box = c.truth.regionPx;
  pane.usable = Mask(pane.box.width(), pane.box.height(), 255);
  pane.mmPerPx = c.truth.mmPerPx;
  pane.probe.kind = ProbeGeometry::Kind::linear;
  c.frame = makeFrame(toRgb(simulator.render()), pane, 0);
  const WorkingFrame working = makeWorkingFrame(c.frame);
  if (options.chain) {
    c.anatomy.cortex = BoneSurfaceSegmenter().segment(c.frame, working);
    c.anatomy.tendon = LayerTendonSegmenter().segment(c.frame, working, c.anatomy.cortex, options.view);
  } else {
    c.anatomy = anatomyOf(c.truth);
  }
  const std::clock_t start = std::clock(); // processor time: the machine may be busy
  const Criteria& criteria = builtinCriteria();
  auto discontinuities = DefectDetector().detect(c.frame, working, c.anatomy, criteria);
  c.measurements = TendonMeasurer().measure(c.frame, working, c.anatomy, std::move(discontinuities), criteria);
  const auto refusals = checkPicture(c.frame, working, c.anatomy, pane, criteria);
  c.result = RuleGrader().grade({c.anatomy, c.measurements, options.view, refusals}, criteria);
  c.analysisMs = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return c;
}

std::string oneLine(const EvaluatedCase& c) {
  char text[1024];
  const Findings& f = c.measurements.findings;
  std::snprintf(
      text, sizeof text,
      "%4lu %-14s -> %-17s p %.2f %.2f %.2f %.2f angle %.0f fib %.2f echo %.0f bf %.1f/%.1f itb %.1f/%.1f asf %.2f",
      static_cast<unsigned long>(c.seed), toString(c.truth.pathology), toString(c.result.grade),
      c.result.probabilities[0], c.result.probabilities[1], c.result.probabilities[2], c.result.probabilities[3],
      c.truth.fibreAngleDeg, f.fibreCoherence.value_or(-1), f.echogenicity.value_or(-999), f.bursalFluidMm.value_or(-1),
      c.truth.bursalFluidMm, f.itbMm.value_or(-1), c.truth.itbMm, f.assessableFraction.value_or(-1));
  std::string line = text;
  for (const auto& t : c.truth.discontinuities) {
    std::snprintf(text, sizeof text, "\n       truth %s depth %.2f (%.1f mm) length %.1f at %.1f..%.1f %s angle %.0f",
                  toString(t.kind), t.depthFraction, t.depthMm, t.lengthMm, t.beginMm, t.endMm,
                  t.fluid ? "fluid" : "granulation", t.fibreAngleDeg);
    line += text;
  }
  for (const auto& d : c.measurements.discontinuities) {
    std::snprintf(text, sizeof text, "\n       found %s depth %.2f (%.1f mm) length %.1f at %.1f..%.1f conf %.2f%s",
                  toString(d.kind), d.depthFraction, d.depthMm, d.lengthMm, d.beginMm, d.endMm, d.confidence,
                  d.suspectedAnisotropy ? " anisotropy" : "");
    line += text;
  }
  for (const Refusal r : c.result.refusals)
    line += std::string("\n       refused ") + toString(r);
  return line;
}

void writeOverlay(const EvaluatedCase& c, const std::filesystem::path& path) {
  // The tendon with 12 mm around it, enlarged.
  const auto& stations = c.truth.stations;
  double x0 = 1e9, x1 = -1e9, y0 = 1e9, y1 = -1e9;
  for (const auto& s : stations) {
    x0 = std::min({x0, s.cortexMm.x, s.superficialMm.x});
    x1 = std::max({x1, s.cortexMm.x, s.superficialMm.x});
    y0 = std::min({y0, s.cortexMm.y, s.superficialMm.y});
    y1 = std::max({y1, s.cortexMm.y, s.superficialMm.y});
  }
  x0 = std::max(0.0, x0 - 8);
  y0 = std::max(0.0, y0 - 6);
  x1 = std::min(c.frame.widthMm(), x1 + 8);
  y1 = std::min(c.frame.heightMm(), y1 + 5);
  constexpr double scale = 24; // px per mm
  const int w = static_cast<int>((x1 - x0) * scale);
  const int h = static_cast<int>((y1 - y0) * scale);
  // Raw above, with lines below.
  RgbImage picture(w, 2 * h);
  for (int y = 0; y < 2 * h; ++y)
    for (int x = 0; x < w; ++x) {
      const int px =
          std::clamp(static_cast<int>(std::lround((x0 + x / scale) / c.frame.scale.x)), 0, c.frame.pixels.width - 1);
      const int py = std::clamp(static_cast<int>(std::lround((y0 + (y % h) / scale) / c.frame.scale.y)), 0,
                                c.frame.pixels.height - 1);
      for (int k = 0; k < 3; ++k)
        picture.at(x, y, k) = c.frame.pixels.at(px, py);
    }
  const auto draw = [&](const Polyline& line, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    for (const Point& p : resampled(line, 0.02)) {
      const int x = static_cast<int>((p.x - x0) * scale);
      const int y = static_cast<int>((p.y - y0) * scale) + h;
      if (x < 0 || y < h || x >= w || y >= 2 * h)
        continue;
      picture.at(x, y, 0) = r;
      picture.at(x, y, 1) = g;
      picture.at(x, y, 2) = b;
    }
  };
  const auto closed = [](Polyline line) {
    if (!line.empty())
      line.push_back(line.front());
    return line;
  };
  Polyline top;
  for (const auto& s : stations)
    top.push_back(s.superficialMm);
  draw(top, 0, 255, 0);
  draw(c.truth.cortex.mm, 0, 255, 0);
  draw(c.anatomy.tendon.superficialMm(), 0, 200, 255);
  draw(c.anatomy.tendon.deepMm(), 0, 200, 255);
  for (const auto& t : c.truth.discontinuities)
    draw(closed(t.polygon.mm), 255, 255, 0);
  for (const auto& d : c.measurements.discontinuities)
    draw(closed(d.polygonMm), 255, d.suspectedAnisotropy ? 140 : 0, 255);
  std::ofstream file(path, std::ios::binary);
  file << "P6\n" << w << ' ' << 2 * h << "\n255\n";
  file.write(reinterpret_cast<const char*>(picture.data.data()), static_cast<std::streamsize>(picture.data.size()));
}

void Figures::add(const EvaluatedCase& c) {
  const Pathology p = c.truth.pathology;
  const GradeClass g = c.result.grade;
  ++confusion[phantom::toString(p)][toString(g)];
  if (g == GradeClass::notGradable)
    return;
  const bool calledTear = g == GradeClass::partialThickness || g == GradeClass::fullThickness;
  if (p == Pathology::normal) {
    ++normal;
    normalKept += g == GradeClass::normal;
  } else {
    ++abnormal;
    abnormalFound += g != GradeClass::normal;
  }
  const bool torn = phantom::isTear(p);
  (torn ? tears : noTears) += 1;
  tearsCalled += torn && calledTear;
  noTearsKept += !torn && !calledTear;
  const bool isFull = p == Pathology::fullThickness;
  (isFull ? full : notFull) += 1;
  fullCalled += isFull && g == GradeClass::fullThickness;
  notFullKept += !isFull && g != GradeClass::fullThickness;
  if (torn && calledTear && !c.truth.discontinuities.empty() && !c.measurements.discontinuities.empty()) {
    const auto& t = c.truth.discontinuities.front();
    const Discontinuity* best = nullptr;
    for (const auto& d : c.measurements.discontinuities)
      if (!d.suspectedAnisotropy && (!best || d.confidence > best->confidence))
        best = &d;
    if (best) {
      ++kinds;
      kindsRight += best->kind == t.kind;
      depthError.push_back(best->depthFraction - t.depthFraction);
      lengthError.push_back(best->lengthMm - t.lengthMm);
    }
  }
  if (c.measurements.thickness.summary && c.truth.thicknessMeanMm > 0)
    thicknessError.push_back(c.measurements.thickness.summary->meanMm - c.truth.thicknessMeanMm);
}

std::string Figures::table() const {
  std::string out;
  char text[256];
  for (const auto& [truth, row] : confusion) {
    out += truth + ":";
    for (const auto& [grade, n] : row)
      out += " " + grade + " " + std::to_string(n);
    out += "\n";
  }
  const auto percent = [](int a, int b) { return b > 0 ? 100.0 * a / b : -1.0; };
  std::snprintf(text, sizeof text,
                "normal kept %.1f %% (%d), abnormal found %.1f %% (%d)\ntear se %.1f sp %.1f, full se %.1f sp %.1f, "
                "kind right %.1f %%\n",
                percent(normalKept, normal), normal, percent(abnormalFound, abnormal), abnormal,
                percent(tearsCalled, tears), percent(noTearsKept, noTears), percent(fullCalled, full),
                percent(notFullKept, notFull), percent(kindsRight, kinds));
  out += text;
  const auto error = [&](const char* name, const std::vector<double>& e) {
    double bias = 0, mae = 0;
    for (const double v : e) {
      bias += v;
      mae += std::abs(v);
    }
    const double n = std::max<double>(1, static_cast<double>(e.size()));
    std::snprintf(text, sizeof text, "%s bias %.2f MAE %.2f (%zu)\n", name, bias / n, mae / n, e.size());
    out += text;
  };
  error("depth fraction", depthError);
  error("length mm", lengthError);
  error("thickness mm", thicknessError);
  return out;
}

} // namespace hipcuff::test
