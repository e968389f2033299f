// Brings the images of a study together, hip by hip.
#pragma once

#include "hipcuff/core/result.h"

#include <map>
#include <string>
#include <vector>

namespace hipcuff {

/// Keeps a short note of each image, not the image. Not thread-safe.
class StudyCollector {
public:
  void add(const ImageResult& image, const std::string& studyDate = {});
  /// Studies in the order in which they first came; hips left, right, unknown side.
  [[nodiscard]] std::vector<StudyResult> finish() const;

private:
  struct Note {
    std::string name; ///< SOP instance UID or path
    std::optional<Side> side;
    std::optional<View> view;
    Grade grade;
    std::optional<ThicknessSummary> thickness;
  };
  struct Study {
    std::string uid;
    std::string date;
    std::vector<Note> notes;
  };
  [[nodiscard]] static HipResult together(const std::vector<const Note*>& notes);

  std::vector<Study> studies_;
  std::map<std::string, std::size_t> index_;
};

/// What images belong together by: the study's UID, or the folder for files that have none.
[[nodiscard]] std::string studyKey(const ImageResult& image);

} // namespace hipcuff
