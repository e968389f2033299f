#include "hipcuff/core/figure.h"

namespace hipcuff {

const char* toString(SeriesRole role) noexcept {
  switch (role) {
  case SeriesRole::system:
    return "system";
  case SeriesRole::reader:
    return "reader";
  case SeriesRole::reference:
    return "reference";
  case SeriesRole::chance:
    return "chance";
  case SeriesRole::limit:
    return "limit";
  case SeriesRole::band:
    return "band";
  case SeriesRole::other:
    break;
  }
  return "other";
}

const char* toString(SeriesShape shape) noexcept {
  switch (shape) {
  case SeriesShape::line:
    return "line";
  case SeriesShape::points:
    return "points";
  case SeriesShape::linePoints:
    return "line_points";
  case SeriesShape::bars:
    return "bars";
  case SeriesShape::steps:
    return "steps";
  case SeriesShape::band:
    break;
  }
  return "band";
}

} // namespace hipcuff
