#include "border_refiner.h"

#include "contour.h"
#include "edge_image.h"

#include "hipcuff/segmentation/tendon_line.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

namespace level_set {
namespace {

using hipcuff::FloatImage;
using hipcuff::Point;
using hipcuff::Tendon;
using hipcuff::TendonStation;
using hipcuff::TissueBand;
using hipcuff::TissueClass;
using hipcuff::WorkingFrame;

constexpr double cellMm = 0.1;           // of the band: the working grid's
constexpr double marginMm = 0.6;         // beyond the largest move, for the filters and the sparse field's layers
constexpr double beyondMm = 2.5;         // on before the first and after the last station
constexpr double fadeMm = 1.0;           // towards a stretch that is kept
constexpr double leastThicknessMm = 0.3; // over the underside
constexpr double leastSdMm = 0.1;
constexpr double mostOdds = 3.0;    // one place never outvotes its neighbours
constexpr double leastChange = 1.0; // of the log-odds over the band's height: less says nothing about a border
constexpr std::size_t fewestStations = 4;
constexpr double longestMm = 400;

/// The border laid out flat: one column every cellMm along the bone.
struct Course {
  std::vector<Point> border;
  std::vector<Point> normal;
  std::vector<double> heightMm;
  std::vector<double> sdMm;
  std::vector<double> stationAtColumn; ///< index into `stations`, to a fraction
  std::vector<double> weight;          ///< 0 where the border is inferred, 1 away from there
  std::vector<double> stationAt;       ///< the column of each station, in the order of `stations`
};

double heightOf(const TendonStation& s) {
  return dot(s.superficialMm - s.cortexMm, s.normal);
}

/// `stations` in order along the bone. None where they are too few, or lie on one another.
std::optional<Course> layOut(const std::vector<TendonStation>& stations) {
  if (stations.size() < fewestStations)
    return std::nullopt;
  std::vector<double> arc{beyondMm};
  for (std::size_t k = 1; k < stations.size(); ++k) {
    const double step = distance(stations[k].cortexMm, stations[k - 1].cortexMm);
    if (!(step > 1e-6))
      return std::nullopt;
    arc.push_back(arc.back() + step);
  }
  if (!(arc.back() < longestMm))
    return std::nullopt;
  const auto columns = static_cast<std::size_t>((arc.back() + beyondMm) / cellMm) + 1;
  Course course;
  std::size_t k = 0;
  for (std::size_t x = 0; x < columns; ++x) {
    const double at = std::clamp(static_cast<double>(x) * cellMm, arc.front(), arc.back());
    while (k + 2 < arc.size() && arc[k + 1] < at)
      ++k;
    const TendonStation& a = stations[k];
    const TendonStation& b = stations[k + 1];
    const double t = (at - arc[k]) / (arc[k + 1] - arc[k]);
    const auto between = [t](double u, double v) { return u + (v - u) * t; };
    course.border.push_back(a.superficialMm * (1 - t) + b.superficialMm * t);
    course.normal.push_back(normalized(a.normal * (1 - t) + b.normal * t));
    course.heightMm.push_back(between(heightOf(a), heightOf(b)));
    course.sdMm.push_back(std::max(leastSdMm, between(a.sdMm, b.sdMm)));
    course.stationAtColumn.push_back(static_cast<double>(k) + t);
    course.weight.push_back(
        a.superficialInferred || b.superficialInferred || a.superficialByHand || b.superficialByHand ? 0.0 : 1.0);
  }
  const auto fade = static_cast<std::ptrdiff_t>(fadeMm / cellMm);
  const std::vector<double> kept = course.weight;
  for (std::ptrdiff_t x = 0; x < static_cast<std::ptrdiff_t>(columns); ++x)
    for (std::ptrdiff_t d = -fade; d <= fade; ++d)
      if (x + d >= 0 && x + d < static_cast<std::ptrdiff_t>(columns) && kept[static_cast<std::size_t>(x + d)] == 0) {
        double& w = course.weight[static_cast<std::size_t>(x)];
        w = std::min(w, static_cast<double>(std::abs(d)) / static_cast<double>(fade));
      }
  for (const double a : arc)
    course.stationAt.push_back(a / cellMm);
  return course;
}

/// The tissue over the stations' bone.
struct Tissue {
  std::shared_ptr<const TissueBand> band;
  std::vector<double> column; ///< of the band, for each station
  [[nodiscard]] double columnAt(double station) const {
    const auto k = std::min(static_cast<std::size_t>(station), column.size() - 2);
    return column[k] + (column[k + 1] - column[k]) * (station - static_cast<double>(k));
  }
};

Tissue tissueFor(const hipcuff::Frame& frame, const WorkingFrame& working, const Tendon& tendon,
                 const std::vector<TendonStation>& stations, std::optional<hipcuff::View> view) {
  Tissue out;
  if (tendon.tissue && tendon.tissue->probability.size() == hipcuff::tissueClassCount) {
    out.band = tendon.tissue;
    for (const TendonStation& s : stations)
      out.column.push_back(static_cast<double>(s.column));
    return out;
  }
  hipcuff::Polyline bone;
  for (const TendonStation& s : stations)
    bone.push_back(s.cortexMm);
  auto told = hipcuff::tissueOver(frame, working, bone, view);
  if (!told)
    return out;
  out.band = std::make_shared<const TissueBand>(std::move(*told));
  for (const Point p : bone) {
    const auto& base = out.band->baseMm;
    const auto nearest =
        std::min_element(base.begin(), base.end(), [p](Point a, Point b) { return distance(a, p) < distance(b, p); });
    out.column.push_back(static_cast<double>(nearest - base.begin()));
  }
  return out;
}

/// Log-odds of tendon, torn or not, between the band's own places; 0 beyond it.
double tissueOdds(const TissueBand& band, double column, double heightMm) {
  const double row = band.rowAt(heightMm);
  const int width = band.probability.front().width;
  const int height = band.probability.front().height;
  if (!(column >= 0 && row >= 0 && column <= width - 1 && row <= height - 1) || width < 2 || height < 2)
    return 0;
  const int x = std::min(static_cast<int>(column), width - 2);
  const int y = std::min(static_cast<int>(row), height - 2);
  const double tx = column - x;
  const double ty = row - y;
  double p = 0;
  for (const TissueClass c : {TissueClass::tendon, TissueClass::degenerated, TissueClass::tear}) {
    const FloatImage& image = band.of(c);
    p += (image.at(x, y) * (1 - tx) + image.at(x + 1, y) * tx) * (1 - ty) +
         (image.at(x, y + 1) * (1 - tx) + image.at(x + 1, y + 1) * tx) * ty;
  }
  p = std::clamp(p, 1e-4, 1 - 1e-4);
  return std::clamp(std::log(p / (1 - p)), -mostOdds, mostOdds);
}

Forces forcesOver(const WorkingFrame& working, const Course& course, const Tissue& tissue, int middle,
                  const Settings& settings) {
  const auto columns = static_cast<int>(course.border.size());
  const int rows = 2 * middle + 1;
  FlatBand band{FloatImage(columns, rows), hipcuff::Mask(columns, rows)};
  Forces forces;
  forces.speed = FloatImage(columns, rows);
  std::vector<double> odds(static_cast<std::size_t>(rows));
  for (int x = 0; x < columns; ++x) {
    const auto i = static_cast<std::size_t>(x);
    const auto dAt = [&](int y) { return (y - middle) * cellMm; };
    bool told = false;
    if (tissue.band) {
      const double column = tissue.columnAt(course.stationAtColumn[i]);
      for (int y = 0; y < rows; ++y)
        odds[static_cast<std::size_t>(y)] = tissueOdds(*tissue.band, column, course.heightMm[i] + dAt(y));
      const auto [least, most] = std::minmax_element(odds.begin(), odds.end());
      told = *most - *least >= leastChange;
    }
    for (int y = 0; y < rows; ++y) {
      const double d = dAt(y);
      sample(working, course.border[i] + course.normal[i] * d, band, x, y);
      double speed = -settings.holdWeight * d / course.sdMm[i];
      if (told)
        speed += settings.tissueWeight * (settings.tissueLean + odds[static_cast<std::size_t>(y)]);
      forces.speed.at(x, y) = static_cast<float>(speed * course.weight[i]);
    }
  }
  forces.stopping = stoppingImage(std::move(band), settings.edgeSigmaMm / cellMm, settings.alongSigmaMm / cellMm,
                                  leastEdgePerMm * cellMm);
  for (int x = 0; x < columns; ++x)
    for (int y = 0; y < rows; ++y) {
      float& g = forces.stopping.at(x, y);
      g = 1 - (1 - g) * static_cast<float>(course.weight[static_cast<std::size_t>(x)]);
    }
  return forces;
}

bool usable(const WorkingFrame& working, Point mm) {
  const Point p = working.toGrid(mm);
  return p.x >= 0 && p.y >= 0 && p.x <= working.grey.width - 1 && p.y <= working.grey.height - 1 &&
         working.usable.at(static_cast<int>(std::lround(p.x)), static_cast<int>(std::lround(p.y))) != 0;
}

std::vector<double> anglesOf(const hipcuff::Frame& frame, const std::vector<TendonStation>& stations) {
  hipcuff::Polyline cortex;
  std::vector<Point> normals;
  std::vector<double> heights;
  for (const TendonStation& s : stations) {
    cortex.push_back(s.cortexMm);
    normals.push_back(s.normal);
    heights.push_back(heightOf(s));
  }
  return hipcuff::fibreAngles(frame, cortex, normals, heights);
}

void move(const WorkingFrame& working, TendonStation& station, double moveMm) {
  const double floor = dot(station.deepMm - station.cortexMm, station.normal) + leastThicknessMm;
  const double height = heightOf(station) + moveMm;
  const Point to = station.cortexMm + station.normal * height;
  if (height < floor || !usable(working, to))
    return;
  station.superficialMm = to;
  station.sdMm = std::max(station.sdMm, std::abs(moveMm));
}

} // namespace

Tendon refine(const hipcuff::Frame& frame, const WorkingFrame& working, Tendon tendon,
              std::optional<hipcuff::View> view, const Settings& settings) {
  std::vector<TendonStation> stations = tendon.stations;
  if (!tendon.arrivesFromLeft)
    std::reverse(stations.begin(), stations.end());
  const auto course = layOut(stations);
  if (!course || working.grey.empty())
    return tendon;
  const int middle = static_cast<int>(std::ceil((settings.maxMoveMm + marginMm) / cellMm));
  const Tissue tissue = settings.tissueWeight > 0 ? tissueFor(frame, working, tendon, stations, view) : Tissue{};
  const Forces forces = forcesOver(working, *course, tissue, middle, settings);
  const std::vector<double> rows =
      evolve(forces, middle, {settings.edgeWeight, settings.curvatureWeight, settings.iterations});

  const std::vector<double> before = anglesOf(frame, stations);
  for (std::size_t k = 0; k < stations.size(); ++k) {
    if (stations[k].superficialInferred || stations[k].superficialByHand)
      continue;
    const double at = std::clamp(course->stationAt[k], 0.0, static_cast<double>(rows.size() - 1));
    const auto x = std::min(static_cast<std::size_t>(at), rows.size() - 2);
    const double t = at - static_cast<double>(x);
    const double weight = course->weight[x] * (1 - t) + course->weight[x + 1] * t;
    const double mm = weight * (rows[x] * (1 - t) + rows[x + 1] * t) * cellMm;
    move(working, stations[k], std::clamp(mm, -settings.maxMoveMm, settings.maxMoveMm));
  }
  const std::vector<double> after = anglesOf(frame, stations);
  for (std::size_t k = 0; k < stations.size(); ++k)
    if (stations[k].fibreAngleDeg)
      *stations[k].fibreAngleDeg += after[k] - before[k];

  if (!tendon.arrivesFromLeft)
    std::reverse(stations.begin(), stations.end());
  tendon.stations = std::move(stations);
  return tendon;
}

} // namespace level_set
