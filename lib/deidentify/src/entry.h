// What became of one input: a line of the journal, and all that reports are made from.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/deidentify/profile_file.h"
#include "hipcuff/dicom/deidentify/mask.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::deidentify {

enum class State {
  out,     ///< passed all checks
  held,    ///< quarantined; what would have gone out is in held/
  refused, ///< quarantined; nothing could be made of it
  copy,    ///< the same object as another input
};

[[nodiscard]] const char* toString(State state) noexcept;

/// Why something is in quarantine. No text of the original in it.
struct Reason {
  std::string code; ///< "text_over_tissue"
  std::string said; ///< one sentence
};

struct Entry {
  std::string path; ///< of the original
  std::uint64_t size = 0;
  std::int64_t modified = 0; ///< ns
  State state = State::refused;
  std::vector<Reason> reasons;
  std::string uid;   ///< new SOP Instance UID
  std::string place; ///< relative to OUT (out) or to the quarantine folder (held)
  std::string sha256;
  std::uint64_t bytes = 0;
  // what it was made with
  std::string version;
  std::string reader;   ///< languages of the OCR; "none"
  std::string decision; ///< "", "mask", "release", "release-identity"
  // A release is bound to what the person saw: other bytes or another reason, and it is void.
  bool maskTissue = false; ///< a person had masked what was found over tissue, at whatever cost
  std::string looked;      ///< released: SHA-256 of what was looked at
  std::string lookedFor;   ///< released: codes of the reasons that it was held for
  std::string boxes;       ///< the profile's boxes that hit it
  // what it is
  std::string sopClass, transferSyntax, modality, manufacturer, model;
  int columns = 0, rows = 0, frames = 0;
  bool picture = false;
  std::string patient; ///< new ID
  std::string person;  ///< name, birth date and issuer of the ID, by the secret: the same for the same
  // what was done
  std::size_t removed = 0, removedPrivate = 0, emptied = 0, replaced = 0, uidsMapped = 0, datesShifted = 0,
              codestreamTexts = 0;
  std::string method = "none", said;
  int framesTouched = 0;
  std::vector<dicom::MaskBox> changed;
  std::vector<PixelBox> doubted;
  std::optional<double> shareOfBmode;
  bool pixelsClaimedClean = false;
  std::string letters = "none"; ///< the OCR's answer; "none": not asked
  std::string readBy;
  int framesRead = 0;
  // for the contact sheet
  int shownFrame = 0;
  bool hasBefore = false, hasAfter = false;

  [[nodiscard]] bool decided() const noexcept { return state == State::out && !decision.empty(); }
  [[nodiscard]] bool quarantined() const noexcept { return state == State::held || state == State::refused; }
};

[[nodiscard]] bool isRelease(const std::string& decision) noexcept;
/// The codes with a blank between them.
[[nodiscard]] std::string codesOf(const std::vector<Reason>& reasons);
[[nodiscard]] bool isIdentity(const Reason& reason) noexcept;

[[nodiscard]] std::string lineOf(const Entry& entry);
/// None: not such a line.
[[nodiscard]] std::optional<Entry> entryOf(const std::string& line);

/// The boxes of the profile that hit such a picture.
[[nodiscard]] std::vector<PixelBox> boxesFor(const CohortProfile& profile, const Entry& entry);
[[nodiscard]] std::string asText(const std::vector<PixelBox>& boxes);

} // namespace hipcuff::deidentify
