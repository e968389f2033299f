// Where the image of a result is: at its path, or found by its SOP Instance UID.
#pragma once

#include "hipcuff/dicom/results/source_image.h"

#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace hipcuff::pacs {

class SourceFinder {
public:
  explicit SourceFinder(std::vector<std::filesystem::path> folders)
      : folders_(std::move(folders)) {}

  /// @param path as the results name it
  /// @throws InputError where it is neither there nor in one of the folders, or is another image than it was
  [[nodiscard]] dicom::SourceImage find(const std::filesystem::path& path, const std::string& sopInstanceUid);

private:
  void lookThrough();

  std::vector<std::filesystem::path> folders_;
  bool looked_ = false;
  std::unordered_map<std::string, std::filesystem::path> known_;
};

} // namespace hipcuff::pacs
