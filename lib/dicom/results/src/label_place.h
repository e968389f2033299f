// Where texts go on a picture so that they cover neither the tendon nor one another.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/dicom/results/presentation.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// For one pane. Full-image pixels. Depends on nothing but its inputs and their order.
class LabelPlace {
public:
  /// @param pane where texts may stand
  /// @param keepFree points that texts should not cover, densely enough for a letter not to slip through
  LabelPlace(const PixelBox& pane, std::vector<Point> keepFree);

  /// Height of a line of text that reads well on a picture of this size.
  [[nodiscard]] double lineHeight() const noexcept { return lineHeight_; }
  /// Characters that fit beside each other in this share of the pane's width.
  [[nodiscard]] std::size_t columns(double share) const noexcept;

  /// Something drawn since, that texts should not cover either.
  void keepFree(const Polyline& line);

  /// What a text speaks of, seen from below and from above: the ends of a caliper. May be the same.
  struct Anchors {
    Point below;
    Point above;
  };
  struct Place {
    TextBox box;
    Point anchor; ///< the end that it is led to
  };
  /// Near what it speaks of: the first free place downwards, into the bone's shadow, then upwards; else the freest.
  [[nodiscard]] Place beside(const Anchors& anchors, const std::string& text);
  /// In the freest corner; of equally free ones the first of: lower left, lower right, upper left, upper right.
  [[nodiscard]] TextBox corner(const std::string& text);

private:
  struct Size {
    double width;
    double height;
  };
  [[nodiscard]] Size sizeOf(const std::string& text) const;
  [[nodiscard]] TextBox inside(Point upperLeft, Size size) const noexcept;
  [[nodiscard]] double cost(const TextBox& box) const;
  [[nodiscard]] double leaderCost(const Polyline& leader) const;
  struct Candidate {
    TextBox box;
    std::optional<Point> anchor{};
  };
  TextBox take(const std::vector<Candidate>& candidates, Point* anchor = nullptr);

  PixelBox pane_;
  std::vector<Point> keepFree_;
  std::vector<TextBox> taken_;
  double lineHeight_;
};

/// Lines of at most so many characters, broken at spaces; longer words stay whole.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t columns);

} // namespace hipcuff::dicom
