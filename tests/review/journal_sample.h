// Pictures, edits and dying programs for the tests of the journal.
#pragma once

#include "child.h"
#include "temp_folder.h"

#include "hipcuff/review/journal.h"

#include <gtest/gtest.h>

namespace hipcuff::review::journal_sample {

inline const PictureKey one{"/exams/a", "/exams/a/1.dcm", "1.2.3.1", 0};
inline const PictureKey two{"/exams/a", "/exams/a/2.dcm", "1.2.3.2", 1};

inline EditRecord frame(int n) {
  return {SetFrame{n}, n, "AB", "2026-05-04T09:30:00Z"};
}

/// As long as a border that was redrawn by hand.
inline EditRecord line(int n, int points = 300) {
  Polyline px;
  for (int i = 0; i < points; ++i)
    px.push_back({n + i * 1.37, 200 + i * 0.11});
  return {RedrawBorder{Border::superficial, px}, n, "AB", "2026-05-04T09:30:00Z"};
}

inline std::vector<int> framesOf(const std::vector<EditRecord>& edits) {
  std::vector<int> out;
  for (const EditRecord& e : edits)
    out.push_back(e.frame);
  return out;
}

/// What a program leaves behind that dies after `work`.
inline void die(const std::filesystem::path& folder, const std::function<void(Journal&)>& work) {
  Child child([&](int) {
    Journal journal(folder);
    work(journal);
    ::_exit(0); // no destructor
  });
  ASSERT_EQ(child.wait(), 0);
}

inline std::filesystem::path onlyFile(const ReviewFolder& folder) {
  const auto files = folder.files();
  return files.size() == 1 ? files.front() : std::filesystem::path();
}

} // namespace hipcuff::review::journal_sample
