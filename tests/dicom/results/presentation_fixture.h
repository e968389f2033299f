// Images with a bright ridge, and results whose superficial border runs along it.
#pragma once

#include "../dicom_builder.h"
#include "hipcuff/core/result.h"
#include "hipcuff/dicom/results/image_presentation.h"
#include "hipcuff/dicom/writing/us_image.h"

#include <cmath>
#include <filesystem>
#include <string>

namespace testpresentation {

using namespace hipcuff;

inline constexpr int columns = 320;
inline constexpr int rows = 240;

/// Middle of the ridge, in pixels whose centres are whole numbers.
inline double ridgeRow(double x) {
  return 80.3 + 14 * std::sin(x / 45);
}

inline RgbImage ridgePicture(bool colour) {
  RgbImage image(columns, rows);
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      const double away = y - ridgeRow(x);
      const auto grey = static_cast<std::uint8_t>(20 + 200 * std::exp(-away * away / 4));
      auto* p = &image.at(x, y);
      p[0] = grey;
      p[1] = colour ? static_cast<std::uint8_t>(grey * 0.9) : grey;
      p[2] = colour ? static_cast<std::uint8_t>(grey * 0.7) : grey;
    }
  return image;
}

inline std::filesystem::path writeImage(const std::filesystem::path& file, bool colour, int frames) {
  dicom::UsImageToWrite image;
  image.studyUid = "1.2.826.0.1.5";
  image.seriesUid = "1.2.826.0.1.5.1";
  image.sopUid = "1.2.826.0.1.5.1.1";
  image.patientName = "Muster^Erika";
  image.patientId = "P1";
  image.studyId = "7";
  image.date = "20260131";
  image.time = "093000";
  image.manufacturer = "test";
  image.modelName = "test";
  image.region = {{10, 10, columns - 11, rows - 11}, {0.15, 0.15}, 12};
  image.columns = columns;
  image.rows = rows;
  image.frames = frames;
  image.colour = colour;
  dicom::writeUsImage(file, image, [&](int) { return ridgePicture(colour); });
  return file;
}

inline dicom::Provenance made() {
  dicom::Provenance out;
  out.version = "1.2.3";
  out.settings = "criteria";
  out.created = "2026-01-31T09:30:05Z";
  return out;
}

/// A tendon under the ridge, 40 px thick, in the given part of the picture; with millimetres.
inline ImageResult resultIn(const PixelBox& pane, int frames) {
  ImageResult image;
  image.rows = rows;
  image.columns = columns;
  image.frames = frames;
  image.frame = frames > 1 ? 2 : 0;
  image.regionPx = pane;
  image.mmPerPx = Spacing{0.15, 0.15};
  image.scale = *image.mmPerPx;
  const auto toMm = [&](double x, double y) { return Point{(x - pane.x0) * 0.15, (y - pane.y0) * 0.15}; };
  CortexSegment bone;
  for (int x = pane.x0 + 2; x <= pane.x1 - 2; ++x)
    bone.interfaceMm.push_back(toMm(x, ridgeRow(x) + 40));
  bone.ridgeMm = bone.interfaceMm;
  image.anatomy.cortex.segments = {bone};
  image.anatomy.cortex.confidence = 0.9;
  auto& stations = image.anatomy.tendon.stations;
  for (int x = pane.x0 + 20; x <= pane.x1 - 20; x += 2) {
    TendonStation s;
    s.positionMm = stations.empty() ? 0 : stations.back().positionMm + 0.3;
    s.cortexMm = s.deepMm = toMm(x, ridgeRow(x) + 40);
    s.superficialMm = toMm(x, ridgeRow(x));
    s.normal = {0, -1};
    s.superficialInferred = x > pane.x1 - 50;
    stations.push_back(s);
    ThicknessSample sample;
    sample.positionMm = s.positionMm;
    sample.valueMm = 6 - 0.01 * std::abs(x - (pane.x0 + pane.x1) / 2.0);
    sample.lowerMm = sample.valueMm - 0.3;
    sample.upperMm = sample.valueMm + 0.4;
    image.measurements.thickness.profile.push_back(sample);
  }
  image.measurements.thickness.sites = {{5, image.measurements.thickness.profile[17], {}}, {10, {}, "not seen"}};
  Discontinuity tear;
  tear.kind = DiscontinuityKind::undersurface;
  tear.beginMm = 6;
  tear.endMm = 9;
  tear.lengthMm = 3;
  tear.depthMm = 3;
  tear.depthFraction = 0.5;
  const double x0 = pane.x0 + 20 + 40;
  for (const double x : {x0, x0 + 20})
    tear.polygonMm.push_back(toMm(x, ridgeRow(x) + 40));
  for (const double x : {x0 + 20, x0})
    tear.polygonMm.push_back(toMm(x, ridgeRow(x) + 20));
  image.measurements.discontinuities = {tear};
  image.grade.grade = GradeClass::partialThickness;
  image.grade.subtype = "undersurface";
  image.grade.confidence = 0.82;
  return image;
}

inline PixelBox wholePane() {
  return {10, 10, columns - 11, rows - 11};
}

inline dicom::Presentation presentationIn(const dicom::SourceImage& source) {
  const auto image = resultIn(wholePane(), source.frames);
  return dicom::presentationOf(source, {&image}, "9.8.7");
}

} // namespace testpresentation
