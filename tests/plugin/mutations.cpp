#include "mutations.h"

#include <algorithm>
#include <limits>

namespace hipcuff::test {

void Mutator::number(double& value) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  switch (below(16)) {
  case 0:
    value = std::numeric_limits<double>::quiet_NaN();
    break;
  case 1:
    value = inf;
    break;
  case 2:
    value = -inf;
    break;
  case 3:
    value = 0;
    break;
  case 4:
    value = -value;
    break;
  case 5:
    value *= 1e300;
    break;
  case 6:
    value = std::numeric_limits<double>::denorm_min();
    break;
  case 7:
    value *= 2;
    break;
  case 8:
    value *= 0.5;
    break;
  case 9:
    value += 1;
    break;
  case 10:
    value -= 1;
    break;
  case 11:
    value = 1;
    break;
  default: // a little: what may pass
    value += 0.2 * (static_cast<double>(below(2001)) / 1000 - 1);
  }
}

void Mutator::share(std::optional<double>& value) {
  if (!value || below(4) == 0) {
    if (value)
      value.reset();
    else
      value = 0.5;
  } else {
    number(*value);
  }
}

template <class T>
void Mutator::list(std::vector<T>& values) {
  if (values.empty())
    return;
  const std::size_t i = below(values.size());
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(i);
  switch (below(7)) {
  case 0:
    values.erase(at);
    break;
  case 1: {
    const T copy = *at;
    values.insert(at, copy);
    break;
  }
  case 2:
    std::swap(values[i], values[below(values.size())]);
    break;
  case 3:
    std::reverse(values.begin(), values.end());
    break;
  case 4:
    values.resize(i);
    break;
  case 5:
    values.erase(values.begin(), at);
    break;
  default: {
    const T copy = *at;
    values.insert(values.end(), below(3) == 0 ? 20000 : 3, copy);
  }
  }
}

void Mutator::line(Polyline& line) {
  if (line.empty() || below(3) == 0)
    return list(line);
  point(line[below(line.size())]);
}

void Mutator::spoil(Cortex& c) {
  if (c.segments.empty())
    return number(c.confidence);
  CortexSegment& s = c.segments[below(c.segments.size())];
  switch (below(12)) {
  case 0:
    return list(c.segments);
  case 1:
    return list(c.facets);
  case 2:
    return number(c.confidence);
  case 3:
    return number(c.trochanterLikeness);
  case 4:
    return number(s.confidence);
  case 5:
    return line(s.ridgeMm);
  case 6: // both alike, so that it may pass
    if (s.interfaceMm.size() == s.ridgeMm.size() && s.interfaceMm.size() > 4) {
      const std::size_t n = 1 + below(s.interfaceMm.size() - 1);
      s.interfaceMm.resize(n);
      s.ridgeMm.resize(n);
    }
    return;
  case 7:
  case 8:
  case 9:
    if (!c.facets.empty()) {
      Facet& f = c.facets[below(c.facets.size())];
      double* const numbers[] = {&f.slopeDegrees, &f.confidence,   &f.begin.turnDegrees, &f.begin.lengthMm,
                                 &f.begin.sdMm,   &f.end.apexMm.x, &f.end.confidence};
      if (below(4) == 0)
        f.segment = below(2) == 0 ? below(9) : std::numeric_limits<std::size_t>::max();
      else if (below(4) == 0)
        f.kind = static_cast<FacetKind>(below(20));
      else if (below(2) == 0)
        point(below(2) == 0 ? f.beginMm : f.endMm);
      else
        number(*numbers[below(std::size(numbers))]);
    }
    return;
  default:
    return line(s.interfaceMm);
  }
}

