// A DICOM file as three UIDs and the bytes of its data set.
#pragma once

#include "hipcuff/dicom/guard/byte_source.h"

#include <filesystem>
#include <memory>
#include <string>

namespace hipcuff::dicom {

struct ObjectFile {
  std::shared_ptr<const ByteSource> source;
  std::string classUid;
  std::string instanceUid;
  std::string syntaxUid;
  std::uint64_t dataSetAt = 0;
};

/// From the file meta information alone; the data set is not touched.
/// @throws InputError no DICOM file, meta information without one of the UIDs, no data set behind it
[[nodiscard]] ObjectFile openObjectFile(const std::filesystem::path& file);

/// Preamble and file meta information (PS3.10 7.1) for a data set that came over the network.
[[nodiscard]] std::string fileMeta(const std::string& classUid, const std::string& instanceUid,
                                   const std::string& syntaxUid);

} // namespace hipcuff::dicom
