// Exams to try on: the simulated ones of this repository and, where they are there, real ones.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

namespace exams {

struct Exam {
  std::filesystem::path file;
  std::string label;
  friend std::ostream& operator<<(std::ostream& out, const Exam& exam) { return out << exam.label; }
};

inline void addFolder(std::vector<Exam>& all, const std::filesystem::path& folder, const std::string& prefix) {
  std::error_code none;
  std::vector<Exam> here;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, none)) {
    const auto extension = entry.path().extension();
    if (!entry.is_regular_file() || extension == ".json" || extension == ".png" || extension == ".md")
      continue;
    auto label = prefix + std::filesystem::relative(entry.path(), folder).string();
    for (char& c : label)
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
        c = '_';
    here.push_back({entry.path(), label});
  }
  std::sort(here.begin(), here.end(), [](const Exam& a, const Exam& b) { return a.label < b.label; });
  all.insert(all.end(), here.begin(), here.end());
}

/// The folder of files that are not in this repository; HIPCUFF_SHARED moves it.
inline std::filesystem::path shared() {
  const char* named = std::getenv("HIPCUFF_SHARED");
  return named ? named : HIPCUFF_SOURCE_DIR "/../shared";
}

inline std::vector<Exam> all() {
  std::vector<Exam> out;
  addFolder(out, HIPCUFF_SOURCE_DIR "/testdata", "simulated_");
  addFolder(out, shared() / "real-ultrasound/dicom", "real_");
  return out;
}

} // namespace exams
