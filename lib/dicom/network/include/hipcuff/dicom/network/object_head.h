// What a file says of itself before it is sent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace hipcuff::dicom {

struct ObjectHead {
  std::string classUid;
  std::string className; ///< "Ultrasound Image Storage"; the UID where it is not known
  std::string instanceUid;
  std::string syntaxUid;
  std::string syntaxName;
  std::uint64_t bytes = 0; ///< the file
};

/// Only the file meta information is read. @throws NotForUs no DICOM file, or a DICOMDIR, which is never sent;
/// InputError a DICOM file that can't be sent: without file meta information or with a broken one, unreadable
[[nodiscard]] ObjectHead readObjectHead(const std::filesystem::path& file);

/// "Segmentation Storage"; the UID itself where it is not known.
[[nodiscard]] std::string classTitle(const std::string& classUid);

} // namespace hipcuff::dicom
