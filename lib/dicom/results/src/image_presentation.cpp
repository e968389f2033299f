#include "hipcuff/dicom/results/image_presentation.h"

#include "hipcuff/core/one_line.h"
#include "hipcuff/core/outlines.h"
#include "label_place.h"
#include "presentation_lines.h"
#include "presentation_words.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

constexpr const char* cortexLayer = "CORTEX";
constexpr const char* bordersLayer = "BORDERS";
constexpr const char* tearsLayer = "DISCONTINUITIES";
constexpr const char* calipersLayer = "CALIPERS";
constexpr const char* textLayer = "TEXT";

/// Told apart by people with any kind of colour vision (Okabe and Ito 2008), and light: on a dark picture they shine,
/// on white ground the dark edge that is asked for with them holds them.
std::vector<PresentationLayer> layers() {
  return {{cortexLayer, "Surface of the bone", {0xF0, 0xE4, 0x42}},
          {bordersLayer, "Superficial and deep border of the tendon", {0x56, 0xB4, 0xE9}},
          {tearsLayer, "Outlines of discontinuities", {0xE6, 0x9F, 0x00}},
          {calipersLayer, "Thickness, tear length and depth", {0xFF, 0xFF, 0xFF}},
          {textLayer, "Grade, reasons, notice", {0xFF, 0xFF, 0xFF}}};
}

PixelBox paneOf(const SourceImage& source, const ImageResult& image) {
  const PixelBox whole{0, 0, source.columns - 1, source.rows - 1};
  const PixelBox pane = intersection(image.regionPx.value_or(whole), whole);
  return pane.empty() ? whole : pane;
}

