#include "hipcuff/rendering/image_scene.h"

#include "hipcuff/core/error.h"
#include "hipcuff/report/plugin_words.h"
#include "hipcuff/report/review_words.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hipcuff {
namespace {

/// From frame mm to the pixels of the picture that the scene lies over.
class Place {
public:
  Place(const ImageResult& image, Point origin)
      : image_(image)
      , origin_(origin) {}
  [[nodiscard]] Point operator()(Point mm) const { return image_.toFullPixels(mm) - origin_; }
  [[nodiscard]] Polyline operator()(const Polyline& mm) const {
    Polyline out;
    for (const Point p : mm)
      out.push_back((*this)(p));
    return out;
  }

private:
  const ImageResult& image_;
  Point origin_;
};

/// Whether a person drew the bone here. The bone follows the stations' cortex where that was drawn.
bool drawnBone(Point mm, const std::vector<TendonStation>& stations) {
  constexpr double besideMm = 1; // farther off, no station speaks for it
  const TendonStation* nearest = nullptr;
  double best = besideMm;
  for (const TendonStation& s : stations)
    if (const double d = distance(mm, s.cortexMm); d < best) {
      best = d;
      nearest = &s;
    }
  return nearest && nearest->cortexByHand;
}

void addBone(const Anatomy& anatomy, const Place& place, OverlayScene& scene) {
  for (const CortexSegment& segment : anatomy.cortex.segments) {
    const Polyline& mm = segment.interfaceMm;
    std::vector<bool> byHand;
    for (const Point p : mm)
      byHand.push_back(drawnBone(p, anatomy.tendon.stations));
    for (std::size_t i = 0; i + 1 < mm.size();) {
      const bool now = byHand[i] && byHand[i + 1];
      Polyline run{place(mm[i])};
      for (; i + 1 < mm.size() && (byHand[i] && byHand[i + 1]) == now; ++i)
        run.push_back(place(mm[i + 1]));
      scene.lines.push_back({OverlayRole::cortex, std::move(run), false, now});
    }
  }
  for (const Facet& facet : anatomy.cortex.facets)
    scene.facets.push_back(
        {place(facet.beginMm), place(facet.endMm),
         facet.kind == FacetKind::unknown ? std::string() : std::string(toString(facet.kind)) + " facet"});
}

/// How a border is drawn between a station and the next.
struct Look {
  bool inferred = false;
  bool byHand = false;
  friend bool operator==(const Look&, const Look&) = default;
};

/// A border in stretches that look alike; neighbours share their end point. A piece is bridged, or by hand, where one
/// of its ends is.
void addBorder(const std::vector<TendonStation>& stations, OverlayRole role, Point TendonStation::*border,
               bool TendonStation::*inferred, bool TendonStation::*byHand, const Place& place, OverlayScene& scene) {
  const auto look = [&](std::size_t i) {
    const TendonStation& a = stations[i];
    const TendonStation& b = stations[i + 1];
    return Look{a.*inferred || b.*inferred, a.*byHand || b.*byHand};
  };
  for (std::size_t i = 0; i + 1 < stations.size();) {
    const Look now = look(i);
    Polyline run{place(stations[i].*border)};
    for (; i + 1 < stations.size() && look(i) == now; ++i)
      run.push_back(place(stations[i + 1].*border));
    scene.lines.push_back({role, std::move(run), now.inferred, now.byHand});
  }
}

/// Stretches of tendon whose darkness can't be read. They reach half-way to the neighbouring stations.
void addZones(const std::vector<TendonStation>& stations, double angleMaxDeg, const Place& place, OverlayScene& scene) {
  const auto blind = [&](std::size_t i) {
    return stations[i].fibreAngleDeg && std::abs(*stations[i].fibreAngleDeg) > angleMaxDeg;
  };
  for (std::size_t i = 0; i < stations.size(); ++i) {
    if (!blind(i))
      continue;
    const std::size_t first = i;
    while (i + 1 < stations.size() && blind(i + 1))
      ++i;
    const auto edge = [&](Point TendonStation::*border) {
      Polyline line;
      if (first > 0)
        line.push_back((stations[first - 1].*border + stations[first].*border) * 0.5);
      for (std::size_t k = first; k <= i; ++k)
        line.push_back(stations[k].*border);
      if (i + 1 < stations.size())
        line.push_back((stations[i].*border + stations[i + 1].*border) * 0.5);
      return place(line);
    };
    OverlayZone zone;
    zone.px = edge(&TendonStation::superficialMm);
    const Polyline deep = edge(&TendonStation::deepMm);
    zone.px.insert(zone.px.end(), deep.rbegin(), deep.rend());
    for (std::size_t k = first; k <= i; ++k)
      if (!zone.angleDeg || std::abs(*stations[k].fibreAngleDeg) > std::abs(*zone.angleDeg))
        zone.angleDeg = *stations[k].fibreAngleDeg;
    if (zone.px.size() > 3)
      scene.zones.push_back(std::move(zone));
  }
}

void addRegions(const ImageResult& image, const Place& place, OverlayScene& scene) {
  for (const Discontinuity& d : image.measurements.discontinuities) {
    OverlayRegion region;
    region.kind = d.kind;
    region.px = place(d.polygonMm);
    if (std::isfinite(d.depthFraction))
      region.depthFraction = d.depthFraction;
    region.suspectedAnisotropy = d.suspectedAnisotropy;
    // A picture must not show as a tear what its own grade says is none.
    region.counted = scene.grade != GradeClass::normal && scene.grade != GradeClass::tendinosis;
    region.drawnByHand = d.byHand;
    scene.regions.push_back(std::move(region));
  }
}

/// Those of the frame that the geometry belongs to.
void addAnnotations(const ImageResult& image, Point origin, OverlayScene& scene) {
  if (!image.review)
    return;
  for (Annotation a : image.review->annotations) {
    if (image.frame && a.frame != *image.frame)
      continue;
    for (Point& p : a.px)
      p = p - origin;
    scene.annotations.push_back(std::move(a));
  }
}

std::string title(const ImageResult& image) {
  std::string text = !image.side.value ? "side unknown" : *image.side.value == Side::left ? "left" : "right";
  text += image.view.value ? ", " + std::string(toString(*image.view.value)) + " axis" : ", view unknown";
  if (image.frame)
    text += ", frame " + std::to_string(*image.frame);
  if (image.frame && image.frames > 1)
    text += " (of 0 to " + std::to_string(image.frames - 1) + ")";
  if (image.pane > 0)
    text += ", pane " + std::to_string(image.pane);
  return text;
}

std::string named(GradeClass grade, const std::string& subtype) {
  static constexpr std::array<const char*, 5> names{"Normal", "Tendinosis", "Partial-thickness tear",
                                                    "Full-thickness tear", "Not gradable"};
  return names[static_cast<std::size_t>(grade)] + (subtype.empty() ? std::string() : ", " + subtype);
}

/// What the program says of the geometry as it stands.
std::string programsBadge(const Grade& grade) {
  std::string text = named(grade.grade, grade.grade == GradeClass::notGradable ? std::string() : grade.subtype);
  if (grade.grade != GradeClass::notGradable)
    text += std::string(", ") + toString(grade.certainty) + ", confidence " +
            std::to_string(std::lround(grade.confidence * 100)) + " %";
  return text;
}

/// Whose lines these are, where not HipCuff's own: a picture travels without its report.
void addPlugins(const ImageResult& image, OverlayScene& scene) {
  if (const std::string plugins = report::stagesText(image); !plugins.empty())
    scene.remarks.push_back("By plugins: " + plugins + ".");
  if (const std::string failed = report::standInsText(image); !failed.empty())
    scene.remarks.push_back("A plugin failed on this picture (" + failed + ") and HipCuff's own stage stood in.");
}

void addWords(const ImageResult& image, OverlayScene& scene) {
  scene.title = title(image);
  scene.grade = report::classOf(image);
  scene.badge = programsBadge(image.grade);
  const std::optional<Verdict> verdict = image.review ? image.review->verdict : std::nullopt;
  if (verdict && *verdict != Verdict::accepted) {
    scene.remarks.push_back("The program: " + scene.badge + ".");
    scene.badge = named(scene.grade, report::subtypeOf(image)) + ", decided by a reader";
    if (!image.review->reason.empty())
      scene.remarks.insert(scene.remarks.begin(), "The reader: " + image.review->reason);
    return;
  }
  if (image.grade.grade == GradeClass::notGradable) {
    for (const Refusal refusal : image.grade.refusals)
      scene.remarks.emplace_back(explain(refusal));
  } else if (!image.grade.reasons.empty()) {
    scene.remarks.push_back(image.grade.reasons.front()); // the weightiest
  }
  if (verdict)
    scene.badge += ", accepted by a reader";
  else if (image.review && !image.review->edits.empty())
    scene.badge += ", corrected, not yet decided";
}

} // namespace

