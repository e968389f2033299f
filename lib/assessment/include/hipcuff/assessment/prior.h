// An earlier exam of the same person, and what has changed since.
//
// results.json holds no identity on purpose, so that both exams are of one person is the user's word (--prior); hips
// are matched by side, measures by plane. A change counts only beyond the criteria's mdc95_...: the smallest change
// that scanning the same simulated hip again, with the probe placed anew, does not show by itself in 95 %.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace hipcuff {

/// What is kept of an earlier exam.
struct PriorExam {
  std::string studyUid; ///< empty where not DICOM
  std::string date;     ///< DICOM DA; empty where unknown
  std::vector<HipResult> hips;
  std::set<std::string> plugins{}; ///< see pluginsOf(), of all its pictures
};

/// "level_set 1.0.0" of each plugin that made a part of it; one that failed made nothing.
[[nodiscard]] std::set<std::string> pluginsOf(const ImageResult& image);

/// Reads `folder`/results.json (or that file itself) of an earlier run.
/// @throws ConfigError where it is missing, not a hipcuff.results/1 of this or an earlier version, or holds no hip
[[nodiscard]] std::vector<PriorExam> loadPrior(const std::filesystem::path& folder);

/// Fills HipResult::change of every hip whose side the prior has. Of several earlier exams the latest before this one
/// counts; an exam is never compared with itself (same study UID). A tear not found counts as 0 mm where the plane was
/// graded. mdc95_... were found with the built-in stages alone: where plugins made a part of either exam, the sentence
/// says so.
/// @param plugins of all pictures of `studies`, see pluginsOf()
/// @returns one sentence for the user where nothing could be compared; empty otherwise
/// @throws ConfigError where a criterion is missing
std::string compareWithPrior(std::vector<StudyResult>& studies, const std::vector<PriorExam>& priors,
                             const Criteria& criteria, const std::set<std::string>& plugins = {});

/// The smallest thickness change in a plane that a re-scan does not show by itself; none where the plane is unknown.
[[nodiscard]] std::optional<double> mdc95(const std::string& measure, std::optional<View> view,
                                          const Criteria& criteria);

} // namespace hipcuff
