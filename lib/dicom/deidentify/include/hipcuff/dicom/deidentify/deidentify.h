// One DICOM file in, one without its patient's identity out.
#pragma once

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/deidentify/mask.h"
#include "hipcuff/dicom/deidentify/profile.h"
#include "hipcuff/dicom/deidentify/secret.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

enum class KeyKind { patientId, patientName, studyUid, seriesUid, instanceUid, otherUid, daysBack };

[[nodiscard]] const char* toString(KeyKind kind) noexcept;

/// Old and new, for who wants to write a key table. Nothing here is written by itself.
struct KeyEntry {
  KeyKind kind = KeyKind::instanceUid;
  std::string original; ///< UTF-8; for daysBack the patient's original ID
  std::string replacement;
};

struct DeidentifyRequest {
  std::filesystem::path input;
  std::filesystem::path output; ///< appears whole or not at all; may not be the input
  Profile profile;
  std::vector<MaskBox> masks;
  /// The caller has looked at the pixels (as masked) and found no text: Burned In Annotation becomes NO and Clean Pixel
  /// Data is claimed. Otherwise neither is touched.
  bool pixelsAreClean = false;
  /// The caller knows that no face can be made out of them: Recognizable Visual Features becomes NO.
  bool noFeatures = false;
  std::function<void(const KeyEntry&)> key; ///< may be empty; each pair of a file once
  std::uint64_t maxBytes = 4ULL << 30;      ///< larger files are refused
};

struct DeidentifyResult {
  std::size_t removed = 0;        ///< elements that went, private ones included
  std::size_t removedPrivate = 0; ///< of them
  std::size_t emptied = 0;
  std::size_t replaced = 0; ///< by a dummy, a pseudonym or what cleaning left of it
  std::size_t uidsMapped = 0;
  std::size_t datesShifted = 0;
  std::size_t codestreamTexts = 0; ///< comments inside compressed frames, overwritten with zeros
  MaskResult pixels;
  std::string patientPseudonym;
  std::string studyUid, seriesUid, instanceUid; ///< new ones
  std::vector<std::string> problems;            ///< one line each; none of them lets identity through
};

enum class RefusalKind {
  directory, ///< a DICOMDIR
  noObject,  ///< it doesn't say what it is
  document,  ///< an encapsulated document
  opaque,    ///< an object of which nobody can say what is in it: raw data, a voice, a face's surface
  video,     ///< frames that can't be masked without changing all others
  pixels,    ///< its pixels can't be masked
};

[[nodiscard]] const char* toString(RefusalKind kind) noexcept; ///< "directory", "no_object", ...

/// A file that is whole, but can't be de-identified.
class Refused : public InputError {
public:
  Refused(RefusalKind kind, std::filesystem::path path, std::string problem, std::string remedy);
  [[nodiscard]] RefusalKind kind() const noexcept { return kind_; }

private:
  RefusalKind kind_;
};

/// Deterministic: same file, profile, masks and secret give the same data set.
///
/// Memory: values over 4 KiB are copied from file to file unless they change, so a file that needs no masks takes as
/// much as its largest fragment. With masks: uncompressed, the pixel data; compressed, the compressed frames and one
/// decoded frame; MaskMethod::decompressed, all decoded frames (refused over maxBytes).
///
/// What a lossy transfer syntax says of itself is set where the file doesn't: Lossy Image Compression, ratio, method.
/// They stay where frames are stored uncompressed, for what was lost stays lost (PS3.3 C.7.6.1.1.5).
///
/// @throws InputError damaged, not DICOM
/// @throws Refused a DICOMDIR, holds what can't be cleaned, or its pixels can't be masked without changing others (12
/// bit and lossy cases are decompressed; video is refused)
/// @throws OutputError
[[nodiscard]] DeidentifyResult deidentify(const DeidentifyRequest& request, const Secret& secret);

/// The pairs that deidentify() would tell of this file; nothing is written. @throws as deidentify
void keysOf(const std::filesystem::path& input, const Profile& profile, const Secret& secret,
            const std::function<void(const KeyEntry&)>& key);

} // namespace hipcuff::dicom
