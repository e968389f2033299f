// A catalogue filled with made-up exams, as a night's batch would leave it.
#pragma once

#include "temporary_folder.h"

#include "hipcuff/batch/catalogue.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace hipcuff::test {

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
