// One input's header as the catalogue is to be told of it.
#pragma once

#include "exam_record.h"

#include "hipcuff/ingest/open.h"

#include <filesystem>
#include <optional>
#include <string>

namespace hipcuff::batch {

/// What the catalogue is to be told of an input.
struct Inspected {
  InputRecord input;
  bool unchanged = false;
  std::string studyInstanceUid;
  std::string studyDate;
};

/// Reads the header, unless it is the file that is known. Throws nothing but UsageError (an option's value).
[[nodiscard]] Inspected inspectFile(const std::filesystem::path& path, const std::optional<InputRecord>& known,
                                    const OpenOptions& open);
/// What a walk could not read.
[[nodiscard]] Inspected inspectOutcome(const InputOutcome& outcome, const std::optional<InputRecord>& known);

/// An exam's key and, where there is no study UID, its folder.
struct ExamKey {
  std::string key;
  std::string folder;
};
[[nodiscard]] ExamKey examKeyOf(const std::string& studyInstanceUid, const std::filesystem::path& path);

} // namespace hipcuff::batch
