// Any file -> Cine: DICOM, exported pictures, clips.
#pragma once

#include "hipcuff/core/cine.h"

#include <filesystem>
#include <optional>

namespace hipcuff {

/// What a person says of an input. It wins over the file; where it contradicts the file's own millimetres by more than
/// 5 %, Cine::problems says so with both numbers.
struct OpenOptions {
  std::optional<Spacing> mmPerPx{}; ///< both axes > 0; for every B-mode region and the whole picture
  std::optional<BodyRegion> region{};
  std::optional<Side> side{};
  std::optional<View> view{};
};

/// Opens a file by its content, whatever its name. Reads no pixels (a clip is demuxed once to count its frames
/// exactly).
///
/// - DICOM: see hipcuff/dicom/reading.h.
/// - PNG, JPEG, BMP, TIFF: one frame (TIFF: one a page), never millimetres: their "resolution" is a print resolution.
/// - MetaImage (MHA, MHD), NRRD: third dimension = frames; a header spacing other than 1 is millimetres (origin
///   imageHeader). MetaImage slices are read one by one; a compressed one is inflated once, in small pieces, to a
///   private temporary file. NRRD and multi-page TIFF are decoded whole once, then served from such a file: their peak
///   memory grows with their size, up to a limit of 1 GiB.
/// - MP4, MOV, AVI, MKV, MPEG, WMV: frames on demand, one decoded frame in memory; frame times from the container.
///
/// 16-bit and floating-point values are scaled linearly to 8 bit over the whole file, and problems says so; alpha is
/// dropped. Text in the file's name is not used: names may hold identity.
/// @throws InputError missing, empty, unreadable, not a picture or clip, truncated before its first frame, too large
/// @throws NotForUs a good DICOM object that is not ultrasound
/// @throws UsageError an option value that cannot be
[[nodiscard]] Cine openCine(const std::filesystem::path& path, const OpenOptions& options = {});

} // namespace hipcuff
