// Forgot to link what it uses.
#include "hipcuff/plugin/module.h"

namespace elsewhere {
int forgotten(double);
}

static hipcuff::plugin::Provided make(const hipcuff::plugin::Setup&) {
  if (elsewhere::forgotten(1.0) > 0)
    throw std::runtime_error("never");
  return {};
}
HIPCUFF_PLUGIN(make)
