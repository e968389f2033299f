// What segmentations and captured pictures have in common: images of ours that were made from another image.
#pragma once

#include "hipcuff/dicom/results/secondary_capture.h"
#include "hipcuff/dicom/results/source_image.h"
#include "hipcuff/dicom/results/stored_object.h"

#include <optional>
#include <string>
#include <vector>

class DcmDataset;
class DcmItem;
class DcmTagKey;

namespace hipcuff::dicom {

/// Digest of all that objects can take from the image's header: an image that was corrected in the archive gets objects
/// with other UIDs.
[[nodiscard]] std::string sourceDigest(const SourceImage& source);
[[nodiscard]] std::string digestOf(DcmDataset& elements);

/// For content keys: no two lists of texts look the same.
void addText(std::string& content, const std::string& text);
void addNumber(std::string& content, double value);

/// DS: at most 16 characters.
[[nodiscard]] std::string decimal(double value);

/// At most `most` characters of one value of LO, SH or, with ^ and = taken out, of PN.
[[nodiscard]] std::string asOneValue(const std::string& utf8, std::size_t most = 64);
[[nodiscard]] std::string asPersonName(const std::string& utf8);

[[nodiscard]] DcmItem& newItem(DcmItem& in, const DcmTagKey& sequence);

/// Objects of this class have Number of Frames, and references to them a frame number.
[[nodiscard]] bool isMultiframe(const SourceImage& source) noexcept;
[[nodiscard]] bool isMultiframeClass(const std::string& sopClassUid) noexcept;

/// @throws InputError where the source declares no such frame
void checkFrame(const SourceImage& source, int frame);

/// A Source Image Sequence item: image, frame, purpose (121322, DCM). Frames count from 0 here.
void putSourceImage(DcmItem& in, const SourceImage& source, int frame, bool pixelForPixel);

/// Lossy Image Compression with ratio and method, as the source says or, where it says nothing, as its transfer syntax
/// shows: once lossy, always lossy (PS3.3 C.7.6.1.1.5).
void putLossy(DcmDataset& object, const SourceImage& source);

/// General Image and Image Pixel, as far as they are the same for both.
void putImageHead(DcmDataset& object, const ObjectIdentity& identity, const char* imageType);

/// Content of a text element; empty where absent. Trailing spaces are no part of it.
[[nodiscard]] std::string textOf(DcmItem& item, const DcmTagKey& tag);
[[nodiscard]] std::optional<int> numberOf(DcmItem& item, const DcmTagKey& tag);
/// The items of a sequence; none where absent.
[[nodiscard]] std::vector<DcmItem*> itemsOf(DcmItem& item, const DcmTagKey& sequence);

[[nodiscard]] StoredObject storedObject(const std::filesystem::path& path, DcmItem& data);

/// References in an item of Source Image Sequence, one a frame. Empty where it names none.
[[nodiscard]] std::vector<PictureReference> referencesOf(DcmItem& sourceImage);

} // namespace hipcuff::dicom
