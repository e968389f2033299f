// Charts for print: a Figure (core/figure.h) as pixels or as SVG, in the size it has in a journal.
//
// VTK's own chart classes are not used: their dashes and markers are counted in pixels and so change with the
// resolution, they have neither error bars nor a legend that keeps off the data, and their SVG is clipped in ways that
// browsers read differently. What is drawn is laid out here and painted through vtkContext2D, with OpenGL for pixels
// and with VTK's SVG device for SVG, so that both show the same.
#pragma once

#include "hipcuff/core/figure.h"
#include "hipcuff/core/image.h"

#include <memory>
#include <string>

namespace hipcuff {

/// In print. 85 mm is one column of most journals. Letters are 7 to 9 points high whatever the width.
struct FigureFormat {
  double widthMm = 85;
  int dotsPerInch = 300;
};
inline constexpr double leastFigureMm = 40;
inline constexpr double mostFigureMm = 400;
inline constexpr int leastFigureDpi = 72;
inline constexpr int mostFigureDpi = 1200;

/// Where data are on the paper: points (1/72 inch) from the upper left corner. Of a table, columns and rows count from
/// 0.
struct FigurePlacement {
  double widthPt = 0;
  double heightPt = 0;
  double left = 0, top = 0, right = 0, bottom = 0; ///< the axes
  double xAtLeft = 0, xAtRight = 0, yAtTop = 0, yAtBottom = 0;
  [[nodiscard]] double x(double value) const noexcept {
    return left + (value - xAtLeft) / (xAtRight - xAtLeft) * (right - left);
  }
  [[nodiscard]] double y(double value) const noexcept {
    return top + (value - yAtTop) / (yAtBottom - yAtTop) * (bottom - top);
  }
};

/// How a Figure is read, beyond what core/figure.h says:
/// - bars stand on 0; of several series side by side. On a numeric axis their x are the bins' middles.
/// - a step holds its value until the next x
/// - where only y has categories the figure lies on its side: categories from the top down, bars and error bars along x
/// - points of several series over the same category stand side by side; x that are no whole numbers stay where they
/// are
/// - a square figure without own limits has the same ends on both axes
/// All functions throw InputError (without a path) where the figure is no proper one (report::problemOf), has no data,
/// or its words leave no room for them, and std::invalid_argument for a format outside of the limits above.
///
/// SVG 1.1, self-contained, width and height in mm, words as text. Needs no display.
[[nodiscard]] std::string figureSvg(const Figure& figure, const FigureFormat& format = {},
                                    FigurePlacement* placement = nullptr);

/// One off-screen window for any number of charts; needs a display (private_display.h). Not thread-safe.
class FigurePainter {
public:
  FigurePainter();
  ~FigurePainter();
  FigurePainter(const FigurePainter&) = delete;
  FigurePainter& operator=(const FigurePainter&) = delete;

  [[nodiscard]] RgbImage picture(const Figure& figure, const FigureFormat& format = {},
                                 FigurePlacement* placement = nullptr);
  /// The same as a PNG that says its resolution (pHYs).
  [[nodiscard]] std::string png(const Figure& figure, const FigureFormat& format = {});

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace hipcuff
