#include "ascii_text.h"
#include "derived_image.h"
#include "head.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/segmentation_object.h"
#include "source_data.h"
#include "srgb.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>
#include <string_view>

namespace hipcuff::dicom {
namespace {

constexpr int seriesNumber = 9002;

const char* algorithmType(SegmentMaker maker) noexcept {
  switch (maker) {
  case SegmentMaker::automatic:
    return "AUTOMATIC";
  case SegmentMaker::semiautomatic:
    return "SEMIAUTOMATIC";
  case SegmentMaker::manual:
    return "MANUAL";
  }
  return "";
}

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument("not a segmentation: " + what);
}

void checkCode(const Code& code, const std::string& label) {
  if (code.value.empty() || code.scheme.empty() || code.meaning.empty() || code.value.size() > 16)
    refuse("segment " + label + " lacks a code");
}

void check(const SourceImage& source, const Segmentation& segmentation) {
  if (segmentation.segments.empty())
    refuse("no segment");
  if (segmentation.segments.size() > std::numeric_limits<Uint16>::max())
    refuse("too many segments");
  for (const auto& segment : segmentation.segments) {
    if (asOneValue(segment.label).empty())
      refuse("a segment without a label");
    checkCode(segment.category, segment.label);
    checkCode(segment.type, segment.label);
    if (segment.trackingId.empty() != segment.trackingUid.empty())
      refuse("segment " + segment.label + " has half a tracking identifier");
    if (segment.maker != SegmentMaker::manual && asOneValue(segment.algorithm).empty())
      refuse("segment " + segment.label + " doesn't name its algorithm");
    if (segment.masks.empty())
      refuse("segment " + segment.label + " has no masks");
    int last = -1;
    for (const auto& [frame, mask, uid] : segment.masks) {
      checkFrame(source, frame);
      if (frame <= last)
        refuse("frames of segment " + segment.label + " are not ascending");
      last = frame;
      if (mask.width != source.columns || mask.height != source.rows || mask.bits.size() != (mask.pixels() + 7) / 8 ||
          mask.pixels() == 0)
        refuse("a mask of segment " + segment.label + " has another size than the picture");
      if (mask.count() == 0)
        refuse("a mask of segment " + segment.label + " is empty");
    }
  }
  if (segmentation.mmPerPx && !(segmentation.mmPerPx->x > 0 && segmentation.mmPerPx->y > 0))
    refuse("a scale that is none");
}

std::string contentOf(const SourceImage& source, const Segmentation& segmentation) {
  // The number goes up whenever the same segmentation comes out as other bytes.
  std::string out = "segmentation 2\n" + sourceDigest(source) + "\n";
  addText(out, segmentation.creator);
  addText(out, segmentation.description);
  if (segmentation.mmPerPx) {
    addNumber(out, segmentation.mmPerPx->x);
    addNumber(out, segmentation.mmPerPx->y);
  }
  for (const auto& segment : segmentation.segments) {
    out += "segment\n";
    for (const auto* text :
         {&segment.label, &segment.description, &segment.category.value, &segment.category.scheme,
          &segment.category.meaning, &segment.type.value, &segment.type.scheme, &segment.type.meaning,
          &segment.algorithm, &segment.algorithmVersion, &segment.trackingId, &segment.trackingUid})
      addText(out, *text);
    out += algorithmType(segment.maker);
    out += segment.side ? (*segment.side == Side::left ? " L\n" : " R\n") : " -\n";
    if (segment.rgb)
      for (const int part : *segment.rgb)
        out += std::to_string(part) + " ";
    for (const auto& [frame, mask, uid] : segment.masks)
      out += std::to_string(frame) + " " + sha256({reinterpret_cast<const char*>(mask.bits.data()), mask.bits.size()}) +
             "\n";
  }
  return out;
}

bool needsUtf8(const Segmentation& segmentation) {
  if (!isAscii(segmentation.creator) || !isAscii(segmentation.description))
    return true;
  return std::any_of(segmentation.segments.begin(), segmentation.segments.end(), [](const Segment& s) {
    return !(isAscii(s.label) && isAscii(s.description) && isAscii(s.category.meaning) && isAscii(s.type.meaning) &&
             isAscii(s.algorithm) && isAscii(s.algorithmVersion) && isAscii(s.trackingId));
  });
}

/// In the characters that the object can hold.
Segmentation fitted(Segmentation segmentation, const SourceImage& source) {
  fit(segmentation.creator, source);
  fit(segmentation.description, source);
  for (Segment& s : segmentation.segments)
    for (auto* text : {&s.label, &s.description, &s.category.meaning, &s.type.meaning, &s.algorithm,
                       &s.algorithmVersion, &s.trackingId})
      fit(*text, source);
  return segmentation;
}

void putNumber(DcmItem& item, const DcmTagKey& tag, int value) {
  need(item.putAndInsertUint16(DcmTag(tag), static_cast<Uint16>(value)), "set a number");
}

void putNumbers(DcmItem& item, const DcmTagKey& tag, const std::vector<Uint32>& values) {
  need(item.putAndInsertUint32Array(DcmTag(tag), values.data(), values.size()), "set numbers");
}

void putSegment(DcmItem& object, const Segment& segment, int number) {
  DcmItem& item = newItem(object, DCM_SegmentSequence);
  putNumber(item, DCM_SegmentNumber, number);
  putText(item, DCM_SegmentLabel, asOneValue(segment.label));
  if (!segment.description.empty())
    putText(item, DCM_SegmentDescription, asOneValue(segment.description, 1024));
  putText(item, DCM_SegmentAlgorithmType, algorithmType(segment.maker));
  if (segment.maker != SegmentMaker::manual)
    putText(item, DCM_SegmentAlgorithmName, asOneValue(segment.algorithm));
  if (segment.maker != SegmentMaker::manual && !segment.algorithmVersion.empty()) {
    DcmItem& algorithm = newItem(item, DCM_SegmentationAlgorithmIdentificationSequence);
    putCode(algorithm, DCM_AlgorithmFamilyCodeSequence, {"123110", "DCM", "Artificial Intelligence"});
    putText(algorithm, DCM_AlgorithmName, asOneValue(segment.algorithm));
    putText(algorithm, DCM_AlgorithmVersion, asOneValue(segment.algorithmVersion));
  }
  putCode(item, DCM_SegmentedPropertyCategoryCodeSequence, segment.category);
  putCode(item, DCM_SegmentedPropertyTypeCodeSequence, segment.type);
  if (segment.side) {
    const Code side = *segment.side == Side::left ? Code{"7771000", "SCT", "Left"} : Code{"24028007", "SCT", "Right"};
    putCode(*itemsOf(item, DCM_SegmentedPropertyTypeCodeSequence).front(),
            DCM_SegmentedPropertyTypeModifierCodeSequence, side);
  }
  if (!segment.trackingUid.empty()) {
    putText(item, DCM_TrackingID, asOneValue(segment.trackingId));
    putText(item, DCM_TrackingUID, segment.trackingUid);
  }
  if (segment.rgb) {
    const auto stored = toLab(*segment.rgb);
    need(item.putAndInsertUint16Array(DcmTag(DCM_RecommendedDisplayCIELabValue), stored.data(), stored.size()),
         "set a colour");
  }
}

void putDimensions(DcmItem& object, const std::string& organization) {
  putText(newItem(object, DCM_DimensionOrganizationSequence), DCM_DimensionOrganizationUID, organization);
  struct Index {
    DcmTagKey attribute;
    DcmTagKey group;
    const char* label;
  };
  for (const auto& index : {Index{DCM_ReferencedSegmentNumber, DCM_SegmentIdentificationSequence, "Segment"},
                            Index{DCM_TemporalPositionIndex, DCM_FrameContentSequence, "Frame of the source image"}}) {
    DcmItem& item = newItem(object, DCM_DimensionIndexSequence);
    putText(item, DCM_DimensionOrganizationUID, organization);
    need(item.putAndInsertTagKey(DcmTag(DCM_DimensionIndexPointer), index.attribute), "set a dimension");
    need(item.putAndInsertTagKey(DcmTag(DCM_FunctionalGroupPointer), index.group), "set a dimension");
    putText(item, DCM_DimensionDescriptionLabel, index.label);
  }
}

void putFrame(DcmItem& object, const SourceImage& source, int segment, int frame, unsigned place) {
  DcmItem& groups = newItem(object, DCM_PerFrameFunctionalGroupsSequence);
  DcmItem& derivation = newItem(groups, DCM_DerivationImageSequence);
  putSourceImage(derivation, source, frame, true);
  putCode(derivation, DCM_DerivationCodeSequence, {"113076", "DCM", "Segmentation"});
  DcmItem& content = newItem(groups, DCM_FrameContentSequence);
  putNumbers(content, DCM_DimensionIndexValues, {static_cast<Uint32>(segment), place});
  putNumbers(content, DCM_TemporalPositionIndex, {place}); // an index's value and the attribute's are the same
  putNumber(newItem(groups, DCM_SegmentIdentificationSequence), DCM_ReferencedSegmentNumber, segment);
}

/// Frames one behind the other, bit by bit: they don't begin at a byte unless their size happens to be a multiple of 8.
class BitStream {
public:
  explicit BitStream(std::size_t bits) { bytes_.reserve((bits + 15) / 16 * 2); }
  void add(const PackedMask& mask) {
    const unsigned shift = static_cast<unsigned>(bits_ % 8);
    if (shift == 0) {
      bytes_.insert(bytes_.end(), mask.bits.begin(), mask.bits.end());
    } else {
      for (const unsigned byte : mask.bits) {
        bytes_.back() |= static_cast<Uint8>(byte << shift);
        bytes_.push_back(static_cast<Uint8>(byte >> (8 - shift)));
      }
    }
    bits_ += mask.pixels();
    bytes_.resize((bits_ + 7) / 8);
  }
  [[nodiscard]] std::vector<Uint8>& padded() {
    if (bytes_.size() % 2 != 0)
      bytes_.push_back(0);
    return bytes_;
  }

private:
  std::vector<Uint8> bytes_;
  std::size_t bits_ = 0;
};

bool overlap(const Segmentation& segmentation) {
  std::map<int, std::vector<const PackedMask*>> byFrame;
  for (const auto& segment : segmentation.segments)
    for (const auto& [frame, mask, uid] : segment.masks) {
      auto& others = byFrame[frame];
      if (std::any_of(others.begin(), others.end(), [&mask = mask](const auto* other) { return mask.touches(*other); }))
        return true;
      others.push_back(&mask);
    }
  return false;
}

void putImage(DcmDataset& object, const SourceImage& source, const Segmentation& segmentation) {
  putText(object, DCM_ContentLabel, "HIPCUFF");
  putText(object, DCM_ContentDescription, asOneValue(segmentation.description));
  putText(object, DCM_ContentCreatorName, asPersonName(segmentation.creator));
  putText(object, DCM_BurnedInAnnotation, "NO");
  putNumber(object, DCM_SamplesPerPixel, 1);
  putText(object, DCM_PhotometricInterpretation, "MONOCHROME2");
  putNumber(object, DCM_Rows, source.rows);
  putNumber(object, DCM_Columns, source.columns);
  putNumber(object, DCM_BitsAllocated, 1);
  putNumber(object, DCM_BitsStored, 1);
  putNumber(object, DCM_HighBit, 0);
  putNumber(object, DCM_PixelRepresentation, 0);
  putLossy(object, source);
  putText(object, DCM_SegmentationType, "BINARY");
  putText(object, DCM_SegmentsOverlap, overlap(segmentation) ? "YES" : "NO");
}

void putReference(DcmItem& object, const SourceImage& source) {
  DcmItem& series = newItem(object, DCM_ReferencedSeriesSequence);
  putText(series, DCM_SeriesInstanceUID, source.seriesInstanceUid);
  DcmItem& image = newItem(series, DCM_ReferencedInstanceSequence);
  putText(image, DCM_ReferencedSOPClassUID, source.sopClassUid);
  putText(image, DCM_ReferencedSOPInstanceUID, source.sopInstanceUid);
}

} // namespace

