#include "geometry_edits.h"

#include "stations.h"

#include "hipcuff/segmentation/tendon_line.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>

namespace hipcuff::review {
namespace {

constexpr double belowMm = 10;  // how far under the old cortex a new border may lie
constexpr double aboveMm = 40;  // and over it: no hip picture is deeper over the bone
constexpr double kneadMm = 1.5; // of the bone line beside a station: it moves with the station's cortex

/// Signed angle against the perpendicular to the beam, half way between the courses of bone and border over 3 mm to
/// either side: fibres do not follow a dent or a bump that is shorter. One for each station.
std::vector<double> coursesOf(const std::vector<TendonStation>& stations, const Tendon& tendon, const Frame& frame) {
  constexpr std::size_t reach = 12;
  std::vector<double> out;
  for (std::size_t i = 0; i < stations.size(); ++i) {
    const TendonStation* a = &stations[i > reach ? i - reach : 0];
    const TendonStation* b = &stations[std::min(i + reach, stations.size() - 1)];
    if (!tendon.arrivesFromLeft)
      std::swap(a, b);
    const Point fibre =
        normalized(normalized(b->cortexMm - a->cortexMm) + normalized(b->superficialMm - a->superficialMm));
    const Point middle = (stations[i].cortexMm + stations[i].superficialMm) * 0.5;
    out.push_back(std::asin(std::clamp(dot(fibre, frame.beamAt(middle)), -1.0, 1.0)) * 180 / std::numbers::pi);
  }
  return out;
}

/// A line whose ends reach a hair beyond their last points.
Polyline lengthened(const Polyline& line) {
  constexpr double hairMm = 0.03;
  if (line.size() < 2)
    return line;
  Polyline out = line;
  out.front() = out.front() + normalized(line.front() - line[1]) * hairMm;
  out.back() = out.back() + normalized(line.back() - line[line.size() - 2]) * hairMm;
  return out;
}

void moveCortex(TendonStation& s, double by) {
  const double deep = heightOf(s, Border::deep);
  const double superficial = heightOf(s, Border::superficial);
  const bool bare = deep <= 1e-6 && !s.deepByHand; // no fluid under the tendon: its underside is the bone
  const double up = std::min(by, superficial);
  s.cortexMm = s.cortexMm + s.normal * up;
  if (bare || deep < up)
    s.deepMm = s.cortexMm;
}

void moveDeep(TendonStation& s, double to) {
  s.deepMm = s.cortexMm + s.normal * std::clamp(to, 0.0, heightOf(s, Border::superficial));
}

void moveSuperficial(TendonStation& s, double to) {
  const double height = std::max(0.0, to);
  s.superficialMm = s.cortexMm + s.normal * height;
  if (heightOf(s, Border::deep) > height)
    s.deepMm = s.superficialMm;
}

/// The seen bone goes where the stations' cortex went, as far as it lies beside them.
void kneadBone(Cortex& cortex, const std::vector<TendonStation>& before, const std::vector<TendonStation>& after) {
  struct Place {
    Point at;
    Point by;
  };
  std::vector<Place> places;
  bool any = false;
  for (std::size_t i = 0; i < before.size(); ++i) {
    places.push_back({before[i].cortexMm, after[i].cortexMm - before[i].cortexMm});
    any = any || !(places.back().by == Point{});
  }
  if (!any)
    return;
  const auto moved = [&](Point p) {
    double best = kneadMm * kneadMm;
    Point by;
    for (const Place& place : places) {
      const Point off = place.at - p;
      if (const double squared = dot(off, off); squared < best) {
        best = squared;
        by = place.by;
      }
    }
    return p + by;
  };
  for (CortexSegment& segment : cortex.segments) {
    for (Point& p : segment.ridgeMm)
      p = moved(p);
    for (Point& p : segment.interfaceMm)
      p = moved(p);
  }
  for (Facet& facet : cortex.facets) {
    facet.beginMm = moved(facet.beginMm);
    facet.endMm = moved(facet.endMm);
  }
}

/// What a person has drawn is there.
double surer(double confidence, const std::vector<TendonStation>& stations, bool TendonStation::*byHand) {
  const auto drawn = std::count_if(stations.begin(), stations.end(), [&](const auto& s) { return s.*byHand; });
  const double share = static_cast<double>(drawn) / static_cast<double>(stations.size());
  return confidence + (1 - confidence) * share;
}

} // namespace

double heightOf(const TendonStation& station, Border border) noexcept {
  switch (border) {
  case Border::cortex:
    return 0;
  case Border::deep:
    return dot(station.deepMm - station.cortexMm, station.normal);
  case Border::superficial:
    break;
  }
  return dot(station.superficialMm - station.cortexMm, station.normal);
}

std::optional<double> heightOn(Point origin, Point normal, const Polyline& drawn, double nearHeight) {
  const Polyline line = lengthened(drawn);
  std::optional<double> best;
  for (std::size_t i = 1; i < line.size(); ++i) {
    const Point d = line[i] - line[i - 1];
    const double det = cross(normal, d);
    if (det == 0)
      continue;
    const Point offset = line[i - 1] - origin;
    const double height = cross(offset, d) / det;
    const double t = cross(offset, normal) / det;
    if (t >= 0 && t <= 1 && height >= -belowMm && height <= aboveMm &&
        (!best || std::abs(height - nearHeight) < std::abs(*best - nearHeight)))
      best = height;
  }
  return best;
}

double handSd(const TendonStation& station, const Criteria& criteria) {
  return criteria.value("manual_repeatability") * distance(station.cortexMm, station.superficialMm);
}

std::vector<std::optional<double>> anglesOf(const std::vector<TendonStation>& stations, bool arrivesFromLeft,
                                            std::optional<View> view, const Frame& frame) {
  std::vector<std::optional<double>> out(stations.size());
  if (view == View::shortAxis || stations.size() < 2)
    return out;
  Polyline points;
  std::vector<Point> normals;
  std::vector<double> heights;
  const std::size_t n = stations.size();
  for (std::size_t k = 0; k < n; ++k) {
    const TendonStation& s = stations[arrivesFromLeft ? k : n - 1 - k];
    points.push_back(s.cortexMm);
    normals.push_back(s.normal);
    heights.push_back(heightOf(s, Border::superficial));
  }
  const std::vector<double> angles = fibreAngles(frame, points, normals, heights);
  for (std::size_t k = 0; k < n; ++k)
    out[arrivesFromLeft ? k : n - 1 - k] = angles[k];
  return out;
}

void renumber(std::vector<TendonStation>& stations) {
  for (std::size_t i = 0; i < stations.size(); ++i)
    stations[i].positionMm = static_cast<double>(i) * stationStepMm;
}

std::string millimetres(double mm) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f mm", mm);
  return text;
}

