#include "hipcuff/review/edits.h"

namespace hipcuff::review {

const char* toString(Border border) noexcept {
  switch (border) {
  case Border::cortex:
    return "cortex";
  case Border::deep:
    return "deep";
  case Border::superficial:
    break;
  }
  return "superficial";
}

} // namespace hipcuff::review
