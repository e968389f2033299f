#include "presentation_check.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace hipcuff::dicom {
namespace {

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool isCodeString(const std::string& text) {
  return !text.empty() && text.size() <= 16 && text.front() != ' ' && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ' '; });
}

bool isLongString(const std::string& text) {
  return characters(text) <= 64 && std::none_of(text.begin(), text.end(), [](char c) {
           return c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
         });
}

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument("not a presentation state: " + what);
}

void checkFrames(const std::vector<int>& frames, const SourceImage& source) {
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (frames[i] < 0 || frames[i] >= source.frames || (i > 0 && frames[i] <= frames[i - 1]))
      refuse("frame " + std::to_string(frames[i]) + " of an image of " + std::to_string(source.frames));
}

void checkPoint(Point p, const SourceImage& source) {
  if (!(p.x >= -0.5 && p.y >= -0.5 && p.x <= source.columns - 0.5 && p.y <= source.rows - 0.5))
    refuse("a point outside of the image");
}

/// What lies on the image, and where: the same for graphics and texts.
template <typename Thing>
void checkPlace(const Thing& thing, const Presentation& presentation, const SourceImage& source) {
  if (std::none_of(presentation.layers.begin(), presentation.layers.end(),
                   [&](const PresentationLayer& l) { return l.name == thing.layer; }))
    refuse("no layer " + thing.layer);
  if (!thing.image.empty() && thing.image != source.sopInstanceUid)
    refuse("it is about another image");
  checkFrames(thing.frames, source);
}

} // namespace

void check(const Presentation& p, const SourceImage& source) {
  if (!isCodeString(p.label) || !isLongString(p.description))
    refuse("its label or description");
  for (std::size_t i = 0; i < p.layers.size(); ++i) {
    if (!isCodeString(p.layers[i].name) || !isLongString(p.layers[i].description))
      refuse("layer " + p.layers[i].name);
    for (std::size_t k = 0; k < i; ++k)
      if (p.layers[k].name == p.layers[i].name)
        refuse("layer " + p.layers[i].name + " twice");
  }
  for (const auto& g : p.graphics) {
    checkPlace(g, p, source);
    const std::size_t count = g.px.size();
    const bool whole = g.shape == GraphicShape::point     ? count == 1
                       : g.shape == GraphicShape::circle  ? count == 2
                       : g.shape == GraphicShape::ellipse ? count == 4
                                                          : count >= 2;
    if (!whole || count > maxGraphicPoints)
      refuse(std::to_string(count) + " points in a " + toString(g.shape));
    for (const Point point : g.px)
      checkPoint(point, source);
  }
  for (const auto& t : p.texts) {
    checkPlace(t, p, source);
    // Lines are ended by two characters in the file.
    const auto ends = static_cast<std::size_t>(std::count(t.text.begin(), t.text.end(), '\n'));
    if (t.text.empty() || characters(t.text) + ends > maxTextCharacters)
      refuse("a text of " + std::to_string(characters(t.text)) + " characters");
    if (std::any_of(t.text.begin(), t.text.end(),
                    [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F; }))
      refuse("control characters in a text");
    if (!t.box && !t.anchor)
      refuse("a text without a place");
    if (t.anchor)
      checkPoint(*t.anchor, source);
    if (t.box) {
      checkPoint(t.box->begin, source);
      checkPoint(t.box->end, source);
    }
  }
}

} // namespace hipcuff::dicom
