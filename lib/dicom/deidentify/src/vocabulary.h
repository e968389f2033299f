// Words that name no one: what descriptions may keep, and what is no find even if someone is called so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::dicom {

/// A folded word of the anatomy, scanning and sequence terms of ultrasound, or one that our own output holds.
[[nodiscard]] bool isTechnicalTerm(std::string_view foldedWord) noexcept;

/// Words that stand in many institutions' names and so give none away.
[[nodiscard]] bool isGenericInstitutionWord(std::string_view foldedWord) noexcept;

/// Whether codes of this scheme are published: their meanings are no free text.
[[nodiscard]] bool isPublicScheme(std::string_view designator) noexcept;

/// The words of `utf8` that are ASCII terms (or in `more`, folded), in upper case as a description is usually written;
/// none that is in `never`. No numbers: day, month and year have two digits each.
[[nodiscard]] std::string keepTerms(std::string_view utf8, const std::vector<std::string>& more,
                                    const std::vector<std::string>& never);

/// The meaning of a published code as it is where every word of it is a word of such meanings; else those words of it
/// alone, in upper case. Of numbers, one of two digits may stay. Terms of ultrasound stay although they are in `never`.
[[nodiscard]] std::string keepMeaning(std::string_view utf8, const std::vector<std::string>& more,
                                      const std::vector<std::string>& never);

/// Whether a code's value can be a published code's: what is spelt in four letters or more is a known word.
[[nodiscard]] bool isCodeValue(std::string_view utf8);

} // namespace hipcuff::dicom
