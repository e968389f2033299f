#include "hipcuff/deidentify/burned_in_text.h"

#include "text_area.h"
#include "text_frames.h"
#include "text_letters.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace hipcuff::deidentify {
namespace {

constexpr int samplesForPanes = 4;   ///< frames that the panes are found on
constexpr double mostContact = 0.08; ///< share of a found pane's surroundings that text and rulers fill

std::string perCent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", 100 * share);
  return text;
}

class Search {
public:
  Search(const Cine& cine, const ScreenReader& screens, const TextOptions& options)
      : cine_(cine)
      , screens_(screens)
      , options_(options)
      , coding_(codingOf(cine))
      , source_(cine.source->clone()) {}

  PixelFindings run() {
    if (!findArea())
      return std::move(out_);
    gather();
    if (extremes_.empty())
      return std::move(out_);
    outside();
    inside();
    out_.maskedShareOfBmode = shareOfMasks(out_.masks);
    if (out_.maskedShareOfBmode > options_.mostOfBmode)
      doubt(DoubtKind::masksTooLarge,
            "masks would change " + perCent(out_.maskedShareOfBmode) + " of the B-mode area, more than the " +
                perCent(options_.mostOfBmode) + " allowed",
            std::nullopt, {});
    return std::move(out_);
  }

private:
  void doubt(DoubtKind kind, std::string reason, std::optional<int> frame, const PixelBox& box) {
    out_.doubts.push_back({kind, std::move(reason), frame, box});
  }

  std::optional<RgbImage> frame(int index) {
    try {
      RgbImage picture = source_->frame(index);
      if (picture.width == cine_.columns && picture.height == cine_.rows)
        return picture;
    } catch (const InputError&) {
    }
    if (!unread_)
      doubt(DoubtKind::unreadFrame,
            "frame " + std::to_string(index + 1) + " can't be decoded, so nobody knows what it shows", index, {});
    unread_ = true;
    return std::nullopt;
  }

  bool findArea() {
    std::vector<RgbImage> samples;
    const int count = std::min(cine_.frames, samplesForPanes);
    for (int i = 0; i < count; ++i)
      if (auto picture = frame(static_cast<int>(static_cast<long>(cine_.frames) * i / count)))
        samples.push_back(std::move(*picture));
    if (samples.empty())
      return false;
    const Screen screen = screens_.read(cine_, samples);
    area_ = ultrasoundArea(screen, cine_);
    declared_ = std::all_of(screen.panes.begin(), screen.panes.end(), [](const Pane& pane) { return pane.fromRegion; });
    out_.bmode = area_.bmode;
    if (screen.panes.empty())
      doubt(DoubtKind::noPane, "no B-mode area was found, so nothing tells text from picture", std::nullopt, {});
    background_ = backgroundOf(samples.front());
    return true;
  }

  void gather() {
    for (int i = 0; i < cine_.frames; ++i)
      if (const auto picture = frame(i)) {
        extremes_.add(*picture);
        addLettering(findLettering(*picture, area_.data, coding_.lossy), i);
      }
    out_.framesRead = extremes_.frames;
    // Text stands still while the tissue moves: it is plainest where each pixel is at its darkest, or brightest.
    constexpr int enough = 4; // frames
    constexpr int plain = 40; // grey steps: what stands still of the tissue is fainter
    if (extremes_.frames >= enough)
      for (const RgbImage* still : {&extremes_.low, &extremes_.high})
        addLettering(findLettering(*still, area_.data, coding_.lossy, plain), 0);
  }

  void addLettering(const std::vector<Lettering>& found, int frame) {
    for (const Lettering& one : found) {
      const auto same = std::find_if(letterings_.begin(), letterings_.end(), [&](const auto& known) {
        const auto area = [](const PixelBox& b) { return b.width() * b.height(); };
        const int both = area(intersection(known.first.box, one.box));
        return both * 2 >= std::min(area(known.first.box), area(one.box)); // the same word again
      });
      if (same == letterings_.end()) {
        letterings_.emplace_back(one, frame);
        continue;
      }
      PixelBox& box = same->first.box;
      box = {std::min(box.x0, one.box.x0), std::min(box.y0, one.box.y0), std::max(box.x1, one.box.x1),
             std::max(box.y1, one.box.y1)};
      same->first.onBlack = same->first.onBlack && one.onBlack;
    }
  }

