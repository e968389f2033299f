#include "hipcuff/screen/screen_finder.h"

#include "evidence.h"
#include "outline.h"
#include "overlay.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace hipcuff {
namespace {

using namespace screen;

constexpr std::size_t mostSamples = 4;

/// Per pixel the sample that is farthest from the background: what moves shows tissue somewhere in the cine.
GreyImage composite(const std::vector<RgbImage>& samples, const GreyImage& first, int background) {
  GreyImage out = first;
  for (std::size_t i = 1; i < std::min(samples.size(), mostSamples); ++i) {
    if (samples[i].width != first.width || samples[i].height != first.height)
      continue;
    const GreyImage next = toGrey(samples[i]);
    for (std::size_t p = 0; p < out.data.size(); ++p)
      if (std::abs(next.data[p] - background) > std::abs(out.data[p] - background))
        out.data[p] = next.data[p];
  }
  return out;
}

int areaOf(const PixelBox& box) {
  return box.width() * box.height();
}

/// b lies (almost) wholly in a and is smaller.
bool inside(const PixelBox& a, const PixelBox& b) {
  return areaOf(intersection(a, b)) * 10 >= areaOf(b) * 9 && areaOf(b) * 10 <= areaOf(a) * 9;
}

class Reader {
public:
  Reader(const Cine& cine, const std::vector<RgbImage>& samples)
      : cine_(cine)
      , picture_(samples.front())
      , whole_{0, 0, picture_.width - 1, picture_.height - 1}
      , first_(toGrey(picture_))
      , backdrop_(backdropOf(first_)) {
    if (samples.size() > 1 && backdrop_.background >= 0)
      moved_ = composite(samples, first_, backdrop_.background);
  }

  Screen read() {
    evidence_ = gatherEvidence(grey(), backdrop_, whole_);
    bool declared = false;
    for (const UltrasoundRegion& region : cine_.regions)
      if (showsTissue(region) && !nested(region)) {
        addRegion(region);
        declared = true;
      }
    if (!declared)
      addFromPicture();
    std::sort(screen_.panes.begin(), screen_.panes.end(), [](const Pane& a, const Pane& b) {
      const bool sameRow = a.box.y0 <= b.box.y1 && b.box.y0 <= a.box.y1;
      return sameRow ? a.box.x0 < b.box.x0 : a.box.y0 < b.box.y0;
    });
    std::vector<PixelBox> boxes;
    for (const Pane& pane : screen_.panes)
      boxes.push_back(pane.box);
    for (const PixelBox& box : contentOutside(evidence_, boxes, picture_.width, picture_.height))
      screen_.text.push_back(box);
    return std::move(screen_);
  }

private:
  [[nodiscard]] const GreyImage& grey() const { return moved_.empty() ? first_ : moved_; }

  static bool showsTissue(const UltrasoundRegion& region) {
    return region.kind == RegionKind::bMode || region.kind == RegionKind::colourDoppler;
  }

  /// A colour box declared inside a B-mode region is no pane of its own.
  bool nested(const UltrasoundRegion& region) const {
    return region.kind == RegionKind::colourDoppler &&
           std::any_of(cine_.regions.begin(), cine_.regions.end(), [&](const UltrasoundRegion& other) {
             return other.kind == RegionKind::bMode && inside(other.box, region.box);
           });
  }

  void addRegion(const UltrasoundRegion& region) {
    const PixelBox box = intersection(region.box, whole_);
    if (box.width() < 16 || box.height() < 16)
      return;
    const Evidence there = evidenceWithin(evidence_, grey(), box);
    const std::vector<Patch> patches = findPatches(there);
    Outline outline;
    if (!patches.empty())
      outline = traceOutline(grey(), there, patches.front(), box);
    // What the file declares is the pane, also where the tissue at its edges is dark (shadow, lifted probe): a side is
    // trimmed by a narrow margin at most. A sector's corners are looked for; text and rulers inside are masked anyway.
    const bool sector = outline.probe.kind == ProbeGeometry::Kind::sector;
    if (!sector || outline.box.width() < 16 || outline.box.height() < 16) {
      const ProbeGeometry probe = outline.probe;
      outline = wholeBox(trimmed(box, outline.box));
      outline.probe = probe;
    }
    Pane pane = makePane(outline);
    pane.fromRegion = true;
    calibrate(pane, &region);
    screen_.panes.push_back(std::move(pane));
  }

  /// `declared`, each side moved in to that of `seen` where the two are within 4 % of the region of one another.
  static PixelBox trimmed(const PixelBox& declared, const PixelBox& seen) {
    const auto near = [](int a, int b, int size) { return std::abs(a - b) * 25 <= size; };
    PixelBox box = declared;
    if (near(seen.x0, declared.x0, declared.width()))
      box.x0 = seen.x0;
    if (near(seen.x1, declared.x1, declared.width()))
      box.x1 = seen.x1;
    if (near(seen.y0, declared.y0, declared.height()))
      box.y0 = seen.y0;
    if (near(seen.y1, declared.y1, declared.height()))
      box.y1 = seen.y1;
    return box;
  }

