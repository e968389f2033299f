// Segmentation Storage (DICOM PS3.3 A.51), BINARY, on ultrasound pictures: which pixels of which frames are what.
//
// Ultrasound has no Frame of Reference. Each frame of the segmentation names the picture that it lies on in its
// Derivation Image Sequence (image and frame number), has the picture's full size and its pixels one for one.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/geometry.h"
#include "hipcuff/dicom/results/codes.h"
#include "hipcuff/dicom/results/identity.h"
#include "hipcuff/dicom/results/packed_mask.h"
#include "hipcuff/dicom/results/source_image.h"
#include "hipcuff/dicom/results/stored_object.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// Who outlined it: the program, a person correcting the program, a person.
enum class SegmentMaker { automatic, semiautomatic, manual };

struct SegmentMask {
  int frame = 0; ///< of the source image, counted from 0; Referenced Frame Number in DICOM counts from 1
  PackedMask mask;
  /// The image that it lies on, as read. Writing has one source image for all and doesn't look at it.
  std::string sopInstanceUid = {};
  friend bool operator==(const SegmentMask&, const SegmentMask&) = default;
};

struct Segment {
  std::string label; ///< at most 64 characters
  std::string description;
  Code category; ///< Segmented Property Category (CID 7150)
  Code type;     ///< Segmented Property Type
  std::optional<Side> side;
  SegmentMaker maker = SegmentMaker::automatic;
  std::string algorithm;          ///< Segment Algorithm Name; empty where manual
  std::string algorithmVersion{}; ///< empty where not known
  /// The same thing in other objects and at other times; both or neither.
  std::string trackingId;
  std::string trackingUid;
  /// Recommended Display CIELab Value, given as sRGB; of others' colours the nearest that sRGB has.
  std::optional<std::array<std::uint8_t, 3>> rgb;
  std::vector<SegmentMask> masks; ///< ascending by frame
};

struct Segmentation {
  std::vector<Segment> segments; ///< numbered from 1 in this order
  /// Of the whole picture, where one scale holds for all segments; otherwise none, and no Pixel Measures are written.
  std::optional<Spacing> mmPerPx;
  std::string creator; ///< Content Creator's Name: the person, where one corrected it; else empty
  std::string description;
};

/// UIDs and times that this content will have: known without writing it.
/// @throws std::invalid_argument see writeSegmentation
[[nodiscard]] ObjectIdentity identifySegmentation(const SourceImage& source, const Segmentation& segmentation,
                                                  const Provenance& provenance);

/// Writes the whole file or none. The source's Frame of Reference UID goes along where it has one.
/// @throws std::invalid_argument no segment, a segment without masks, a mask without pixels or of another size than the
/// picture, frames not ascending, a label missing; InputError where a frame is not among those that the source
/// declares, or its character set can't be converted; OutputError
ObjectIdentity writeSegmentation(const std::filesystem::path& path, const SourceImage& source,
                                 const Segmentation& segmentation, const Provenance& provenance);

struct StoredSegmentation {
  StoredObject object;
  int rows = 0;
  int columns = 0;
  Segmentation content;
};

/// Reads BINARY segmentations of ultrasound and other pictures, other software's too. Nothing is guessed: FRACTIONAL
/// ones (a threshold would be ours, not the maker's) and label maps are refused, and so is a frame that doesn't say
/// which frame of which image it lies on. Frames without any pixel are left out, and so are segments without frames.
/// @param maxBytes of the file; masks are held packed, so that memory stays near to it
/// @throws InputError; NotForUs where it is no segmentation
[[nodiscard]] StoredSegmentation readSegmentation(const std::filesystem::path& path,
                                                  std::uint64_t maxBytes = 1ULL << 30);

} // namespace hipcuff::dicom
