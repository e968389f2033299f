#include "recovery.h"

#include "hipcuff/core/error.h"

namespace hipcuff::batch {
namespace {
namespace fs = std::filesystem;
}

fs::path setAside(const fs::path& catalogue) {
  fs::path aside;
  std::error_code error;
  int number = 1;
  do
    aside = catalogue.parent_path() / ("catalogue.damaged-" + std::to_string(number++) + ".sqlite");
  while (fs::exists(aside, error));
  fs::rename(catalogue, aside, error);
  if (error)
    throw OutputError(catalogue, "is damaged and cannot be moved aside: " + error.message(),
                      "check the folder's permissions");
  // Its log belongs to it; beside a new catalogue it would be played into that one.
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    const fs::path log = catalogue.string() + suffix;
    if (fs::exists(log, error))
      fs::rename(log, aside.string() + suffix, error);
  }
  return aside;
}

std::int64_t recoverExams(const fs::path& out, const Shard& shard, std::int64_t run, Store& store) {
  std::int64_t found = 0;
  std::error_code error;
  for (const auto& group : fs::directory_iterator(out / "studies", error)) {
    std::error_code inner;
    for (const auto& folder : fs::directory_iterator(group.path(), inner)) {
      const fs::path file = folder.path() / "exam.json";
      if (!shard.hasName(folder.path().filename().string()) || !fs::exists(file, inner))
        continue;
      try {
        const ExamRecord record = readExamRecord(file);
        if (examName(record.key) != folder.path().filename())
          continue;
        const std::int64_t exam = store.exam(record.key, record.studyInstanceUid, record.folder, record.studyDate);
        for (InputRecord input : record.inputs) {
          input.exam = exam;
          store.putInput(input, 0);
        }
        store.putResult(record, run);
        ++found;
      } catch (const InputError&) { // no record of ours, or torn: the exam is done again
      }
    }
  }
  store.commit();
  return found;
}

} // namespace hipcuff::batch
