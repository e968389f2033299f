// The look at the pixels that go out: can anybody still be read there?
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/deidentify/picture_reader.h"
#include "hipcuff/dicom/deidentify/identity_check.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff::deidentify {

enum class PixelState {
  clean,        ///< read, and no words found
  wordsLeft,    ///< words of 3 letters or more are left; none of them is the patient's
  identityLeft, ///< a word is (nearly) one of the original's identity
  notRead,      ///< there is no OCR program, or it failed: nothing is known
};

[[nodiscard]] const char* toString(PixelState state) noexcept; ///< "clean", "words_left", ...

struct WordLeft {
  std::string text; ///< as read. A secret where `identity` says what it is: not for logs
  int frame = 0;    ///< from 0, the first frame that shows it
  PixelBox box;     ///< full-picture pixels
  int confidence = 0;
  std::optional<dicom::IdentityKind> identity; ///< what of the original it is like
};

struct PixelCheck {
  PixelState state = PixelState::notRead;
  std::string why; ///< for notRead: one sentence
  std::string by;  ///< the program and its languages
  int framesOfFile = 0;
  int framesCompared = 0; ///< decoded and looked at for what changed
  int framesRead = 0;     ///< handed to the OCR: those whose still content differs
  std::vector<WordLeft> left;
};

struct CheckOptions {
  int mostFrames = 8; ///< that the OCR reads; a cine with more different ones is read in part, evenly spread
};

/// @param output the file that would go out, opened again
/// @param original identity of the file it was made from
/// @param reader nullptr: no OCR program is there
[[nodiscard]] PixelCheck checkPixels(const Cine& output, const dicom::Identity& original, PictureReader* reader,
                                     const CheckOptions& options = {});

} // namespace hipcuff::deidentify
