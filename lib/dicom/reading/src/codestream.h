// What a compressed frame says of itself, read from its first markers without decoding.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace hipcuff::dicom {

struct Codestream {
  enum class Kind { unknown, jpeg, jpegLs, jpeg2000, htj2k };
  /// How the samples are meant, as far as the codestream itself tells.
  enum class Colour { silent, grey, rgb, ybr };
  Kind kind = Kind::unknown;
  std::int64_t columns = 0; ///< as declared; may be far beyond belief
  std::int64_t rows = 0;
  int components = 0;
  int precision = 0;
  int process = -1; ///< JPEG: n of SOFn (0 baseline, 1 extended, 2 progressive, 3 lossless, 55 JPEG-LS)
  Colour colour = Colour::silent;
  std::string colourWhy;      ///< "Adobe marker", "component names", ...
  std::uint64_t startsAt = 0; ///< of the codestream proper (behind JP2 boxes)
};

/// @param bytes the frame, or its first bytes (64 KiB do)
[[nodiscard]] Codestream readCodestream(std::span<const std::uint8_t> bytes);

} // namespace hipcuff::dicom
