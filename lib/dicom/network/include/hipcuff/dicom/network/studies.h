// What a PACS has: studies, their objects, and the modality worklist, as values (PS3.4 annexes C and K).
#pragma once

#include "hipcuff/dicom/network/client.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// A date or a range of dates as DICOM writes it ("20240131", "20240101-20240331", "20240101-"), from that, or from
/// "2024-01-31", "2024-01-01..2024-03-31", "..2024-03-31", "2024-01-01..", "today", "yesterday".
/// @param today "20240131"  @throws UsageError no date, or the end before the beginning
[[nodiscard]] std::string dateRange(const std::string& text, const std::string& today);
/// Here and now: "20240131".
[[nodiscard]] std::string todaysDate();

/// Empty: any. Patient ID, accession number and those of `more` may hold wildcards (* and ?).
struct StudyQuery {
  std::string patientId;
  std::string accession;
  std::vector<std::string> studyUids;
  std::string date;     ///< as dateRange() gives it
  std::string modality; ///< a series of this modality is in it: "US"
  Keys more;            ///< at study level, e.g. PatientName
  /// Every study of the archive would match.
  [[nodiscard]] bool asksForEverything() const;
};

/// All texts in UTF-8, one line each; empty where the peer didn't say.
struct FoundStudy {
  std::string studyUid;
  std::string date;
  std::string time;
  std::string description;
  std::vector<std::string> modalities;
  std::optional<std::size_t> series;
  std::optional<std::size_t> objects;
  std::string patientName;
  std::string patientId;
  std::string birthDate;
  std::string accession;
};

struct FoundStudies {
  std::vector<FoundStudy> studies; ///< newest first
  bool more = false;               ///< there are more than `most`
  /// Answers that don't fit the query. Some peers pass over keys that they don't know; nobody is to get another
  /// patient's study for that.
  std::size_t unasked = 0;
};

/// @throws NetworkError; UsageError for a key that can't be
[[nodiscard]] FoundStudies findStudies(const Peer& peer, const StudyQuery& query, std::size_t most);

struct FoundObject {
  std::string seriesUid;
  std::string instanceUid;
  std::string classUid; ///< empty where the peer didn't say
  std::string modality; ///< of its series
};

/// The objects of a study, series by series; only of these series and this modality where given.
/// @throws NetworkError
[[nodiscard]] std::vector<FoundObject> findObjects(const Peer& peer, const std::string& studyUid,
                                                   const std::vector<std::string>& seriesUids = {},
                                                   const std::string& modality = {});

/// A step that is scheduled for a patient.
struct WorklistItem {
  std::string date;
  std::string time;
  std::string modality;
  std::string station; ///< AE title
  std::string description;
  std::string studyUid; ///< that the new study is going to have
  std::string patientName;
  std::string patientId;
  std::string birthDate;
  std::string accession;
};

/// @param date as dateRange() gives it; empty: any  @param modality empty: any  @param most the rest is left out
/// @return by date and time  @throws NetworkError
[[nodiscard]] std::vector<WorklistItem> findWorklist(const Peer& peer, const std::string& date,
                                                     const std::string& modality, std::size_t most);

} // namespace hipcuff::dicom
