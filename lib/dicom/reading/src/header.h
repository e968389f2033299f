// What the data set's elements say, taken out of DCMTK's hands at once: nothing of DCMTK outlives readHeader().
#pragma once

#include "hipcuff/dicom/guard/structure.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// A palette as 8 bit colours, ready to look up.
struct Palette {
  int firstMapped = 0;                              ///< the stored value that the first entry belongs to
  std::array<std::vector<std::uint8_t>, 3> entries; ///< red, green, blue; equally long, never empty
};

struct Window {
  double center = 0;
  double width = 0;
  enum class Function { linear, linearExact, sigmoid } function = Function::linear;
};

/// The image as the header declares it.
struct ImageInfo {
  int columns = 0;
  int rows = 0;
  int samples = 1;
  int bitsAllocated = 8;
  int bitsStored = 8;
  int highBit = 7;
  bool isSigned = false;
  bool planar = false;
  std::string photometric;
  std::optional<long> declaredFrames; ///< as in the file, any value
  bool framesUnreadable = false;      ///< Number of Frames is there and is no number
  std::optional<Palette> palette;
  std::string paletteProblem; ///< why there is none
  std::optional<Window> window;
  double slope = 1;
  double intercept = 0;
  bool inverse = false; ///< Presentation LUT Shape INVERSE
  bool hasVoiLut = false;
};

struct CodedConcept {
  std::string value;
  std::string scheme;
  std::string meaning;
  std::vector<CodedConcept> modifiers;
};

/// One item of the region sequence, as in the file. A value that is absent or unreadable is not there.
struct RegionItem {
  std::optional<long> spatialFormat, dataType, unitsX, unitsY;
  std::optional<long> minX0, minY0, maxX1, maxY1;
  std::optional<long> referenceX0, referenceY0;
  std::optional<double> deltaX, deltaY;
};

struct TextField {
  std::string name; ///< "SeriesDescription"
  std::string text; ///< UTF-8
};

struct Header {
  std::string classUid, modality, manufacturer, modelName;
  std::string studyUid, seriesUid, instanceUid, studyDate;
  std::string patientName, patientId, birthDate, accessionNumber; ///< UTF-8
  std::string laterality, imageLaterality, bodyPart;
  std::vector<CodedConcept> anatomicRegions, primaryStructures, views;
  std::vector<TextField> texts;
  ImageInfo image;
  bool hasImage = false; ///< Rows and Columns are there
  std::vector<RegionItem> regions;
  bool sequencesUnreadable = false;       ///< DCMTK refused them; everything else was read without them
  std::vector<double> pixelSpacing;       ///< as in the file: row spacing (y), column spacing (x); empty where absent
  std::vector<double> imagerPixelSpacing; ///< likewise
  bool pixelSpacingUnreadable = false;
  std::optional<double> frameTimeMs, cineRate, displayRate;
  std::vector<double> frameTimeVectorMs;
  std::optional<std::uint32_t> frameIncrementPointer;
  std::vector<std::string> problems;
};

/// What readHeader reads, for walkStructure.
[[nodiscard]] std::span<const Wanted> headerElements() noexcept;

/// @throws InputError where DCMTK can't read the elements
[[nodiscard]] Header readHeader(const Structure& structure);

} // namespace hipcuff::dicom
