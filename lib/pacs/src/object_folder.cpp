#include "object_folder.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/stored_object.h"

#include <algorithm>
#include <regex>
#include <system_error>

namespace hipcuff::pacs {
namespace {

constexpr std::size_t keyDigits = 16;

/// "img-0123456789ab-seg-" of "img-0123456789ab-seg-0123456789abcdef.dcm"; empty where the name is not one that we
/// give.
std::string beginningOf(const std::string& name) {
  static const std::regex ours("([a-z]+-[0-9a-f]{12}(?:-[0-9]+)?-(?:sr|seg|gsps|sc)-)[0-9a-f]{16}\\.dcm");
  std::smatch parts;
  return std::regex_match(name, parts, ours) ? parts[1].str() : std::string();
}

std::string beginning(dicom::ObjectKind kind, const std::string& subject) {
  return subject + "-" + dicom::toString(kind) + "-";
}

} // namespace

ObjectFolder::ObjectFolder(std::filesystem::path folder)
    : folder_(std::move(folder)) {
  requireWritableFolder(folder_);
  std::error_code failed;
  for (std::filesystem::directory_iterator it(folder_, failed), end; !failed && it != end; it.increment(failed))
    if (auto begin = beginningOf(it->path().filename().string()); !begin.empty())
      there_.emplace(std::move(begin), it->path());
}

ResultObject ObjectFolder::put(dicom::ObjectKind kind, const std::string& subject, const std::string& studyInstanceUid,
                               const dicom::ObjectIdentity& now,
                               const std::function<void(const std::filesystem::path&)>& write) {
  ResultObject out;
  out.kind = kind;
  out.studyInstanceUid = studyInstanceUid;
  out.path = folder_ / (beginning(kind, subject) + now.contentKey.substr(0, keyDigits) + ".dcm");
  std::error_code ignored;
  if (std::filesystem::exists(out.path, ignored)) {
    try {
      const auto stored = dicom::readStoredObject(out.path);
      out.alreadyThere = dicom::belongsTo(stored.sopInstanceUid, stored.date, stored.time, now.contentKey);
      out.sopInstanceUid = stored.sopInstanceUid;
    } catch (const InputError&) {
      // Damaged since: written anew, under a UID of its own time.
    }
  }
  if (!out.alreadyThere) {
    write(out.path);
    out.sopInstanceUid = now.sopInstanceUid;
  }
  clear(kind, subject, out.path);
  return out;
}

bool ObjectFolder::holds(dicom::ObjectKind kind) const {
  const std::string end = beginning(kind, "");
  return std::any_of(there_.begin(), there_.end(), [&](const auto& entry) { return entry.first.ends_with(end); });
}

void ObjectFolder::clear(dicom::ObjectKind kind, const std::string& subject, const std::filesystem::path& keep) {
  const auto [first, last] = there_.equal_range(beginning(kind, subject));
  std::error_code failed;
  for (auto it = first; it != last; ++it)
    if (it->second != keep && !std::filesystem::remove(it->second, failed) && failed)
      throw OutputError(it->second, "an object that no longer holds can't be removed", "remove it by hand");
}

} // namespace hipcuff::pacs
