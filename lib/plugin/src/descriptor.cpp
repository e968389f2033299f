#include "hipcuff/plugin/descriptor.h"
#include "hipcuff/plugin/guard.h"
#include "hipcuff/plugin/plugins.h"

namespace hipcuff::plugin {

const char* toString(Extension extension) noexcept {
  switch (extension) {
  case Extension::cortex:
    return "cortex";
  case Extension::tendon:
    return "tendon";
  case Extension::discontinuities:
    return "discontinuities";
  case Extension::grader:
    return "grader";
  case Extension::exporter:
    return "exporter";
  }
  return "";
}

const char* toString(ValueType type) noexcept {
  switch (type) {
  case ValueType::flag:
    return "flag";
  case ValueType::integer:
    return "integer";
  case ValueType::number:
    return "number";
  case ValueType::text:
    return "text";
  case ValueType::file:
    return "file";
  }
  return "";
}

} // namespace hipcuff::plugin
