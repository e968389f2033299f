// DICOM files become Cines: the only door from ultrasound data sets to the rest of the house.
//
// Every length in the file is checked by an own walker before DCMTK sees a byte of it, because DCMTK 3.6.7 crashes on
// deeply nested sequences and refuses a whole exam for one broken region sequence. See docs of each function for what
// is thrown.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/error.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hipcuff {

struct ReadOptions {
  /// Take images of every SOP class and modality (decoder tests). Otherwise only ultrasound is taken.
  bool anyModality = false;
  /// Largest picture side and largest decoded frame that are believed; checked before memory is taken.
  int maxSide = 16384;
  std::uint64_t maxFrameBytes = 512ULL << 20;
  /// Largest size a deflated data set may inflate to (it goes to a private temporary file).
  std::uint64_t maxInflatedBytes = 16ULL << 30;
};

/// Whether the file's first bytes are DICOM: "DICM" after the preamble, a bare meta header, or a believable start of a
/// data set without either. False for anything that can't be read; never throws.
[[nodiscard]] bool looksLikeDicom(const std::filesystem::path& file);

/// Opens an ultrasound image. Reads the header and the fragment index, no pixels.
/// Cine::frames counts the frames that are there; where the header declares more, Cine::problems says so.
/// @throws NotForUs not ultrasound, or no image at all (names the class)
/// @throws InputError not DICOM, damaged beyond use, over the limits, or in a transfer syntax that can't be decoded
[[nodiscard]] Cine openDicom(const std::filesystem::path& file, const ReadOptions& options = {});

/// One frame as stored, decompressed, before palette, window or colour conversion. For tests and tools.
struct StoredFrame {
  int columns = 0;
  int rows = 0;
  int samplesPerPixel = 1;
  int bitsAllocated = 8; ///< 8 or 16
  int bitsStored = 8;
  int highBit = 7;
  bool isSigned = false;
  /// What the samples below are, which need not be what the header says: MONOCHROME1, MONOCHROME2, PALETTE COLOR, RGB,
  /// YBR_FULL, YBR_PARTIAL. Chroma is already brought to full resolution.
  std::string photometric;
  /// rows * columns * samplesPerPixel samples, interleaved by pixel, little endian, no padding.
  std::vector<std::uint8_t> bytes;
};

class DicomImage;

/// Decodes frames to their stored samples. Not thread-safe; one per thread.
class PixelDecoder {
public:
  /// @throws as openDicom
  explicit PixelDecoder(const std::filesystem::path& file, const ReadOptions& options = {});
  ~PixelDecoder();
  PixelDecoder(PixelDecoder&&) noexcept;
  PixelDecoder& operator=(PixelDecoder&&) noexcept;
  PixelDecoder(const PixelDecoder&) = delete;
  PixelDecoder& operator=(const PixelDecoder&) = delete;

  [[nodiscard]] int frames() const noexcept;
  /// @throws InputError where the frame can't be decoded
  [[nodiscard]] StoredFrame decode(int frame);

private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The files that a DICOMDIR names and that exist, in the order of its records. Records in any state of linkage are
/// used; only their file ids matter here. Ids that point outside the DICOMDIR's folder are not followed.
/// @param missing where given, receives the files that are named but are not there
/// @throws InputError not a DICOMDIR or unreadable
[[nodiscard]] std::vector<std::filesystem::path> readDicomDir(const std::filesystem::path& dicomdir,
                                                              std::vector<std::filesystem::path>* missing = nullptr);

/// Whether the file is a DICOMDIR (by its media storage class, whatever its name). Never throws.
[[nodiscard]] bool isDicomDir(const std::filesystem::path& file);

} // namespace hipcuff
