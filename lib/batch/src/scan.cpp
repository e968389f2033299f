#include "scan.h"

#include "own_files.h"
#include "sqlite.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/in_order.h"
#include "hipcuff/ingest/walk.h"

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
  explicit KnownInputs(const Catalogue& catalogue)
      : catalogue_(catalogue.file(), Catalogue::Access::readOnly)
      , store_(catalogue_) {}
  std::optional<InputRecord> find(const std::string& path) { return store_.input(path); }

private:
  Catalogue catalogue_;
  Store store_;
};

void fillFrom(const Cine& cine, Inspected& out) {
  InputRecord& input = out.input;
  input.sopInstanceUid = cine.sopInstanceUid;
  input.format = cine.format;
  input.rows = cine.rows;
  input.columns = cine.columns;
  input.frames = cine.frames;
  input.side = cine.side.value ? toString(*cine.side.value) : "";
  input.view = cine.view.value ? toString(*cine.view.value) : "";
  input.region = cine.bodyRegion.value ? toString(*cine.bodyRegion.value) : "";
  out.studyInstanceUid = cine.studyInstanceUid;
  out.studyDate = cine.studyDate;
}

Inspected failedAs(InputRecord input, InputState state, std::string problem, std::string remedy) {
  Inspected out;
  out.input = std::move(input);
  out.input.state = state;
  out.input.problem = std::move(problem);
  out.input.remedy = std::move(remedy);
  return out;
}

/// Reads the header, on a worker.
Inspected inspect(Met met, const OpenOptions& open) {
  InputRecord input;
  if (const auto* outcome = std::get_if<InputOutcome>(&met.item)) {
    input.path = fs::absolute(outcome->path).lexically_normal().string();
    return failedAs(std::move(input),
                    outcome->kind == InputOutcome::Kind::failed ? InputState::failed : InputState::skipped,
                    outcome->problem, outcome->remedy);
  }
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
    // What was away or left out is looked at like something new, by what it is.
    if (same.input.state == InputState::gone || same.input.state == InputState::leftOut)
      same.input.state = same.input.sha256.empty() ? InputState::waiting : InputState::done;
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
    fillFrom(cine, out);
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

} // namespace

ExamKey examKeyOf(const std::string& studyInstanceUid, const fs::path& path) {
  if (!studyInstanceUid.empty())
    return {studyInstanceUid, {}};
  const std::string folder = path.parent_path().lexically_normal().string();
  return {"folder:" + folder, folder};
}

bool scanInputs(const BatchOptions& options, std::int64_t scan, Catalogue& catalogue, Store& store,
                BatchObserver& observer, BatchCounts& counts) {
  std::vector<fs::path> paths;
  for (const fs::path& input : options.inputs)
    paths.push_back(fs::absolute(input).lexically_normal());
  InputWalker walker(std::move(paths));
  const OwnFiles ours(options.out);
  KnownInputs known(catalogue);

  const auto next = [&]() -> std::optional<Met> {
    while (!observer.stopRequested()) {
      auto item = walker.next();
      if (!item)
        return std::nullopt;
      const fs::path path = std::visit([](const auto& value) { return value.path; }, *item);
      if (ours.has(path))
        continue;
      if (std::holds_alternative<InputOutcome>(*item))
        return Met{std::move(*item), std::nullopt};
      return Met{std::move(*item), known.find(path.string())};
    }
    return std::nullopt;
  };
  const auto store1 = [&](Inspected inspected) {
    ++counts.files;
    InputRecord& input = inspected.input;
    const bool opened = input.state != InputState::failed && input.state != InputState::skipped;
    const ExamKey key = examKeyOf(inspected.studyInstanceUid, input.path);
    const bool hasExam = inspected.unchanged || opened;
    if (!inspected.unchanged && !options.shard.has(opened ? key.key : input.path))
      return;
    // The first of several copies counts, wherever the others lie.
    if (const auto copy = hasExam ? store.copyOf(input.sopInstanceUid, input.path, scan) : std::nullopt) {
      input.state = InputState::skipped;
      input.problem = "same SOP instance as " + *copy;
      input.remedy.clear();
      input.exam = 0;
      inspected.unchanged = false;
    }
    if (input.state == InputState::failed && !inspected.unchanged) {
      ++counts.failed;
      observer.problem({InputOutcome::Kind::failed, input.path, input.problem, input.remedy});
    } else if (input.state == InputState::skipped) {
      ++counts.skipped;
      observer.problem({InputOutcome::Kind::skipped, input.path, input.problem, input.remedy});
    }
    if (inspected.unchanged) {
      store.touchInput(input, scan);
    } else {
      if (opened && input.state == InputState::waiting)
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
