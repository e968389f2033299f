// objects.json: what was written for which results, for scripts and for the next run.
#pragma once

#include "hipcuff/pacs/result_objects.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::pacs {

struct ListedObject {
  std::string kind; ///< as toString(ObjectKind) gives it
  std::string file; ///< in the folder
  std::string studyInstanceUid;
  std::string sopInstanceUid;
  std::string sha256; ///< empty in lists of earlier versions
};

struct ObjectList {
  std::string resultsSha256; ///< of the results.json that they were made of
  std::vector<ListedObject> objects;
};

/// What an earlier run left; empty where there is no list or none of ours.
[[nodiscard]] ObjectList readList(const std::filesystem::path& folder);

/// Rewritten whole each time.
/// @param kept of the earlier list, still there
/// @throws OutputError; InputError where an object can't be read
void writeList(const std::filesystem::path& folder, const std::string& resultsSha256, const ResultObjects& made,
               const std::vector<ListedObject>& kept);

} // namespace hipcuff::pacs
