// Stations made from lines that a person drew, and the stretch of them that counts.
#include "geometry_edits.h"
#include "stations.h"

#include "hipcuff/segmentation/facets.h"
#include "hipcuff/segmentation/tendon_line.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hipcuff::review {
namespace {

constexpr double longestMm = 80;   // of a footprint in one picture: the longest published are 35 mm
constexpr double nearMm = 10;      // a point that sets the extent lies this near to the bone
constexpr double sameBoneMm = 1.5; // the seen bone that a tendon's end lies on
constexpr double shortestPieceMm = 1;

Polyline leftToRight(Polyline line) {
  if (line.back().x < line.front().x)
    std::reverse(line.begin(), line.end());
  return line;
}

/// What is left of the seen bone beside a line that was drawn anew.
void giveWay(Cortex& cortex, double fromX, double toX) {
  std::vector<CortexSegment> kept;
  for (const CortexSegment& segment : cortex.segments) {
    const bool ridge = segment.ridgeMm.size() == segment.interfaceMm.size();
    CortexSegment piece;
    const auto close = [&] {
      if (length(piece.interfaceMm) >= shortestPieceMm) {
        piece.confidence = segment.confidence;
        kept.push_back(piece);
      }
      piece = {};
    };
    for (std::size_t i = 0; i < segment.interfaceMm.size(); ++i) {
      if (segment.interfaceMm[i].x >= fromX && segment.interfaceMm[i].x <= toX) {
        close();
        continue;
      }
      piece.interfaceMm.push_back(segment.interfaceMm[i]);
      if (ridge)
        piece.ridgeMm.push_back(segment.ridgeMm[i]);
    }
    close();
  }
  cortex.segments = std::move(kept);
}

void addDrawnBone(Cortex& cortex, const Polyline& line) {
  giveWay(cortex, line.front().x, line.back().x);
  CortexSegment drawn;
  drawn.interfaceMm = drawn.ridgeMm = line;
  drawn.confidence = 1;
  const auto place = std::find_if(cortex.segments.begin(), cortex.segments.end(),
                                  [&](const CortexSegment& s) { return s.interfaceMm.front().x > line.front().x; });
  cortex.segments.insert(place, std::move(drawn));
  cortex.facets.clear();
  for (std::size_t i = 0; i < cortex.segments.size(); ++i) {
    const std::vector<Facet> facets = splitFacets(cortex.segments[i].interfaceMm, i);
    cortex.facets.insert(cortex.facets.end(), facets.begin(), facets.end());
  }
  cortex.confidence = 1;
}

std::string tooShort(const Surroundings& in, std::size_t stations) {
  const double mm = stations < 2 ? 0 : static_cast<double>(stations - 1) * stationStepMm;
  const double least = in.criteria.value("tendon_length_min");
  if (mm < least)
    return "a tendon of " + millimetres(mm) + " is too short to be measured (tendon_length_min " + millimetres(least) +
           ")";
  if (mm > longestMm)
    return "no tendon is " + millimetres(mm) + " long on its bone";
  return {};
}

/// A tendon's end, and the bone from there on outwards.
struct End {
  TendonStation station;
  Point outwards; ///< unit, along the stations
  Polyline bone;  ///< seen bone beyond the end, from the end on; empty where none is seen
};

End endOf(const Anatomy& anatomy, bool first) {
  const auto& stations = anatomy.tendon.stations;
  const std::size_t reach = std::min<std::size_t>(stations.size() - 1, 12);
  End end;
  end.station = first ? stations.front() : stations.back();
  const TendonStation& inner = first ? stations[reach] : stations[stations.size() - 1 - reach];
  end.outwards = normalized(end.station.cortexMm - inner.cortexMm);
  for (const CortexSegment& segment : anatomy.cortex.segments) {
    if (distance(end.station.cortexMm, segment.interfaceMm) > sameBoneMm)
      continue;
    Polyline line = segment.interfaceMm;
    if (dot(line.back() - line.front(), end.outwards) < 0)
      std::reverse(line.begin(), line.end());
    std::size_t nearest = 0;
    for (std::size_t i = 1; i < line.size(); ++i)
      if (distance(line[i], end.station.cortexMm) < distance(line[nearest], end.station.cortexMm))
        nearest = i;
    // Carried over to the end's own cortex, which a person may have moved off the seen bone.
    const Point off = end.station.cortexMm - line[nearest];
    for (std::size_t i = nearest; i < line.size(); ++i)
      end.bone.push_back(line[i] + off);
    break;
  }
  return end;
}

/// Where the bone goes from the end on to the place nearest to `target`; the end itself is the first point.
Polyline wayTo(const End& end, Point target) {
  Polyline way{end.station.cortexMm};
  Polyline bone = end.bone.empty() ? Polyline{end.station.cortexMm} : end.bone;
  const Point last = bone.back();
  const Point direction =
      bone.size() > 12 ? normalized(last - bone[bone.size() - 13]) : end.outwards; // goes on straight beyond the seen
  const double beyond = dot(target - last, direction);
  if (beyond > 0) {
    bone.push_back(last + direction * beyond);
    way.insert(way.end(), bone.begin() + 1, bone.end());
    return way;
  }
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < bone.size(); ++i)
    if (distance(bone[i], target) < distance(bone[nearest], target))
      nearest = i;
  way.insert(way.end(), bone.begin() + 1, bone.begin() + 1 + static_cast<std::ptrdiff_t>(nearest));
  return way;
}

