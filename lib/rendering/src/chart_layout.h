// The thickness chart as strokes, bands and words, in window pixels. No VTK: its chart class takes 45 ms a drawing
// where OpenGL is done in software, and a border that is dragged redraws the chart at every step.
#pragma once

#include "drawing.h"
#include "hipcuff/core/result.h"
#include "hipcuff/rendering/profile_chart.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff::drawing {

struct ChartColours {
  Colour background;
  Colour words;
  Colour faint; ///< grid, facets' ends
  Colour thickness;
  Colour intact;
  Colour band;
  Colour compared;
  Colour defect;
  Colour doubtful;
};
[[nodiscard]] ChartColours coloursOf(const ChartStyle& style);

/// A stretch of the profile without a gap.
struct ProfileRun {
  std::vector<ThicknessSample> samples;
};
/// Split where positions were left out (inside a full-thickness gap, outside the picture).
[[nodiscard]] std::vector<ProfileRun> runsOf(const std::vector<ThicknessSample>& profile);
/// Those parts of the runs where less than all is intact.
[[nodiscard]] std::vector<ProfileRun> tornRunsOf(const std::vector<ProfileRun>& runs);

struct ChartRange {
  double x0 = 0;
  double x1 = 1;
  double y1 = 1; ///< y begins at 0
};
/// Of everything that is drawn. @param compared may be null
[[nodiscard]] ChartRange rangeOf(const ImageResult& image, const ImageResult* compared);

/// Why there is nothing to draw; empty where there is.
[[nodiscard]] std::string emptyWords(const ImageResult* image);

/// What the profile says at a position: "12.3 mm: 5.1 mm thick (4.8 to 5.4), 3.2 mm intact".
[[nodiscard]] std::string wordsAt(const ImageResult& image, double positionMm);
/// The sample at a position; none where the profile has none within half a step.
[[nodiscard]] std::optional<ThicknessSample> sampleAt(const ImageResult& image, double positionMm);

struct ChartContent {
  const ImageResult* image = nullptr;
  const ImageResult* compared = nullptr;
  std::string comparedName;
  ChartStyle style;
  int width = 1;
  int height = 1;
};

struct ChartLayout {
  DisplayList list;
  ChartRange range;
  Rect axes; ///< empty where there is nothing to draw
};

/// Axes, legend, profiles, defects and facets; or why there are none.
[[nodiscard]] ChartLayout layOutChart(const ChartContent& content, const TextWidth& textWidth);

/// The mark at a position and what the profile says there.
[[nodiscard]] DisplayList layOutMark(const ChartContent& content, const ChartLayout& chart, double positionMm,
                                     const TextWidth& textWidth);

} // namespace hipcuff::drawing
