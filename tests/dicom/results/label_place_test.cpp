// Texts on pictures full of texts.
#include "label_place.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace hipcuff::dicom {
namespace {

double overlap(const TextBox& a, const TextBox& b) {
  const double width = std::min(a.end.x, b.end.x) - std::max(a.begin.x, b.begin.x);
  const double height = std::min(a.end.y, b.end.y) - std::max(a.begin.y, b.begin.y);
  return width > 0 && height > 0 ? width * height : 0;
}

bool runsThrough(const LabelPlace::Place& text, const TextBox& box) {
  const Point end{std::clamp(text.anchor->x, text.box.begin.x, text.box.end.x),
                  std::clamp(text.anchor->y, text.box.begin.y, text.box.end.y)};
  for (int i = 0; i <= 200; ++i) {
    const Point p = *text.anchor + (end - *text.anchor) * (i / 200.0);
    if (p.x > box.begin.x && p.x < box.end.x && p.y > box.begin.y && p.y < box.end.y)
      return true;
  }
  return false;
}

/// Calipers beside each other on a tendon across the picture, each with words wider than the way to the next.
TEST(LabelPlace, noTextLiesOnAnotherAndNoLeaderRunsThroughOne) {
  const PixelBox pane{0, 0, 639, 479};
  Polyline tendon;
  for (double x = 100; x < 540; x += 2)
    for (double y = 180; y < 230; y += 4)
      tendon.push_back({x, y});
  LabelPlace place(pane, tendon);
  place.corner("Partial-thickness tear, bursal\ndecided by a reader\nbecause of what is seen on the cine");
  for (int i = 0; i < 8; ++i) {
    const double x = 130 + 50 * i;
    place.keepFree({{x, 180}, {x, 230}});
    place.beside({{x, 230}, {x, 180}}, i % 2 == 0 ? "5.3 mm, compare\nwith the other side" : "at 10 mm: 5.1 mm");
  }
  const auto places = place.settled();
  ASSERT_EQ(places.size(), 9U);
  EXPECT_FALSE(places.front().anchor);
  for (std::size_t a = 0; a < places.size(); ++a) {
    EXPECT_TRUE(places[a].box.begin.x >= 0 && places[a].box.end.x <= 639 && places[a].box.begin.y >= 0 &&
                places[a].box.end.y <= 479);
    EXPECT_TRUE(places[a].box.begin.y > 230 || places[a].box.end.y < 180) << a << " hides the tendon";
    for (std::size_t b = 0; b < places.size(); ++b) {
      if (a == b)
        continue;
      EXPECT_EQ(overlap(places[a].box, places[b].box), 0) << a << " " << b;
      if (places[a].anchor) {
        EXPECT_FALSE(runsThrough(places[a], places[b].box)) << a << " " << b;
      }
    }
  }
}

TEST(LabelPlace, aBoxIsAsWideAsItsWordsAreInALetterOfItsHeight) {
  LabelPlace place({0, 0, 639, 479}, {});
  const std::string words = "7.3 mm, second look, compare with the other side";
  place.beside({{320, 240}, {320, 240}}, words);
  const auto box = place.settled().front().box;
  // DejaVu Sans, which tests/conformance/draw_presentation.py uses: 0.54 of the letter's height on average, drawn at
  // 0.8 of the line's.
  const double letter = 0.8 * (box.end.y - box.begin.y);
  EXPECT_GE(box.end.x - box.begin.x, 0.54 * letter * static_cast<double>(words.size()));
}

TEST(LabelPlace, theSameInputsGiveTheSamePlaces) {
  const auto make = [] {
    LabelPlace place({0, 0, 300, 200}, {{10, 10}});
    place.corner("a\nb");
    for (int i = 0; i < 5; ++i)
      place.beside({{50.0 + 30 * i, 120}, {50.0 + 30 * i, 80}}, "some words here");
    std::vector<double> out;
    for (const auto& p : place.settled())
      out.insert(out.end(), {p.box.begin.x, p.box.begin.y, p.box.end.x, p.box.end.y});
    return out;
  };
  EXPECT_EQ(make(), make());
}

} // namespace
} // namespace hipcuff::dicom