  void addFromPicture() {
    // Declared curves and spectra are no B-mode, wherever they are.
    Evidence free = evidence_;
    for (const UltrasoundRegion& region : cine_.regions)
      for (int y = 0; y < free.rows; ++y)
        for (int x = 0; x < free.columns; ++x)
          if (region.box.contains(x * free.cell, y * free.cell))
            free.tissue[free.at(x, y)] = free.quiet[free.at(x, y)] = 0;
    for (const Patch& patch : findPatches(free)) {
      const Outline outline = traceOutline(grey(), free, patch, whole_);
      if (outline.box.width() < 16 || outline.box.height() < 16)
        continue;
      const bool boxy = outline.rectangular || outline.probe.kind == ProbeGeometry::Kind::linear;
      const int seam = boxy ? findSeam(grey(), outline.box) : -1;
      if (seam < 0) {
        addFound(outline);
      } else {
        addFound(part(outline, outline.box.x0, seam - 1));
        addFound(part(outline, seam, outline.box.x1));
      }
    }
  }

  void addFound(const Outline& outline) {
    Pane pane = makePane(outline);
    calibrate(pane, nullptr);
    screen_.panes.push_back(std::move(pane));
  }

  static Outline wholeBox(const PixelBox& box) {
    Outline out;
    out.box = box;
    out.left.assign(static_cast<std::size_t>(box.height()), box.x0);
    out.right.assign(static_cast<std::size_t>(box.height()), box.x1);
    out.top.assign(static_cast<std::size_t>(box.width()), box.y0);
    return out;
  }

  static Outline part(const Outline& whole, int x0, int x1) {
    Outline out = wholeBox({x0, whole.box.y0, x1, whole.box.y1});
    out.rectangular = true;
    out.probe = whole.probe;
    return out;
  }

  Pane makePane(const Outline& outline) {
    Pane pane;
    pane.box = outline.box;
    pane.probe = outline.probe;
    pane.usable = Mask(pane.box.width(), pane.box.height());
    for (int y = 0; y < pane.usable.height; ++y) {
      std::uint8_t* row = pane.usable.row(y);
      const int from = outline.left[static_cast<std::size_t>(y)] - pane.box.x0;
      const int to = outline.right[static_cast<std::size_t>(y)] - pane.box.x0;
      for (int x = std::max(0, from); x <= std::min(to, pane.usable.width - 1); ++x)
        if (pane.box.y0 + y >= outline.top[static_cast<std::size_t>(x)])
          row[x] = 255;
    }
    const Colour colour = findColour(picture_, first_, pane.box, std::max(4, evidence_.cell));
    pane.colourBox = colour.doppler;
    for (const UltrasoundRegion& region : cine_.regions)
      if (nested(region) && !intersection(region.box, pane.box).empty())
        pane.colourBox = united(pane.colourBox, intersection(region.box, pane.box));
    const Graphics graphics = findGraphics(first_, pane.box);
    if (pane.colourBox)
      for (const PixelBox& line : graphics.boxes) // the frame drawn around the colour
        if (areaOf(intersection(line, *pane.colourBox)) * 10 >= areaOf(*pane.colourBox) * 8 &&
            areaOf(line) < areaOf(pane.box))
          pane.colourBox = united(pane.colourBox, line);
    clear(pane, graphics, colour);
    return pane;
  }

  static PixelBox united(const std::optional<PixelBox>& a, const PixelBox& b) {
    if (!a)
      return b;
    return {std::min(a->x0, b.x0), std::min(a->y0, b.y0), std::max(a->x1, b.x1), std::max(a->y1, b.y1)};
  }

  void clear(Pane& pane, const Graphics& graphics, const Colour& colour) {
    for (std::size_t i = 0; i < pane.usable.data.size(); ++i)
      if (graphics.mask.data[i] != 0)
        pane.usable.data[i] = 0;
    if (!colour.marks.empty())
      spread(colour.marks, pane.usable, 2, 0);
    if (pane.colourBox)
      clearBox(pane, *pane.colourBox);
    for (const UltrasoundRegion& region : cine_.regions)
      if (!showsTissue(region))
        clearBox(pane, region.box);
    for (const PixelBox& box : graphics.boxes)
      screen_.text.push_back(box);
  }

  static void clearBox(Pane& pane, const PixelBox& box) {
    const PixelBox b = intersection(box, pane.box);
    for (int y = b.y0; y <= b.y1; ++y)
      if (!b.empty())
        std::fill(pane.usable.row(y - pane.box.y0) + (b.x0 - pane.box.x0),
                  pane.usable.row(y - pane.box.y0) + (b.x1 - pane.box.x0) + 1, std::uint8_t{0});
  }

  void calibrate(Pane& pane, const UltrasoundRegion* region) const {
    if (region != nullptr && region->mmPerPx) {
      pane.mmPerPx = region->mmPerPx;
      pane.calibrationOrigin = region->origin;
      return;
    }
    // A region whose own scale was refused puts the whole file's scale in doubt too, unless a person gave it.
    const bool doubtful = region != nullptr && !region->problem.empty();
    if (cine_.imageMmPerPx && (!doubtful || cine_.imageMmOrigin == CalibrationOrigin::user)) {
      pane.mmPerPx = cine_.imageMmPerPx;
      pane.calibrationOrigin = cine_.imageMmOrigin;
      return;
    }
    pane.calibrationProblem = doubtful ? region->problem : "the file gives no millimetres per pixel";
  }

  const Cine& cine_;
  const RgbImage& picture_;
  PixelBox whole_;
  GreyImage first_;
  GreyImage moved_; ///< empty where there is one sample
  Backdrop backdrop_;
  Evidence evidence_;
  Screen screen_;
};

} // namespace

Screen ScreenFinder::read(const Cine& cine, const std::vector<RgbImage>& samples) const {
  if (samples.empty() || samples.front().width < 16 || samples.front().height < 16)
    return {};
  return Reader(cine, samples).read();
}

} // namespace hipcuff
