#include "hipcuff/measurement/picture_quality.h"

#include "band.h"
#include "band_filters.h"
#include "findings.h"
#include "levels.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {

namespace {

constexpr double viewStepMm = 0.2; // levels and shares need no finer one
constexpr double leastViewMm2 = 1.0;

struct TendonView {
  double masked = 0;     ///< part of the band that is not usable, apart from a colour box
  double coloured = 0;   ///< part of the band inside the colour box
  double saturated = 0;  ///< part of the usable band at the top of the grey scale
  double range = 0;      ///< upper level of the tendon (or of the tissue above) over the floor, in grey
  double assessable = 0; ///< part of the band whose fibre angle allows reading darkness, or is unknown
  bool seen = false;     ///< enough usable band to judge levels
};

bool covers(const PixelBox& box, Point px) {
  return box.contains(static_cast<int>(std::lround(px.x)), static_cast<int>(std::lround(px.y)));
}

TendonView lookAt(const Frame& frame, const WorkingFrame& working, const Band& band, const Pane& pane,
                  const Criteria& criteria) {
  TendonView view;
  const double white = criteria.value("saturated_grey");
  const double maxAngle = criteria.value("fibre_angle_max");
  int asked = 0;
  int assessable = 0;
  int masked = 0;
  int coloured = 0;
  int usable = 0;
  int saturated = 0;
  for (int x = 0; x < band.width(); ++x)
    for (int y = band.rowAt(0.2); y <= band.rowAt(band[x].thicknessMm - 0.2); ++y) {
      ++asked;
      assessable += !band[x].angleKnown || band.angleAt(x, band.heightMm(y)) <= maxAngle ? 1 : 0;
      if (pane.colourBox && covers(*pane.colourBox, frame.toFullPixels(band.toMm(x, band.heightMm(y))))) {
        ++coloured;
      } else if (!band.usable.at(x, y)) {
        ++masked;
      } else {
        ++usable;
        saturated += band.grey.at(x, y) >= white ? 1 : 0;
      }
    }
  if (asked == 0)
    return view;
  view.assessable = static_cast<double>(assessable) / asked;
  view.masked = static_cast<double>(masked) / asked;
  view.coloured = static_cast<double>(coloured) / asked;
  const double least = leastViewMm2 / (band.stepMm * band.stepMm); // pixels
  view.seen = usable > least;
  if (!view.seen)
    return view;
  view.saturated = static_cast<double>(saturated) / usable;
  // The tendon's upper level or, where it is gone, that of the tissue above.
  const Mask mask = tendonMask(band, 0.2, 0.2);
  const auto pixels = [&](double mm) { return static_cast<int>(std::lround(mm / band.stepMm)); };
  const FloatImage smooth = boxMean(band.grey, mask, pixels(0.5), pixels(0.2), static_cast<int>(0.1 * least), -1.0F);
  std::vector<float> values;
  std::vector<float> above;
  for (int y = 0; y < band.height(); ++y)
    for (int x = 0; x < band.width(); ++x) {
      if (mask.at(x, y) && smooth.at(x, y) >= 0)
        values.push_back(smooth.at(x, y));
      const double over = band.heightMm(y) - band[x].thicknessMm;
      if (over > 0.5 && over < 6.0 && band.usable.at(x, y))
        above.push_back(band.grey.at(x, y));
    }
  if (!values.empty())
    view.range = quantile(values, 0.75);
  if (static_cast<double>(above.size()) >= 2 * least)
    view.range = std::max<double>(view.range, quantile(above, 0.5));
  view.range -= floorLevel(frame, working, band);
  return view;
}

/// Where no tendon was found: part of what lies on the bone, where it would be, that a colour box or text hides.
struct Hidden {
  double coloured = 0;
  double masked = 0;
};

Hidden hiddenOverBone(const Frame& frame, const WorkingFrame& working, const Cortex& cortex, const Pane& pane) {
  constexpr double reachMm = 6; // tendons are rarely thicker
  int asked = 0;
  int coloured = 0;
  int masked = 0;
  for (const CortexSegment& segment : cortex.segments)
    for (const Point& bone : resampled(segment.interfaceMm, 1.0))
      for (double height = 0.5; height <= reachMm; height += 0.5) {
        const Point at = bone - frame.beamAt(bone) * height;
        const Point g = working.toGrid(at);
        const long x = std::lround(g.x);
        const long y = std::lround(g.y);
        if (x < 0 || y < 0 || x >= working.grey.width || y >= working.grey.height)
          continue;
        ++asked;
        if (pane.colourBox && covers(*pane.colourBox, frame.toFullPixels(at)))
          ++coloured;
        else
          masked += working.usable.at(static_cast<int>(x), static_cast<int>(y)) ? 0 : 1;
      }
  return asked == 0 ? Hidden{} : Hidden{static_cast<double>(coloured) / asked, static_cast<double>(masked) / asked};
}

} // namespace

