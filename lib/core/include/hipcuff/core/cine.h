// What every input becomes: frames on demand, calibration per ultrasound region, and what the file says of itself.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff {

enum class Side { left, right };         ///< of the patient
enum class View { longAxis, shortAxis }; ///< along or across the gluteus medius tendon
enum class BodyRegion { lateralHip, other };
enum class CalibrationOrigin { ultrasoundRegion, pixelSpacing, imageHeader, user };
enum class RegionKind { bMode, colourDoppler, mMode, spectralDoppler, waveform, graphics, other };

[[nodiscard]] const char* toString(Side) noexcept;              ///< "L", "R"
[[nodiscard]] const char* toString(View) noexcept;              ///< "long", "short"
[[nodiscard]] const char* toString(BodyRegion) noexcept;        ///< "lateral_hip", "other"
[[nodiscard]] const char* toString(CalibrationOrigin) noexcept; ///< "ultrasound_region", ...
[[nodiscard]] const char* toString(RegionKind) noexcept;        ///< "b_mode", "colour_doppler", ...

/// A value together with where it was taken from. No value: nobody said; it stays unknown.
template <typename T>
struct Sourced {
  std::optional<T> value;
  std::string origin; ///< e.g. "tag (0020,0060)", "text 'LT HIP' in SeriesDescription", "user"; empty where unknown
  [[nodiscard]] bool known() const noexcept { return value.has_value(); }
};

/// One ultrasound region as the file declares it.
struct UltrasoundRegion {
  RegionKind kind = RegionKind::other;
  PixelBox box;                   ///< inside the picture (clipped where the file's went beyond)
  std::optional<Spacing> mmPerPx; ///< only for kinds that show space on both axes, and only if believable
  std::optional<CalibrationOrigin> origin;
  std::optional<Point> referencePx; ///< reference pixel, full-image coordinates
  std::string problem;              ///< why mmPerPx is absent or the region was changed; empty where all is well
};

/// Frames of one input. Implementations keep at most a few frames in memory however long the cine is.
/// Not thread-safe: one thread at a time, or one source per thread (see clone()).
class FrameSource {
public:
  virtual ~FrameSource() = default;
  /// Frame `index` (0-based) as displayed: RGB, 8 bit, VOI/palette/inversion applied.
  /// @throws InputError where the frame can't be decoded; the other frames may still be readable
  [[nodiscard]] virtual RgbImage frame(int index) = 0;
  /// An independent source over the same file, for another thread.
  [[nodiscard]] virtual std::unique_ptr<FrameSource> clone() const = 0;
};

/// Names and numbers that identify a person. Kept apart so that nothing prints them by accident.
struct Identity {
  std::string patientName; ///< UTF-8
  std::string patientId;
  std::string birthDate; ///< DICOM DA, as stored
  std::string accessionNumber;
};

struct Cine {
  std::filesystem::path path;
  std::string format;   ///< "DICOM", "PNG", "MP4", ...
  std::string sopClass; ///< name, e.g. "Ultrasound Multi-frame Image Storage"; empty where not DICOM
  std::string sopClassUid;
  std::string transferSyntax; ///< name, e.g. "JPEG Baseline"; for pictures and clips the codec's name
  std::string transferSyntaxUid;
  std::string photometric;      ///< as the header says; empty where not DICOM
  std::string studyInstanceUid; ///< empty where not DICOM
  std::string seriesInstanceUid;
  std::string sopInstanceUid;
  std::string studyDate; ///< DICOM DA; empty where unknown
  std::string manufacturer;
  std::string modelName;
  int columns = 0;
  int rows = 0;
  int frames = 0;
  std::optional<std::vector<double>> frameTimes; ///< seconds from the first frame, one a frame; none: unknown
  std::string frameTimesOrigin;                  ///< "Frame Time", "Frame Time Vector", "Cine Rate", "container", ...
  std::vector<UltrasoundRegion> regions;         ///< as declared; empty: none declared
  /// Scale that holds for the whole picture where no region says better (pixel spacing, header, user).
  std::optional<Spacing> imageMmPerPx;
  std::optional<CalibrationOrigin> imageMmOrigin;
  Sourced<Side> side;
  Sourced<View> view;
  Sourced<BodyRegion> bodyRegion;
  std::vector<std::string> problems; ///< readable sentences: what was wrong or doubtful and what was done
  Identity identity;
  std::shared_ptr<FrameSource> source; ///< never null in a Cine that an ingest function returned
};

} // namespace hipcuff
