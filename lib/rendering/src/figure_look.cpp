#include "figure_look.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace hipcuff::figures {
namespace {

constexpr Colour blue{0x00, 0x72, 0xB2};
constexpr Colour grey{0x6E, 0x6E, 0x6E};
constexpr Colour lightGrey{0xDA, 0xDA, 0xDA};
constexpr Colour darkGrey{0x3C, 0x3C, 0x3C};

using drawing::bluishGreen;
using drawing::orange;
using drawing::reddishPurple;
using drawing::skyBlue;
using drawing::vermillion;

template <typename T, std::size_t N>
const T& cycled(const std::array<T, N>& values, std::size_t index) {
  return values[index % N];
}

const std::array<std::vector<double>, 5>& dashes() {
  static const std::array<std::vector<double>, 5> all{{{}, {5, 2}, {1.5, 1.5}, {6, 1.5, 1.5, 1.5}, {9, 2.5}}};
  return all;
}

Colour tint(Colour colour, std::uint8_t opacity) {
  colour.a = opacity;
  return colour;
}

/// Nearer to paper by this share: bars have no markers or dashes to be told apart by in grey print.
Colour lighter(Colour colour, double share) {
  const auto mixed = [&](std::uint8_t value) { return static_cast<std::uint8_t>(value + (255 - value) * share); };
  return {mixed(colour.r), mixed(colour.g), mixed(colour.b), colour.a};
}

/// Which series are told apart from each other: a curve and its band share a colour.
int kindOf(SeriesShape shape) {
  switch (shape) {
  case SeriesShape::line:
  case SeriesShape::linePoints:
  case SeriesShape::steps:
    return 0;
  case SeriesShape::points:
    return 1;
  case SeriesShape::bars:
    return 2;
  case SeriesShape::band:
    break;
  }
  return 3;
}

} // namespace

Look lookOf(SeriesRole role, SeriesShape shape, std::size_t ordinal) {
  static constexpr std::array<Colour, 6> ofSystems{blue, orange, bluishGreen, vermillion, skyBlue, darkGrey};
  static constexpr std::array<Colour, 6> ofReaders{vermillion, bluishGreen, reddishPurple, orange, skyBlue, darkGrey};
  static constexpr std::array<Colour, 3> ofBands{skyBlue, orange, grey};
  static constexpr std::array<Colour, 3> ofReferences{black, grey, lightGrey};
  static constexpr std::array<MarkerShape, 5> ofSystemPoints{
      MarkerShape::circle, MarkerShape::diamond, MarkerShape::square, MarkerShape::triangle, MarkerShape::triangleDown};
  static constexpr std::array<MarkerShape, 5> ofReaderPoints{
      MarkerShape::triangle, MarkerShape::square, MarkerShape::diamond, MarkerShape::triangleDown, MarkerShape::plus};
  Look look;
  look.dash = cycled(dashes(), ordinal);
  look.marker = cycled(ofSystemPoints, ordinal);
  switch (role) {
  case SeriesRole::system:
    look.colour = look.fill = cycled(ofSystems, ordinal);
    look.width = 1.1;
    break;
  case SeriesRole::reader:
    look.colour = cycled(ofReaders, ordinal);
    look.fill = shape == SeriesShape::bars ? lighter(look.colour, 0.35) : look.colour;
    look.dash = cycled(dashes(), ordinal + 1);
    look.marker = cycled(ofReaderPoints, ordinal);
    look.width = 0.9;
    break;
  case SeriesRole::reference:
    look.colour = cycled(ofReferences, ordinal);
    look.fill = ordinal == 0 ? lightGrey : cycled(ofReferences, ordinal - 1);
    look.marker = MarkerShape::diamond;
    look.width = 0.9;
    break;
  case SeriesRole::chance:
    look.colour = look.fill = grey;
    look.dash = ordinal % 2 == 0 ? std::vector<double>{2, 2} : std::vector<double>{6, 2};
    look.width = 0.75;
    break;
  case SeriesRole::limit:
    look.colour = look.fill = black;
    look.dash = {4, 2};
    look.width = 0.75;
    break;
  case SeriesRole::band:
    look.colour = look.fill = cycled(ofBands, ordinal);
    break;
  case SeriesRole::other:
    look.colour = look.fill = cycled(ofSystems, ordinal);
    break;
  }
  if (shape == SeriesShape::band)
    look.fill = tint(look.fill, role == SeriesRole::chance || role == SeriesRole::limit ? 0x30 : 0x48);
  return look;
}

std::vector<Look> looksOf(const std::vector<Series>& series) {
  std::map<std::pair<SeriesRole, int>, std::size_t> seen;
  std::vector<Look> out;
  for (const Series& s : series) {
    std::size_t& count = seen[{s.role, kindOf(s.shape)}];
    // A band without a name goes on with what the one before it began: the intervals of both limits, say.
    const bool more = s.role == SeriesRole::band && s.name.empty() && count > 0;
    std::size_t ordinal = more ? count - 1 : count++;
    // The others go on where the systems' looks end.
    if (s.role == SeriesRole::other)
      ordinal += static_cast<std::size_t>(std::count_if(series.begin(), series.end(), [&](const Series& t) {
        return t.role == SeriesRole::system && kindOf(t.shape) == kindOf(s.shape);
      }));
    out.push_back(lookOf(s.role, s.shape, ordinal));
  }
  return out;
}

void addMarker(std::vector<Mark>& marks, MarkerShape shape, Point at, double radius, Colour colour) {
  const auto area = [&](const Polyline& outline) {
    Area out{{}, colour};
    for (const Point p : outline)
      out.outline.push_back(at + p * radius);
    marks.emplace_back(std::move(out));
  };
  // Of about the same area, so that none looks more important.
  switch (shape) {
  case MarkerShape::circle:
    marks.emplace_back(Disc{at, radius, colour});
    break;
  case MarkerShape::square:
    area({{-0.89, -0.89}, {0.89, -0.89}, {0.89, 0.89}, {-0.89, 0.89}});
    break;
  case MarkerShape::triangle:
    area({{0, -1.35}, {1.17, 0.68}, {-1.17, 0.68}});
    break;
  case MarkerShape::triangleDown:
    area({{0, 1.35}, {-1.17, -0.68}, {1.17, -0.68}});
    break;
  case MarkerShape::diamond:
    area({{0, -1.3}, {1.3, 0}, {0, 1.3}, {-1.3, 0}});
    break;
  case MarkerShape::plus:
    area({{-0.35, -1.2}, {0.35, -1.2}, {0.35, 1.2}, {-0.35, 1.2}});
    area({{-1.2, -0.35}, {1.2, -0.35}, {1.2, 0.35}, {-1.2, 0.35}});
    break;
  }
}

} // namespace hipcuff::figures
