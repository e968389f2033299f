// Faces and bends on lines of known geometry.
#include "hipcuff/segmentation/facets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace hipcuff {
namespace {

constexpr double degree = std::numbers::pi / 180;

struct Shape {
  double faceMm = 18;   ///< from the proximal bend to the distal one
  double proximal = 40; ///< turn, degrees
  double distal = 22;
  double radiusMm = 5;   ///< of both bends
  double roughMm = 0.06; ///< RMS, every 2 mm anew
  double dentMm = 0;     ///< a pit of that depth, 2 mm wide, in the middle of the face
};

/// 10 mm of bone on either side of the face; the left bend ends at 0, the right one begins at faceMm.
Polyline hump(const Shape& shape, unsigned seed) {
  const double left = shape.radiusMm * shape.proximal * degree;
  const double right = shape.radiusMm * shape.distal * degree;
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> knots(60);
  for (double& k : knots)
    k = normal(random);
  Polyline line;
  Point at{0, 20};
  for (double s = -10 - left; s < shape.faceMm + right + 10; s += 0.2) {
    double heading = -3 * degree;
    heading -= shape.proximal * degree * std::clamp(-s / left, 0.0, 1.0);
    heading += shape.distal * degree * std::clamp((s - shape.faceMm) / right, 0.0, 1.0);
    at = at + Point{std::cos(heading), std::sin(heading)} * 0.2;
    const double x = (s + 30) / 2;
    const auto i = static_cast<std::size_t>(x);
    const double t = 0.5 - 0.5 * std::cos((x - static_cast<double>(i)) * std::numbers::pi);
    double off = 1.15 * shape.roughMm * (knots[i] * (1 - t) + knots[i + 1] * t);
    off -= shape.dentMm * std::exp(-std::pow(s - 0.5 * shape.faceMm, 4));
    line.push_back(at + Point{std::sin(heading), -std::cos(heading)} * off);
  }
  return line;
}

/// Where on the line s mm from the left end lies, without roughness.
Point placeOf(Shape shape, double s) {
  shape.roughMm = 0;
  shape.dentMm = 0;
  const Polyline line = hump(shape, 1);
  const double left = shape.radiusMm * shape.proximal * degree;
  const auto i = static_cast<std::size_t>(std::lround((s + 10 + left) / 0.2));
  return line[std::min(i, line.size() - 1)];
}

const Facet* middleFace(const std::vector<Facet>& facets) {
  for (const Facet& f : facets)
    if (f.begin.bend && f.end.bend)
      return &f;
  return nullptr;
}

TEST(FacetGeometry, BothShouldersOfARoughFace) {
  const Shape shape;
  const double left = shape.radiusMm * shape.proximal * degree;
  const double right = shape.radiusMm * shape.distal * degree;
  double edges = 0;
  double middles = 0;
  constexpr unsigned lines = 20;
  for (unsigned seed = 1; seed <= lines; ++seed) {
    const std::vector<Facet> facets = splitFacets(hump(shape, seed), 0);
    const Facet* face = middleFace(facets);
    ASSERT_NE(face, nullptr) << seed;
    const double atLeft = distance(face->beginMm, placeOf(shape, 0));
    const double atRight = distance(face->endMm, placeOf(shape, shape.faceMm));
    EXPECT_LT(atLeft, 3 * face->begin.sdMm) << seed;
    EXPECT_LT(atRight, 3 * face->end.sdMm) << seed;
    edges += (atLeft + atRight) / (2 * lines);
    middles += distance(face->begin.apexMm, placeOf(shape, -0.5 * left)) / (2 * lines);
    middles += distance(face->end.apexMm, placeOf(shape, shape.faceMm + 0.5 * right)) / (2 * lines);
    EXPECT_NEAR(face->begin.turnDegrees, shape.proximal, 10) << seed;
    EXPECT_NEAR(face->end.turnDegrees, shape.distal, 8) << seed;
    EXPECT_GT(face->confidence, 0.7) << seed;
    EXPECT_GT(trochanterLikeness(facets), 0.7) << seed;
  }
  EXPECT_LT(edges, 1.0);
  EXPECT_LT(middles, 0.4);
}

TEST(FacetGeometry, ADentIsNoShoulder) {
  Shape shape;
  shape.dentMm = 1.2;
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const std::vector<Facet> facets = splitFacets(hump(shape, seed), 0);
    const Facet* face = middleFace(facets);
    ASSERT_NE(face, nullptr) << seed;
    EXPECT_LT(distance(face->beginMm, placeOf(shape, 0)), 2) << seed;
    EXPECT_LT(distance(face->endMm, placeOf(shape, shape.faceMm)), 2) << seed;
  }
}

TEST(FacetGeometry, RougherBonesAreLessCertain) {
  Shape rough;
  rough.roughMm = 0.25;
  double certain = 0;
  double uncertain = 0;
  for (unsigned seed = 1; seed <= 10; ++seed) {
    for (const Facet& f : splitFacets(hump({}, seed), 0))
      certain = std::max(certain, f.end.bend ? f.end.sdMm : 0.0);
    for (const Facet& f : splitFacets(hump(rough, seed), 0))
      uncertain = std::max(uncertain, f.end.bend ? f.end.sdMm : 0.0);
  }
  EXPECT_GT(uncertain, 1.3 * certain);
}

TEST(FacetGeometry, RoundAndStraightBonesHaveNoBends) {
  for (const double radius : {9.0, 14.0, 60.0, 250.0}) {
    Polyline line;
    const double half = std::min(20.0, 0.9 * radius);
    for (double s = -half; s <= half; s += 0.2)
      line.push_back({radius * std::sin(s / radius), 30 - radius * std::cos(s / radius)});
    const std::vector<Facet> facets = splitFacets(line, 0);
    ASSERT_EQ(facets.size(), 1U) << radius;
    EXPECT_EQ(facets[0].confidence, 0) << radius;
    EXPECT_EQ(trochanterLikeness(facets), 0) << radius;
  }
}

TEST(FacetGeometry, BendsUnderTheTendonAreOfOneFacet) {
  Cortex cortex;
  cortex.segments.resize(1);
  cortex.facets.resize(2);
  cortex.facets[0].beginMm = {0, 12};
  cortex.facets[0].endMm = {9.5, 10};
  cortex.facets[0].end = {true, {10, 10}, 15, 1, 0.5, 0.8};
  cortex.facets[1].beginMm = {10.5, 10};
  cortex.facets[1].endMm = {20, 11};
  cortex.facets[1].begin = cortex.facets[0].end;
  cortex.facets[1].end = {true, {21, 11.2}, 20, 2, 0.5, 0.9};
  Tendon tendon;
  for (int i = 0; i <= 40; ++i) {
    TendonStation station;
    station.cortexMm = {0.5 * i, i < 20 ? 12 - 0.1 * i : 10 + 0.05 * (i - 20)};
    tendon.stations.push_back(station);
  }
  Cortex joined = cortex;
  nameFacets(joined, tendon, View::longAxis);
  ASSERT_EQ(joined.facets.size(), 1U);
  EXPECT_EQ(joined.facets[0].kind, FacetKind::lateral);
  EXPECT_EQ(joined.facets[0].endMm, cortex.facets[1].endMm);
  EXPECT_EQ(joined.facets[0].confidence, 0.9);
  tendon.stations.erase(tendon.stations.begin(), tendon.stations.begin() + 18); // begins at the bend
  nameFacets(cortex, tendon, View::longAxis);
  EXPECT_EQ(cortex.facets.size(), 2U);
}

} // namespace
} // namespace hipcuff