ObjectIdentity identifySegmentation(const SourceImage& source, const Segmentation& given,
                                    const Provenance& provenance) {
  check(source, given);
  DcmDataset from(*source.data().elements);
  return identify(ObjectKind::seg, source.studyInstanceUid, contentOf(source, fitted(given, source)), provenance,
                  seriesKey(source) + textOf(from, DCM_FrameOfReferenceUID));
}

ObjectIdentity writeSegmentation(const std::filesystem::path& path, const SourceImage& source,
                                 const Segmentation& given, const Provenance& provenance) {
  const auto identity = identifySegmentation(source, given, provenance);
  const auto segmentation = fitted(given, source);
  std::size_t masks = 0;
  for (const auto& segment : segmentation.segments)
    masks += segment.masks.size();
  const std::size_t bits = masks * static_cast<std::size_t>(source.rows) * static_cast<std::size_t>(source.columns);
  if (bits / 8 > 0xFFFFFF00ULL)
    throw OutputError(path, "its masks are more than one DICOM file can hold", "write fewer frames");

  DcmFileFormat file;
  DcmDataset& object = *file.getDataset();
  fillHead(object, {source, identity, provenance, ObjectKind::seg, UID_SegmentationStorage, "SEG", seriesNumber,
                    "HipCuff segmentation", needsUtf8(segmentation)});
  putImageHead(object, identity, "DERIVED\\PRIMARY");
  putImage(object, source, segmentation);
  DcmDataset from(*source.data().elements);
  if (const auto reference = textOf(from, DCM_FrameOfReferenceUID); !reference.empty()) {
    putText(object, DCM_FrameOfReferenceUID, reference);
    putText(object, DCM_PositionReferenceIndicator, "");
  }
  putReference(object, source);
  putDimensions(object, uidFromText("dimensions\n" + identity.sopInstanceUid));

  std::map<int, unsigned> places; // of frames among those that have a mask
  for (const auto& segment : segmentation.segments)
    for (const auto& mask : segment.masks)
      places[mask.frame] = 0;
  unsigned place = 0;
  for (auto& [frame, ordinal] : places)
    ordinal = ++place;

  DcmItem& shared = newItem(object, DCM_SharedFunctionalGroupsSequence);
  if (segmentation.mmPerPx)
    putText(newItem(shared, DCM_PixelMeasuresSequence), DCM_PixelSpacing,
            decimal(segmentation.mmPerPx->y) + "\\" + decimal(segmentation.mmPerPx->x));
  BitStream pixels(bits);
  int number = 0;
  bool isPrivate = false;
  for (const auto& segment : segmentation.segments) {
    putSegment(object, segment, ++number);
    isPrivate = isPrivate || segment.type.scheme == privateScheme || segment.category.scheme == privateScheme;
    for (const auto& [frame, mask, uid] : segment.masks) {
      putFrame(object, source, number, frame, places[frame]);
      pixels.add(mask);
    }
  }
  if (isPrivate)
    declarePrivateScheme(object);
  putText(object, DCM_NumberOfFrames, std::to_string(masks));
  auto& bytes = pixels.padded();
  need(object.putAndInsertUint8Array(DCM_PixelData, bytes.data(), static_cast<unsigned long>(bytes.size())),
       "set the pixels");
  saveWhole(file, path);
  return identity;
}

} // namespace hipcuff::dicom
