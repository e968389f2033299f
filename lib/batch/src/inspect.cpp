#include "inspect.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"

#include <new>

#include <sys/stat.h>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

struct FileStamp {
  std::int64_t size = 0;
  std::int64_t modified = 0;
};

std::optional<FileStamp> stampOf(const fs::path& path) {
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return std::nullopt;
  constexpr std::int64_t nanosecondsASecond = 1000000000;
  return FileStamp{status.st_size, status.st_mtim.tv_sec * nanosecondsASecond + status.st_mtim.tv_nsec};
}

Inspected failedAs(InputRecord input, InputState state, std::string problem, std::string remedy) {
  Inspected out;
  out.input = std::move(input);
  out.input.state = state;
  out.input.problem = std::move(problem);
  out.input.remedy = std::move(remedy);
  return out;
}

} // namespace

Inspected inspectOutcome(const InputOutcome& outcome, const std::optional<InputRecord>& known) {
  InputRecord input;
  input.path = outcome.path.string();
  if (outcome.kind != InputOutcome::Kind::failed)
    return failedAs(std::move(input), InputState::skipped, outcome.problem, outcome.remedy);
  // A disk that is away for a night, a permission: what was made of the file stands, as it does where a file is gone.
  const auto stamp = stampOf(outcome.path);
  if (known && known->exam != 0 && (!stamp || (stamp->size == known->size && stamp->modified == known->modified))) {
    Inspected away = failedAs(*known, InputState::gone, outcome.problem, outcome.remedy);
    away.unchanged = true;
    return away;
  }
  return failedAs(std::move(input), InputState::failed, outcome.problem, outcome.remedy);
}

Inspected inspectFile(const fs::path& path, const std::optional<InputRecord>& known, const OpenOptions& open) {
  InputRecord input;
  input.path = path.string();
  const auto stamp = stampOf(path);
  if (!stamp)
    return failedAs(std::move(input), InputState::failed, "went away while it was looked at", "check the disk");
  input.size = stamp->size;
  input.modified = stamp->modified;
  // Failures to open are tried anew: a permission may have been given, a disk mounted.
  if (known && known->exam != 0 && known->size == stamp->size && known->state != InputState::skipped) {
    Inspected same;
    same.input = *known;
    same.input.modified = stamp->modified;
    same.unchanged = true;
    takeBack(same.input);
    if (known->modified == stamp->modified)
      return same;
    // Touched or copied anew, but the same bytes.
    try {
      if (!known->sha256.empty() && sha256OfFile(path) == known->sha256)
        return same;
    } catch (const Error&) { // opening it says what is wrong
    }
  }
  try {
    const Cine cine = openCine(path, open);
    Inspected out;
    out.input = std::move(input);
    describe(cine, out.input);
    out.studyInstanceUid = cine.studyInstanceUid;
    out.studyDate = cine.studyDate;
    return out;
  } catch (const UsageError&) {
    throw;
  } catch (const NotForUs& error) {
    return failedAs(std::move(input), InputState::skipped, error.problem(), error.remedy());
  } catch (const Error& error) {
    return failedAs(std::move(input), InputState::failed, error.problem(), error.remedy());
  } catch (const std::bad_alloc&) {
    return failedAs(std::move(input), InputState::failed, "not enough memory to open it",
                    "free some memory or try fewer --jobs");
  } catch (const std::exception& error) {
    return failedAs(std::move(input), InputState::failed, std::string("cannot be opened: ") + error.what(), {});
  }
}

ExamKey examKeyOf(const std::string& studyInstanceUid, const fs::path& path) {
  if (!studyInstanceUid.empty())
    return {studyInstanceUid, {}};
  const std::string folder = path.parent_path().lexically_normal().string();
  return {"folder:" + folder, folder};
}

} // namespace hipcuff::batch
