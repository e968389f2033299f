#include "key_table.h"

#include "hipcuff/core/csv.h"
#include "hipcuff/core/error.h"

#include <sys/stat.h>

namespace hipcuff::deidentify {
namespace {

const std::vector<std::string> head = {"kind", "original", "replacement"};

ConfigError otherSecret(const std::filesystem::path& file) {
  return {file, "the key table was made with another secret", "name another file with --key, or that secret"};
}

} // namespace

KeyTable::KeyTable(std::filesystem::path file, const dicom::Secret& secret)
    : file_(std::move(file)) {
  std::uint64_t whole = 0;
  struct ::stat status {};
  if (::stat(file_.c_str(), &status) == 0 && status.st_size > 0) {
    if (!S_ISREG(status.st_mode))
      throw ConfigError(file_, "the key table is not a regular file", "name another file with --key");
    const auto bytes = contentOf(file_);
    CsvReader csv(bytes);
    const auto first = csv.next();
    if (!first || *first != head)
      throw ConfigError(file_, "is not a key table: its first line is not kind,original,replacement",
                        "name another file with --key: this one is left as it is");
    while (const auto record = csv.next()) {
      if (record->size() != 3 || csv.openQuote())
        throw ConfigError(file_, "line " + std::to_string(csv.line() - 1) + " of the key table has not three cells",
                          "mend it, or name another file with --key");
      const auto& kind = (*record)[0];
      const auto& original = (*record)[1];
      const bool uid = kind.ends_with("UID");
      if (uid && secret.uid(original) != (*record)[2])
        throw otherSecret(file_);
      known_[{kind, original}] = (*record)[2];
    }
    whole = csv.position();
  }
  log_ = std::make_unique<PrivateLog>(file_, whole);
  if (whole == 0)
    log_->append(csvRecord(head));
}

void KeyTable::add(const std::vector<dicom::KeyEntry>& entries) {
  std::string text;
  for (const auto& entry : entries) {
    const std::string kind = dicom::toString(entry.kind);
    const auto [at, isNew] = known_.try_emplace({kind, entry.original}, entry.replacement);
    if (isNew)
      text += csvRecord({kind, entry.original, entry.replacement});
    else if (at->second != entry.replacement)
      throw otherSecret(file_);
  }
  if (text.empty())
    return;
  log_->append(text);
  log_->sync();
}

} // namespace hipcuff::deidentify