void Mutator::spoil(TissueBand& band) {
  switch (below(9)) {
  case 0:
    return number(band.stepMm);
  case 1:
    return number(band.heightStepMm);
  case 2:
    return number(band.lowestMm);
  case 3:
    return line(band.baseMm);
  case 4:
    return line(band.normals);
  case 5:
    return list(band.probability);
  case 6: {
    FloatImage& image = band.probability[below(band.probability.size())];
    (below(2) == 0 ? image.width : image.height) = static_cast<int>(below(3000)) - 1000;
    return;
  }
  case 7: // one row, in all of them
    for (FloatImage& image : band.probability) {
      image.height = 1;
      image.data.resize(static_cast<std::size_t>(image.width));
    }
    return;
  default: {
    FloatImage& image = band.probability[below(band.probability.size())];
    if (!image.data.empty()) {
      float& value = image.data[below(image.data.size())];
      double spoiled = value;
      number(spoiled);
      value = static_cast<float>(spoiled);
    }
  }
  }
}

/// The whole tendon: what no single station shows.
void Mutator::shift(Tendon& t) {
  Point by;
  double positions = 0;
  double thicker = 0;
  number(below(2) == 0 ? by.x : by.y);
  if (below(2) == 0)
    number(positions);
  if (below(2) == 0)
    number(thicker);
  for (TendonStation& s : t.stations) {
    s.cortexMm = s.cortexMm + by;
    s.deepMm = s.deepMm + by;
    s.superficialMm = s.superficialMm + by + s.normal * thicker;
    s.positionMm += positions;
  }
}

void Mutator::spoil(Tendon& t) {
  if (t.stations.empty())
    return number(t.confidence);
  TendonStation& s = t.stations[below(t.stations.size())];
  switch (below(16)) {
  case 0:
    return list(t.stations);
  case 1:
    t.arrivesFromLeft = !t.arrivesFromLeft;
    return;
  case 2:
    return number(t.confidence);
  case 3:
    if (below(2) == 0)
      t.tissue = nullptr;
    return;
  case 4:
  case 5:
    if (t.tissue) {
      auto band = std::make_shared<TissueBand>(*t.tissue);
      spoil(*band);
      t.tissue = band;
    }
    return;
  case 6:
    return number(s.positionMm);
  case 7:
    return point(s.cortexMm);
  case 8:
    return point(s.normal);
  case 9:
    return point(s.superficialMm);
  case 10:
    return point(s.deepMm);
  case 11:
    return share(s.fibreAngleDeg);
  case 12:
    return number(s.sdMm);
  case 13:
    s.column = below(2) == 0 ? below(400) : std::numeric_limits<std::size_t>::max();
    return;
  case 14:
    return shift(t);
  default:
    return number(s.confidence);
  }
}

void Mutator::spoil(std::vector<Discontinuity>& all) {
  if (all.empty())
    return;
  Discontinuity& d = all[below(all.size())];
  double* const numbers[] = {&d.depthMm, &d.depthFraction, &d.lengthMm, &d.beginMm, &d.endMm, &d.confidence};
  switch (below(8)) {
  case 0:
    return list(all);
  case 1:
    d.kind = static_cast<DiscontinuityKind>(below(6));
    return;
  case 2:
    return share(below(2) == 0 ? d.gapMm : d.retractionMm);
  case 3:
    return share(d.fibreAngleDeg);
  case 4:
    d.complete = !d.complete;
    d.bareFacet = below(2) == 0;
    d.suspectedAnisotropy = below(2) == 0;
    d.framesSeen = static_cast<int>(below(3));
    return;
  case 5:
    return line(d.polygonMm);
  default:
    return number(*numbers[below(std::size(numbers))]);
  }
}

void Mutator::spoil(Grade& g) {
  switch (below(9)) {
  case 0:
    g.grade = static_cast<GradeClass>(below(9));
    return;
  case 1:
    g.certainty = static_cast<Certainty>(below(5));
    return;
  case 2:
    return number(g.confidence);
  case 3:
    g.refusals.push_back(static_cast<Refusal>(below(30)));
    return;
  case 4:
    return list(g.reasons);
  case 5:
    g.reasons.push_back(std::string(below(2500), static_cast<char>(below(256))));
    return;
  case 6:
    g.subtype += static_cast<char>(below(256));
    return;
  case 7:
    if (g.evidence)
      number(below(2) == 0 ? g.evidence->tornAreaMm2 : g.evidence->lengthMm);
    return;
  default:
    return number(g.probabilities[below(4)]);
  }
}

} // namespace hipcuff::test
