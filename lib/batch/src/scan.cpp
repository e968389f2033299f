#include "scan.h"

#include "own_files.h"
#include "sqlite.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/in_order.h"
#include "hipcuff/ingest/walk.h"

#include <algorithm>
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

/// A file as the walk met it, with what an earlier run knows of it.
struct Met {
  InputWalker::Item item;
  std::optional<InputRecord> known;
};

/// What the catalogue is to be told of it.
struct Inspected {
  InputRecord input;
  bool unchanged = false;
  std::string studyInstanceUid;
  std::string studyDate;
};

/// Looks inputs up while another connection writes.
class KnownInputs {
public:
  KnownInputs(const Catalogue& catalogue, std::string settings)
      : settings_(std::move(settings))
      , catalogue_(catalogue.file(), Catalogue::Access::readOnly)
      , store_(catalogue_) {}
  /// Those whose header need not be read again.
  std::optional<InputRecord> asRead(const std::string& path) { return store_.inputAsRead(path, settings_); }
  std::optional<InputRecord> any(const std::string& path) { return store_.input(path); }

private:
  std::string settings_;
  Catalogue catalogue_;
  Store store_;
};

Inspected failedAs(InputRecord input, InputState state, std::string problem, std::string remedy) {
  Inspected out;
  out.input = std::move(input);
  out.input.state = state;
  out.input.problem = std::move(problem);
  out.input.remedy = std::move(remedy);
  return out;
}

/// What the walk itself could not read.
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

/// Reads the header, on a worker.
Inspected inspect(Met met, const OpenOptions& open) {
  if (const auto* outcome = std::get_if<InputOutcome>(&met.item))
    return inspectOutcome(*outcome, met.known);
  InputRecord input;
  const fs::path path = std::get<FoundInput>(met.item).path;
  input.path = path.string();
  const auto stamp = stampOf(path);
  if (!stamp)
    return failedAs(std::move(input), InputState::failed, "went away while it was looked at", "check the disk");
  input.size = stamp->size;
  input.modified = stamp->modified;
  // Failures to open are tried anew: a permission may have been given, a disk mounted.
  if (met.known && met.known->exam != 0 && met.known->size == stamp->size && met.known->state != InputState::skipped) {
    Inspected same;
    same.input = *met.known;
    same.input.modified = stamp->modified;
    same.unchanged = true;
    takeBack(same.input);
    if (met.known->modified == stamp->modified)
      return same;
    // Touched or copied anew, but the same bytes.
    try {
      if (!met.known->sha256.empty() && sha256OfFile(path) == met.known->sha256)
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

/// As the person named it, so that a link that leads elsewhere next year is the same archive; but a ".." behind a link
/// means what the file system says.
fs::path named(const fs::path& input) {
  const fs::path whole = fs::absolute(input);
  std::error_code error;
  if (std::find(whole.begin(), whole.end(), "..") != whole.end())
    if (fs::path real = fs::canonical(whole, error); !error)
      return real;
  return whole.lexically_normal();
}

} // namespace

ExamKey examKeyOf(const std::string& studyInstanceUid, const fs::path& path) {
  if (!studyInstanceUid.empty())
    return {studyInstanceUid, {}};
  const std::string folder = path.parent_path().lexically_normal().string();
  return {"folder:" + folder, folder};
}

bool scanInputs(const BatchOptions& options, const std::string& settings, std::int64_t scan, Catalogue& catalogue,
                Store& store, BatchObserver& observer, BatchCounts& counts) {
  std::vector<fs::path> paths;
  for (const fs::path& input : options.inputs)
    paths.push_back(named(input));
  InputWalker walker(std::move(paths));
  OwnFiles ours(options.out);
  KnownInputs known(catalogue, settings);

  const auto next = [&]() -> std::optional<Met> {
    while (!observer.stopRequested()) {
      auto item = walker.next();
      if (!item)
        return std::nullopt;
      const fs::path path = std::visit([](const auto& value) { return value.path; }, *item);
      if (ours.has(path))
        continue;
      const bool found = std::holds_alternative<FoundInput>(*item);
      return Met{std::move(*item), found ? known.asRead(path.string()) : known.any(path.string())};
    }
    return std::nullopt;
  };
  const auto store1 = [&](Inspected inspected) {
    ++counts.files;
    InputRecord& input = inspected.input;
    const bool opened = input.state != InputState::failed && input.state != InputState::skipped;
    const bool away = inspected.unchanged && input.state == InputState::gone;
    const ExamKey key = examKeyOf(inspected.studyInstanceUid, input.path);
    if (!inspected.unchanged && !options.shard.has(opened ? key.key : input.path)) {
      store.forget(input.path);
      return;
    }
    if (away || (input.state == InputState::failed && !inspected.unchanged)) {
      ++counts.failed;
      observer.problem({InputOutcome::Kind::failed, input.path, input.problem, input.remedy});
    } else if (input.state == InputState::skipped) {
      ++counts.skipped;
      observer.problem({InputOutcome::Kind::skipped, input.path, input.problem, input.remedy});
    }
    if (inspected.unchanged) {
      store.touchInput(input, scan);
      if (away)
        store.setInputState(input.path, input.state, input.problem, input.remedy);
    } else {
      if (opened)
        input.exam = store.exam(key.key, inspected.studyInstanceUid, key.folder, inspected.studyDate);
      store.putInput(input, scan);
    }
    observer.progress(BatchObserver::Phase::scanning, counts);
  };
  inOrder(
      options.jobs, next, [&](Met met) { return inspect(std::move(met), options.open); }, store1);
  store.commit();
  return !observer.stopRequested();
}

} // namespace hipcuff::batch
