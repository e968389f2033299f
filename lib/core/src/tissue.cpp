#include "hipcuff/core/anatomy.h"

namespace hipcuff {

const char* toString(TissueClass c) noexcept {
  switch (c) {
  case TissueClass::other:
    return "other";
  case TissueClass::tendon:
    return "tendon";
  case TissueClass::degenerated:
    return "degenerated";
  case TissueClass::tear:
    return "tear";
  case TissueClass::fluid:
    return "fluid";
  case TissueClass::bone:
    return "bone";
  case TissueClass::freeTendon:
    return "free_tendon";
  }
  return "";
}

} // namespace hipcuff
