#include "tissue_edits.h"

#include "hipcuff/segmentation/tendon_line.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hipcuff::review {
namespace {

constexpr double besideMm = 0.5; // how far from the bone that the classifier saw a station's cortex may lie

std::size_t nearestColumn(const TissueBand& band, Point p) {
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < band.baseMm.size(); ++i) {
    const Point d = band.baseMm[i] - p;
    if (const double squared = dot(d, d); squared < least) {
      least = squared;
      best = i;
    }
  }
  return best;
}

} // namespace

bool liesOn(const TissueBand& band, const std::vector<TendonStation>& stations) {
  if (band.baseMm.empty() || stations.empty())
    return false;
  double sum = 0;
  for (const TendonStation& s : stations) {
    const double d = distance(s.cortexMm, band.baseMm[nearestColumn(band, s.cortexMm)]);
    if (d > 4 * besideMm)
      return false;
    sum += d;
  }
  return sum <= besideMm * static_cast<double>(stations.size());
}

std::shared_ptr<const TissueBand> cutTo(const TissueBand& band, Tendon& tendon) {
  auto out = std::make_shared<TissueBand>();
  out->stepMm = stationStepMm;
  out->heightStepMm = band.heightStepMm;
  out->lowestMm = band.lowestMm;
  const std::size_t n = tendon.stations.size();
  const int rows = band.probability.front().height;
  out->probability.assign(band.probability.size(), FloatImage(static_cast<int>(n), rows));
  out->baseMm.resize(n);
  out->normals.resize(n);
  for (std::size_t k = 0; k < n; ++k) {
    TendonStation& s = tendon.stations[k];
    const std::size_t column = tendon.arrivesFromLeft ? k : n - 1 - k; // bands run left to right
    const std::size_t from = nearestColumn(band, s.cortexMm);
    s.column = column;
    out->baseMm[column] = s.cortexMm;
    out->normals[column] = s.normal;
    const double shift = dot(s.cortexMm - band.baseMm[from], band.normals[from]) / band.heightStepMm;
    for (std::size_t c = 0; c < band.probability.size(); ++c)
      for (int r = 0; r < rows; ++r) {
        const double row = std::clamp(r + shift, 0.0, rows - 1.0);
        const int y = std::min(static_cast<int>(row), rows - 2);
        const auto t = static_cast<float>(row - y);
        out->probability[c].at(static_cast<int>(column), r) =
            band.probability[c].at(static_cast<int>(from), y) * (1 - t) +
            band.probability[c].at(static_cast<int>(from), y + 1) * t;
      }
  }
  return out;
}

void paint(TissueBand& band, const Polyline& outlineMm, Paint what) {
  // A detected outline runs through the places at its rim: they belong to it.
  const double rimMm = what == Paint::intact ? 0.2 : 0.0;
  Point low{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  Point high = low * -1.0;
  for (const Point p : outlineMm) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  Polyline closed = outlineMm;
  if (!closed.empty())
    closed.push_back(closed.front());
  const auto inside = [&](Point p) {
    if (p.x < low.x - rimMm || p.x > high.x + rimMm || p.y < low.y - rimMm || p.y > high.y + rimMm)
      return false;
    return contains(outlineMm, p) || (rimMm > 0 && distance(p, closed) <= rimMm);
  };
  const auto cls = [&](TissueClass c) -> FloatImage& { return band.probability[static_cast<std::size_t>(c)]; };
  const int rows = band.probability.front().height;
  for (std::size_t i = 0; i < band.baseMm.size(); ++i)
    for (int r = 0; r < rows; ++r) {
      if (!inside(band.baseMm[i] + band.normals[i] * band.heightMm(r)))
        continue;
      const auto x = static_cast<int>(i);
      if (what == Paint::torn) {
        for (FloatImage& image : band.probability)
          image.at(x, r) = 0;
        cls(TissueClass::tear).at(x, r) = 1;
      } else {
        float& torn = cls(TissueClass::tear).at(x, r);
        float& fluid = cls(TissueClass::fluid).at(x, r);
        cls(TissueClass::tendon).at(x, r) += torn + fluid;
        torn = fluid = 0;
      }
    }
}

} // namespace hipcuff::review
