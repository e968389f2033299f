#include "hipcuff/deidentify/pixel_check.h"

#include "text_frames.h"
#include "text_likeness.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace hipcuff::deidentify {
namespace {

constexpr int sureWord = 70;      ///< per cent of confidence from which letters over speckle are taken for a word
constexpr int likeWord = 20;      ///< and from which they are compared with the identity
constexpr std::size_t fewest = 3; ///< letters of a word
constexpr int mostSide = 4000;    ///< px of an enlarged picture

struct Wanted {
  std::u32string text;
  dicom::IdentityKind kind;
};

std::vector<Wanted> wantedOf(const dicom::Identity& identity) {
  std::vector<Wanted> out;
  for (const dicom::IdentityMark& mark : identity.marks) {
    if (mark.kind == dicom::IdentityKind::uid)
      continue; // nobody prints them on a screen
    std::u32string text = readingForm(mark.text);
    if (text.size() >= fewest || (text.size() == 2 && text.front() > 0x2FFF)) // two ideographs are a name
      out.push_back({std::move(text), mark.kind});
  }
  return out;
}

/// Enlarged by whole numbers with straight lines between the pixels, dark letters on light.
GreyImage enlarged(const GreyImage& grey, int factor, bool inverted) {
  GreyImage out(grey.width * factor, grey.height * factor);
  for (int y = 0; y < out.height; ++y) {
    const double v = std::clamp((y + 0.5) / factor - 0.5, 0.0, grey.height - 1.0);
    const int y0 = static_cast<int>(v);
    const int y1 = std::min(y0 + 1, grey.height - 1);
    const double fy = v - y0;
    for (int x = 0; x < out.width; ++x) {
      const double u = std::clamp((x + 0.5) / factor - 0.5, 0.0, grey.width - 1.0);
      const int x0 = static_cast<int>(u);
      const int x1 = std::min(x0 + 1, grey.width - 1);
      const double fx = u - x0;
      const double value = (1 - fy) * ((1 - fx) * grey.at(x0, y0) + fx * grey.at(x1, y0)) +
                           fy * ((1 - fx) * grey.at(x0, y1) + fx * grey.at(x1, y1));
      const int rounded = static_cast<int>(std::lround(value));
      out.at(x, y) = static_cast<std::uint8_t>(inverted ? 255 - rounded : rounded);
    }
  }
  return out;
}

/// The strongest of the three colours: letters of any colour are bright in it.
GreyImage strongest(const RgbImage& picture) {
  GreyImage out(picture.width, picture.height);
  for (std::size_t i = 0; i < out.data.size(); ++i)
    out.data[i] = std::max({picture.data[3 * i], picture.data[3 * i + 1], picture.data[3 * i + 2]});
  return out;
}

/// Nearly the brightest there is becomes black, all else white: letters over echoes.
GreyImage brightest(const GreyImage& grey) {
  const int most = *std::max_element(grey.data.begin(), grey.data.end());
  GreyImage out(grey.width, grey.height, 255);
  for (std::size_t i = 0; i < out.data.size(); ++i)
    if (most > 40 && grey.data[i] >= most - 24)
      out.data[i] = 0;
  return out;
}

/// What isn't flat: the rest needs no reading. Empty where all is.
PixelBox contentBox(const GreyImage& grey) {
  PixelBox box;
  for (int y = 0; y + 1 < grey.height; ++y)
    for (int x = 0; x + 1 < grey.width; ++x)
      if (std::abs(grey.at(x, y) - grey.at(x + 1, y)) > 8 || std::abs(grey.at(x, y) - grey.at(x, y + 1)) > 8)
        box = box.empty() ? PixelBox{x, y, x + 1, y + 1}
                          : PixelBox{std::min(box.x0, x), std::min(box.y0, y), std::max(box.x1, x + 1),
                                     std::max(box.y1, y + 1)};
  return box;
}

class Check {
public:
  Check(const Cine& output, const dicom::Identity& original, PictureReader& reader, const CheckOptions& options)
      : output_(output)
      , wanted_(wantedOf(original))
      , reader_(reader)
      , options_(options) {}

  PixelCheck run() {
    out_.framesOfFile = output_.frames;
    const auto source = output_.source->clone();
    FrameExtremes extremes;
    const int most = std::max(1, options_.mostFrames);
    const int step = std::max(1, (output_.frames + most - 1) / most);
    try {
      for (int i = 0; i < output_.frames; ++i) {
        const RgbImage frame = source->frame(i);
        if (extremes.empty() || (frame.width == extremes.low.width && frame.height == extremes.low.height))
          extremes.add(frame);
        ++out_.framesCompared;
        if (i % step == 0) {
          readPicture(frame, i, i == 0);
          ++out_.framesRead;
        }
        if (failed_)
          return std::move(out_);
      }
      // What stands still while the tissue moves: clearest where each pixel is at its darkest.
      if (output_.frames > 1)
        readPicture(extremes.low, 0, true);
    } catch (const InputError& e) {
      fail("a frame can't be decoded: " + e.problem());
    }
    if (failed_)
      return std::move(out_);
    out_.by = reader_.name();
    out_.state = out_.left.empty() ? PixelState::clean : PixelState::wordsLeft;
    for (const WordLeft& word : out_.left)
      if (word.identity)
        out_.state = PixelState::identityLeft;
    return std::move(out_);
  }

private:
  void fail(const std::string& why) {
    failed_ = true;
    out_.state = PixelState::notRead;
    out_.why = why;
  }

