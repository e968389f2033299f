// One secret maps a whole cohort: same secret, same replacement, with no table in memory or on disk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hipcuff::dicom {

/// Values are HMAC-SHA256 (RFC 2104, FIPS 198-1) of what they replace, keyed by the secret: nobody without the secret
/// can go back or test a guess. Copies share the key, which is wiped with the last of them. Thread-safe.
class Secret {
public:
  /// @throws ConfigError fewer than 16 bytes: guessable
  explicit Secret(std::string_view bytes);
  /// 32 bytes of the system's randomness. @throws std::runtime_error where there is none
  [[nodiscard]] static Secret random();
  /// For the caller who wants to use it again.
  [[nodiscard]] std::string_view bytes() const noexcept;

  /// 2.25.UUID (PS3.5 B.2); empty stays empty.
  [[nodiscard]] std::string uid(std::string_view original) const;
  /// "HC-" and 16 hexadecimal digits.
  /// @param patientKey from patientKey()
  [[nodiscard]] std::string pseudonym(std::string_view patientKey) const;
  /// How many days a patient's dates go back: 1 to 3650.
  [[nodiscard]] int daysBack(std::string_view patientKey) const;

private:
  struct Key;
  std::shared_ptr<const Key> key_;
};

/// What tells patients apart (core/patient_key.h); where nobody is named, the study. All UTF-8.
[[nodiscard]] std::string patientKey(std::string_view id, std::string_view name, std::string_view birthDate,
                                     std::string_view studyUid);

} // namespace hipcuff::dicom
