#include "fingerprint.h"

#include "hipcuff/core/digest.h"

#include <bit>
#include <cstdint>
#include <type_traits>

namespace hipcuff::plugin {
namespace {

class Writer {
public:
  template <class... T>
  void add(const T&... values) {
    (one(values), ...);
  }
  [[nodiscard]] std::string hex() const { return sha256(bytes_); }

private:
  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void one(T value) {
    if constexpr (std::is_floating_point_v<T>)
      bytes(std::bit_cast<std::uint64_t>(static_cast<double>(value) + 0.0)); // no difference between 0 and -0
    else
      bytes(static_cast<std::uint64_t>(value));
  }
  void one(Point p) { add(p.x, p.y); }
  void one(const std::string& text) {
    one(text.size());
    bytes_ += text;
  }
  template <class T>
  void one(const std::optional<T>& value) {
    one(value.has_value());
    if (value)
      one(*value);
  }
  template <class T>
  void one(const std::vector<T>& values) {
    one(values.size());
    for (const T& value : values)
      one(value);
  }
  template <class T, std::size_t N>
  void one(const std::array<T, N>& values) {
    for (const T& value : values)
      one(value);
  }
  void one(const CortexSegment& s) { add(s.interfaceMm, s.ridgeMm, s.confidence); }
  void one(const FacetEnd& e) { add(e.bend, e.apexMm, e.turnDegrees, e.lengthMm, e.sdMm, e.confidence); }
  void one(const Facet& f) { add(f.kind, f.segment, f.beginMm, f.endMm, f.slopeDegrees, f.begin, f.end, f.confidence); }
  void one(const TendonStation& s) {
    add(s.positionMm, s.cortexMm, s.normal, s.superficialMm, s.deepMm, s.superficialInferred, s.deepInferred,
        s.fibreAngleDeg, s.sdMm, s.confidence, s.column);
  }
  void one(const FloatImage& image) { add(image.width, image.height, image.data); }
  void one(const Discontinuity& d) {
    add(d.kind, d.complete, d.depthMm, d.depthFraction, d.lengthMm, d.beginMm, d.endMm, d.gapMm, d.retractionMm,
        d.bareFacet, d.polygonMm, d.fibreAngleDeg, d.suspectedAnisotropy, d.fluid, d.borderStep, d.framesSeen,
        d.confidence);
  }
  void bytes(std::uint64_t value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }

  std::string bytes_;
};

} // namespace

std::string fingerprint(const Cortex& c) {
  Writer out;
  out.add(c.segments, c.facets, c.confidence, c.trochanterLikeness);
  return out.hex();
}

std::string fingerprint(const Tendon& t) {
  Writer out;
  out.add(t.stations, t.arrivesFromLeft, t.confidence, t.tissue != nullptr);
  if (t.tissue)
    out.add(t.tissue->stepMm, t.tissue->heightStepMm, t.tissue->lowestMm, t.tissue->baseMm, t.tissue->normals,
            t.tissue->probability);
  return out.hex();
}

std::string fingerprint(const std::vector<Discontinuity>& discontinuities) {
  Writer out;
  out.add(discontinuities);
  return out.hex();
}

std::string fingerprint(const Grade& g) {
  Writer out;
  out.add(g.grade, g.subtype, g.certainty, g.probabilities, g.confidence, g.reasons, g.refusals);
  return out.hex();
}

} // namespace hipcuff::plugin
