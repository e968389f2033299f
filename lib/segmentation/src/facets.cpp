#include "hipcuff/segmentation/facets.h"

#include "facet_course.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace hipcuff {
namespace {

using segmentation::Course;
using segmentation::CourseBend;

constexpr double degree = std::numbers::pi / 180;

constexpr double wellUnderTendonMm = 3; // from either end of the tendon

double slopeOf(Point from, Point to) {
  return std::atan2(to.y - from.y, to.x - from.x) / degree;
}

Polyline tendonLine(const Tendon& tendon) {
  Polyline line;
  for (const TendonStation& station : tendon.stations)
    line.push_back(station.cortexMm);
  return line;
}

/// By logistic regression on the ends of 210 simulated hips: whether the face ends within 2 mm of the true place.
double bendConfidence(const CourseBend& bend, double sdMm) {
  const double certainty = std::log(std::max(1.0, bend.turn / bend.turnSd));
  return 1 / (1 + std::exp(-(1.83 + 0.65 * certainty - 1.1 * sdMm)));
}

/// 1 within `least`..`most`, falling to 0 at half of the least and one and a half of the most.
double plausible(double value, double least, double most) {
  return std::clamp(std::min(2 * value / least - 1, 3 - 2 * value / most), 0.0, 1.0);
}

/// The face lies left of the bend (its end) or right of it (its beginning).
enum class Lies { left, right };

FacetEnd endAt(const Course& course, const CourseBend& bend, Lies face) {
  FacetEnd end;
  end.bend = true;
  end.apexMm = course.point(bend.middle);
  end.turnDegrees = bend.turn / degree;
  end.lengthMm = bend.length;
  end.sdMm = face == Lies::left ? bend.beginSd : bend.endSd;
  end.confidence = bendConfidence(bend, end.sdMm);
  return end;
}

} // namespace

std::vector<Facet> splitFacets(const Polyline& interfaceMm, std::size_t segment) {
  const Course course = segmentation::fitCourse(interfaceMm);
  if (course.at.size() < 2)
    return {};
  std::vector<CourseBend> bends = course.bends;
  std::erase_if(bends, [&](const CourseBend& b) {
    return b.turn < smallestFacetBendDegrees * degree || b.turn < leastBendCurvature * b.length || b.end() < 1 ||
           b.begin() > course.lengthMm - 1;
  });
  std::vector<Facet> facets;
  for (std::size_t k = 0; k <= bends.size(); ++k) {
    const double from = k == 0 ? 0.0 : std::max(0.0, bends[k - 1].end());
    const double to = k == bends.size() ? course.lengthMm : std::min(course.lengthMm, bends[k].begin());
    if (to - from < shortestFacetMm && !bends.empty())
      continue;
    Facet facet;
    facet.segment = segment;
    facet.beginMm = course.point(from);
    facet.endMm = course.point(to);
    facet.slopeDegrees = slopeOf(facet.beginMm, facet.endMm);
    if (k > 0)
      facet.begin = endAt(course, bends[k - 1], Lies::right);
    if (k < bends.size())
      facet.end = endAt(course, bends[k], Lies::left);
    facet.confidence = std::max(facet.begin.confidence, facet.end.confidence);
    facets.push_back(facet);
  }
  return facets;
}

double trochanterLikeness(const std::vector<Facet>& facets) {
  double best = 0;
  for (const Facet& facet : facets) {
    const double bends = 1 - (1 - facet.begin.confidence) * (1 - facet.end.confidence);
    best = std::max(best, bends * plausible(distance(facet.beginMm, facet.endMm), shortestTrochanterFacetMm,
                                            longestTrochanterFacetMm));
  }
  return best;
}

namespace {

/// Faces between which the bone bends in the midst of the tendon are one: it inserts on a single facet, and what bends
/// under it is a step or a dent of that facet.
void joinUnderTendon(std::vector<Facet>& facets, const Tendon& tendon) {
  const Point first = tendon.stations.front().cortexMm;
  const Point last = tendon.stations.back().cortexMm;
  const double left = std::min(first.x, last.x) + wellUnderTendonMm;
  const double right = std::max(first.x, last.x) - wellUnderTendonMm;
  for (std::size_t i = 0; i + 1 < facets.size();) {
    Facet& a = facets[i];
    const Facet& b = facets[i + 1];
    const double tendonThere = distance(a.end.apexMm, tendonLine(tendon));
    if (a.segment != b.segment || !a.end.bend || a.end.apexMm.x < left || a.end.apexMm.x > right || tendonThere > 1.0) {
      ++i;
      continue;
    }
    a.endMm = b.endMm;
    a.end = b.end;
    a.slopeDegrees = slopeOf(a.beginMm, a.endMm);
    a.confidence = std::max(a.begin.confidence, a.end.confidence);
    facets.erase(facets.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
}

} // namespace

void nameFacets(Cortex& cortex, const Tendon& tendon, std::optional<View> view, std::optional<bool> anteriorOnLeft) {
  if (!tendon.found() || cortex.facets.empty())
    return;
  joinUnderTendon(cortex.facets, tendon);
  std::vector<double> under(cortex.facets.size(), 0.0);
  for (const TendonStation& station : tendon.stations) {
    std::size_t nearest = 0;
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < cortex.facets.size(); ++i) {
      const double d = distance(station.cortexMm, Polyline{cortex.facets[i].beginMm, cortex.facets[i].endMm});
      if (d < best) {
        best = d;
        nearest = i;
      }
    }
    under[nearest] += 1;
  }
  const auto main = static_cast<std::size_t>(std::max_element(under.begin(), under.end()) - under.begin());
  cortex.facets[main].kind = FacetKind::lateral;
  if (!view || *view != View::shortAxis || !anteriorOnLeft)
    return;
  for (std::size_t i = 0; i < cortex.facets.size(); ++i) {
    Facet& facet = cortex.facets[i];
    if (i == main || facet.segment != cortex.facets[main].segment || (i + 1 != main && i != main + 1))
      continue;
    const bool left = facet.beginMm.x < cortex.facets[main].beginMm.x;
    facet.kind = left == *anteriorOnLeft ? FacetKind::anterior : FacetKind::posterior;
  }
}

} // namespace hipcuff
