#include "object_folder.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/stored_object.h"

#include <algorithm>
#include <regex>
#include <system_error>

namespace hipcuff::pacs {
namespace {

constexpr std::size_t keyDigits = 16;

/// Parts: "img-0123456789ab-seg-", "img-0123456789ab".
std::string part(const std::string& name, std::size_t index) {
  static const std::regex ours("(([a-z]+-[0-9a-f]{12}(?:-[0-9]+)?)-(?:sr|seg|gsps|sc)-)[0-9a-f]{16}\\.dcm");
  std::smatch parts;
  return std::regex_match(name, parts, ours) ? parts[index].str() : std::string();
}

std::string beginning(dicom::ObjectKind kind, const std::string& subject) {
  return subject + "-" + dicom::toString(kind) + "-";
}

} // namespace

std::string subjectOf(const std::string& fileName) {
  return part(fileName, 2);
}

ObjectFolder::ObjectFolder(std::filesystem::path folder)
    : folder_(std::move(folder)) {
  requireWritableFolder(folder_);
  before_ = readList(folder_);
  std::error_code failed;
  for (std::filesystem::directory_iterator it(folder_, failed), end; !failed && it != end; it.increment(failed)) {
    const std::string name = it->path().filename().string();
    if (auto begin = part(name, 1); !begin.empty())
      there_.emplace(std::move(begin), it->path());
  }
}

/// What was changed since, by a bad disk or a person, may not go out under the UID of what it was.
bool ObjectFolder::isWhole(const std::filesystem::path& path) const {
  const auto listed =
      std::find_if(before_.objects.begin(), before_.objects.end(),
                   [name = path.filename().string()](const ListedObject& object) { return object.file == name; });
  return listed == before_.objects.end() || listed->sha256.empty() || listed->sha256 == sha256OfFile(path);
}

int ObjectFolder::freeNumber(const std::string& series, int number) {
  if (!numbers_) {
    numbers_.emplace();
    for (const auto& [begin, path] : there_)
      try {
        const auto stored = dicom::readStoredObject(path);
        (*numbers_)[stored.seriesInstanceUid].insert(stored.instanceNumber);
      } catch (const InputError&) {
        // Damaged, or removed since: has no number.
      }
  }
  auto& used = (*numbers_)[series];
  while (!used.insert(number).second)
    ++number;
  return number;
}

ResultObject ObjectFolder::put(const Wanted& wanted,
                               const std::function<dicom::ObjectIdentity(const std::filesystem::path&, int)>& write) {
  ResultObject out;
  out.kind = wanted.kind;
  out.studyInstanceUid = wanted.studyInstanceUid;
  out.path = folder_ / (beginning(wanted.kind, wanted.subject) + wanted.now.contentKey.substr(0, keyDigits) + ".dcm");
  std::error_code ignored;
  if (std::filesystem::exists(out.path, ignored)) {
    try {
      const auto stored = dicom::readStoredObject(out.path);
      out.alreadyThere = dicom::belongsTo(stored.sopInstanceUid, stored.date, stored.time, wanted.now.contentKey,
                                          stored.instanceNumber) &&
                         isWhole(out.path);
      out.sopInstanceUid = stored.sopInstanceUid;
    } catch (const InputError&) {
      // Damaged since: written anew, under a UID of its own time.
    }
  }
  if (!out.alreadyThere)
    out.sopInstanceUid = write(out.path, freeNumber(wanted.now.seriesInstanceUid, wanted.number)).sopInstanceUid;
  clear(wanted.kind, wanted.subject, out.path);
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

std::vector<ListedObject> ObjectFolder::unconfirmed(const std::vector<ResultObject>& confirmed) const {
  std::set<std::string> names;
  for (const ResultObject& object : confirmed)
    names.insert(object.path.filename().string());
  std::vector<ListedObject> out;
  std::error_code ignored;
  for (const ListedObject& object : before_.objects)
    if (!subjectOf(object.file).empty() && !names.contains(object.file) &&
        std::filesystem::exists(folder_ / object.file, ignored))
      out.push_back(object);
  return out;
}

bool ObjectFolder::remove(const ListedObject& object) const {
  const auto path = folder_ / object.file;
  try {
    if (dicom::readStoredObject(path).sopInstanceUid != object.sopInstanceUid)
      return false;
  } catch (const InputError&) {
    // Damaged: nobody misses it.
  }
  std::error_code failed;
  if (!std::filesystem::remove(path, failed) && failed)
    throw OutputError(path, "an object that no longer holds can't be removed", "remove it by hand");
  return true;
}

} // namespace hipcuff::pacs
