// Reads letters off pictures (OCR), in a process of its own: hipcuff-ocr.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hipcuff::deidentify {

struct ReadWord {
  std::string text;   ///< UTF-8
  PixelBox box;       ///< pixels of the picture handed in
  int confidence = 0; ///< per cent, as the program estimates it
};

struct ReadingLimits {
  double startSeconds = 20;   ///< until the program has said hello
  double pictureSeconds = 60; ///< for each picture
};

/// One child process for as long as the object lives; started by the first picture. Not thread-safe.
///
/// A child that dies, hangs or talks nonsense is ended and stays so: every later read() fails at once. What was not
/// read is never taken for empty.
class PictureReader {
public:
  /// @param program hipcuff-ocr @param languages as tesseract names them, e.g. "eng", "eng+jpn"; empty: eng
  explicit PictureReader(std::filesystem::path program, std::string languages = {}, ReadingLimits limits = {});
  ~PictureReader();
  PictureReader(const PictureReader&) = delete;
  PictureReader& operator=(const PictureReader&) = delete;

  struct Outcome {
    bool read = false;
    std::string why; ///< where not read: one sentence
    std::vector<ReadWord> words;
  };
  /// Dark letters on light or light ones on dark; letters should be 20 to 40 pixels high.
  [[nodiscard]] Outcome read(const GreyImage& picture);

  /// What reads: "tesseract 5.3.0 (eng)"; empty until something was read.
  [[nodiscard]] const std::string& name() const noexcept;

private:
  class Child;
  std::unique_ptr<Child> child_;
};

} // namespace hipcuff::deidentify
