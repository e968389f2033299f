#include "hipcuff/measurement/tendon_measurer.h"

#include "findings.h"
#include "tissue_findings.h"
#include "torn_spans.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {

namespace {

constexpr double z95 = 1.96; // two-sided 95 % of the normal distribution

ThicknessSummary summaryOf(const std::vector<double>& values) {
  ThicknessSummary s;
  s.minMm = *std::min_element(values.begin(), values.end());
  s.maxMm = *std::max_element(values.begin(), values.end());
  for (const double v : values)
    s.meanMm += v;
  s.meanMm /= static_cast<double>(values.size());
  for (const double v : values)
    s.sdMm += (v - s.meanMm) * (v - s.meanMm);
  s.sdMm = values.size() > 1 ? std::sqrt(s.sdMm / static_cast<double>(values.size() - 1)) : 0.0;
  return s;
}

bool inGap(double positionMm, const std::vector<Discontinuity>& discontinuities) {
  return std::any_of(discontinuities.begin(), discontinuities.end(), [&](const Discontinuity& d) {
    return d.kind == DiscontinuityKind::fullThickness && !d.suspectedAnisotropy && positionMm >= d.beginMm &&
           positionMm <= d.endMm;
  });
}

/// Tissue between the underside and the superficial border that lies in no discontinuity, along the station's normal.
double remaining(const TendonStation& station, double thickness, const std::vector<Discontinuity>& discontinuities) {
  constexpr double step = 0.02;
  const double deep = distance(station.cortexMm, station.deepMm);
  Spans torn;
  for (const Discontinuity& d : discontinuities)
    if (!d.suspectedAnisotropy)
      addSpans(torn, d.polygonMm, station.cortexMm, station.normal);
  int intact = 0;
  for (double h = deep + step / 2; h < thickness; h += step)
    intact += covers(torn, h) ? 0 : 1;
  return std::min(thickness, intact * step);
}

bool onFacet(Point cortexMm, const Facet& facet) {
  const Point along = facet.endMm - facet.beginMm;
  const double squared = dot(along, along);
  if (!(squared > 0))
    return false;
  const double t = dot(cortexMm - facet.beginMm, along) / squared;
  const double off = std::abs(cross(cortexMm - facet.beginMm, along)) / std::sqrt(squared);
  return t >= 0 && t <= 1 && off < 3.0; // a facet bulges by less than this over its chord
}

} // namespace

Measurements TendonMeasurer::measure(const Frame& frame, const WorkingFrame& working, const Anatomy& anatomy,
                                     std::vector<Discontinuity> discontinuities, const Criteria& criteria) const {
  Measurements out;
  // The border's own idea of its error is too small; the factor is measured against truth (docs/methods.md).
  const double half95 = z95 * criteria.value("border_error_factor");
  std::vector<double> all;
  std::vector<std::vector<double>> byFacet(anatomy.cortex.facets.size());
  for (const TendonStation& station : anatomy.tendon.stations) {
    const double thickness = distance(station.cortexMm, station.superficialMm);
    if (!(thickness > 0) || inGap(station.positionMm, discontinuities))
      continue;
    ThicknessSample sample;
    sample.positionMm = station.positionMm;
    sample.valueMm = thickness;
    sample.lowerMm = std::max(0.0, thickness - half95 * station.sdMm);
    sample.upperMm = thickness + half95 * station.sdMm;
    sample.remainingMm = remaining(station, thickness, discontinuities);
    out.thickness.profile.push_back(sample);
    all.push_back(thickness);
    for (std::size_t f = 0; f < byFacet.size(); ++f)
      if (onFacet(station.cortexMm, anatomy.cortex.facets[f])) {
        byFacet[f].push_back(thickness);
        break;
      }
  }
  if (!all.empty())
    out.thickness.summary = summaryOf(all);
  for (std::size_t f = 0; f < byFacet.size(); ++f)
    if (byFacet[f].size() >= 2)
      out.thickness.facets.push_back({anatomy.cortex.facets[f].kind, summaryOf(byFacet[f])});
  out.findings = findFindings(frame, working, anatomy, discontinuities, criteria);
  out.findings.degeneratedShare = degeneratedShare(anatomy.tendon, discontinuities, criteria);
  out.discontinuities = std::move(discontinuities);
  return out;
}

} // namespace hipcuff
