// Finds an identity's marks in texts and in bytes.
#pragma once

#include "hipcuff/dicom/deidentify/identity_check.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

class DcmItem;

namespace hipcuff::dicom {

/// Where a text stands decides what may stand there by chance.
enum class TextPlace {
  free,      ///< any text
  technical, ///< code strings, meanings of published codes, cleaned descriptions: terms are no find
  number,    ///< DS, IS: only as a whole, from 4 characters on
  uid,       ///< UIDs as a whole, IDs and dates within them
};

class IdentitySearch {
public:
  explicit IdentitySearch(const Identity& identity);

  /// @return nullptr where there is none
  [[nodiscard]] const IdentityMark* inText(std::string_view utf8, TextPlace place) const;
  /// Calls found(offset of the mark in `bytes`, mark); each place once.
  /// @param before the byte in front of bytes[0], 0 where there is none
  void inBytes(std::span<const std::uint8_t> bytes,
               const std::function<void(std::size_t, const IdentityMark&)>& found) const;
  [[nodiscard]] std::size_t longestBytes() const noexcept { return longest_; }

private:
  struct Pattern {
    std::string bytes; ///< ASCII letters lower case
    const IdentityMark* mark;
  };
  std::vector<IdentityMark> marks_;
  std::vector<Pattern> patterns_;      ///< by their first two bytes
  std::vector<std::uint32_t> firstOf_; ///< 65537 entries: where each pair of bytes begins in patterns_
  std::size_t longest_ = 0;
};

/// See identityOf().
[[nodiscard]] Identity collectIdentity(DcmItem& dataSet, const Profile& profile);

} // namespace hipcuff::dicom
