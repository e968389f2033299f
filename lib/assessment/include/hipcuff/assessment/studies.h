// Brings the images of a study together, hip by hip.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hipcuff {

/// Which of a study's patients an image is of. One study has one patient, unless somebody mixed up files: two
/// people's hips must never become one. Images that name nobody are taken to be of the first.
class PatientNumbers {
public:
  /// @param study as studyKey() gives it
  /// @param patientKey as in ImageResult
  /// @returns 0 for the patient that came first, 1 for the next
  [[nodiscard]] std::size_t of(const std::string& study, const std::string& patientKey);

private:
  std::map<std::string, std::vector<std::string>> keys_;
};

/// Keeps a short note of each image, not the image. Not thread-safe.
///
/// A study whose files name several patients gives a StudyResult for each, and the reasons of their hips say so.
///
/// Images of one plane see the same tissue: their probabilities are averaged. Planes are different looks at it: their
/// odds against the prevalence multiply, so that one sure plane outweighs an unsure one, whichever way. The hip's class
/// is the likeliest (the milder one on a tie); where the planes contradict each other, the reasons say so, and where
/// that leaves nothing sure enough, the hip is refused as unsure. A tear that both planes show is confirmed.
class StudyCollector {
public:
  /// @throws ConfigError where a criterion that finish() needs is missing or wrong
  explicit StudyCollector(Criteria criteria);
  void add(const ImageResult& image, const std::string& studyDate = {});
  /// Studies in the order in which they first came, and patients within; hips left, right, unknown side.
  [[nodiscard]] std::vector<StudyResult> finish() const;

private:
  struct Note {
    std::string name; ///< SOP instance UID or path
    std::optional<Side> side;
    std::optional<View> view;
    Grade grade;
    std::optional<ThicknessSummary> thickness;
    double tearDepthMm = 0; ///< of the tear that the grade rests on
    double tearLengthMm = 0;
  };
  struct Study {
    std::string uid;
    std::string date;
    std::vector<Note> notes;
    std::string patientKey;
    std::string key; ///< studyKey()'s
  };
  [[nodiscard]] HipResult together(const std::vector<const Note*>& notes) const;
  [[nodiscard]] static ViewResult viewOf(std::optional<View> view, const std::vector<const Note*>& notes);

  Criteria criteria_;
  std::vector<Study> studies_;
  std::map<std::pair<std::string, std::size_t>, std::size_t> index_; ///< by study and patient
  PatientNumbers patients_;
};

/// What images belong together by: the study's UID, or the folder for files that have none. Patients are told apart
/// within (PatientNumbers).
[[nodiscard]] std::string studyKey(const ImageResult& image);

} // namespace hipcuff
