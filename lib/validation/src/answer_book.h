// The answers of all sources on one thing, with what contradicts itself taken out.
#pragma once

#include "hipcuff/validation/match.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace hipcuff::validation {

struct AnswerBook {
  std::map<Source, Answer> answers;
  std::set<Source> contradictory; ///< sources that said two things and are not used
  std::optional<bool> verified;
};

class BookKeeper {
public:
  BookKeeper(const Reference& reference, const MatchOptions& options, std::vector<Leftover>& leftovers)
      : reference_(reference)
      , options_(options)
      , leftovers_(leftovers) {}

  /// @param frame which frame of a cine the program looked at
  [[nodiscard]] AnswerBook read(const std::vector<std::uint32_t>& entries, const std::optional<int>& frame);
  /// A hip from its images, a patient from its hips. What is contradictory in a part is so in the whole.
  [[nodiscard]] static AnswerBook worst(const std::vector<AnswerBook>& parts);
  /// Sources that `direct` has an answer of keep it; the others come from `parts`.
  [[nodiscard]] static AnswerBook over(AnswerBook direct, AnswerBook parts);

private:
  void note(Leftover::Kind kind, const ReferenceEntry& first, const ReferenceEntry& second, const std::string& why);
  void noteOtherFrame(const ReferenceEntry& entry, int frame);

  const Reference& reference_;
  const MatchOptions& options_;
  std::vector<Leftover>& leftovers_;
};

/// Which of the sources is the reference standard.
class StandardRule {
public:
  /// @throws UsageError where the reference has no such reader
  StandardRule(const Reference& reference, const MatchOptions& options);

  /// Whether the book says anything of the standard.
  [[nodiscard]] bool speaks(const AnswerBook& book) const;
  /// Takes the standard's classes of parts that were not verified away where other parts were: they are presumed, and
  /// must not become the whole's. @return whether there were such parts
  [[nodiscard]] bool leaveOutPresumed(std::vector<AnswerBook>& parts) const;
  /// The standard's answer first, then the others by name and reading. Ties are counted.
  [[nodiscard]] std::vector<SourcedAnswer> apply(AnswerBook book, const std::string& what,
                                                 std::vector<Leftover>& leftovers);
  void warn(std::vector<std::string>& warnings) const;

private:
  enum class Kind { unnamed, majority, reader };
  Kind kind_ = Kind::unnamed;
  std::string name_;
  bool named_ = false;   ///< any answer names a reader
  bool any_ = false;     ///< any row is the standard's
  bool unnamed_ = false; ///< rows without reader while another one is the standard
  std::size_t ties_ = 0;
  std::size_t unverified_ = 0;
};

/// What an entry says of the frame that was looked at: of a cine's truth the nearest thing there is, of what holds for
/// its own frames only (exactFrames) just that.
/// @param anyFrame see MatchOptions
[[nodiscard]] Answer answerOf(const ReferenceEntry& entry, const std::optional<int>& frame, bool anyFrame = false);

struct ReferenceMask {
  std::filesystem::path file; ///< empty: none
  LabelCoding coding{};
  std::optional<SegmentChoice> segments{};
};
[[nodiscard]] ReferenceMask maskOf(const ReferenceEntry& entry, const std::optional<int>& frame);
/// "frame 12", "frames 3, 12": those that the entry speaks of.
[[nodiscard]] std::string framesOf(const ReferenceEntry& entry);

} // namespace hipcuff::validation
