// A rendered picture as DICOM, for viewers that show nothing else: Secondary Capture Image Storage (DICOM PS3.3 A.8.1)
// for one picture, Multi-frame True Color Secondary Capture Image Storage (A.8.5) for several.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"
#include "hipcuff/dicom/results/identity.h"
#include "hipcuff/dicom/results/source_image.h"
#include "hipcuff/dicom/results/stored_object.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

struct CapturedPicture {
  RgbImage picture;
  int frame = 0; ///< of the source image that it shows, counted from 0
};

struct SecondaryCapture {
  std::vector<CapturedPicture> pictures; ///< at least one; all of one size
  std::string description;               ///< Derivation Description: what was drawn on what
  /// Whether the picture can show who the patient is. A crop to the ultrasound region can't by itself; the whole
  /// screen can.
  bool burnedInIdentity = true;
  /// Only where the picture has the source's pixels one for one: a viewer's ruler on a scaled picture would lie.
  std::optional<Spacing> mmPerPx;
};

/// UIDs and times that this content will have. @throws std::invalid_argument see writeSecondaryCapture
[[nodiscard]] ObjectIdentity identifySecondaryCapture(const SourceImage& source, const SecondaryCapture& capture,
                                                      const Provenance& provenance);

/// Writes the whole file or none. Says that its pixels were lossily compressed once where the source's were.
/// @throws std::invalid_argument no picture, an empty one, or sizes that differ; InputError where a frame is not among
/// those that the source declares, or its character set can't be converted; OutputError
ObjectIdentity writeSecondaryCapture(const std::filesystem::path& path, const SourceImage& source,
                                     const SecondaryCapture& capture, const Provenance& provenance);

/// Which frame of which image a picture shows.
struct PictureReference {
  std::string sopInstanceUid;
  std::optional<int> frame; ///< counted from 0; none: the image has one frame, or all are meant
};

struct StoredSecondaryCapture {
  StoredObject object;
  int rows = 0;
  int columns = 0;
  int frames = 1;
  std::string description;
  std::optional<bool> burnedInIdentity;
  std::vector<PictureReference> shows;
  [[nodiscard]] bool ours() const noexcept { return object.manufacturer == "HipCuff"; }
};

/// Header only: enough to find it again, and to leave it out where pictures to analyse are looked for.
/// @throws InputError; NotForUs where it is no secondary capture
[[nodiscard]] StoredSecondaryCapture readSecondaryCapture(const std::filesystem::path& path);

} // namespace hipcuff::dicom
