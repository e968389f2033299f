// Presentation states (DICOM PS3.3 A.33): lines and texts over an image that itself stays as it is. Grey images get a
// Grayscale Softcopy Presentation State (A.33.1), colour ones a Color Softcopy Presentation State (A.33.2).
//
// Coordinates here are those of the rest of HipCuff: full-image pixels, pixel centres at whole numbers; frames count
// from 0. In the file the upper left corner of the upper left pixel is 0\0 (C.10.5, PIXEL) and frames count from 1.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/dicom/results/identity.h"
#include "hipcuff/dicom/results/source_image.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// As far as a Graphic Data element of explicit VR reaches: 65534 bytes, two floats a point.
inline constexpr std::size_t maxGraphicPoints = 8191;
/// Of Unformatted Text Value (ST), in characters.
inline constexpr std::size_t maxTextCharacters = 1024;

/// Drawn in the order in which they are listed, the last on top.
struct PresentationLayer {
  std::string name;                               ///< CS: up to 16 capitals, digits, spaces and underscores
  std::string description;                        ///< LO: up to 64 characters
  std::array<std::uint8_t, 3> rgb{255, 255, 255}; ///< sRGB
  friend bool operator==(const PresentationLayer&, const PresentationLayer&) = default;
};

/// C.10.5: circle is centre and a point on it; ellipse the ends of the major and of the minor axis; interpolated a
/// smooth line through the points.
enum class GraphicShape { point, polyline, interpolated, circle, ellipse };
[[nodiscard]] const char* toString(GraphicShape) noexcept; ///< "POINT", "POLYLINE", ...

struct PresentationGraphic {
  std::string layer;
  GraphicShape shape = GraphicShape::polyline;
  Polyline px; ///< closed where the last point is the first; stored in single precision
  bool dashed = false;
  bool filled = false;
  std::string image{};       ///< SOP Instance UID; empty: every image that the object is about
  std::vector<int> frames{}; ///< ascending; empty: all of them
  friend bool operator==(const PresentationGraphic&, const PresentationGraphic&) = default;
};

/// Upper left and lower right corner.
struct TextBox {
  Point begin;
  Point end;
  friend bool operator==(const TextBox&, const TextBox&) = default;
};

struct PresentationText {
  std::string layer;
  std::string text;              ///< UTF-8, '\n' between lines, up to maxTextCharacters
  std::optional<TextBox> box{};  ///< box or anchor or both
  std::optional<Point> anchor{}; ///< what it speaks of
  bool anchorShown = false;      ///< a line leads from the text to its anchor
  std::string image{};           ///< as above
  std::vector<int> frames{};     ///< as above
  friend bool operator==(const PresentationText&, const PresentationText&) = default;
};

struct Presentation {
  std::string label = "HIPCUFF"; ///< CS: up to 16
  std::string description;       ///< LO: up to 64 characters
  std::string creator;           ///< a person's name, as they gave it; empty: no person
  std::vector<PresentationLayer> layers;
  std::vector<PresentationGraphic> graphics;
  std::vector<PresentationText> texts;
  friend bool operator==(const Presentation&, const Presentation&) = default;
};

/// Who the object would be: to look for it before writing it again. Names in the image's header count as content: an
/// image that was corrected in the archive gets an object with another UID.
[[nodiscard]] ObjectIdentity presentationIdentity(const SourceImage& source, const Presentation& presentation,
                                                  const Provenance& provenance);

/// One object about one image, in series 9003. Same arguments, same bytes.
/// @throws OutputError; std::invalid_argument where the presentation can't be one (a layer that is not listed, points
///         outside of the image or too many, frames it hasn't, texts too long); InputError where a text is not ASCII
///         and the image's character set can't be converted
ObjectIdentity writePresentation(const std::filesystem::path& path, const SourceImage& source,
                                 const Presentation& presentation, const Provenance& provenance);

struct PresentedImage {
  std::string seriesInstanceUid;
  std::string sopClassUid;
  std::string sopInstanceUid;
  std::vector<int> frames; ///< from 0; empty: all
  friend bool operator==(const PresentedImage&, const PresentedImage&) = default;
};

struct ReadPresentation {
  Presentation presentation;
  bool colour = false; ///< Color rather than Grayscale Softcopy Presentation State
  std::string studyInstanceUid;
  std::string seriesInstanceUid;
  std::string sopInstanceUid;
  std::string manufacturer;
  std::string date; ///< Presentation Creation Date, DICOM DA
  std::string time;
  std::vector<PresentedImage> images;
  /// What the object holds besides and what was left out because of it, one sentence each. Empty for our own.
  std::vector<std::string> leftOut;
};

/// Ours and others'. Of others' what lies over the picture and can be told in pixels is read: graphics and texts in
/// PIXEL units, or in DISPLAY units where the displayed area is fixed and neither turned nor flipped.
/// @throws InputError no DICOM, damaged, or no softcopy presentation state of these two kinds
[[nodiscard]] ReadPresentation readPresentation(const std::filesystem::path& path);

} // namespace hipcuff::dicom
