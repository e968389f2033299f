#include "hipcuff/dicom/results/codes.h"

#include <algorithm>
#include <stdexcept>

namespace hipcuff::dicom {

const std::vector<Code>& privateCodes() {
  // A meaning may be mended; a value is never given another sense, and never used again once it is gone.
  static const std::vector<Code> codes = [] {
    std::vector<Code> out;
    const auto add = [&](const char* value, const char* meaning) { out.push_back({value, privateScheme, meaning}); };
    add("A001", "Gluteus medius tendon");
    add("A002", "Discontinuity of tendon");
    add("A003", "Bursal fluid over tendon");
    return out;
  }();
  return codes;
}

const Code& privateCode(const std::string& value) {
  const auto& codes = privateCodes();
  const auto it = std::find_if(codes.begin(), codes.end(), [&](const Code& c) { return c.value == value; });
  if (it == codes.end())
    throw std::out_of_range("no code " + value + " in " + privateScheme);
  return *it;
}

} // namespace hipcuff::dicom
