#include "derived_image.h"
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/guard/data_set.h"
#include "hipcuff/dicom/results/segmentation_object.h"
#include "srgb.h"
#include "to_utf8.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <algorithm>
#include <map>
#include <span>

namespace hipcuff::dicom {
namespace {

class Reader {
public:
  Reader(const std::filesystem::path& path, DcmDataset& data)
      : path_(path)
      , data_(data) {}

  StoredSegmentation read() {
    StoredSegmentation out;
    out.object = storedObject(path_, data_);
    checkForm();
    out.rows = positive(DCM_Rows);
    out.columns = positive(DCM_Columns);
    const auto frames = static_cast<std::size_t>(positive(DCM_NumberOfFrames));
    const auto groups = itemsOf(data_, DCM_PerFrameFunctionalGroupsSequence);
    if (groups.size() != frames)
      fail("it has " + std::to_string(frames) + " frames, but describes " + std::to_string(groups.size()));
    const std::size_t size = static_cast<std::size_t>(out.rows) * static_cast<std::size_t>(out.columns);
    const auto pixels = pixelBytes();
    if (pixels.size() < (frames * size + 7) / 8) // frames: 2^31 at most, size: 2^32
      fail("its pixel data is too short for " + std::to_string(frames) + " frames");

    auto& content = out.content;
    content.creator = textOf(data_, DCM_ContentCreatorName);
    content.description = textOf(data_, DCM_ContentDescription);
    content.mmPerPx = spacing();
    readSegments(content.segments);
    findOnlyImage();
    for (std::size_t i = 0; i < frames; ++i) {
      auto mask = unpack(pixels, i * size, out.columns, out.rows);
      if (mask.count() == 0)
        continue;
      const auto [uid, frame] = placeOf(*groups[i], i);
      content.segments[segmentOf(*groups[i], i)].masks.push_back({frame, std::move(mask), uid});
    }
    finish(content.segments);
    return out;
  }

private:
  [[noreturn]] void fail(const std::string& problem, const char* remedy = "export it again") const {
    throw InputError(path_, problem, remedy);
  }

  int positive(const DcmTagKey& tag) const {
    const auto value = numberOf(data_, tag);
    if (!value || *value < 1)
      fail(std::string("its ") + DcmTag(tag).getTagName() + " is missing or no size");
    return *value;
  }

  void checkForm() const {
    const auto type = textOf(data_, DCM_SegmentationType);
    if (type != "BINARY")
      fail("it is a segmentation of the kind " + (type.empty() ? "nobody knows" : type) + ", only BINARY ones are read",
           "export it as BINARY");
    if (numberOf(data_, DCM_BitsAllocated) != 1 || numberOf(data_, DCM_SamplesPerPixel).value_or(1) != 1)
      fail("it is called BINARY, but its pixels have more than one bit");
  }

  /// In the order of PS3.5 8.1.1, whatever the file's byte order was.
  std::span<const std::uint8_t> pixelBytes() const {
    DcmElement* element = nullptr;
    if (data_.findAndGetElement(DCM_PixelData, element).bad() || !element)
      fail("it has no pixel data");
    if (DcmXfer(data_.getOriginalXfer()).isEncapsulated())
      fail("its pixel data is compressed", "export it uncompressed");
    const auto length = element->getLength();
    Uint8* bytes = nullptr;
    if (element->getUint8Array(bytes).good() && bytes)
      return {bytes, length};
    Uint16* words = nullptr;
    if (element->getUint16Array(words).good() && words) // of this machine, which is little-endian
      return {reinterpret_cast<const std::uint8_t*>(words), length};
    fail("its pixel data can't be read");
  }

  std::optional<Spacing> spacing() const {
    const auto shared = itemsOf(data_, DCM_SharedFunctionalGroupsSequence);
    if (shared.empty())
      return {};
    const auto measures = itemsOf(*shared.front(), DCM_PixelMeasuresSequence);
    Float64 x = 0;
    Float64 y = 0;
    if (measures.empty() || measures.front()->findAndGetFloat64(DCM_PixelSpacing, y, 0).bad() ||
        measures.front()->findAndGetFloat64(DCM_PixelSpacing, x, 1).bad() || !(x > 0 && y > 0))
      return {};
    return Spacing{x, y};
  }

  static Code code(DcmItem& item, const DcmTagKey& sequence) {
    const auto items = itemsOf(item, sequence);
    if (items.empty())
      return {};
    return {textOf(*items.front(), DCM_CodeValue), textOf(*items.front(), DCM_CodingSchemeDesignator),
            textOf(*items.front(), DCM_CodeMeaning)};
  }

  void readSegments(std::vector<Segment>& segments) {
    for (DcmItem* item : itemsOf(data_, DCM_SegmentSequence)) {
      const auto number = numberOf(*item, DCM_SegmentNumber);
      if (!number || !places_.emplace(*number, segments.size()).second)
        fail("its segments are not numbered");
      Segment segment;
      segment.label = textOf(*item, DCM_SegmentLabel);
      segment.description = textOf(*item, DCM_SegmentDescription);
      const auto type = textOf(*item, DCM_SegmentAlgorithmType);
      segment.maker = type == "AUTOMATIC" ? SegmentMaker::automatic
                      : type == "MANUAL"  ? SegmentMaker::manual
                                          : SegmentMaker::semiautomatic;
      segment.algorithm = textOf(*item, DCM_SegmentAlgorithmName);
      if (const auto algorithms = itemsOf(*item, DCM_SegmentationAlgorithmIdentificationSequence); !algorithms.empty())
        segment.algorithmVersion = textOf(*algorithms.front(), DCM_AlgorithmVersion);
      segment.category = code(*item, DCM_SegmentedPropertyCategoryCodeSequence);
      segment.type = code(*item, DCM_SegmentedPropertyTypeCodeSequence);
      if (const auto types = itemsOf(*item, DCM_SegmentedPropertyTypeCodeSequence); !types.empty())
        segment.side = side(code(*types.front(), DCM_SegmentedPropertyTypeModifierCodeSequence));
      segment.trackingId = textOf(*item, DCM_TrackingID);
      segment.trackingUid = textOf(*item, DCM_TrackingUID);
      segment.rgb = colour(*item);
      segments.push_back(std::move(segment));
    }
    if (segments.empty())
      fail("it has no segments");
  }

