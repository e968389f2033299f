// A folder of a test's own, gone with it.
#pragma once

#include "temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace hipcuff::review {

using test::bytesOf;

class ReviewFolder : public test::TemporaryFolder {
public:
  [[nodiscard]] std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path()))
      if (entry.is_regular_file())
        out.push_back(entry.path());
    return out;
  }
};

inline void write(const std::filesystem::path& file, const std::string& bytes) {
  std::error_code ignored; // a new file: some file systems sync one that is written over
  std::filesystem::remove(file, ignored);
  std::ofstream(file, std::ios::binary) << bytes;
}

} // namespace hipcuff::review