  void readPicture(const RgbImage& picture, int frame, bool thoroughly) {
    const GreyImage all = strongest(picture);
    const PixelBox box = contentBox(all);
    if (box.empty())
      return;
    const GreyImage grey = crop(all, box);
    // Letters of 8 to 40 pixels become 16 to 80 high, or more in a small picture.
    const int side = std::max(grey.width, grey.height);
    const int factor = side <= 400 ? 3 : side * 2 <= mostSide ? 2 : 1;
    readVariant(enlarged(grey, factor, true), factor, box, frame);
    readVariant(enlarged(brightest(grey), factor, false), factor, box, frame);
    if (thoroughly) // dark letters
      readVariant(enlarged(grey, factor, false), factor, box, frame);
  }

  void readVariant(const GreyImage& picture, int factor, const PixelBox& place, int frame) {
    if (failed_)
      return;
    const PictureReader::Outcome outcome = reader_.read(picture);
    if (!outcome.read)
      return fail(outcome.why);
    std::vector<WordLeft> words;
    for (const ReadWord& word : outcome.words) {
      const PixelBox& b = word.box;
      words.push_back(
          {word.text,
           frame,
           {place.x0 + b.x0 / factor, place.y0 + b.y0 / factor, place.x0 + b.x1 / factor, place.y0 + b.y1 / factor},
           word.confidence,
           std::nullopt});
    }
    compare(words);
    for (WordLeft& word : words)
      if (word.identity || (word.confidence >= sureWord && readingForm(word.text).size() >= fewest))
        keep(std::move(word));
  }

  /// Words in the order of reading, joined: OCR breaks words where it likes.
  void compare(std::vector<WordLeft>& words) const {
    std::u32string joined;
    std::vector<std::size_t> wordOf;
    for (std::size_t i = 0; i < words.size(); ++i)
      if (words[i].confidence >= likeWord)
        for (const char32_t c : readingForm(words[i].text)) {
          joined.push_back(c);
          wordOf.push_back(i);
        }
    for (const Wanted& wanted : wanted_) {
      // Few letters stand anywhere by chance: they must be a word by themselves.
      if (wanted.text.size() < 5) {
        for (WordLeft& word : words)
          if (word.confidence >= sureWord / 2 && readingForm(word.text) == wanted.text)
            word.identity = wanted.kind;
        continue;
      }
      std::size_t from = 0;
      while (from < joined.size()) {
        const Likeness like =
            findLike(std::u32string_view(joined).substr(from), wanted.text, errorsFor(wanted.text.size()));
        if (!like.found)
          break;
        for (std::size_t k = from + like.begin; k < from + like.end; ++k)
          words[wordOf[k]].identity = wanted.kind;
        from += std::max<std::size_t>(like.end, 1);
      }
    }
  }

  /// Each place once, the surer reading.
  void keep(WordLeft word) {
    for (WordLeft& known : out_.left)
      if (!intersection(known.box, word.box).empty()) {
        const bool better =
            (word.identity && !known.identity) ||
            (word.identity.has_value() == known.identity.has_value() && word.confidence > known.confidence);
        if (better) {
          word.frame = std::min(word.frame, known.frame);
          known = std::move(word);
        }
        return;
      }
    out_.left.push_back(std::move(word));
  }

  const Cine& output_;
  std::vector<Wanted> wanted_;
  PictureReader& reader_;
  const CheckOptions& options_;
  bool failed_ = false;
  PixelCheck out_;
};

} // namespace

const char* toString(PixelState state) noexcept {
  switch (state) {
  case PixelState::clean:
    return "clean";
  case PixelState::wordsLeft:
    return "words_left";
  case PixelState::identityLeft:
    return "identity_left";
  case PixelState::notRead:
    return "not_read";
  }
  return "";
}

PixelCheck checkPixels(const Cine& output, const dicom::Identity& original, PictureReader* reader,
                       const CheckOptions& options) {
  if (reader == nullptr) {
    PixelCheck out;
    out.framesOfFile = output.frames;
    out.why = "pixels were not read by OCR: hipcuff-ocr is not there";
    return out;
  }
  return Check(output, original, *reader, options).run();
}

} // namespace hipcuff::deidentify
