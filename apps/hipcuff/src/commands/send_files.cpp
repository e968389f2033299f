#include "commands/send_files.h"

#include "cli/console.h"
#include "cli/object_options.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"

#include <algorithm>
#include <map>
#include <system_error>

namespace hipcuff::cli {
namespace {

namespace fs = std::filesystem;

class Collector {
public:
  void add(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) {
      leaveOut(InputOutcome::Kind::failed, path, "does not exist", "check the path");
    } else if (!fs::is_directory(status)) {
      addFile(path, true);
    } else if (fs::exists(path / "results.json", error)) {
      addResults(path);
    } else if (const auto exams = examsOf(path); !exams.empty()) {
      for (const fs::path& exam : exams)
        addResults(exam);
    } else {
      walk(path);
    }
  }
  FilesToSend take() { return std::move(out_); }

private:
  /// Empty where it is no batch.
  std::vector<fs::path> examsOf(const fs::path& folder) {
    try {
      auto exams = resultFolders(folder);
      return exams == std::vector{folder} ? std::vector<fs::path>() : exams;
    } catch (const Error& error) {
      leaveOut(InputOutcome::Kind::failed, folder, error.problem(), error.remedy());
      return {};
    }
  }

  void addResults(const fs::path& folder) {
    const auto before = out_.objects.size();
    std::error_code error;
    if (fs::is_directory(folder / "dicom", error))
      walk(folder / "dicom");
    if (out_.objects.size() == before)
      leaveOut(InputOutcome::Kind::failed, folder, "results without DICOM objects",
               "make them with hipcuff export " + folder.string());
  }

  void walk(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
      entries.push_back(*it);
    if (error)
      leaveOut(InputOutcome::Kind::failed, folder, "cannot be read: " + error.message(), "check permissions");
    std::sort(entries.begin(), entries.end());
    for (const auto& entry : entries) {
      if (interrupted())
        return;
      std::error_code ignored;
      if (entry.path().filename().string().starts_with("."))
        continue;
      if (entry.is_directory(ignored) && !entry.is_symlink(ignored))
        walk(entry.path());
      else if (entry.is_regular_file(ignored))
        addFile(entry.path(), false);
    }
  }

  void addFile(const fs::path& path, bool named) {
    try {
      ObjectToSend object{path, dicom::readObjectHead(path)};
      const auto [at, isNew] = seen_.emplace(object.head.instanceUid, path);
      if (isNew)
        out_.objects.push_back(std::move(object));
      else if (sha256OfFile(at->second) == sha256OfFile(path))
        leaveOut(InputOutcome::Kind::skipped, path, "a copy of " + at->second.string(), "");
      else
        leaveOut(InputOutcome::Kind::failed, path, "another object under the UID of " + at->second.string(),
                 "only the first is sent: an archive keeps one object under a UID");
    } catch (const NotForUs& error) {
      leaveOut(named ? InputOutcome::Kind::failed : InputOutcome::Kind::skipped, path, error.problem(),
               named ? "only DICOM files are sent" : "");
    } catch (const Error& error) {
      leaveOut(InputOutcome::Kind::failed, path, error.problem(), error.remedy());
    }
  }

  void leaveOut(InputOutcome::Kind kind, const fs::path& path, std::string problem, std::string remedy) {
    out_.leftOut.push_back({kind, path, std::move(problem), std::move(remedy)});
  }

  FilesToSend out_;
  std::map<std::string, fs::path> seen_;
};

} // namespace

FilesToSend filesToSend(const std::vector<std::string>& paths) {
  Collector collector;
  for (const std::string& path : paths)
    collector.add(path);
  return collector.take();
}

} // namespace hipcuff::cli
