#include "quarantine_list.h"

#include "private_files.h"

#include "hipcuff/core/csv.h"

namespace hipcuff::deidentify {

void writeQuarantineList(const std::filesystem::path& file, const std::vector<const Entry*>& quarantined,
                         const std::vector<const Entry*>& decided) {
  std::string text = csvRecord({"decision", "reasons", "said", "original", "held", "sha256", "decided"});
  for (const auto* list : {&quarantined, &decided})
    for (const auto* entry : *list) {
      std::string said;
      for (const auto& reason : entry->reasons)
        said += (said.empty() ? "" : "; ") + reason.said;
      text += csvRecord({"", codesOf(entry->reasons), said, entry->path, entry->place, entry->sha256,
                         entry->decided() ? entry->decision : ""});
    }
  writePrivately(file, text);
}

} // namespace hipcuff::deidentify
