#include "hipcuff/measurement/tendon_measurer.h"

#include "findings.h"
#include "tissue_findings.h"
#include "torn_spans.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace hipcuff {

namespace {

constexpr double z95 = 1.96; // two-sided 95 % of the normal distribution

ThicknessSummary summaryOf(const std::vector<ThicknessSample>& samples) {
  ThicknessSummary s;
  const auto n = static_cast<double>(samples.size());
  const auto thinner = [](const ThicknessSample& a, const ThicknessSample& b) { return a.valueMm < b.valueMm; };
  const auto [thinnest, thickest] = std::minmax_element(samples.begin(), samples.end(), thinner);
  s.minMm = thinnest->valueMm;
  s.maxMm = thickest->valueMm;
  s.max95 = Interval{thickest->lowerMm, thickest->upperMm};
  // A border drawn too high is so over many positions: the mean is as sure as they are, and no surer for their number.
  Interval mean;
  for (const ThicknessSample& sample : samples) {
    s.meanMm += sample.valueMm / n;
    mean.lower += sample.lowerMm / n;
    mean.upper += sample.upperMm / n;
  }
  s.mean95 = mean;
  for (const ThicknessSample& sample : samples)
    s.sdMm += (sample.valueMm - s.meanMm) * (sample.valueMm - s.meanMm);
  s.sdMm = samples.size() > 1 ? std::sqrt(s.sdMm / (n - 1)) : 0.0;
  return s;
}

/// On the straight line between two neighbours.
ThicknessSample between(const ThicknessSample& a, const ThicknessSample& b, double positionMm) {
  const double t = b.positionMm > a.positionMm ? (positionMm - a.positionMm) / (b.positionMm - a.positionMm) : 0.0;
  const auto mix = [&](double ThicknessSample::*field) { return (1 - t) * a.*field + t * b.*field; };
  return {positionMm, mix(&ThicknessSample::valueMm), mix(&ThicknessSample::lowerMm), mix(&ThicknessSample::upperMm),
          mix(&ThicknessSample::remainingMm)};
}

SiteThickness atSite(const Tendon& tendon, const std::vector<ThicknessSample>& profile, double distanceMm) {
  constexpr double widestMm = 1.0; // between two stations that one may measure between
  SiteThickness site{distanceMm, std::nullopt, {}};
  const auto after = std::find_if(profile.begin(), profile.end(),
                                  [&](const ThicknessSample& s) { return s.positionMm >= distanceMm - 1e-6; });
  if (after != profile.end() && after->positionMm - distanceMm < 1e-6)
    site.sample = *after;
  else if (after != profile.end() && after != profile.begin() &&
           after->positionMm - std::prev(after)->positionMm <= widestMm)
    site.sample = between(*std::prev(after), *after, distanceMm);
  else if (!tendon.found() || distanceMm > tendon.stations.back().positionMm)
    site.missing = "beyond the footprint that is seen";
  else
    site.missing = "inside a full-thickness gap";
  return site;
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
  // The border's uncertainty is measured against truth (docs/methods.md); the factor is for who trusts it less.
  const double half95 = z95 * criteria.value("border_error_factor");
  std::vector<std::vector<ThicknessSample>> byFacet(anatomy.cortex.facets.size());
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
    for (std::size_t f = 0; f < byFacet.size(); ++f)
      if (onFacet(station.cortexMm, anatomy.cortex.facets[f])) {
        byFacet[f].push_back(sample);
        break;
      }
  }
  if (!out.thickness.profile.empty()) {
    out.thickness.summary = summaryOf(out.thickness.profile);
    for (const char* site : {"thickness_site_1", "thickness_site_2", "thickness_site_3"})
      out.thickness.sites.push_back(atSite(anatomy.tendon, out.thickness.profile, criteria.value(site)));
  }
  for (std::size_t f = 0; f < byFacet.size(); ++f)
    if (byFacet[f].size() >= 2)
      out.thickness.facets.push_back({anatomy.cortex.facets[f].kind, summaryOf(byFacet[f])});
  out.findings = findFindings(frame, working, anatomy, discontinuities, criteria);
  out.findings.degeneratedShare = degeneratedShare(anatomy.tendon, discontinuities, criteria);
  if (const auto torn = tornTissue(anatomy.tendon, discontinuities, criteria)) {
    out.findings.tornShare = torn->share;
    out.findings.tornAreaMm2 = torn->areaMm2;
  }
  out.discontinuities = std::move(discontinuities);
  return out;
}

} // namespace hipcuff
