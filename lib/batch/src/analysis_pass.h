// The second pass: waiting exams through a pool of workers.
#pragma once

#include "store.h"

#include "hipcuff/batch/batch.h"

#include <functional>

namespace hipcuff::batch {

/// Where exams come from and where their results go. All is called on the thread that called analyseExams().
struct ExamFeed {
  std::function<std::optional<PlannedExam>()> next;  ///< none: no exam just now
  std::function<void(const ExamRecord& record)> put; ///< the exam's folder is in place
  std::function<void()> settle;                      ///< what was put is to be known to others now
  InputRecord largest;                               ///< of what may come: rows and columns, see MemoryGate::threadsFor
};

/// Works exams off. Returns when the feed has none and all are done, or those in hand after a stop request.
/// @throws OutputError and what the stages throw that is no input's fault
void analyseExams(const BatchOptions& options, const std::string& settings, const ExamFeed& feed,
                  const std::filesystem::path& workFolder, BatchObserver& observer, BatchCounts& counts);

} // namespace hipcuff::batch
