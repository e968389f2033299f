// Where the image of a result is: at its path, or found by its SOP Instance UID.
#pragma once

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/source_image.h"

#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace hipcuff::pacs {

/// It is nowhere to be found now; it may come back.
class SourceNotFound final : public InputError {
public:
  using InputError::InputError;
};

class SourceFinder {
public:
  /// @param results the results' folder: a relative path may be meant from there, or from a folder above it
  SourceFinder(std::filesystem::path results, std::vector<std::filesystem::path> folders);

  /// @param path as the results name it
  /// @throws SourceNotFound where it is neither there nor in one of the folders; InputError where it is another image
  /// than it was, where it is damaged, or where several of another patient each claim to be it
  [[nodiscard]] dicom::SourceImage find(const std::filesystem::path& path, const std::string& sopInstanceUid);

private:
  void lookThrough();

  std::filesystem::path results_;
  std::vector<std::filesystem::path> folders_;
  bool looked_ = false;
  std::unordered_map<std::string, std::vector<std::filesystem::path>> known_;
};

} // namespace hipcuff::pacs
