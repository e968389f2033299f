// A catalogue filled with made-up exams, as a night's batch would leave it.
#pragma once

#include "hipcuff/batch/catalogue.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace hipcuff::test {

/// A new empty folder that is removed at the end.
class Folder {
public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

struct Sample {
  int exams = 0;
  int failed = 0;  ///< inputs
  int skipped = 0; ///< inputs
  std::uint32_t seed = 1;
};

/// Exams with one or two hips in shares as a clinic has them, their images and inputs; failed and skipped inputs; two
/// runs. The same seed gives the same catalogue.
void fill(batch::Catalogue& catalogue, const Sample& sample);

/// An exam with one hip, for what a test is about. @param columns "class, confidence", @param values "'normal', 0.9"
void addExam(batch::Catalogue& catalogue, const std::string& key, const std::string& hipColumns,
             const std::string& hipValues);

/// Thumbnails of a simulated hip for the exams that name one; `most` of them.
void writeThumbnails(batch::Catalogue& catalogue, const std::filesystem::path& out, int most);

[[nodiscard]] std::string textOf(const std::filesystem::path& file);

} // namespace hipcuff::test
