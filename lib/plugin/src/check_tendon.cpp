#include "checks.h"

#include <algorithm>
#include <cstdio>

namespace hipcuff::plugin {
namespace {

// What stations stand for behind this: a column each, 0.25 mm apart (measurement's tear map, review's edits).
constexpr double stationMm = 0.25;
constexpr double spacingSlack = 0.2; // of it
constexpr double courseSlack = 0.25; // of the way along the bone against the positions
constexpr double courseSlackMm = 1.0;
constexpr double mostStepMm = 1.0;  // between two neighbours on the bone
constexpr double offNormalMm = 0.2; // at 3 mm of thickness an error of 0.2 %
constexpr double underBoneMm = 0.1;
constexpr double thickestMm = 30.0;      // several times the thickest tendon published
constexpr double mostObliqueSine = 0.77; // 50 degrees, at any station: bone may bend there
constexpr double meanObliqueSine = 0.34; // 20 degrees, over all: 6 % too thick
constexpr double chordMm = 3.0;
constexpr double offBoneMm = 1.5;
constexpr double offBandMm = 0.5;
constexpr std::size_t mostStations = 4096;
constexpr int mostRows = 4096;

void checkStation(const TendonStation& s, long long i, const Frame& frame, const Extent& extent) {
  const Where station{"station", i};
  requireWithin(s.positionMm, -extent.diagonalMm(), extent.diagonalMm(), station, "positionMm");
  extent.require(s.cortexMm, {"station", i, "'s cortexMm"});
  extent.require(s.superficialMm, {"station", i, "'s superficialMm"});
  extent.require(s.deepMm, {"station", i, "'s deepMm"});
  requireUnit(s.normal, station, "normal");
  require(dot(s.normal, frame.beamAt(s.cortexMm)) < 0, station, "has a normal that points away from the skin");
  const Point superficial = s.superficialMm - s.cortexMm;
  const Point deep = s.deepMm - s.cortexMm;
  const double height = dot(superficial, s.normal);
  requireWithin(height, 0, thickestMm, station, "thickness");
  requireWithin(std::abs(cross(superficial, s.normal)), 0, offNormalMm, station,
                "superficialMm's distance (mm) from the normal");
  requireWithin(std::abs(cross(deep, s.normal)), 0, offNormalMm, station, "deepMm's distance (mm) from the normal");
  requireWithin(dot(deep, s.normal), -underBoneMm, height + underBoneMm, station,
                "deepMm's height (mm) between cortex and superficial border");
  requireWithin(s.sdMm, 0, thickestMm, station, "sdMm");
  requireShare(s.confidence, station, "confidence");
  if (s.fibreAngleDeg)
    requireWithin(*s.fibreAngleDeg, -90, 90, station, "fibreAngleDeg");
  require(!s.cortexByHand && !s.deepByHand && !s.superficialByHand, station, "says that a person drew it");
}

/// The stations as a row: evenly spaced, along the bone, from the side that the tendon is said to come from.
void checkCourse(const Tendon& tendon) {
  const auto& stations = tendon.stations;
  const Where course{"the tendon"};
  const double step = tendon.tissue ? tendon.tissue->stepMm : stationMm;
  double way = 0;
  for (std::size_t i = 1; i < stations.size(); ++i) {
    const Where station{"station", static_cast<long long>(i)};
    const double apart = stations[i].positionMm - stations[i - 1].positionMm;
    if (!(std::abs(apart - step) <= spacingSlack * step))
      breach(station, "lies " + number(apart) + " mm from the one before, not " + number(step) +
                          " (bridge hidden stretches and mark them inferred)");
    const double on = distance(stations[i].cortexMm, stations[i - 1].cortexMm);
    requireWithin(on, 0, mostStepMm, station, "way (mm) along the bone from the one before");
    way += on;
  }
  const double span = stations.back().positionMm - stations.front().positionMm;
  if (!(std::abs(way - span) <= courseSlackMm + courseSlack * span))
    breach(course,
           "has positions over " + number(span) + " mm, and its stations lie along " + number(way) + " mm of bone");
  const double across = stations.back().cortexMm.x - stations.front().cortexMm.x;
  require(tendon.arrivesFromLeft ? across > 0 : across < 0, course,
          tendon.arrivesFromLeft ? "arrives from the left, and its stations run to the left"
                                 : "arrives from the right, and its stations run to the right");
  // A thickness taken obliquely is too large by the cosine.
  const auto reach = static_cast<std::size_t>(chordMm / 2 / step);
  double sum = 0;
  for (std::size_t i = 0; i < stations.size(); ++i) {
    const std::size_t a = i > reach ? i - reach : 0;
    const std::size_t b = std::min(i + reach, stations.size() - 1);
    const double oblique = std::abs(dot(normalized(stations[b].cortexMm - stations[a].cortexMm), stations[i].normal));
    requireWithin(oblique, 0, mostObliqueSine, {"station", static_cast<long long>(i)},
                  "sine of the angle between its normal and the perpendicular to the bone");
    sum += oblique;
  }
  requireWithin(sum / static_cast<double>(stations.size()), 0, meanObliqueSine, course,
                "mean sine of the angle between its normals and the perpendicular to the bone");
}

/// Thickness is measured from the bone that was found, not from something above it.
void checkOnBone(const Tendon& tendon, const Cortex& cortex) {
  if (cortex.segments.empty())
    return; // refused as no_cortex further on
  std::vector<double> off;
  for (const TendonStation& s : tendon.stations) {
    double nearest = std::numeric_limits<double>::infinity();
    for (const CortexSegment& segment : cortex.segments)
      nearest = std::min(nearest, distance(s.cortexMm, segment.interfaceMm));
    off.push_back(nearest);
  }
  const auto middle = off.begin() + static_cast<std::ptrdiff_t>(off.size() / 2);
  std::nth_element(off.begin(), middle, off.end());
  requireWithin(*middle, 0, offBoneMm, {"the tendon"}, "median distance (mm) of its stations from the given cortex");
}

void checkOnBand(const Tendon& tendon) {
  const TissueBand& band = *tendon.tissue;
  for (std::size_t i = 0; i < tendon.stations.size(); ++i) {
    const TendonStation& s = tendon.stations[i];
    const Where station{"station", static_cast<long long>(i)};
    if (s.column >= band.baseMm.size())
      breach(station, "is of column " + std::to_string(s.column) + " of the tissue map, which has " +
                          std::to_string(band.baseMm.size()));
    require(distance(s.cortexMm, band.baseMm[s.column]) <= offBandMm, station,
            "lies farther than 0.5 mm from its column of the tissue map");
  }
}

} // namespace

void checkTissue(const TissueBand& band, const Frame& frame) {
  const Where map{"the tissue map"};
  requireWithin(band.stepMm, stationMm * (1 - spacingSlack), stationMm * (1 + spacingSlack), map, "stepMm");
  requireWithin(band.heightStepMm, 0.02, 1, map, "heightStepMm");
  requireWithin(band.lowestMm, -10, 0, map, "lowestMm");
  const std::size_t columns = band.baseMm.size();
  require(columns >= 2, map, "has fewer than two columns");
  requireCount(columns, mostStations, map, "columns");
  require(band.normals.size() == columns, map, "has not one normal for each column");
  require(band.probability.size() == tissueClassCount, map, "has not one probability for each tissue class");
  const int rows = band.probability.front().height;
  requireWithin(rows, 2, mostRows, map, "number of rows");
  for (const FloatImage& p : band.probability)
    require(p.width == static_cast<int>(columns) && p.height == rows &&
                p.data.size() == columns * static_cast<std::size_t>(rows),
            map, "has probabilities of another size than its columns and rows");
  const double far = 3 * Extent(frame).diagonalMm();
  for (std::size_t i = 0; i < columns; ++i) {
    const Where column{"column", static_cast<long long>(i), " of the tissue map"};
    requireWithin(band.baseMm[i].x, -far, far, column, "baseMm.x"); // carried on beyond the picture
    requireWithin(band.baseMm[i].y, -far, far, column, "baseMm.y");
    requireUnit(band.normals[i], column, "normal");
  }
  constexpr float slack = 1e-3F;
  constexpr float sumSlack = 0.02F;
  for (std::size_t k = 0; k < band.probability.front().data.size(); ++k) {
    float sum = 0;
    for (const FloatImage& p : band.probability) {
      if (!(p.data[k] >= -slack && p.data[k] <= 1 + slack))
        breach(map, "holds the probability " + number(p.data[k]));
      sum += p.data[k];
    }
    if (!(std::abs(sum - 1) <= sumSlack))
      breach(map, "has probabilities that sum to " + number(sum));
  }
}

void checkTendon(const Tendon& tendon, const Frame& frame, const WorkingFrame&, const Cortex& cortex,
                 std::optional<View> view) {
  const Extent extent(frame);
  const Where whole{"the tendon"};
  requireShare(tendon.confidence, whole, "confidence");
  if (tendon.tissue)
    checkTissue(*tendon.tissue, frame);
  if (!tendon.found()) {
    require(tendon.confidence == 0, whole, "has a confidence, and no station");
    return;
  }
  requireCount(tendon.stations.size(), std::min(mostStations, extent.mostPoints()), whole, "stations");
  require(tendon.stations.size() >= 2, whole, "has a single station");
  for (std::size_t i = 0; i < tendon.stations.size(); ++i) {
    checkStation(tendon.stations[i], static_cast<long long>(i), frame, extent);
    // Across, the fibres run through the picture; an angle there would be taken for a long axis, stumps and all.
    require(view != View::shortAxis || !tendon.stations[i].fibreAngleDeg, {"station", static_cast<long long>(i)},
            "has a fibre angle in the short axis");
  }
  checkCourse(tendon);
  checkOnBone(tendon, cortex);
  if (tendon.tissue)
    checkOnBand(tendon);
}

} // namespace hipcuff::plugin
