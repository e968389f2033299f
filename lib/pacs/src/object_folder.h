// The folder that holds a result's objects: what is there is not made again, what no longer holds goes.
#pragma once

#include "hipcuff/dicom/results/identity.h"
#include "hipcuff/pacs/result_objects.h"
#include "manifest.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hipcuff::pacs {

class ObjectFolder {
public:
  /// @throws OutputError where it can't be made or written
  explicit ObjectFolder(std::filesystem::path folder);

  struct Wanted {
    dicom::ObjectKind kind;
    std::string subject; ///< what it is about, as the beginning of its file's name: "study-0123456789ab", "img-..."
    std::string studyInstanceUid;
    dicom::ObjectIdentity now; ///< that it would get if it were made now
    int number = 1;            ///< Instance Number that it should have, unless another of its series has it
  };
  /// @param write writes it to the path with that Instance Number, and says who it became
  /// @throws what `write` throws
  [[nodiscard]] ResultObject put(const Wanted& wanted,
                                 const std::function<dicom::ObjectIdentity(const std::filesystem::path&, int)>& write);

  /// Whether an object of this kind was there at the beginning.
  [[nodiscard]] bool holds(dicom::ObjectKind kind) const;

  /// The subject has no object of this kind (any more): removes one of an earlier content.
  void clear(dicom::ObjectKind kind, const std::string& subject, const std::filesystem::path& keep = {});

  /// What an earlier run left.
  [[nodiscard]] const ObjectList& before() const noexcept { return before_; }
  /// Its objects that are still there and not among `confirmed`.
  [[nodiscard]] std::vector<ListedObject> unconfirmed(const std::vector<ResultObject>& confirmed) const;
  /// Removes an object of the earlier list. False, and it stays: the file there is another one now.
  /// @throws OutputError
  [[nodiscard]] bool remove(const ListedObject& object) const;

private:
  [[nodiscard]] bool isWhole(const std::filesystem::path& path) const;
  [[nodiscard]] int freeNumber(const std::string& series, int number);

  std::filesystem::path folder_;
  ObjectList before_;
  std::multimap<std::string, std::filesystem::path> there_; ///< by "img-0123456789ab-seg-"; as it was at the beginning
  std::optional<std::map<std::string, std::set<int>>> numbers_; ///< Instance Numbers in each series
};

/// "img-0123456789ab" of "img-0123456789ab-seg-0123456789abcdef.dcm"; empty where the name is not one that we give.
[[nodiscard]] std::string subjectOf(const std::string& fileName);

} // namespace hipcuff::pacs
