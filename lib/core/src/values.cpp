// The words of the enumerations: stable, they stand in JSON and CSV.
#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"
#include "hipcuff/core/result.h"
#include "hipcuff/core/review.h"

namespace hipcuff {

const char* toString(Side side) noexcept {
  return side == Side::left ? "L" : "R";
}
const char* toString(View view) noexcept {
  return view == View::longAxis ? "long" : "short";
}
const char* toString(BodyRegion region) noexcept {
  return region == BodyRegion::lateralHip ? "lateral_hip" : "other";
}

const char* toString(CalibrationOrigin origin) noexcept {
  switch (origin) {
  case CalibrationOrigin::ultrasoundRegion:
    return "ultrasound_region";
  case CalibrationOrigin::pixelSpacing:
    return "pixel_spacing";
  case CalibrationOrigin::imageHeader:
    return "image_header";
  case CalibrationOrigin::user:
    return "user";
  }
  return "";
}

const char* toString(RegionKind kind) noexcept {
  switch (kind) {
  case RegionKind::bMode:
    return "b_mode";
  case RegionKind::colourDoppler:
    return "colour_doppler";
  case RegionKind::mMode:
    return "m_mode";
  case RegionKind::spectralDoppler:
    return "spectral_doppler";
  case RegionKind::waveform:
    return "waveform";
  case RegionKind::graphics:
    return "graphics";
  case RegionKind::other:
    return "other";
  }
  return "";
}

const char* toString(FacetKind kind) noexcept {
  switch (kind) {
  case FacetKind::lateral:
    return "lateral";
  case FacetKind::superoposterior:
    return "superoposterior";
  case FacetKind::anterior:
    return "anterior";
  case FacetKind::posterior:
    return "posterior";
  case FacetKind::unknown:
    return "unknown";
  }
  return "";
}

const char* toString(DiscontinuityKind kind) noexcept {
  switch (kind) {
  case DiscontinuityKind::undersurface:
    return "undersurface";
  case DiscontinuityKind::bursal:
    return "bursal";
  case DiscontinuityKind::intrasubstance:
    return "intrasubstance";
  case DiscontinuityKind::fullThickness:
    return "full_thickness";
  }
  return "";
}

const char* toString(GradeClass grade) noexcept {
  switch (grade) {
  case GradeClass::normal:
    return "normal";
  case GradeClass::tendinosis:
    return "tendinosis";
  case GradeClass::partialThickness:
    return "partial_thickness";
  case GradeClass::fullThickness:
    return "full_thickness";
  case GradeClass::notGradable:
    return "not_gradable";
  }
  return "";
}

const char* toString(Verdict verdict) noexcept {
  switch (verdict) {
  case Verdict::accepted:
    return "accepted";
  case Verdict::changed:
    return "changed";
  case Verdict::refused:
    break;
  }
  return "refused";
}

const char* toString(Annotation::Kind kind) noexcept {
  switch (kind) {
  case Annotation::Kind::caliper:
    return "caliper";
  case Annotation::Kind::angle:
    return "angle";
  case Annotation::Kind::text:
    break;
  }
  return "text";
}

const char* toString(Certainty certainty) noexcept {
  switch (certainty) {
  case Certainty::suspected:
    return "suspected";
  case Certainty::persistent:
    return "persistent";
  case Certainty::confirmed:
    return "confirmed";
  }
  return "";
}

const char* toString(Refusal refusal) noexcept {
  switch (refusal) {
  case Refusal::noCalibration:
    return "no_calibration";
  case Refusal::regionUnconfirmed:
    return "region_unconfirmed";
  case Refusal::notAHip:
    return "not_a_hip";
  case Refusal::noBMode:
    return "no_b_mode";
  case Refusal::noCortex:
    return "no_cortex";
  case Refusal::noTendon:
    return "no_tendon";
  case Refusal::tooDark:
    return "too_dark";
  case Refusal::saturated:
    return "saturated";
  case Refusal::colourBox:
    return "colour_box";
  case Refusal::beamTooOblique:
    return "beam_too_oblique";
  case Refusal::textOverTendon:
    return "text_over_tendon";
  case Refusal::viewUnknown:
    return "view_unknown";
  case Refusal::undecodable:
    return "undecodable";
  case Refusal::unsure:
    return "unsure";
  }
  return "";
}

const char* explain(Refusal refusal) noexcept {
  switch (refusal) {
  case Refusal::noCalibration:
    return "The file has no believable millimetres per pixel; give them with --mm-per-px if you know them.";
  case Refusal::regionUnconfirmed:
    return "Nothing in the file says that this is a lateral hip; confirm with --region lateral-hip.";
  case Refusal::notAHip:
    return "The file says that this is another part of the body.";
  case Refusal::noBMode:
    return "No B-mode picture was found on the screen.";
  case Refusal::noCortex:
    return "No bone surface of a trochanter was found; a bright line with a shadow under it is needed.";
  case Refusal::noTendon:
    return "A bone surface was found, but no tendon borders on it.";
  case Refusal::tooDark:
    return "The picture is too dark to judge the tendon; raise the gain and scan again.";
  case Refusal::saturated:
    return "The picture is saturated where the tendon lies; lower the gain and scan again.";
  case Refusal::colourBox:
    return "A colour Doppler box covers the tendon; judge a frame without colour.";
  case Refusal::beamTooOblique:
    return "The beam meets the fibres too obliquely along most of the tendon; rock the probe and scan again.";
  case Refusal::textOverTendon:
    return "Burned-in text or markers cover the tendon.";
  case Refusal::viewUnknown:
    return "Long or short axis is not known; give it with --view.";
  case Refusal::undecodable:
    return "No frame of the file could be decoded.";
  case Refusal::unsure:
    return "The evidence does not tell the classes apart surely enough; scan again, in a second plane or as a cine.";
  }
  return "";
}

const char* toString(TearSubtype::Depth depth) noexcept {
  switch (depth) {
  case TearSubtype::Depth::underQuarter:
    return "under_25";
  case TearSubtype::Depth::quarterToHalf:
    return "25_to_50";
  case TearSubtype::Depth::overHalf:
    return "over_50";
  case TearSubtype::Depth::full:
    return "full";
  }
  return "";
}

int severity(GradeClass grade) noexcept {
  switch (grade) {
  case GradeClass::fullThickness:
    return 4;
  case GradeClass::partialThickness:
    return 3;
  case GradeClass::tendinosis:
    return 2;
  case GradeClass::normal:
    return 1;
  case GradeClass::notGradable:
    return 0;
  }
  return 0;
}

Polyline Tendon::superficialMm() const {
  Polyline line;
  line.reserve(stations.size());
  for (const TendonStation& station : stations)
    line.push_back(station.superficialMm);
  return line;
}

Polyline Tendon::deepMm() const {
  Polyline line;
  line.reserve(stations.size());
  for (const TendonStation& station : stations)
    line.push_back(station.deepMm);
  return line;
}

double Criteria::value(const std::string& key) const {
  const auto found = items.find(key);
  if (found == items.end())
    throw ConfigError({}, "criterion '" + key + "' is missing from criteria '" + name + "'",
                      "add it to the criteria file; docs/methods.md lists all of them");
  return found->second.value;
}

bool HipChange::measurable() const noexcept {
  for (const MeasureChange& m : measures)
    if (m.measurable)
      return true;
  return false;
}

Point ImageResult::toFullPixels(Point mm) const noexcept {
  const double x0 = regionPx ? regionPx->x0 : 0;
  const double y0 = regionPx ? regionPx->y0 : 0;
  return {x0 + mm.x / scale.x, y0 + mm.y / scale.y};
}

} // namespace hipcuff
