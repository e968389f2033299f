// How the parts of a batch stand.
#include "folder_lock.h"
#include "sqlite.h"

#include "hipcuff/batch/catalogue.h"
#include "hipcuff/batch/merge.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

/// "3-of-16"
std::optional<std::pair<int, int>> numbersOf(const std::string& name) {
  const std::size_t of = name.find("-of-");
  if (of == std::string::npos)
    return std::nullopt;
  const auto number = [](std::string_view text) -> std::optional<int> {
    int value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc{} && end == text.data() + text.size() && value > 0 ? std::optional(value) : std::nullopt;
  };
  const auto index = number(std::string_view(name).substr(0, of));
  const auto count = number(std::string_view(name).substr(of + 4));
  if (!index || !count || *index > *count)
    return std::nullopt;
  return std::pair(*index, *count);
}

/// A run was killed before it had made its tables.
bool holdsNothing(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error || size == 0)
    return true;
  try {
    Database database(file, Database::Access::readOnly);
    Statement tables(database, "SELECT count(*) FROM sqlite_master");
    return tables.step() && tables.integer(0) == 0;
  } catch (const SqlError&) {
    return false;
  }
}

void readState(ShardState& state) {
  using Kind = ShardState::Kind;
  std::error_code ignored;
  const fs::path file = catalogueFile(state.folder);
  if (holdsNothing(file)) {
    state.kind = FolderLock::isHeld(state.folder) ? Kind::atWork
                 : fs::exists(file, ignored)      ? Kind::killed
                                                  : Kind::missing;
    return;
  }
  try {
    Catalogue catalogue(state.folder, Catalogue::Access::readOnly);
    Statement waiting(catalogue.database(), "SELECT count(*) FROM exams WHERE state = 'waiting'");
    state.waiting = waiting.step() ? waiting.integer(0) : 0;
    Statement last(catalogue.database(), "SELECT outcome FROM runs ORDER BY id DESC LIMIT 1");
    state.hasCatalogue = true;
    const std::string outcome = last.step() ? last.text(0) : "running";
    if (outcome == "finished")
      state.kind = state.waiting == 0 ? Kind::finished : Kind::stopped;
    else if (outcome == "stopped")
      state.kind = Kind::stopped;
    else if (outcome == "failed")
      state.kind = Kind::failed;
    else
      state.kind = FolderLock::isHeld(state.folder) ? Kind::atWork : Kind::killed;
  } catch (const SqlError&) {
    state.kind = Kind::damaged;
  } catch (const InputError&) {
    if (!Catalogue::isDamaged(state.folder))
      throw; // of a newer version, or no catalogue at all: nobody should run over it
    state.kind = Kind::damaged;
  }
}

} // namespace

const char* toString(ShardState::Kind kind) noexcept {
  switch (kind) {
  case ShardState::Kind::finished:
    return "finished";
  case ShardState::Kind::atWork:
    return "at work";
  case ShardState::Kind::killed:
    return "killed";
  case ShardState::Kind::stopped:
    return "stopped";
  case ShardState::Kind::failed:
    return "failed";
  case ShardState::Kind::damaged:
    return "damaged";
  case ShardState::Kind::missing:
    break;
  }
  return "missing";
}

std::vector<ShardState> shardStates(const fs::path& out, std::optional<int> expected) {
  std::set<int> counts;
  if (expected)
    counts.insert(*expected);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(out / "shards", error))
    if (const auto numbers = numbersOf(entry.path().filename().string()); numbers && !expected)
      counts.insert(numbers->second);
  std::vector<ShardState> states;
  for (const int count : counts)
    for (int index = 1; index <= count; ++index) {
      ShardState state{index, count, ShardState::Kind::missing,
                       0,     false, out / "shards" / (std::to_string(index) + "-of-" + std::to_string(count))};
      readState(state);
      states.push_back(std::move(state));
    }
  return states;
}

std::vector<ShardState> lostShards(const std::vector<ShardState>& states) {
  std::map<int, std::vector<ShardState>> lost;
  for (const ShardState& state : states) {
    auto& group = lost[state.count];
    if (state.kind != ShardState::Kind::finished)
      group.push_back(state);
  }
  std::vector<ShardState> all;
  for (const auto& [count, group] : lost) {
    if (group.empty()) // another division of the same exams was tried, too; this one is whole
      return {};
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

} // namespace hipcuff::batch