OverlayScene sceneOf(const ImageResult& image, Point origin, double angleMaxDeg) {
  const Place place(image, origin);
  const std::vector<TendonStation>& stations = image.anatomy.tendon.stations;
  OverlayScene scene;
  scene.mmPerPx = image.mmPerPx;
  addWords(image, scene);
  addPlugins(image, scene);
  addBone(image.anatomy, place, scene);
  addBorder(stations, OverlayRole::deepBorder, &TendonStation::deepMm, &TendonStation::deepInferred,
            &TendonStation::deepByHand, place, scene);
  addBorder(stations, OverlayRole::superficialBorder, &TendonStation::superficialMm,
            &TendonStation::superficialInferred, &TendonStation::superficialByHand, place, scene);
  addZones(stations, angleMaxDeg, place, scene);
  addRegions(image, place, scene);
  addAnnotations(image, origin, scene);
  return scene;
}

OverlayScene sceneWithPicture(const ImageResult& image, const Criteria& criteria) {
  if (!image.picture || !image.regionPx)
    throw InputError(image.path, "nothing to draw on: no ultrasound picture was found or decoded",
                     "see the result's messages");
  const Point corner{static_cast<double>(image.regionPx->x0), static_cast<double>(image.regionPx->y0)};
  OverlayScene scene = sceneOf(image, corner, criteria.value("fibre_angle_max"));
  scene.picture = *image.picture;
  return scene;
}

} // namespace hipcuff
