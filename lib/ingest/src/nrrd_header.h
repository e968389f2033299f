// What a NRRD header says that ITK does not pass on.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::ingest {

struct NrrdHeader {
  std::vector<std::string> units; ///< as named, axis by axis; may be empty, or hold empty names
  std::string dataFile;           ///< of a detached header: a file's name, "LIST" or a pattern; empty: samples follow
};

[[nodiscard]] NrrdHeader readNrrdHeader(const std::filesystem::path& path);

/// The first unit of the two picture axes that is named and is not mm; empty where there is none.
[[nodiscard]] std::string foreignUnit(const NrrdHeader& header);

} // namespace hipcuff::ingest
