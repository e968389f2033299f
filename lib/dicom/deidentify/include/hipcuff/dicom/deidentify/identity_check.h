// Whether anything of the original's identity is left in a file. Knows nothing of how it was de-identified.
#pragma once

#include "hipcuff/dicom/deidentify/profile.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::dicom {

enum class IdentityKind { name, id, birthDate, date, institution, device, uid, address };

[[nodiscard]] const char* toString(IdentityKind kind) noexcept;

/// One string that must not be found again.
struct IdentityMark {
  IdentityKind kind = IdentityKind::id;
  std::string text; ///< UTF-8, case folded
  std::string raw;  ///< as the bytes stand in the original, where its character set is another; else empty
  friend auto operator<=>(const IdentityMark&, const IdentityMark&) = default;
};

struct Identity {
  std::vector<IdentityMark> marks; ///< sorted, each once
};

/// Collects names (parts of at least 3 letters, ideographic and phonetic too) of all persons, IDs, birth date, dates
/// where they are not kept as they are, institutions, addresses, devices and UIDs, from every element at any depth.
/// What `profile` retains is left out.
/// @throws InputError as loadWhole
[[nodiscard]] Identity identityOf(const std::filesystem::path& original, const Profile& profile);

/// Words that someone knows from elsewhere: from an order, or read off the picture.
void addName(Identity& identity, const std::string& utf8Name);

struct IdentityPlace {
  std::string where; ///< "(0040,0275)[1].(0040,0007)", "byte 123 (preamble)", "private element (0009,1001)"
  IdentityKind kind = IdentityKind::id;
  std::string text; ///< what was found: a secret, not for logs. Empty for what is wrong by itself (private elements)
};

/// Looks through every value of every element at any depth, and through all bytes of the file whatever they belong to:
/// preamble, meta header, between and behind elements, inside compressed frames. Empty: nothing found.
/// Words of fewer than 3 letters, and of fewer than 6 bytes inside binary values, are not looked for: they stand
/// everywhere by chance. Terms of ultrasound ("long axis") in coded values are no find, even if someone is called so.
/// @throws InputError as loadWhole
[[nodiscard]] std::vector<IdentityPlace> identityLeftBehind(const std::filesystem::path& file,
                                                            const Identity& identity);

} // namespace hipcuff::dicom
