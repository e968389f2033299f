// Where the samples of a MetaImage lie. ITK reads the rest of its header, but not slice by slice when compressed.
#pragma once

#include "spool.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

namespace hipcuff::ingest {

struct MetaData {
  std::filesystem::path file; ///< that holds the samples: the header's own or another
  std::uint64_t offset = 0;   ///< of the first sample (of the zlib stream, where compressed)
  bool compressed = false;
  bool bigEndian = false;
};

/// What the header names for its samples: a file, "LIST" or a pattern. Empty: they follow the header, or nothing is
/// named.
[[nodiscard]] std::string metaDataFile(const std::filesystem::path& header);

/// Nothing where the samples are laid out in a way that only ITK reads (text, lists of files).
[[nodiscard]] std::optional<MetaData> locateMetaData(const std::filesystem::path& header);

/// Inflates in small pieces, at most `limit` bytes. A broken stream ends the spool early: its frames are then missing.
[[nodiscard]] std::unique_ptr<Spool> inflate(const std::filesystem::path& input, const MetaData& data,
                                             std::uint64_t limit);

} // namespace hipcuff::ingest
