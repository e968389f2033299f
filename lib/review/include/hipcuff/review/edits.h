// What a person can do to one picture, as plain values: they can be undone, kept in a journal and written to a result.
//
// All points are full-image pixels (pixel centres at whole numbers), so that an edit outlives a change of the scale.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/geometry.h"
#include "hipcuff/core/review.h"

#include <string>
#include <string_view>
#include <variant>

namespace hipcuff::review {

enum class Border { cortex, deep, superficial };
[[nodiscard]] const char* toString(Border) noexcept; ///< "cortex", "deep", "superficial"

/// On the stretch that the line covers, the border runs along it; elsewhere it stays.
struct RedrawBorder {
  Border border = Border::superficial;
  Polyline px; ///< two points or more
};

/// The tendon anew, where none was found or all of it is wrong: cortex and superficial border from end to end. The
/// underside is the cortex until it is redrawn.
struct DrawTendon {
  Polyline cortexPx;
  Polyline superficialPx;
  bool arrivesFromLeft = true;
};

/// Where the tendon begins (the footprint's edge where it arrives) and ends: nearest points on the cortex. Stations
/// outside are dropped; where it grows, the borders go on as they ran.
struct SetExtent {
  Point arrivalPx;
  Point endPx;
};

struct AddDiscontinuity {
  Polyline px; ///< closed outline
};

/// "Not a tear": what the program took for torn inside the outline is intact.
struct RejectDiscontinuity {
  Polyline px; ///< the outline as it was shown
};

/// Representative frame: the one that is measured and graded.
struct SetFrame {
  int frame = 0;
};
struct SetSide {
  Side side = Side::left;
};
struct SetView {
  View view = View::longAxis;
};
struct SetRegion {
  BodyRegion region = BodyRegion::lateralHip;
};

/// A ruler laid by a person on a picture without millimetres. Pixels are taken to be square.
struct Calibrate {
  Point fromPx;
  Point toPx;
  double mm = 0; ///< > 0
};

/// Adds, or replaces the one with the same id.
struct PutAnnotation {
  Annotation annotation;
};
struct RemoveAnnotation {
  int id = 0;
};

struct Decide {
  Verdict verdict = Verdict::accepted;
  GradeClass grade = GradeClass::notGradable; ///< Verdict::changed only
  std::string subtype;                        ///< Verdict::changed only; may be empty
  std::string reason;                         ///< needed for changed and refused
};

using Edit = std::variant<RedrawBorder, DrawTendon, SetExtent, AddDiscontinuity, RejectDiscontinuity, SetFrame, SetSide,
                          SetView, SetRegion, Calibrate, PutAnnotation, RemoveAnnotation, Decide>;

struct EditRecord {
  Edit edit;
  int frame = 0; ///< the frame that was shown; geometry belongs to it
  std::string by;
  std::string at; ///< ISO 8601, UTC
};

/// One JSON object in one line, e.g. {"do": "redraw_border", "border": "superficial", "px": [[10, 20], ...], ...}.
/// Coordinates are kept to 0.01 px.
/// @throws InputError where editFromJson would refuse it: coordinates not finite or beyond 1,000,000 px, too few points
///         or more than 20,000, numbers below 0, a text of more than 2,000 bytes or not UTF-8, a changed or refused
///         grade without a reason
[[nodiscard]] std::string toJson(const EditRecord& record);
/// @throws InputError where the text is no edit
[[nodiscard]] EditRecord editFromJson(std::string_view text);

/// For people, in a list or a menu: "superficial border redrawn", "marked as not a tear".
[[nodiscard]] std::string describe(const Edit& edit);

} // namespace hipcuff::review