void turnTo(Anatomy& anatomy, std::optional<View> view, const Frame& frame) {
  Tendon& tendon = anatomy.tendon;
  const auto angles = anglesOf(tendon.stations, tendon.arrivesFromLeft, view, frame);
  for (std::size_t i = 0; i < angles.size(); ++i)
    tendon.stations[i].fibreAngleDeg = angles[i];
}

std::string redraw(Anatomy& anatomy, Border border, const Polyline& mm, const Surroundings& in) {
  Tendon& tendon = anatomy.tendon;
  if (!tendon.found())
    return "there is no tendon whose border could be redrawn";
  std::vector<TendonStation> stations = tendon.stations;
  int met = 0;
  for (TendonStation& s : stations) {
    const auto height = heightOn(s.cortexMm, s.normal, mm, heightOf(s, border));
    if (!height)
      continue;
    ++met;
    if (border == Border::cortex) {
      moveCortex(s, *height);
      s.cortexByHand = true;
    } else if (border == Border::deep) {
      moveDeep(s, *height);
      s.deepByHand = true;
      s.deepInferred = false;
    } else {
      moveSuperficial(s, *height);
      s.superficialByHand = true;
      s.superficialInferred = false;
    }
    // The underside is no part of the thickness: redrawing it makes the thickness no surer.
    if (border != Border::deep) {
      s.sdMm = handSd(s, in.criteria);
      s.confidence = 1;
    }
  }
  if (met == 0)
    return "the line lies nowhere over or under the tendon";
  // Angles change by as much as the borders' course does: a segmenter may know them better than the borders tell.
  const std::vector<double> before = coursesOf(tendon.stations, tendon, in.frame);
  const std::vector<double> after = coursesOf(stations, tendon, in.frame);
  for (std::size_t i = 0; i < stations.size(); ++i)
    if (stations[i].fibreAngleDeg)
      *stations[i].fibreAngleDeg += after[i] - before[i];
  if (border == Border::cortex) {
    kneadBone(anatomy.cortex, tendon.stations, stations);
    anatomy.cortex.confidence = surer(anatomy.cortex.confidence, stations, &TendonStation::cortexByHand);
  }
  if (border == Border::superficial)
    tendon.confidence = surer(tendon.confidence, stations, &TendonStation::superficialByHand);
  tendon.stations = std::move(stations);
  return {};
}

} // namespace hipcuff::review
