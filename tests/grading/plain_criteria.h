// The built-in criteria with coefficients of known effect, so that a new calibration breaks no test.
#pragma once

#include "hipcuff/grading/criteria.h"

namespace hipcuff::test {

inline Criteria plain() {
  Criteria c = builtinCriteria();
  const auto set = [&](const std::string& key, double value) { c.items.at(key).value = value; };
  for (const char* name : {"normal", "tendinosis", "partial", "full"}) {
    set(std::string("calibration_prior_") + name, 0.25);
    set(std::string("prevalence_") + name, 0.25);
  }
  set("calibration_tear_none", -2);
  set("calibration_tear_offset", 0);
  set("calibration_tear_confidence", 1);
  set("calibration_tear_depth", 0);
  set("calibration_tear_length", 0);
  for (const char* unused :
       {"calibration_tear_none_area", "calibration_tear_area", "calibration_tear_share", "calibration_full_share"})
    set(unused, 0);
  set("calibration_full_offset", 0);
  set("calibration_full_confidence", 1);
  set("calibration_tendinosis_offset", 0);
  set("calibration_tendinosis_texture", 1);
  set("calibration_tendinosis_unread", 0);
  set("calibration_border_doubt", 1);
  set("unsure_confidence_min", 0.5);
  return c;
}

} // namespace hipcuff::test