  void outside() {
    // Compression blurs what it holds, so that a clean background is exact in every block that holds nothing else.
    const Mask content = contentOf(extremes_, background_, 0);
    const Mask clear = contentOf(extremes_, background_, coding_.lossy ? 24 : 0);
    const Mask near = grown(area_.data, coding_.grain);
    Mask beyond(content.width, content.height); // clear content outside, to look for rulers in
    for (std::size_t i = 0; i < beyond.data.size(); ++i)
      beyond.data[i] = area_.data.data[i] == 0 ? clear.data[i] : 0;
    out_.kept = harmlessOutside(beyond, extremes_, coding_.lossy);
    if (!declared_ && contact(clear) > mostContact)
      doubt(DoubtKind::unsurePane, "the picture goes on beyond the edges of the B-mode area that was found",
            std::nullopt, {});
    for (const PixelBox& box : tissueOutside(content, grown(area_.data, 16), extremes_))
      doubt(DoubtKind::unsurePane, "something that looks like tissue lies outside of the B-mode area that was found",
            std::nullopt, box);
    // Whole boxes around what is near each other: a mask in the shape of letters could be read.
    Mask far(content.width, content.height);
    for (std::size_t i = 0; i < far.data.size(); ++i)
      far.data[i] = near.data[i] == 0 ? content.data[i] : 0;
    Mask mask(content.width, content.height);
    constexpr int joined = 6;
    for (const Stretch& s : stretchesOf(grown(far, joined)))
      for (int y = s.box.y0; y <= s.box.y1; ++y)
        for (int x = s.box.x0; x <= s.box.x1; ++x)
          if ((coding_.grain > 4 ? near : area_.data).at(x, y) == 0)
            mask.at(x, y) = 255;
    if (coding_.grain > 4)
      addNear(clear, near, mask);
    for (const PixelBox& box : out_.kept)
      for (int y = box.y0; y <= box.y1; ++y)
        std::fill(mask.row(y) + box.x0, mask.row(y) + box.x1 + 1, std::uint8_t{0});
    for (const PixelBox& box : boxesOf(mask))
      out_.masks.push_back({box, std::nullopt});
  }

  /// Share of the area's surroundings, a few pixels out, where something uneven is.
  [[nodiscard]] double contact(const Mask& clear) const {
    const Mask inner = grown(area_.data, 4);
    const Mask outer = grown(area_.data, 8);
    const RgbImage& p = extremes_.high;
    long ring = 0;
    long uneven = 0;
    for (int y = 0; y + 1 < clear.height; ++y)
      for (int x = 0; x + 1 < clear.width; ++x) {
        if (outer.at(x, y) == 0 || inner.at(x, y) != 0)
          continue;
        ++ring;
        uneven += clear.at(x, y) != 0 && (p.at(x, y, 1) != p.at(x + 1, y, 1) || p.at(x, y, 1) != p.at(x, y + 1, 1));
      }
    return ring == 0 ? 0 : static_cast<double>(uneven) / static_cast<double>(ring);
  }

  /// Content between the pane and where blocks of it begin: only what is clear, and not the pane's own blurred edge.
  void addNear(const Mask& clear, const Mask& near, Mask& mask) const {
    const Mask edge = grown(area_.data, 3);
    Mask between(clear.width, clear.height);
    for (std::size_t i = 0; i < between.data.size(); ++i)
      between.data[i] = near.data[i] != 0 && edge.data[i] == 0 ? clear.data[i] : 0;
    for (const Stretch& s : stretchesOf(grown(between, 2)))
      for (int y = s.box.y0; y <= s.box.y1; ++y)
        for (int x = s.box.x0; x <= s.box.x1; ++x)
          if (area_.data.at(x, y) == 0)
            mask.at(x, y) = 255;
  }

