// One scene's lines, regions, zones, annotations and names as strokes and texts, for any way from picture to output
// pixels: report pictures and the viewer draw from here. No VTK.
#pragma once

#include "drawing.h"
#include "hipcuff/rendering/overlay_scene.h"
#include "hipcuff/rendering/overlay_style.h"
#include "label_placer.h"

#include <functional>
#include <string>
#include <vector>

namespace hipcuff::drawing {

struct StrokeSetting {
  std::function<Point(Point)> toOutput; ///< picture pixels to output pixels
  OverlayStyle style = {};
  Rect window = {-1e9, -1e9, 1e9, 1e9}; ///< strokes that don't meet it are left out
  Point anchor = {};                    ///< hatches and dots hang on this output point, so that they move with it
  bool smoothJoints = false;            ///< the painter mitres corners, so that points may lie close
};

class SceneStrokes {
public:
  /// All three must outlive it.
  SceneStrokes(DisplayList& list, const StrokeSetting& setting, const TextWidth& textWidth);

  /// Everything but words: zones first, then facets, lines, regions, annotations.
  void draw(const OverlayScene& scene);
  /// Words, each where it covers neither the tendon nor another word.
  /// @param reach how far from what it names a word may lie
  void label(const OverlayScene& scene, const Rect& area, double reach = 1e9);

  // Samples for a legend, in output pixels.
  void line(OverlayRole role, bool inferred, const Polyline& out);
  void region(const OverlayRegion& region, Polyline outline);
  /// @param spared no dots inside these: what is outlined there stands whatever the angle
  void zone(const Polyline& outline, const std::vector<Polyline>& spared = {});

private:
  [[nodiscard]] Polyline toOutput(const Polyline& px) const;
  [[nodiscard]] bool seen(const Polyline& out) const;
  [[nodiscard]] Polyline seenPoints(const Polyline& out) const;
  [[nodiscard]] bool shown(OverlayLayer layer) const { return setting_.style.of(layer).shown; }
  void stroke(Polyline points, Colour colour, double width);
  void haloed(const Polyline& points, Colour colour, double width, double side);
  void text(const Rect& rect, const std::string& words, double size, Colour colour);
  void former(const Polyline& out);
  void squares(const Polyline& out, Colour colour);
  void facets(const OverlayScene& scene);
  void annotation(const Annotation& annotation);
  [[nodiscard]] static std::string wordsOf(const Annotation& annotation);
  void annotationWords(const Annotation& annotation, LabelPlacer& placer, const Rect& area);
  void keepClear(const OverlayScene& scene, LabelPlacer& placer) const;
  void regionName(const OverlayRegion& region, const Polyline& outline, LabelPlacer& placer);
  void zoneName(const OverlayZone& zone, LabelPlacer& placer);

  DisplayList& list_;
  const StrokeSetting& setting_;
  const TextWidth& textWidth_;
  double scale_ = 1;
  double line_ = 1.6;  ///< width of a line
  double opacity_ = 1; ///< of the layer that is being drawn
};

// What the static picture's words and legend share with the scene's.
inline constexpr double smallSize = 13;
[[nodiscard]] const char* nameOf(OverlayRole role);

} // namespace hipcuff::drawing
