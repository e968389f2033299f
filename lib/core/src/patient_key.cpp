#include "hipcuff/core/patient_key.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/folded_text.h"

#include <charconv>

namespace hipcuff {
namespace {

constexpr std::string_view storedPrefix = "patient ";

} // namespace

std::string patientKey(std::string_view id, std::string_view name, std::string_view birthDate) {
  const auto foldedId = foldText(id);
  if (!foldedId.empty())
    return "id:" + foldedId;
  const auto foldedName = foldText(name);
  const auto foldedBirth = foldText(birthDate);
  if (foldedName.empty() && foldedBirth.empty())
    return {};
  return "name:" + foldedName + "\n" + foldedBirth;
}

std::string patientDigest(std::string_view id, std::string_view name, std::string_view birthDate) {
  const auto key = patientKey(id, name, birthDate);
  return key.empty() ? key : sha256(key);
}

std::string storedPatient(int number) {
  return std::string(storedPrefix) + std::to_string(number);
}

std::optional<int> storedPatientNumber(std::string_view key) noexcept {
  if (!key.starts_with(storedPrefix))
    return std::nullopt;
  key.remove_prefix(storedPrefix.size());
  int number = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
  return error == std::errc() && end == key.data() + key.size() && number > 0 ? std::optional(number) : std::nullopt;
}

} // namespace hipcuff
