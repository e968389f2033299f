#include "hipcuff/validation/cases.h"

#include <algorithm>

namespace hipcuff::validation {

const char* toString(Unit unit) noexcept {
  switch (unit) {
  case Unit::image:
    return "image";
  case Unit::hip:
    return "hip";
  case Unit::patient:
    break;
  }
  return "patient";
}

const char* toString(Leftover::Kind kind) noexcept {
  switch (kind) {
  case Leftover::Kind::resultWithoutReference:
    return "result_without_reference";
  case Leftover::Kind::referenceWithoutResult:
    return "reference_without_result";
  case Leftover::Kind::failedInput:
    return "failed_input";
  case Leftover::Kind::duplicate:
    return "duplicate";
  case Leftover::Kind::conflict:
    break;
  }
  return "conflict";
}

const Answer* Case::of(const Source& source) const noexcept {
  const auto found =
      std::find_if(answers.begin(), answers.end(), [&](const SourcedAnswer& a) { return a.source == source; });
  return found == answers.end() ? nullptr : &found->answer;
}

const Answer* Case::reference() const noexcept {
  return of({});
}

} // namespace hipcuff::validation