LabelPlace::Anchors lowestAndHighest(const Polyline& px) {
  const auto [high, low] =
      std::minmax_element(px.begin(), px.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
  return {*low, *high};
}

/// One pane's part of the object.
class PanePresentation {
public:
  PanePresentation(const SourceImage& source, const ImageResult& image, Presentation& out)
      : source_(source)
      , image_(image)
      , out_(out)
      , place_(paneOf(source, image), pointsToKeepFree(image)) {
    if (image.frame && source.frames > 1)
      frames_ = {*image.frame};
  }

  /// @param noticeOf the version that the notice names; empty: no notice
  void run(const std::string& noticeOf) {
    bone();
    border(&TendonStation::deepMm, &TendonStation::deepInferred);
    border(&TendonStation::superficialMm, &TendonStation::superficialInferred);
    discontinuities();
    thickness();
    tears();
    annotations();
    if (const Polyline& fluid = image_.measurements.findings.bursalFluidOutlineMm; !fluid.empty())
      place_.keepFree(toPx(fluid));
    summary(noticeOf);
    // From left to right, so that the lines to their anchors need not cross.
    std::stable_sort(sayings_.begin(), sayings_.end(),
                     [](const Saying& a, const Saying& b) { return a.anchors.below.x < b.anchors.below.x; });
    for (const Saying& saying : sayings_)
      put(saying);
    const auto places = place_.settled();
    for (std::size_t i = 0; i < places.size(); ++i) {
      texts_[i].box = places[i].box;
      texts_[i].anchor = places[i].anchor;
      out_.texts.push_back(std::move(texts_[i]));
    }
  }

private:
  void line(const char* layer, const Polyline& px, bool dashed, const std::vector<int>& frames) {
    for (Polyline& piece : piecesInside(px, source_.columns, source_.rows))
      out_.graphics.push_back({.layer = layer,
                               .shape = piece.size() > 1 ? GraphicShape::polyline : GraphicShape::point,
                               .px = std::move(piece),
                               .dashed = dashed,
                               .frames = frames});
  }

  [[nodiscard]] Polyline toPx(const Polyline& mm) const {
    Polyline out;
    for (const Point p : mm)
      out.push_back(image_.toFullPixels(p));
    return out;
  }

  void bone() {
    for (const CortexSegment& segment : image_.anatomy.cortex.segments)
      line(cortexLayer, toPx(segment.interfaceMm), false, frames_);
  }

  /// In stretches that are seen or bridged; neighbours share a point.
  void border(Point TendonStation::*at, bool TendonStation::*inferred) {
    const auto& stations = image_.anatomy.tendon.stations;
    const auto bridged = [&](std::size_t i) { return stations[i].*inferred || stations[i + 1].*inferred; };
    for (std::size_t i = 0; i + 1 < stations.size();) {
      const bool now = bridged(i);
      Polyline run{image_.toFullPixels(stations[i].*at)};
      for (; i + 1 < stations.size() && bridged(i) == now; ++i)
        run.push_back(image_.toFullPixels(stations[i + 1].*at));
      line(bordersLayer, run, now, frames_);
    }
  }

  /// What does not count as a tear is dashed: the picture must not show more than the grade says.
  [[nodiscard]] bool counts(const Discontinuity& d) const {
    const GradeClass grade = classThatHolds(image_);
    return !d.suspectedAnisotropy && (grade == GradeClass::partialThickness || grade == GradeClass::fullThickness);
  }

  void discontinuities() {
    for (const Discontinuity& d : image_.measurements.discontinuities) {
      Polyline outline = outlinePx(image_, d);
      if (outline.size() < 3)
        continue;
      if (outline.front() != outline.back())
        outline.push_back(outline.front());
      line(tearsLayer, outline, !counts(d), frames_);
    }
  }

  void caliper(const Polyline& px, const std::vector<int>& frames) {
    line(calipersLayer, px, false, frames);
    place_.keepFree(px);
    const double half = place_.lineHeight() / 4;
    const auto tick = [&](Point end, Point inwards) {
      const Point along = normalized(inwards - end);
      const Point across{-along.y * half, along.x * half};
      line(calipersLayer, {end - across, end + across}, false, frames);
    };
    tick(px.front(), px[1]);
    tick(px.back(), px[px.size() - 2]);
  }

  struct Saying {
    const char* layer;
    std::string text;
    LabelPlace::Anchors anchors;
    std::vector<int> frames;
  };

  /// Once all lines are drawn.
  void say(const char* layer, std::string text, const LabelPlace::Anchors& anchors, const std::vector<int>& frames) {
    if (!text.empty())
      sayings_.push_back({layer, std::move(text), anchors, frames});
  }

  void put(const Saying& saying) {
    const auto held = [&](Point p) {
      return onGrid({std::clamp(p.x, -0.5, source_.columns - 0.5), std::clamp(p.y, -0.5, source_.rows - 0.5)});
    };
    const std::string lines = wrapped(saying.text, place_.columns(0.4));
    place_.beside({held(saying.anchors.below), held(saying.anchors.above)}, lines);
    texts_.push_back({.layer = saying.layer, .text = lines, .anchorShown = true, .frames = saying.frames});
  }

  // Beside "not gradable" no number stands that could be taken for a finding.
  [[nodiscard]] bool hasMeasures() const { return image_.mmPerPx && classThatHolds(image_) != GradeClass::notGradable; }

  void thickness() {
    if (!hasMeasures())
      return;
    for (const ThicknessMark& mark : thicknessMarks(image_)) {
      const Point deep = image_.toFullPixels(mark.cortexMm);
      const Point superficial = image_.toFullPixels(mark.superficialMm);
      caliper({deep, superficial}, frames_);
      say(calipersLayer, mark.words, {deep, superficial}, frames_);
    }
  }

  void tears() {
    if (!hasMeasures())
      return;
    for (const Discontinuity& d : image_.measurements.discontinuities) {
      const auto mark = counts(d) ? tearMark(image_, d) : std::nullopt;
      if (!mark)
        continue;
      if (mark->depth)
        caliper(toPx({(*mark->depth)[0], (*mark->depth)[1]}), frames_);
      if (!mark->length.empty())
        caliper(toPx(mark->length), frames_);
      const Point below = image_.toFullPixels(mark->anchorMm);
      say(calipersLayer, mark->words, {below, mark->depth ? image_.toFullPixels((*mark->depth)[1]) : below}, frames_);
    }
  }

  void annotations() {
    if (!image_.review)
      return;
    for (const Annotation& a : image_.review->annotations) {
      if (a.px.empty())
        continue;
      if (a.frame < 0 || a.frame >= source_.frames)
        throw std::invalid_argument("an annotation on frame " + std::to_string(a.frame) + " of an image of " +
                                    std::to_string(source_.frames));
      const std::vector<int> frames = source_.frames > 1 ? std::vector<int>{a.frame} : std::vector<int>{};
      if (a.kind == Annotation::Kind::caliper && a.px.size() == 2)
        caliper(a.px, frames);
      else if (a.kind != Annotation::Kind::text)
        line(calipersLayer, a.px, false, frames);
      say(a.kind == Annotation::Kind::text ? textLayer : calipersLayer, annotationWords(a, image_.mmPerPx.has_value()),
          lowestAndHighest(a.px), frames);
    }
  }

  void summary(const std::string& noticeOf) {
    const std::string lines = wrapped(summaryWords(image_, source_.frames, noticeOf), place_.columns(0.55));
    place_.corner(lines);
    texts_.push_back({.layer = textLayer, .text = lines});
  }

  const SourceImage& source_;
  const ImageResult& image_;
  Presentation& out_;
  LabelPlace place_;
  std::vector<int> frames_;
  std::vector<Saying> sayings_;
  std::vector<PresentationText> texts_; ///< in the order of the places wanted
};

} // namespace

Presentation presentationOf(const SourceImage& source, const std::vector<const ImageResult*>& panes,
                            const std::string& measuredBy) {
  if (panes.empty())
    throw std::invalid_argument("a presentation of no result");
  Presentation out;
  out.description = "Tendon borders, discontinuities, measures and grade";
  out.layers = layers();
  for (const ImageResult* image : panes) {
    // 0: nothing of it could be decoded.
    if ((image->columns != 0 || image->rows != 0) && (image->columns != source.columns || image->rows != source.rows))
      throw std::invalid_argument("a result of an image of another size");
    if (image->frame && (*image->frame < 0 || *image->frame >= source.frames))
      throw std::invalid_argument("a result of frame " + std::to_string(*image->frame) + " of an image of " +
                                  std::to_string(source.frames));
    if (image->review && out.creator.empty())
      out.creator = tidy(image->review->by, 64);
    PanePresentation(source, *image, out).run(image == panes.front() ? measuredBy : std::string());
  }
  return out;
}

} // namespace hipcuff::dicom
