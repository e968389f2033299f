#include "batch_home.h"

#include "exam_work.h"

#include "hipcuff/batch/catalogue.h"

#include <string_view>
#include <system_error>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

/// What a person saved in an exam's folder that is about to go: into the exam's new folder, or beside it where that has
/// some already. @return false where it must stay
bool keepReviews(const fs::path& old, const fs::path& exam, const fs::path& out, BatchObserver& observer) {
  const fs::path reviews = old / reviewsFolder;
  std::error_code error;
  if (!fs::exists(reviews, error))
    return true;
  fs::path target = exam / reviewsFolder;
  if (!fs::exists(exam, error) || fs::exists(target, error)) {
    int number = 1;
    do
      target = out / "superseded" / (exam.filename().string() + "-reviewed-" + std::to_string(number++));
    while (fs::exists(target, error));
    fs::create_directories(target.parent_path(), error);
  }
  fs::rename(reviews, target, error);
  if (error) {
    observer.note(reviews.string() + ": stays, because it cannot be moved: " + error.message());
    return false;
  }
  if (target.parent_path() != exam)
    observer.note("Reviews of an older state of " + exam.filename().string() + " are now in " + target.string());
  return true;
}

/// Killed between two renames of FolderSwap::commit: the objects go to where they belong, so that they need not be made
/// again under other UIDs.
void keepObjects(const fs::path& old, const fs::path& exam) {
  std::error_code error;
  if (fs::exists(old / objectsFolder, error) && fs::exists(exam, error) && !fs::exists(exam / objectsFolder, error))
    fs::rename(old / objectsFolder, exam / objectsFolder, error);
}

} // namespace

void tidyUp(const fs::path& workFolder, const fs::path& out, BatchObserver& observer) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(workFolder, error)) {
    std::error_code inner;
    std::string name = entry.path().filename().string();
    // Killed while an exam's folders were exchanged: the old one lies here; see FolderSwap.
    constexpr std::string_view oldOne = "-old";
    const bool aside = name.ends_with(oldOne);
    if (aside)
      name.resize(name.size() - oldOne.size());
    const fs::path exam = out / examFolder(name);
    if (aside && !fs::exists(exam, inner)) {
      fs::rename(entry.path(), exam, inner);
      continue;
    }
    keepObjects(entry.path(), exam);
    if (keepReviews(entry.path(), exam, out, observer))
      fs::remove_all(entry.path(), inner);
  }
}

} // namespace hipcuff::batch
