// Finds room for labels where they cover nothing that matters.
#pragma once

#include "drawing.h"

#include <functional>
#include <optional>
#include <vector>

namespace hipcuff::drawing {

class LabelPlacer {
public:
  /// @param area where labels may lie, output pixels
  /// @param reach how far from its anchor a label may lie
  explicit LabelPlacer(Rect area, double reach = 1e9);

  /// Nothing may be laid over these. Polygons are closed.
  void keepClear(const Polyline& line, double margin);
  void keepClearInside(const Polyline& polygon);
  void keepClear(const Rect& rect);

  /// A free place for a label of this size near an anchor: first below it (the bone's shadow), then above, then
  /// anywhere; none where the whole area is taken. The place is then taken.
  /// @param leader the line that will join the label to what it names; it crosses no label placed before, nor they it
  [[nodiscard]] std::optional<Rect> place(Point anchor, double width, double height,
                                          const std::function<Polyline(const Rect&)>& leader = {});

private:
  [[nodiscard]] bool isFree(const Rect& rect) const;
  [[nodiscard]] bool crossesLabel(const Polyline& leader) const;
  Rect area_;
  double reach_;
  std::vector<Rect> taken_;
  std::vector<Rect> labels_;
  std::vector<Polyline> insides_;
};

} // namespace hipcuff::drawing
