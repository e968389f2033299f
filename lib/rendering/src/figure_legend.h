// Which line is what: inside the axes where there is room, else beside or below them.
#pragma once

#include "figure_look.h"
#include "figure_sheet.h"
#include "hipcuff/core/figure.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff::figures {

/// Series with a name, laid out as a block of so many columns.
class Legend {
public:
  /// @param width that the block may have
  Legend(const std::vector<Series>& series, const std::vector<Look>& looks, double width, const Measure& measure,
         bool oneColumn);

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] double width() const noexcept { return width_; }
  [[nodiscard]] double height() const noexcept { return height_; }
  void addTo(Sheet& sheet, Point topLeft) const;

private:
  struct Entry {
    const Series* series;
    const Look* look;
    std::vector<std::string> lines;
    Point at; ///< of its upper left corner in the block
  };
  std::vector<Entry> entries_;
  double width_ = 0;
  double height_ = 0;
};

/// Where a block of this size fits between the axes without covering any of the marks from `firstMark` on: as close to
/// a corner as it goes. None where it does not fit.
[[nodiscard]] std::optional<Point> freePlace(const Sheet& sheet, std::size_t firstMark, const Rect& axes, double width,
                                             double height);

} // namespace hipcuff::figures
