// The thickness along the tendon as a chart (VTK).
#pragma once

#include "hipcuff/core/image.h"
#include "hipcuff/core/result.h"
#include "hipcuff/rendering/picture_view.h"

#include <memory>
#include <optional>

class vtkRenderWindow;

namespace hipcuff {

struct ChartStyle {
  bool dark = true;
  bool highContrast = false;
  double scale = 1; ///< of text and lines
};

/// Drawn as the interactive picture's overlay is: VTK's own chart class takes 45 ms a drawing where OpenGL is done in
/// software, this 5, and a pointer that moves costs 2.
///
/// Thickness with its 95 % band, what is left intact of it, stretches with a discontinuity, facets' ends, and a mark
/// that follows the pointer in the picture. Millimetres; without them, or without a tendon, the chart says why it is
/// empty.
class ProfileChart {
public:
  explicit ProfileChart(vtkRenderWindow* window = nullptr); ///< nullptr: off screen, see grab()
  ~ProfileChart();
  ProfileChart(const ProfileChart&) = delete;
  ProfileChart& operator=(const ProfileChart&) = delete;

  void setImage(const ImageResult& image);
  /// Another profile in grey behind it: the program's before correction, the other side's, a prior's.
  void setCompared(const ImageResult* image, const std::string& name = {});
  void setMark(std::optional<double> positionMm);
  void setStyle(const ChartStyle& style);
  void setSize(int width, int height);
  void render();
  [[nodiscard]] PictureView::Pixels grab();

  /// Position under a window pixel; none outside the axes. Valid after render().
  [[nodiscard]] std::optional<double> positionAt(Point windowPx) const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace hipcuff
