// Pictures of testdata as the viewer would have them: analysed, with their pixels at hand.
#pragma once

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/error.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/review/image_review.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace hipcuff::review {

inline std::filesystem::path testdata(const std::string& exam) {
  return std::filesystem::path(HIPCUFF_SOURCE_DIR) / "testdata" / exam /
         (exam.ends_with("cine") ? "cine.dcm" : "image.dcm");
}

struct Opened {
  ImageResult result;
  PictureAccess pictures;
  std::shared_ptr<int> decoded = std::make_shared<int>(0); ///< how many frames were asked for

  [[nodiscard]] ImageReview review() const { return {result, pictures, builtinStages(), builtinCriteria()}; }
};

inline PictureAccess accessTo(const std::shared_ptr<const Cine>& cine, std::shared_ptr<int> decoded = nullptr) {
  PictureAccess access;
  access.pane = [cine] {
    const Screen screen = builtinStages().screen->read(*cine, {cine->source->frame(0)});
    if (screen.panes.empty())
      throw InputError(cine->path, "no B-mode area", {});
    return screen.panes.front();
  };
  access.frame = [cine, decoded](int frame) {
    if (decoded)
      ++*decoded;
    return cine->source->frame(frame);
  };
  access.frames = cine->frames;
  return access;
}

/// The cine is analysed by the program as it stands.
inline Opened opened(Cine cine) {
  Opened out;
  SilentProgress silent;
  out.result =
      Analyzer({.stages = builtinStages(), .criteria = builtinCriteria(), .frames = {}}).analyze(cine, silent).front();
  out.pictures = accessTo(std::make_shared<const Cine>(std::move(cine)), out.decoded);
  return out;
}

inline Opened opened(const std::string& exam, const OpenOptions& options = {}) {
  return opened(openCine(testdata(exam), options));
}

inline EditRecord by(Edit edit, int frame = 0) {
  return {std::move(edit), frame, "MK", "2026-11-22T10:00:00Z"};
}

/// The superficial border, or another, moved by so much along the normals, from station to station.
inline Polyline shifted(const ImageResult& image, Border border, double byMm, std::size_t from, std::size_t to) {
  Polyline px;
  for (std::size_t i = from; i <= to; ++i) {
    const TendonStation& s = image.anatomy.tendon.stations.at(i);
    const Point on = border == Border::cortex ? s.cortexMm : border == Border::deep ? s.deepMm : s.superficialMm;
    px.push_back(image.toFullPixels(on + s.normal * byMm));
  }
  return px;
}

inline Polyline outlinePx(const ImageResult& image, const Discontinuity& d) {
  Polyline px;
  for (const Point p : d.polygonMm)
    px.push_back(image.toFullPixels(p));
  return px;
}

} // namespace hipcuff::review
