// A measurement report, as plain values, and as a DICOM object: Comprehensive SR on template TID 1500 "Measurement
// Report" (PS3.16), with TID 1410 groups where a region is outlined and TID 1501 groups elsewhere.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/geometry.h"
#include "hipcuff/dicom/results/codes.h"
#include "hipcuff/dicom/results/identity.h"
#include "hipcuff/dicom/results/source_image.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

struct ImageReference {
  std::string sopClassUid;
  std::string sopInstanceUid;
  std::vector<int> frames; ///< from 0 (the object counts from 1); empty: the whole image
  friend bool operator==(const ImageReference&, const ImageReference&) = default;
};

/// Full-image pixels as everywhere in HipCuff: pixel centres at whole numbers. The object has its origin at the upper
/// left corner of the upper left pixel (PS3.3 C.18.6.1), so half a pixel is added in writing and taken off in reading.
struct Geometry {
  enum class Kind {
    point,
    multipoint,
    polyline, ///< two points: a caliper
    polygon,  ///< closed; the first point does not come again at the end
    circle,   ///< centre, a point on it (as DICOM has it; only ever read)
    ellipse   ///< ends of the major, then of the minor axis (as DICOM has it; only ever read)
  };
  Kind kind = Kind::polygon;
  Polyline px;
  ImageReference image;
  friend bool operator==(const Geometry&, const Geometry&) = default;
};
/// The same place on the grid that the object can hold, 1/64 px: only such points come back as they were.
[[nodiscard]] Polyline onObjectGrid(const Polyline& px);

struct Quantity {
  Code name;
  double value = 0;
  Code unit; ///< UCUM
  friend bool operator==(const Quantity&, const Quantity&) = default;
};

/// A statement in codes.
struct Evaluation {
  Code name;
  Code value;
  friend bool operator==(const Evaluation&, const Evaluation&) = default;
};

/// A statement in words: UTF-8, line feeds allowed.
struct Comment {
  Code name;
  std::string text;
  friend bool operator==(const Comment&, const Comment&) = default;
};

struct Measurement {
  Code name;
  double value = 0;
  Code unit;
  std::optional<Code> derivation;    ///< mean, maximum, minimum, standard deviation (CID 7464)
  std::vector<Evaluation> modifiers; ///< what the name alone does not say, e.g. the facet
  std::optional<double> lower95;     ///< bounds of the 95 % interval, in `unit`
  std::optional<double> upper95;
  std::vector<Quantity> properties;
  std::optional<Geometry> geometry; ///< that it was measured on
  friend bool operator==(const Measurement&, const Measurement&) = default;
};

/// What computed a group's values (TID 4019).
struct Algorithm {
  std::string name;
  std::string version;
  std::vector<std::string> parameters;
  friend bool operator==(const Algorithm&, const Algorithm&) = default;
};

struct MeasurementGroup {
  std::string trackingId;
  std::string trackingUid;
  std::string person; ///< whose statement this group is; empty: the device's
  std::optional<Code> finding;
  std::optional<Algorithm> algorithm;
  std::optional<Code> site;
  std::optional<Side> laterality; ///< of the site
  std::vector<ImageReference> images;
  std::optional<Geometry> region; ///< makes it a TID 1410 group
  std::vector<Measurement> measurements;
  std::vector<Evaluation> evaluations;
  std::vector<Comment> comments;
  friend bool operator==(const MeasurementGroup&, const MeasurementGroup&) = default;
};

struct Device {
  std::string uid;
  std::string name;
  std::string manufacturer;
  std::string model;
  std::string serialNumber;
  friend bool operator==(const Device&, const Device&) = default;
};

/// An image that the report is about, in its image library.
struct LibraryImage {
  ImageReference image; ///< without frames
  std::optional<int> frames;
  std::optional<int> rows;
  std::optional<int> columns;
  std::optional<Side> laterality;
  std::optional<View> view;
  std::optional<Code> calibration;  ///< where its millimetres come from
  std::optional<Spacing> mmPerPx;   ///< none: no millimetres
  std::optional<Code> targetRegion; ///< part of the body
  friend bool operator==(const LibraryImage&, const LibraryImage&) = default;
};

struct MeasurementReport {
  Code language{"en-US", "RFC5646", "English (US)"};
  std::vector<std::string> persons; ///< who reviewed, as they gave their names
  std::optional<Device> device;
  std::vector<Code> procedures;
  std::vector<std::string> conclusions;
  std::vector<LibraryImage> images;
  std::vector<MeasurementGroup> groups;
  std::vector<Evaluation> evaluations; ///< of the whole
  std::vector<Comment> comments;
  friend bool operator==(const MeasurementReport&, const MeasurementReport&) = default;
};

/// All that a report says, as text.
[[nodiscard]] std::string contentOf(const MeasurementReport& report);

/// Who the object with this report is. What it takes over from the images counts, too: a patient's name that was
/// corrected makes it another object. @throws std::invalid_argument as writeMeasurementReport
[[nodiscard]] ObjectIdentity identifyMeasurementReport(const std::vector<SourceImage>& sources,
                                                       const MeasurementReport& report, const Provenance& provenance);

/// Writes the whole file or none.
/// @param identity as identifyMeasurementReport gives it
/// @param sources all images of the study that the report refers to; patient and study are taken from the first
/// @throws std::invalid_argument where the report can't be a valid object: a reference to an image or frame that is not
/// among the sources, sources of two studies or patients, a value that is not finite, a code without value or over
/// DICOM's limits, fewer points than the kind has, text that is not UTF-8; InputError where the patient's name can't
/// become UTF-8 and has to; OutputError
void writeMeasurementReport(const std::filesystem::path& path, const std::vector<SourceImage>& sources,
                            const ObjectIdentity& identity, const Provenance& provenance,
                            const MeasurementReport& report);

/// A measurement report in a file.
struct StoredReport {
  MeasurementReport report;
  std::string sopClassUid;
  std::string sopInstanceUid;
  std::string studyInstanceUid;
  std::string seriesInstanceUid;
  std::string date; ///< DICOM DA of the content
  std::string time;
  std::string manufacturer;
  std::string softwareVersion;
  bool complete = false;
  bool verified = false;
  std::vector<ImageReference> evidence; ///< every instance that the object says it rests on
  /// What of the tree is not in `report`, a line for each: nothing where HipCuff wrote it.
  std::vector<std::string> notUnderstood;
};

/// Anybody's measurement report (TID 1500), as far as it is one.
/// @throws InputError damaged, not DICOM, not a structured report, or a report of another kind
[[nodiscard]] StoredReport readMeasurementReport(const std::filesystem::path& file);

} // namespace hipcuff::dicom