  static std::optional<Side> side(const Code& code) {
    if (code.scheme == "SCT" && code.value == "7771000")
      return Side::left;
    if (code.scheme == "SCT" && code.value == "24028007")
      return Side::right;
    return {};
  }

  static std::optional<Rgb8> colour(DcmItem& item) {
    Lab16 stored{};
    for (unsigned long i = 0; i < 3; ++i)
      if (item.findAndGetUint16(DCM_RecommendedDisplayCIELabValue, stored[i], i).bad())
        return {};
    return fromLab(stored);
  }

  /// The one image that the whole object refers to, where it is one and has one frame.
  void findOnlyImage() {
    std::vector<std::pair<std::string, std::string>> images;
    for (DcmItem* series : itemsOf(data_, DCM_ReferencedSeriesSequence))
      for (DcmItem* image : itemsOf(*series, DCM_ReferencedInstanceSequence))
        images.emplace_back(textOf(*image, DCM_ReferencedSOPInstanceUID), textOf(*image, DCM_ReferencedSOPClassUID));
    if (images.size() == 1 && !images.front().second.empty() && !isMultiframeClass(images.front().second))
      onlyImage_ = images.front().first;
  }

  /// A frame's own functional group, else the shared one.
  [[nodiscard]] DcmItem* group(DcmItem& own, const DcmTagKey& sequence) const {
    for (DcmItem* groups : {&own, sharedGroups()})
      if (groups)
        if (const auto items = itemsOf(*groups, sequence); !items.empty())
          return items.front();
    return nullptr;
  }

  [[nodiscard]] DcmItem* sharedGroups() const {
    const auto items = itemsOf(data_, DCM_SharedFunctionalGroupsSequence);
    return items.empty() ? nullptr : items.front();
  }

  [[nodiscard]] std::size_t segmentOf(DcmItem& groups, std::size_t frame) const {
    DcmItem* identification = group(groups, DCM_SegmentIdentificationSequence);
    const auto number = identification ? numberOf(*identification, DCM_ReferencedSegmentNumber) : std::nullopt;
    const auto it = number ? places_.find(*number) : places_.end();
    if (it == places_.end())
      fail("its frame " + std::to_string(frame + 1) + " belongs to no segment");
    return it->second;
  }

  [[nodiscard]] std::pair<std::string, int> placeOf(DcmItem& groups, std::size_t frame) const {
    DcmItem* derivation = group(groups, DCM_DerivationImageSequence);
    const auto sources = derivation ? itemsOf(*derivation, DCM_SourceImageSequence) : std::vector<DcmItem*>{};
    if (sources.empty() && !onlyImage_.empty())
      return {onlyImage_, 0};
    if (sources.size() == 1) {
      const auto references = referencesOf(*sources.front());
      const bool one = !isMultiframeClass(textOf(*sources.front(), DCM_ReferencedSOPClassUID));
      if (references.size() == 1 && (references.front().frame || one))
        return {references.front().sopInstanceUid, references.front().frame.value_or(0)};
    }
    fail("its frame " + std::to_string(frame + 1) + " doesn't say on which frame of which image it lies",
         "export it with a Source Image Sequence and Referenced Frame Numbers");
  }

  static PackedMask unpack(std::span<const std::uint8_t> bytes, std::size_t firstBit, int columns, int rows) {
    PackedMask mask(columns, rows);
    const std::size_t first = firstBit / 8;
    const unsigned shift = static_cast<unsigned>(firstBit % 8);
    for (std::size_t i = 0; i < mask.bits.size(); ++i) {
      unsigned value = bytes[first + i] >> shift;
      if (shift != 0 && first + i + 1 < bytes.size())
        value |= static_cast<unsigned>(bytes[first + i + 1]) << (8 - shift);
      mask.bits[i] = static_cast<std::uint8_t>(value);
    }
    if (const unsigned used = static_cast<unsigned>(mask.pixels() % 8); used != 0)
      mask.bits.back() &= static_cast<std::uint8_t>((1U << used) - 1);
    return mask;
  }

  void finish(std::vector<Segment>& segments) const {
    std::erase_if(segments, [](const Segment& s) { return s.masks.empty(); });
    for (auto& segment : segments)
      std::stable_sort(segment.masks.begin(), segment.masks.end(),
                       [](const SegmentMask& a, const SegmentMask& b) { return a.frame < b.frame; });
  }

  const std::filesystem::path& path_;
  DcmDataset& data_;
  std::map<int, std::size_t> places_; ///< Segment Number -> index
  std::string onlyImage_;
};

} // namespace

StoredSegmentation readSegmentation(const std::filesystem::path& path, std::uint64_t maxBytes) {
  const auto file = loadWhole(path, maxBytes);
  auto& data = *file->getDataset();
  if (textOf(data, DCM_SOPClassUID) != UID_SegmentationStorage)
    throw NotForUs(path, "it is no DICOM segmentation", "");
  (void)becomesUtf8(data); // what can't be converted stays as it is
  return Reader(path, data).read();
}

} // namespace hipcuff::dicom
