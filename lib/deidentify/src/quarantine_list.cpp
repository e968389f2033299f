#include "quarantine_list.h"

#include "private_files.h"

#include "hipcuff/core/csv.h"

namespace hipcuff::deidentify {

void writeQuarantineList(const std::filesystem::path& file, const std::vector<const Entry*>& quarantined) {
  std::string text = csvRecord({"decision", "reasons", "said", "original", "held", "sha256"});
  for (const auto* entry : quarantined) {
    std::string codes, said;
    for (const auto& reason : entry->reasons) {
      codes += (codes.empty() ? "" : " ") + reason.code;
      said += (said.empty() ? "" : "; ") + reason.said;
    }
    text += csvRecord({"", codes, said, entry->path, entry->place, entry->sha256});
  }
  writePrivately(file, text);
}

} // namespace hipcuff::deidentify
