// From a result in memory to what is drawn over its picture.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"
#include "hipcuff/rendering/overlay_scene.h"

namespace hipcuff {

/// Cortex, borders, facets, discontinuities, unassessable zones, annotations, title, badge and remarks of an image.
/// Badge, colours and what counts as a tear follow the person's class where a person decided; the remarks then say what
/// the program says, and which stages were a plugin's. Annotations are those of ImageResult::frame. No line is
/// `former`: that takes two results.
///
/// @param origin what is pixel (0, 0) of the picture that the scene will lie over: the pane's corner for
///        ImageResult::picture, {0, 0} for the full image. The scene's own picture is left empty.
/// @param angleMaxDeg beyond it darkness can't be read (criterion fibre_angle_max); zones are drawn from it
[[nodiscard]] OverlayScene sceneOf(const ImageResult& image, Point origin, double angleMaxDeg);

/// The scene over the result's own picture, which is in it: ready for OverlayRenderer.
/// @param criteria those of the analysis; fibre_angle_max is read from them
/// @throws InputError where the result has no picture: no frame of the input could be decoded
[[nodiscard]] OverlayScene sceneWithPicture(const ImageResult& image, const Criteria& criteria);

} // namespace hipcuff
