#include "exam_placing.h"

#include "exam_record.h"

#include "hipcuff/batch/catalogue.h"

#include "hipcuff/core/error.h"

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

constexpr const char* recordName = "exam.json";
/// What a person saved with the viewer. It is never linked: two batches must not write into one file.
constexpr const char* reviewsFolder = "reviewed";

[[noreturn]] void fail(const fs::path& path, const char* what, const std::error_code& error) {
  throw OutputError(path, std::string(what) + ": " + error.message(), "check the folder's permissions and the space");
}

void makeFolders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    fail(folder, "cannot be made", error);
}

/// A folder with all in it, linked where that can be.
void linkTree(const fs::path& from, const fs::path& to) {
  makeFolders(to);
  std::error_code error;
  for (fs::recursive_directory_iterator entry(from, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path relative = entry->path().lexically_relative(from);
    const fs::path target = to / relative;
    if (entry->is_directory()) {
      makeFolders(target);
      continue;
    }
    if (*relative.begin() != reviewsFolder) {
      std::error_code unlinked;
      fs::create_hard_link(entry->path(), target, unlinked);
      if (!unlinked)
        continue;
    }
    fs::copy(entry->path(), target, fs::copy_options::copy_symlinks, error);
    if (!error && entry->is_regular_file())
      fs::last_write_time(target, entry->last_write_time(), error);
    if (error)
      break;
  }
  if (error)
    fail(to, "cannot be copied", error);
}

/// A name under superseded/ that is free.
fs::path asideOf(const fs::path& batch, const std::string& name) {
  std::error_code ignored;
  fs::path aside = batch / "superseded" / name;
  for (int number = 2; fs::exists(aside, ignored); ++number)
    aside = batch / "superseded" / (name + "-" + std::to_string(number));
  return aside;
}

} // namespace

bool holdsResults(const fs::path& batch, const ExamResults& results) {
  const fs::path file = batch / examFolder(results.name) / recordName;
  std::error_code ignored;
  if (!fs::exists(file, ignored))
    return false;
  try {
    const ExamRecord record = readExamRecord(file);
    return record.key == results.key && record.settings == results.settings && record.finished == results.finished &&
           fingerprintOf(record) == results.fingerprint;
  } catch (const InputError&) {
    return false;
  }
}

std::string ExamPlacer::place(const ExamResults& results) const {
  const fs::path target = to_ / examFolder(results.name);
  if (holdsResults(to_, results)) // merged before, or before the merge was cut off
    return {};
  const fs::path source = from_ / examFolder(results.name);
  if (!holdsResults(from_, results))
    return source.string() + " is not there or is not what the catalogue says (run its batch again with --resume)";
  makeFolders(target.parent_path());
  std::error_code error;
  const auto giveWay = [&] {
    if (!fs::exists(target, error))
      return;
    const fs::path aside = asideOf(to_, results.name);
    makeFolders(aside.parent_path());
    fs::rename(target, aside, error);
    if (error)
      fail(target, "cannot be moved aside", error);
  };
  if (move_) {
    giveWay();
    fs::rename(source, target, error);
    if (!error)
      return {};
  }
  // Beside its place under a name of its own, so that nobody ever sees half of it. A merge that was killed may have
  // left one; nobody else is at work here, because the folder is locked.
  const fs::path building = target.parent_path() / ("." + results.name + ".merge");
  fs::remove_all(building, error);
  linkTree(source, building);
  giveWay();
  fs::rename(building, target, error);
  if (error)
    fail(target, "cannot be put in place", error);
  if (move_) {
    fs::remove_all(source, error);
    if (error)
      fail(source, "was copied and cannot be removed", error);
  }
  return {};
}

} // namespace hipcuff::batch
