// What a person's lines do to a tendon's stations. Frame mm throughout; no pixels.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/frame.h"
#include "hipcuff/review/edits.h"

#include <optional>
#include <string>

namespace hipcuff::review {

/// Each gives an empty text where it acted, else what is wrong; then nothing was changed.
struct Surroundings {
  const Frame& frame;
  std::optional<View> view;
  const Criteria& criteria;
};

[[nodiscard]] std::string redraw(Anatomy& anatomy, Border border, const Polyline& mm, const Surroundings& in);
[[nodiscard]] std::string drawTendon(Anatomy& anatomy, const Polyline& cortexMm, const Polyline& superficialMm,
                                     bool arrivesFromLeft, const Surroundings& in);
[[nodiscard]] std::string setExtent(Anatomy& anatomy, Point arrivalMm, Point endMm, const Surroundings& in);

/// Fibre angles as another view has them: none across the fibres, the borders' along them.
void turnTo(Anatomy& anatomy, std::optional<View> view, const Frame& frame);

[[nodiscard]] double heightOf(const TendonStation& station, Border border) noexcept;

/// Where the line through `origin` along `normal` meets the polyline nearest to `nearHeight`, as height over origin;
/// none where it does not. The polyline's ends reach a little further than drawn: they are kept to 0.01 px.
[[nodiscard]] std::optional<double> heightOn(Point origin, Point normal, const Polyline& line, double nearHeight);

} // namespace hipcuff::review