std::vector<Refusal> checkPicture(const Frame& frame, const WorkingFrame& working, const Anatomy& anatomy,
                                  const Pane& pane, const Criteria& criteria) {
  std::vector<Refusal> out;
  const auto refuseIf = [&](bool condition, Refusal refusal) {
    if (condition)
      out.push_back(refusal);
  };
  const Tendon& tendon = anatomy.tendon;
  const bool noCortex =
      anatomy.cortex.segments.empty() || anatomy.cortex.confidence < criteria.value("cortex_confidence_min");
  const double tendonLength =
      tendon.found() ? tendon.stations.back().positionMm - tendon.stations.front().positionMm : 0.0;
  // Muscle lies straight on many bones. Where the bone is no trochanter by its shape, the tendon must be the plainer.
  const bool unlike = anatomy.cortex.trochanterLikeness < criteria.value("trochanter_likeness_min");
  const double surest = criteria.value(unlike ? "tendon_confidence_min_unlike" : "tendon_confidence_min");
  const bool noTendon =
      !tendon.found() || tendon.confidence < surest || tendonLength < criteria.value("tendon_length_min");
  refuseIf(noCortex, Refusal::noCortex);
  refuseIf(!noCortex && noTendon, Refusal::noTendon);

  const Band band = unroll(frame, working, tendon, {.stepMm = viewStepMm});
  if (band.empty()) {
    // Nothing to look at closely: say what the whole picture shows, as it may be why nothing was found.
    std::vector<float> values;
    int saturated = 0;
    for (std::size_t i = 0; i < working.grey.data.size(); i += 7)
      if (working.usable.data[i]) {
        values.push_back(working.grey.data[i]);
        saturated += working.grey.data[i] >= criteria.value("saturated_grey") ? 1 : 0;
      }
    if (!values.empty()) {
      refuseIf(quantile(values, 0.98) < criteria.value("grey_range_min"), Refusal::tooDark);
      refuseIf(saturated > criteria.value("saturated_fraction_max") * static_cast<double>(values.size()),
               Refusal::saturated);
    }
    const double paneArea = static_cast<double>(pane.box.width()) * pane.box.height();
    const Hidden hidden = hiddenOverBone(frame, working, anatomy.cortex, pane);
    const bool wide = pane.colourBox && paneArea > 0 &&
                      static_cast<double>(pane.colourBox->width()) * pane.colourBox->height() >
                          criteria.value("colour_box_pane_max") * paneArea;
    refuseIf(wide || hidden.coloured > criteria.value("colour_box_tendon_max"), Refusal::colourBox);
    refuseIf(hidden.masked > criteria.value("masked_tendon_max"), Refusal::textOverTendon);
    return out;
  }

  const TendonView view = lookAt(frame, working, band, pane, criteria);
  refuseIf(view.seen && view.range < criteria.value("grey_range_min"), Refusal::tooDark);
  refuseIf(view.seen && view.saturated > criteria.value("saturated_fraction_max"), Refusal::saturated);
  refuseIf(view.coloured > criteria.value("colour_box_tendon_max"), Refusal::colourBox);
  refuseIf(view.masked > criteria.value("masked_tendon_max"), Refusal::textOverTendon);
  const auto assessable = assessableFraction(tendon, criteria.value("fibre_angle_max"));
  refuseIf(assessable && std::max(*assessable, view.assessable) < criteria.value("assessable_fraction_min"),
           Refusal::beamTooOblique);
  return out;
}

} // namespace hipcuff
