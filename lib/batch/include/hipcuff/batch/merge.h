// Several catalogues made one: the shards of a batch, or batches made in different places.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::batch {

/// How a part of a batch (`--shard I/N`) stands.
struct ShardState {
  enum class Kind {
    finished,
    atWork,
    killed,  ///< its last run has neither ended nor is it at work
    stopped, ///< by a person
    failed,  ///< its last run could not go on, e.g. the disk was full
    damaged, ///< its catalogue can't be read; --resume makes it anew
    missing  ///< it was never begun
  };
  int index = 1;
  int count = 1;
  Kind kind = Kind::missing;
  std::int64_t waiting = 0;  ///< exams still to be done, as far as it knows
  bool hasCatalogue = false; ///< one that can be read
  std::filesystem::path folder;
};
/// "finished", "at work", ...
[[nodiscard]] const char* toString(ShardState::Kind) noexcept;

/// The shards I-of-N under out/shards, by N and I. Of each N that is met all are told, the missing ones too.
/// @param expected the N that there should be; none: those of the folders' names
/// @throws InputError a catalogue of a newer version
[[nodiscard]] std::vector<ShardState> shardStates(const std::filesystem::path& out, std::optional<int> expected = {});

/// Which shards keep a merged result from being whole. None where all parts of one N are finished.
[[nodiscard]] std::vector<ShardState> lostShards(const std::vector<ShardState>& states);

struct MergeOptions {
  std::filesystem::path out;
  /// Batches' folders, taken in this order; empty: the shards under out/shards, whose exams are in place already.
  std::vector<std::filesystem::path> sources;
  bool move = false; ///< exams' folders are moved out of the sources rather than linked
};

struct MergeCounts {
  std::int64_t sources = 0;
  std::int64_t exams = 0;     ///< met in the sources
  std::int64_t added = 0;     ///< that were not there
  std::int64_t renewed = 0;   ///< that were there, and a better or later result took their place
  std::int64_t kept = 0;      ///< that were there, and stay as they are
  std::int64_t differing = 0; ///< results of one exam that differ; each was told
  std::int64_t inputs = 0;    ///< taken
  std::int64_t problems = 0;  ///< exams that could not be taken; each was told
};

/// Told of what happens, on the calling thread.
class MergeObserver {
public:
  virtual ~MergeObserver() = default;
  virtual void source(const std::filesystem::path& source, std::int64_t exams) = 0; ///< begins
  virtual void advance() = 0;                                                       ///< one exam further
  virtual void differing(const std::string& line) = 0;
  virtual void problem(const std::string& line) = 0;
  virtual void writing() = 0; ///< tables and pages follow
  [[nodiscard]] virtual bool stopRequested() const = 0;
};

struct MergeReport {
  MergeCounts counts;
  bool stopped = false;
};

/// Joins the sources into out/catalogue.sqlite, then writes what stands over all exams, as a batch does at its end.
///
/// One transaction a source; memory does not grow with their size. Merging again changes nothing. An exam that several
/// hold: a result goes before a failure and a failure before none; of two results of the same inputs, version and
/// settings the first one stays; of two that differ, the one finished later is taken, and both are told. A folder in
/// `out` that has to give way is kept under out/superseded. Folders of exams are hard-linked (what a person wrote in
/// them is copied), or copied where the disk is another one.
/// @throws InputError a source that can't be read or is of a newer version: nothing was changed; UsageError;
/// OutputError
[[nodiscard]] MergeReport mergeCatalogues(const MergeOptions& options, MergeObserver& observer);

} // namespace hipcuff::batch
