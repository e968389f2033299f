// Checked bytes become DCMTK's data sets.
#pragma once

#include "hipcuff/dicom/guard/structure.h"

#include <cstdint>
#include <filesystem>
#include <memory>

class DcmDataset;
class DcmFileFormat;

namespace hipcuff::dicom {

/// DCMTK's own log goes to stderr and can quote values of the file, names too. Once a process is enough.
void silenceDcmtk();

struct ParsedHeader {
  std::shared_ptr<DcmDataset> data;
  bool sequencesUnreadable = false; ///< DCMTK refused them; everything else was read without them
};

/// What walkStructure handed on. @throws InputError where DCMTK can't read it, or its dictionary is missing
[[nodiscard]] ParsedHeader parseHeader(const Structure& structure);

/// A whole file, pixel data too, after checkWhole. Compressed frames stay compressed.
/// @throws InputError damaged, not DICOM, larger than maxBytes
[[nodiscard]] std::shared_ptr<DcmFileFormat> loadWhole(const std::filesystem::path& file,
                                                       std::uint64_t maxBytes = 16ULL << 30);

} // namespace hipcuff::dicom