/// Stations beyond an end, outwards; the borders go on as high as they ended.
std::vector<TendonStation> grown(const End& end, Point target, const Surroundings& in) {
  std::vector<TendonStation> out;
  const Polyline way = wayTo(end, target);
  if (!(length(way) >= stationStepMm))
    return out;
  const Polyline points = resampled(way, stationStepMm);
  Point normal = end.station.normal;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (distance(points[i], points[i - 1]) < 0.5 * stationStepMm)
      break; // the line's own last point, less than a step on
    const std::size_t a = i > 6 ? i - 6 : 0;
    const Point along = normalized(points[std::min(i + 6, points.size() - 1)] - points[a]);
    Point turned{along.y, -along.x};
    if (dot(turned, normal) < 0)
      turned = turned * -1.0;
    // From the tendon's normal over to the bone's own within 1.5 mm: no station crosses another.
    const double own = std::min(1.0, static_cast<double>(i) / 6);
    TendonStation s = end.station;
    s.cortexMm = points[i];
    s.normal = normalized(end.station.normal * (1 - own) + turned * own);
    s.superficialMm = s.cortexMm + s.normal * heightOf(end.station, Border::superficial);
    s.deepMm = s.cortexMm + s.normal * heightOf(end.station, Border::deep);
    s.superficialInferred = true;
    s.cortexByHand = s.deepByHand = s.superficialByHand = false;
    s.sdMm = std::max(end.station.sdMm, handSd(s, in.criteria));
    s.fibreAngleDeg.reset();
    out.push_back(s);
    normal = turned;
  }
  return out;
}

/// Index of the station nearest to a point; beyond an end it is that end.
std::size_t nearestStation(const std::vector<TendonStation>& stations, Point p) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < stations.size(); ++i)
    if (distance(stations[i].cortexMm, p) < distance(stations[best].cortexMm, p))
      best = i;
  return best;
}

} // namespace