  void inside() {
    std::vector<dicom::MaskBox> overTissue;
    const PixelBox whole{0, 0, cine_.columns - 1, cine_.rows - 1};
    for (const auto& [lettering, frame] : letterings_) {
      constexpr int margin = 2;
      const PixelBox& b = lettering.box;
      const PixelBox box = intersection({b.x0 - margin, b.y0 - margin, b.x1 + margin, b.y1 + margin}, whole);
      out_.inside.push_back(box);
      (lettering.onBlack ? out_.masks : overTissue).push_back({box, std::nullopt});
    }
    if (overTissue.empty())
      return;
    if (options_.maskTissue) {
      std::vector<dicom::MaskBox> all = out_.masks;
      all.insert(all.end(), overTissue.begin(), overTissue.end());
      if (shareOfMasks(all) <= options_.mostOfBmode) {
        out_.masks = std::move(all);
        return;
      }
    }
    std::size_t next = 0;
    for (const auto& [lettering, frame] : letterings_)
      if (!lettering.onBlack)
        doubt(DoubtKind::textOverTissue, "letters or marks lie over the tissue", frame, overTissue[next++].box);
  }

  /// What the masks change: lossy blocks are touched as a whole.
  [[nodiscard]] double shareOfMasks(std::vector<dicom::MaskBox> masks) const {
    if (coding_.grain >= 8)
      for (dicom::MaskBox& mask : masks) {
        PixelBox& b = mask.box;
        b = coding_.grain == 8
                ? PixelBox{b.x0 / 8 * 8, b.y0 / 8 * 8, b.x1 / 8 * 8 + 7, b.y1 / 8 * 8 + 7}
                : PixelBox{b.x0 / 16 * 16 - 1, b.y0 / 16 * 16 - 1, b.x1 / 16 * 16 + 16, b.y1 / 16 * 16 + 16};
      }
    return shareOfBmode(area_.bmode, masks);
  }

  const Cine& cine_;
  const ScreenReader& screens_;
  const TextOptions& options_;
  Coding coding_;
  std::unique_ptr<FrameSource> source_;
  UltrasoundArea area_;
  Background background_;
  FrameExtremes extremes_;
  std::vector<std::pair<Lettering, int>> letterings_; ///< with the first frame that shows it
  bool declared_ = false;                             ///< all panes come from the file
  bool unread_ = false;
  PixelFindings out_;
};

} // namespace

const char* toString(DoubtKind kind) noexcept {
  switch (kind) {
  case DoubtKind::noPane:
    return "no_pane";
  case DoubtKind::unsurePane:
    return "unsure_pane";
  case DoubtKind::textOverTissue:
    return "text_over_tissue";
  case DoubtKind::masksTooLarge:
    return "masks_too_large";
  case DoubtKind::unreadFrame:
    return "unread_frame";
  }
  return "";
}

double shareOfBmode(const Mask& bmode, const std::vector<dicom::MaskBox>& boxes) {
  const auto area = std::count(bmode.data.begin(), bmode.data.end(), std::uint8_t{255});
  if (area == 0)
    return 0;
  Mask left = bmode;
  const PixelBox whole{0, 0, bmode.width - 1, bmode.height - 1};
  for (const dicom::MaskBox& mask : boxes) {
    const PixelBox box = intersection(mask.box, whole);
    for (int y = box.y0; !box.empty() && y <= box.y1; ++y)
      std::fill(left.row(y) + box.x0, left.row(y) + box.x1 + 1, std::uint8_t{0});
  }
  const auto rest = std::count(left.data.begin(), left.data.end(), std::uint8_t{255});
  return static_cast<double>(area - rest) / static_cast<double>(area);
}

PixelFindings findBurnedInText(const Cine& cine, const ScreenReader& screens, const TextOptions& options) {
  return Search(cine, screens, options).run();
}

} // namespace hipcuff::deidentify
