#include "scan.h"

#include "inspect.h"
#include "own_files.h"
#include "sqlite.h"

#include "hipcuff/core/in_order.h"
#include "hipcuff/ingest/walk.h"

#include <algorithm>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

/// A file as the walk met it, with what an earlier run knows of it.
struct Met {
  InputWalker::Item item;
  std::optional<InputRecord> known;
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

/// Reads the header, on a worker.
Inspected inspect(const Met& met, const OpenOptions& open) {
  if (const auto* outcome = std::get_if<InputOutcome>(&met.item))
    return inspectOutcome(*outcome, met.known);
  return inspectFile(std::get<FoundInput>(met.item).path, met.known, open);
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
      options.jobs, next, [&](Met met) { return inspect(met, options.open); }, store1);
  store.commit();
  return !observer.stopRequested();
}

} // namespace hipcuff::batch
