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

  /// Something drawn that texts should not cover either.
  void keepFree(const Polyline& line);

  /// What a text speaks of, seen from below and from above: the ends of a caliper. May be the same.
  struct Anchors {
    Point below;
    Point above;
  };
  /// A text near what it speaks of: below, in the bone's shadow, or above.
  void beside(const Anchors& anchors, const std::string& text);
  /// A text in a corner; of equally free ones the first of: lower left, lower right, upper left, upper right.
  void corner(const std::string& text);

  struct Place {
    TextBox box;
    std::optional<Point> anchor; ///< the end that it is led to
  };
  /// Where all texts go, in the order in which they came. First each takes the freest place that the earlier ones left,
  /// then each is moved in turn while that makes the whole better: less of the picture hidden, no text on another, no
  /// leader through a text or another leader, leaders short.
  [[nodiscard]] std::vector<Place> settled() const;

private:
  struct Size {
    double width;
    double height;
  };
  struct Candidate {
    TextBox box;
    std::optional<Point> anchor;
    Point end{};     ///< of the leader, at the box
    double own = 0;  ///< what it costs by itself
    double side = 0; ///< of the text's width, left of the anchor
  };
  [[nodiscard]] Size sizeOf(const std::string& text) const;
  [[nodiscard]] TextBox inside(Point upperLeft, Size size) const noexcept;
  [[nodiscard]] double covered(const TextBox& box) const;
  [[nodiscard]] double between(const Candidate& a, const Candidate& b) const;

  PixelBox pane_;
  std::vector<Point> keepFree_;
  struct Wanted {
    std::vector<Candidate> candidates;
  };
  std::vector<Wanted> wanted_;
  double lineHeight_;
};

/// Lines of at most so many characters, broken at spaces; longer words stay whole.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t columns);

} // namespace hipcuff::dicom