std::string drawTendon(Anatomy& anatomy, const Polyline& cortexMm, const Polyline& superficialMm, bool arrivesFromLeft,
                       const Surroundings& in) {
  const Polyline drawn = leftToRight(cortexMm);
  const double mm = length(drawn);
  if (!(mm > 0) || mm > 3 * longestMm)
    return "the cortex line is " + millimetres(mm) + " long";
  const BoneLine bone = boneLine(in.frame, drawn);
  std::vector<std::optional<double>> heights;
  std::size_t first = bone.pointsMm.size();
  std::size_t last = 0;
  for (std::size_t i = 0; i < bone.pointsMm.size(); ++i) {
    heights.push_back(heightOn(bone.pointsMm[i], bone.normals[i], superficialMm, 0));
    if (heights.back() && *heights.back() <= 0)
      heights.back().reset();
    if (heights.back()) {
      first = std::min(first, i);
      last = i;
    }
  }
  if (first >= last)
    return "the superficial border does not lie over the cortex";
  if (std::string problem = tooShort(in, last - first + 1); !problem.empty())
    return problem;
  std::vector<TendonStation> stations;
  std::size_t before = first;
  for (std::size_t i = first; i <= last; ++i) {
    if (heights[i])
      before = i;
    std::size_t after = i;
    while (!heights[after])
      ++after;
    const double t = after > before ? static_cast<double>(i - before) / static_cast<double>(after - before) : 0;
    const double height = *heights[before] * (1 - t) + *heights[after] * t;
    TendonStation s;
    s.cortexMm = s.deepMm = bone.pointsMm[i];
    s.normal = bone.normals[i];
    s.superficialMm = s.cortexMm + s.normal * height;
    s.cortexByHand = s.superficialByHand = true;
    s.confidence = 1;
    s.sdMm = handSd(s, in.criteria);
    stations.push_back(s);
  }
  if (!arrivesFromLeft)
    std::reverse(stations.begin(), stations.end());
  renumber(stations);
  anatomy.tendon = {};
  anatomy.tendon.stations = std::move(stations);
  anatomy.tendon.arrivesFromLeft = arrivesFromLeft;
  anatomy.tendon.confidence = 1;
  turnTo(anatomy, in.view, in.frame);
  addDrawnBone(anatomy.cortex, bone.pointsMm);
  anatomy.cortex.trochanterLikeness = trochanterLikeness(anatomy.cortex.facets);
  nameFacets(anatomy.cortex, anatomy.tendon, in.view);
  return {};
}

std::string setExtent(Anatomy& anatomy, Point arrivalMm, Point endMm, const Surroundings& in) {
  const auto& old = anatomy.tendon.stations;
  if (old.size() < 2)
    return "there is no tendon whose ends could be set";
  // Along the stations as they are, whichever of the two points that meets first.
  std::size_t a = nearestStation(old, arrivalMm);
  std::size_t b = nearestStation(old, endMm);
  const End ends[] = {endOf(anatomy, true), endOf(anatomy, false)};
  const auto along = [&](Point p, std::size_t nearest) {
    if (nearest == 0)
      return -std::max(0.0, dot(p - ends[0].station.cortexMm, ends[0].outwards));
    if (nearest + 1 == old.size())
      return static_cast<double>(nearest) + std::max(0.0, dot(p - ends[1].station.cortexMm, ends[1].outwards));
    return static_cast<double>(nearest);
  };
  const bool turned = along(arrivalMm, a) > along(endMm, b);
  Point low = arrivalMm;
  Point high = endMm;
  if (turned) {
    std::swap(a, b);
    std::swap(low, high);
  }
  std::vector<TendonStation> before = a == 0 ? grown(ends[0], low, in) : std::vector<TendonStation>{};
  const std::vector<TendonStation> after =
      b + 1 == old.size() ? grown(ends[1], high, in) : std::vector<TendonStation>{};
  std::reverse(before.begin(), before.end());
  std::vector<TendonStation> stations = std::move(before);
  const std::size_t added = stations.size();
  stations.insert(stations.end(), old.begin() + static_cast<std::ptrdiff_t>(a),
                  old.begin() + static_cast<std::ptrdiff_t>(b) + 1);
  const std::size_t kept = stations.size();
  stations.insert(stations.end(), after.begin(), after.end());
  if (std::string problem = tooShort(in, stations.size()); !problem.empty())
    return problem;
  if (distance(stations.front().cortexMm, low) > nearMm || distance(stations.back().cortexMm, high) > nearMm)
    return "an end of the tendon was set more than " + millimetres(nearMm) + " off the bone";
  Tendon& tendon = anatomy.tendon;
  if (turned)
    std::reverse(stations.begin(), stations.end());
  const bool fromLeft = tendon.arrivesFromLeft != turned;
  const auto angles = anglesOf(stations, fromLeft, in.view, in.frame);
  const bool known = std::any_of(old.begin(), old.end(), [](const auto& s) { return s.fibreAngleDeg.has_value(); });
  for (std::size_t i = 0; i < stations.size(); ++i) {
    const std::size_t k = turned ? stations.size() - 1 - i : i;
    if (known && (k < added || k >= kept))
      stations[i].fibreAngleDeg = angles[i];
  }
  renumber(stations);
  tendon.stations = std::move(stations);
  tendon.arrivesFromLeft = fromLeft;
  nameFacets(anatomy.cortex, tendon, in.view);
  return {};
}

} // namespace hipcuff::review
