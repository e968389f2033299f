#include "hipcuff/ingest/walk.h"

#include "sniff.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/reading.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <deque>
#include <fstream>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include <sys/stat.h>

namespace hipcuff {
namespace {

namespace fs = std::filesystem;
using ingest::Content;

InputOutcome failed(fs::path path, std::string problem, std::string remedy) {
  return {InputOutcome::Kind::failed, std::move(path), std::move(problem), std::move(remedy)};
}
InputOutcome skipped(fs::path path, std::string problem) {
  return {InputOutcome::Kind::skipped, std::move(path), std::move(problem), {}};
}

/// What HipCuff itself wrote beside pictures must not come back as pictures: label masks of simulated exams, and the
/// pictures, masks and overlays of a results folder.
bool isLabelMask(const fs::path& path) {
  return path.filename().string().ends_with(".mask.png");
}

bool isResultsFolder(const fs::path& folder) {
  std::ifstream file(folder / "results.json", std::ios::binary);
  std::string head(512, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return head.find("\"hipcuff.results/") != std::string::npos;
}

bool isNamedDicomDir(const fs::path& path) {
  std::string name = path.filename().string();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name == "DICOMDIR";
}

} // namespace

class InputWalker::Impl {
public:
  explicit Impl(std::vector<fs::path> paths) {
    for (fs::path& path : paths)
      todo_.push_back({std::move(path), Origin::named});
  }

  std::optional<Item> next() {
    for (;;) {
      if (!ready_.empty()) {
        Item item = std::move(ready_.front());
        ready_.pop_front();
        return item;
      }
      if (todo_.empty())
        return std::nullopt;
      const Task task = std::move(todo_.front());
      todo_.pop_front();
      visit(task);
    }
  }

private:
  enum class Origin { named, met, listed }; ///< by a person, in a folder, in a DICOMDIR
  struct Task {
    fs::path path;
    Origin origin;
  };
  using FileId = std::pair<std::uint64_t, std::uint64_t>;

  /// True the first time a file or folder is reached, whatever links lead to it.
  bool firstTime(const struct ::stat& status) {
    return seen_.insert({static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)}).second;
  }

  void visit(const Task& task) {
    struct ::stat status {};
    if (::stat(task.path.c_str(), &status) != 0) {
      const int code = errno;
      if (code == ENOENT)
        ready_.emplace_back(failed(task.path, "does not exist", "check the path"));
      else
        ready_.emplace_back(failed(task.path, "cannot be read: " + std::generic_category().message(code),
                                   code == ELOOP ? "mend the symbolic link" : "check that you may read it"));
      return;
    }
    const bool folder = S_ISDIR(status.st_mode);
    if (!folder && !S_ISREG(status.st_mode)) {
      if (task.origin == Origin::named)
        ready_.emplace_back(failed(task.path, "is not a regular file", "save it to a file first"));
      else
        ready_.emplace_back(skipped(task.path, "is not a regular file"));
      return;
    }
    if (!firstTime(status)) {
      if (task.origin == Origin::named)
        ready_.emplace_back(skipped(task.path, "was already listed"));
      return;
    }
    if (folder && task.origin == Origin::met && isResultsFolder(task.path))
      ready_.emplace_back(skipped(task.path, "is a results folder of HipCuff"));
    else if (folder)
      visitFolder(task.path);
    else if (task.origin == Origin::met && isLabelMask(task.path))
      ready_.emplace_back(skipped(task.path, "is a label mask, not a picture"));
    else
      visitFile(task);
  }

  void visitFolder(const fs::path& folder) {
    std::error_code error;
    std::error_code ignored;
    std::vector<fs::path> inside;
    fs::path dicomDir;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      const fs::path& path = it->path();
      if (path.filename().string().starts_with('.'))
        continue;
      if (isNamedDicomDir(path) && it->is_regular_file(ignored))
        dicomDir = path;
      else
        inside.push_back(path);
    }
    if (error)
      ready_.emplace_back(
          failed(folder, "the folder cannot be read: " + error.message(), "check that you may read it"));
    std::sort(inside.begin(), inside.end());
    // In front of what waits: a folder's files come before the next path. What its DICOMDIR lists comes first.
    for (auto it = inside.rbegin(); it != inside.rend(); ++it)
      todo_.push_front({std::move(*it), Origin::met});
    if (!dicomDir.empty())
      todo_.push_front({std::move(dicomDir), Origin::met});
  }

  void visitDicomDir(const fs::path& path) {
    std::vector<fs::path> missing;
    std::vector<fs::path> listed;
    try {
      listed = readDicomDir(path, &missing);
    } catch (const Error& e) {
      ready_.emplace_back(failed(path, e.problem(), e.remedy()));
      return;
    }
    if (!missing.empty()) // one line: a disc that was copied without its pictures lists thousands
      ready_.emplace_back(failed(path,
                                 missing.size() == 1
                                     ? "lists a file that is missing: " + missing.front().string()
                                     : "lists " + std::to_string(missing.size()) +
                                           " files that are missing, the first of them " + missing.front().string(),
                                 "copy the medium again"));
    if (listed.empty() && missing.empty())
      ready_.emplace_back(skipped(path, "a DICOMDIR that lists no files"));
    for (auto it = listed.rbegin(); it != listed.rend(); ++it)
      todo_.push_front({std::move(*it), Origin::listed});
  }

  void visitFile(const Task& task) {
    Content content = Content::unknown;
    try {
      content = ingest::sniff(task.path);
    } catch (const Error& e) {
      ready_.emplace_back(failed(task.path, e.problem(), e.remedy()));
      return;
    }
    if (content == Content::dicom && isNamedDicomDir(task.path))
      content = Content::dicomDir; // broken as a directory: reading it says how
    switch (content) {
    case Content::dicomDir:
      visitDicomDir(task.path);
      return;
    case Content::empty:
    case Content::text:
    case Content::unknown:
      refuse(task, content);
      return;
    default:
      ready_.emplace_back(FoundInput{task.path, task.origin == Origin::named});
    }
  }

  void refuse(const Task& task, Content content) {
    const std::string what = content == Content::empty
                                 ? std::string("is empty")
                                 : std::string("is ") + describe(content) + ", not a DICOM object, picture or clip";
    if (task.origin == Origin::met && !ingest::claimsToBeReadable(task.path))
      ready_.emplace_back(skipped(task.path, what));
    else
      ready_.emplace_back(failed(task.path, what,
                                 content == Content::empty
                                     ? "copy or export it again"
                                     : "HipCuff reads DICOM, PNG, JPEG, BMP, TIFF, MHA, NRRD, MP4 and AVI"));
  }

  std::deque<Task> todo_;
  std::deque<Item> ready_;
  std::set<FileId> seen_;
};

InputWalker::InputWalker(std::vector<fs::path> paths)
    : impl_(std::make_unique<Impl>(std::move(paths))) {}
InputWalker::~InputWalker() = default;
InputWalker::InputWalker(InputWalker&&) noexcept = default;
InputWalker& InputWalker::operator=(InputWalker&&) noexcept = default;

std::optional<InputWalker::Item> InputWalker::next() {
  return impl_->next();
}

std::optional<fs::path> SeenInstances::seenBefore(const std::string& sopInstanceUid, const fs::path& where) {
  if (sopInstanceUid.empty())
    return std::nullopt;
  const std::scoped_lock lock(mutex_);
  const auto [at, isNew] = first_.try_emplace(sopInstanceUid, where);
  if (isNew)
    return std::nullopt;
  return at->second;
}

} // namespace hipcuff
