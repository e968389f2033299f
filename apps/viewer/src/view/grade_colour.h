// One colour a grade (Okabe-Ito, as in the overlays); never without its word beside it.
#pragma once

#include "hipcuff/core/grade.h"

#include <QColor>

namespace hipcuff::viewer {

[[nodiscard]] inline QColor colourOf(GradeClass grade) {
  switch (grade) {
  case GradeClass::normal:
    return {0x00, 0x9e, 0x73};
  case GradeClass::tendinosis:
    return {0xf0, 0xe4, 0x42};
  case GradeClass::partialThickness:
    return {0xe6, 0x9f, 0x00};
  case GradeClass::fullThickness:
    return {0xd5, 0x5e, 0x00};
  case GradeClass::notGradable:
    break;
  }
  return {0xa8, 0xa8, 0xa8};
}

} // namespace hipcuff::viewer
