// The folder that holds a result's objects: what is there is not made again, what no longer holds goes.
#pragma once

#include "hipcuff/dicom/results/identity.h"
#include "hipcuff/pacs/result_objects.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace hipcuff::pacs {

class ObjectFolder {
public:
  /// @throws OutputError where it can't be made or written
  explicit ObjectFolder(std::filesystem::path folder);

  /// @param subject what the object is about, as the beginning of its file's name: "study-0123456789ab", "img-..."
  /// @param now the identity that it would get if it were made now
  /// @param write writes it to the path
  /// @throws what `write` throws
  [[nodiscard]] ResultObject put(dicom::ObjectKind kind, const std::string& subject,
                                 const std::string& studyInstanceUid, const dicom::ObjectIdentity& now,
                                 const std::function<void(const std::filesystem::path&)>& write);

  /// Whether an object of this kind was there at the beginning.
  [[nodiscard]] bool holds(dicom::ObjectKind kind) const;

  /// The subject has no object of this kind (any more): removes one of an earlier content.
  void clear(dicom::ObjectKind kind, const std::string& subject, const std::filesystem::path& keep = {});

private:
  std::filesystem::path folder_;
  std::multimap<std::string, std::filesystem::path> there_; ///< by "img-0123456789ab-seg-"; as it was at the beginning
};

} // namespace hipcuff::pacs
