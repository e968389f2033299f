#include "hipcuff/ingest/open.h"

#include "clip.h"
#include "picture.h"
#include "sniff.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/reading.h"

#include <cmath>
#include <sstream>
#include <string>
#include <system_error>

namespace hipcuff {
namespace {

using ingest::Content;

Cine openByContent(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found)
    throw InputError(path, "does not exist", "check the path");
  if (std::filesystem::is_directory(status))
    throw InputError(path, "is a folder, a file was expected", "name the files in it");
  // A pipe or device would be read forever.
  if (!error && !std::filesystem::is_regular_file(status))
    throw InputError(path, "is not a regular file", "save it to a file first");
  switch (const Content content = ingest::sniff(path)) {
  case Content::dicom:
    return openDicom(path);
  case Content::png:
  case Content::jpeg:
  case Content::bmp:
  case Content::tiff:
  case Content::metaImage:
  case Content::nrrd:
    return ingest::openPicture(path, content);
  case Content::clip:
    return ingest::openClip(path);
  case Content::empty:
    throw InputError(path, "is empty", "copy or export it again");
  case Content::dicomDir:
    throw InputError(path, "is a DICOMDIR, not an image", "give its folder or the DICOMDIR as an input of a run");
  case Content::text:
  case Content::unknown:
    throw InputError(path, std::string("is ") + describe(content) + ", not a DICOM object, picture or clip",
                     "HipCuff reads DICOM, PNG, JPEG, BMP, TIFF, MHA, NRRD, MP4 and AVI");
  }
  throw InputError(path, "cannot be read", {});
}

std::string words(Spacing s) {
  std::ostringstream out;
  out << s.x << " x " << s.y << " mm/px";
  return out.str();
}

bool differ(Spacing a, Spacing b) {
  const auto off = [](double u, double v) { return std::abs(u - v) > 0.05 * std::abs(v); };
  return off(a.x, b.x) || off(a.y, b.y);
}

void applyScale(Cine& cine, Spacing given) {
  const auto take = [&](std::optional<Spacing>& mm, std::optional<CalibrationOrigin>& origin, const std::string& what) {
    if (mm && differ(given, *mm))
      cine.problems.push_back("the scale given (" + words(given) + ") is used, although " + what + " says " +
                              words(*mm));
    mm = given;
    origin = CalibrationOrigin::user;
  };
  for (UltrasoundRegion& region : cine.regions)
    if (region.kind == RegionKind::bMode || region.kind == RegionKind::colourDoppler) {
      take(region.mmPerPx, region.origin, "an ultrasound region of the file");
      region.problem.clear();
    }
  take(cine.imageMmPerPx, cine.imageMmOrigin, "the file");
}

} // namespace

Cine openCine(const std::filesystem::path& path, const OpenOptions& options) {
  if (options.mmPerPx) {
    const Spacing s = *options.mmPerPx;
    if (!(s.x > 0) || !(s.y > 0) || !std::isfinite(s.x) || !std::isfinite(s.y))
      throw UsageError("millimetres per pixel must be greater than 0", "for example --mm-per-px 0.08");
  }
  Cine cine = openByContent(path);
  if (options.mmPerPx)
    applyScale(cine, *options.mmPerPx);
  if (options.side)
    cine.side = {options.side, "user"};
  if (options.view)
    cine.view = {options.view, "user"};
  if (options.region)
    cine.bodyRegion = {options.region, "user"};
  return cine;
}

} // namespace hipcuff
